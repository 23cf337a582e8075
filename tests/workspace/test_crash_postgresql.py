"""A pack built with its ledger on PostgreSQL, killed at any moment: the ledger opens, the tree matches, the next build verifies."""

from __future__ import annotations

import json
import random
import signal
import sys
import time
from pathlib import Path

import pytest
from small_site import ACT, program, start

sys.path.append(str(Path(__file__).parents[1] / "ledger"))

from ledger_databases import server  # noqa: F401


@pytest.fixture(scope="module")
def export(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A few small files."""
    folder = tmp_path_factory.mktemp("pg") / "export"
    folder.mkdir()
    for number in range(4):
        rows = "".join(f"{number}{row:05};GOOD\n" for row in range(300))
        (folder / f"{number}.csv").write_text("SERIAL;STATUS\n" + rows)
    return folder


def _database(cluster: str, name: str) -> dict[str, str]:
    import psycopg

    with psycopg.connect(f"{cluster}/postgres", autocommit=True) as connection:
        connection.execute(f"DROP DATABASE IF EXISTS {name}")
        connection.execute(f"CREATE DATABASE {name}")
    return {"DATABASE_URL": f"{cluster}/{name}"}


def _of(environment: dict[str, str], *arguments: object) -> dict:
    done = program(*arguments, "--json", environment=environment)
    assert done.returncode == 0, done.stdout + done.stderr
    return json.loads(done.stdout)


def _killed(cluster: str, export: Path, folder: Path, seed: int) -> None:
    environment, chance, home = _database(cluster, f"killed_{seed}"), random.Random(seed), folder / "w"
    began = time.monotonic()
    assert program("build", export, "-o", folder / "whole", "--workspace", folder / "w0", *ACT).returncode == 0  # on SQLite, for its time
    took = time.monotonic() - began
    kept: list[str] = []
    for turn in range(2):
        process = start(["build", export, "-o", folder / f"EP-{turn}", "--workspace", home, *ACT], environment)
        time.sleep(chance.uniform(took * 0.2, took * 1.2))
        process.send_signal(signal.SIGKILL)
        process.communicate()
        if (home / "lotproof.toml").exists():
            assert _of(environment, "ledger", "check", "--workspace", home)["ok"]
            assert _of(environment, "doctor", "--workspace", home)["ok"]
            entries = [_of(environment, "ledger", "prove", index, "--workspace", home)["entry"] for index in range(min(3, _size(environment, home)))]
            assert entries[: len(kept)] == kept
            kept = entries
    assert program("build", export, "-o", folder / "EP-last", "--workspace", home, *ACT, environment=environment).returncode == 0
    assert program("verify", folder / "EP-last", "--key", home / "keys" / "log.vkey").returncode == 0
    for turn in range(2):
        pack = folder / f"EP-{turn}"
        if pack.exists():  # it was sealed before the process died, so it is whole, and the last one continues it
            assert program("verify", pack, "--key", home / "keys" / "log.vkey").returncode == 0
            assert program("ledger", "consistent", pack, folder / "EP-last", "--key", home / "keys" / "log.vkey").returncode == 0


def _size(environment: dict[str, str], home: Path) -> int:
    return int(_of(environment, "ledger", "status", "--workspace", home)["size"])


@pytest.mark.parametrize("seed", range(1))
def test_build_killed_at_any_moment_on_postgresql(server: str, export: Path, tmp_path: Path, seed: int) -> None:  # noqa: F811
    _killed(server, export, tmp_path, seed)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(100, 115))
def test_build_killed_at_many_more_moments_on_postgresql(server: str, export: Path, tmp_path: Path, seed: int) -> None:  # noqa: F811
    _killed(server, export, tmp_path, seed)
