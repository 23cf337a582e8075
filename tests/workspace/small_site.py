"""One small simulated site, built once into a pack for all tests of workspace, commands and packs.

The folder is shared by the workers of a run, so nobody may change it: `copied` gives a test its own.
"""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from lotproof.cli.main import main
from lotproof.simulate import SiteSpec, simulate

NOW = "2026-11-22T09:00:00Z"
LATER = "2026-11-23T10:30:00Z"
ACTOR = "Q. Assurance"
ACT = ("--now", NOW, "--actor", ACTOR)
FAULTS = ("truncated_upload", "jam_orphans", "double_print", "two_parents", "separator_lost", "stock_mismatch", "replay_power_loss")
PROGRAM = Path(sys.executable).with_name("lotproof")


@dataclass(frozen=True)
class Site:
    """A built site. Read only: copy what a test wants to change."""

    folder: Path
    """What the site exported."""
    home: Path
    """The workspace."""
    pack: Path
    """The pack."""
    document: dict[str, Any]
    """What `build --json` said."""
    truth: dict[str, Any]
    """The simulator's truth."""

    @property
    def key(self) -> str:
        return str(self.home / "keys" / "log.vkey")

    @property
    def lot(self) -> str:
        return str(self.truth["lot"])

    def finding(self, code: str, lot: str | None = None) -> dict[str, Any]:
        """The finding of this code in the investigated lot."""
        wanted = self.lot if lot is None else lot
        return next(found for found in self.document["findings"] if found["code"] == code and found["lot"] == wanted)


def spec(**changes: Any) -> SiteSpec:
    """The small site: 400 packs in cases of 8."""
    return SiteSpec(**{"seed": 7, "units": 400, "neighbours": 1, "units_per_case": 8, "cases_per_pallet": 6, "dialect": "mixed",
                       "epcis": "1.2-xml", "faults": FAULTS, **changes})  # fmt: skip


def write_site(folder: Path, wanted: SiteSpec) -> dict[str, Any]:
    """Write the files of a simulated site; return its truth."""
    made = simulate(wanted)
    for name, content in made.files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    return made.truth


def invoke(*arguments: object) -> Result:
    """A command in this process."""
    result = CliRunner().invoke(main, [str(argument) for argument in arguments])
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result


def json_of(*arguments: object, code: int = 0) -> Any:
    """The one JSON document that a command writes on stdout."""
    result = invoke(*arguments, "--json")
    assert result.exit_code == code, result.output
    return json.loads(result.stdout)


def refused(*arguments: object, code: int = 2) -> str:
    """The sentence of a command that cannot do what is asked: on stderr, nothing on stdout."""
    result = invoke(*arguments)
    assert (result.exit_code, result.stdout) == (code, ""), result.output
    return result.stderr


def program(*arguments: object, environment: Mapping[str, str] | None = None, **more: Any) -> subprocess.CompletedProcess[str]:
    """The real program in a process of its own."""
    env = {**os.environ, **(environment or {})}
    return subprocess.run([PROGRAM, *map(str, arguments)], capture_output=True, text=True, env=env, timeout=300, check=False, **more)


def start(arguments: Sequence[object], environment: Mapping[str, str] | None = None) -> subprocess.Popen[bytes]:
    """The real program, started and left running."""
    env = {**os.environ, **(environment or {})}
    return subprocess.Popen([PROGRAM, *map(str, arguments)], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, env=env)


def copied(folder: Path, target: Path) -> Path:
    """A copy that a test may change. What SQLite puts beside a database while somebody reads it comes and goes, and holds nothing then."""
    shutil.copytree(folder, target, symlinks=True, ignore=shutil.ignore_patterns("*-wal", "*-shm"))
    return target


def tree(folder: Path) -> dict[str, bytes]:
    """Every file below a folder."""
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


@contextlib.contextmanager
def _once(folder: Path) -> Iterator[bool]:
    """Whether this worker is the one to make what lies in ``folder``."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield not (folder / "done").exists()
        (folder / "done").touch()


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Site:
    """The small site with its workspace and pack."""
    base = tmp_path_factory.getbasetemp()
    shared = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / "small-site"
    with _once(shared) as first:
        if first:
            truth = write_site(shared / "export", spec())
            (shared / "truth.json").write_text(json.dumps(truth))
            made = program("build", shared / "export", "-o", shared / "EP-1", "--workspace", shared / "home", "--json", *ACT)
            assert made.returncode == 0, made.stderr
            (shared / "document.json").write_text(made.stdout)
    document, truth = (json.loads((shared / name).read_text()) for name in ("document.json", "truth.json"))
    return Site(shared / "export", shared / "home", shared / "EP-1", document, truth)


@pytest.fixture
def own(site: Site, tmp_path: Path) -> Site:
    """The same site with a workspace that the test may change."""
    return Site(site.folder, copied(site.home, tmp_path / "home"), site.pack, site.document, site.truth)


@pytest.fixture(autouse=True)
def as_a_user(django_db_blocker: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Workspaces are opened as a user opens them: with their own database, and no setting of the machine's."""
    for name in ("LOTPROOF_HOME", "LOTPROOF_ACTOR", "DATABASE_URL"):
        monkeypatch.delenv(name, raising=False)
    with django_db_blocker.unblock():
        yield
        from lotproof.workspace.database import close_database

        close_database()
