"""Programs by others, from npm, that Lotproof is tested against: installed once from the lock file, with their hashes."""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
import subprocess
from functools import lru_cache
from pathlib import Path

import pytest

HERE = Path(__file__).parent
KEPT = HERE.parents[1] / ".venv" / "peers"


@lru_cache(1)
def peers() -> Path:
    """The folder whose node_modules has them; the test is skipped where there is no Node.js."""
    if not shutil.which("npm") or not shutil.which("node"):
        pytest.skip("needs Node.js and npm")
    lock = HERE / "package-lock.json"
    home = KEPT / hashlib.sha256(lock.read_bytes()).hexdigest()[:16]
    KEPT.mkdir(parents=True, exist_ok=True)
    with (KEPT / "lock").open("w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        if not (home / "done").exists():
            shutil.rmtree(home, ignore_errors=True)
            home.mkdir()
            for name in ("package.json", "package-lock.json"):
                shutil.copy(HERE / name, home)
            words = ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund"]
            done = subprocess.run(words, cwd=home, capture_output=True, text=True, check=False)
            assert done.returncode == 0, done.stderr[-2000:]
            (home / "done").touch()
    return home


def node(script: Path, *words: str, **environment: str) -> subprocess.Popen[str]:
    """A script among the peers, which finds them; its standard output is a pipe."""
    place = peers() / script.name
    place.write_bytes(script.read_bytes())
    return subprocess.Popen(
        ["node", str(place), *words], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env={**os.environ, **environment}
    )
