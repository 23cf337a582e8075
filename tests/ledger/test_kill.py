"""Processes killed while they append, and a database server killed under them: what was acknowledged is there, and the log goes on."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from ledger_databases import WORKER, Log

from lotproof.ledger import merkle
from lotproof.ledger.note import decode64


def start(log: Log, stream: str, heard: Path) -> subprocess.Popen[bytes]:
    """A process that appends without end and says what was acknowledged into a file."""
    env = {**os.environ, "DATABASE_URL": log.url}
    command = [sys.executable, str(WORKER), str(log.home), json.dumps([["append_aloud", stream, 100_000]])]
    with heard.open("wb") as out:
        return subprocess.Popen(command, env=env, stdout=out, stderr=subprocess.DEVNULL)


def kill_after(process: subprocess.Popen[bytes], heard: Path, entries: int, more: float) -> None:
    """Kill the process some moments after it said that many entries."""
    deadline = time.monotonic() + 60
    while heard.read_bytes().count(b"\n") < entries and time.monotonic() < deadline:
        time.sleep(0.01)
    time.sleep(more)
    process.send_signal(signal.SIGKILL)
    process.wait(10)


def acknowledged(heard: Path) -> dict[int, str]:
    """Index -> leaf of what was said; a last line that broke off was not."""
    whole = heard.read_text().rpartition("\n")[0].splitlines()
    return {int(line.split()[0]): line.split()[1] for line in whole}


def stands(log: Log, *heard: Path) -> int:
    """Open the log: it is sound, its root is that of its leaves, and nothing acknowledged is missing. Give its size."""
    leaves, seen = log(["leaves"], ["look"])
    assert (seen["problems"], seen["size"]) == ([], len(leaves))
    assert seen["root"] == merkle.root(decode64(leaf) for leaf in leaves).hex()
    said = {index: leaf for file in heard for index, leaf in acknowledged(file).items()}
    assert said
    assert {index: leaves[index] for index in said} == said
    assert seen["size"] - len(said) <= len(heard)  # of each killed process at most the entry that it was about to acknowledge
    return int(seen["size"])


def _killed(log: Log, folder: Path, seed: int) -> None:
    log(["append", "first", 1])
    chance = random.Random(seed)
    for turn in range(2):
        heard = [folder / f"{turn}-{name}" for name in ("one", "two")]
        running = [start(log, file.name, file) for file in heard]
        for process, file in zip(running, heard, strict=True):
            kill_after(process, file, chance.randrange(1, 15), chance.uniform(0, 0.05))
        before = {path: acknowledged(path) for path in folder.iterdir() if path.is_file()}
        assert all(before.values())
        size = log(["look"])[0]["size"]
        assert log(["append", "after", 1]) == [[size]]
    (leaves, seen) = log(["leaves"], ["look"])
    assert (seen["problems"], seen["root"]) == ([], merkle.root(decode64(leaf) for leaf in leaves).hex())
    for said in before.values():
        assert {index: leaves[index] for index in said} == said


@pytest.mark.parametrize("seed", range(2))
@pytest.mark.shows("A11-16", "P11-10c", "A11-7")
def test_nothing_acknowledged_is_lost_when_appending_processes_are_killed(log: Log, tmp_path: Path, seed: int) -> None:
    (tmp_path / "heard").mkdir()
    _killed(log, tmp_path / "heard", seed)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(100, 115))
def test_nothing_acknowledged_is_lost_at_many_more_moments(log: Log, tmp_path: Path, seed: int) -> None:
    (tmp_path / "heard").mkdir()
    _killed(log, tmp_path / "heard", seed)


def test_a_single_killed_process_leaves_at_most_one_entry_that_it_did_not_acknowledge(log: Log, tmp_path: Path) -> None:
    heard = tmp_path / "heard"
    kill_after(start(log, "only", heard), heard, 10, 0.02)
    size = stands(log, heard)
    assert log(["append", "after", 1]) == [[size]]


def test_a_killed_server_loses_nothing_that_it_acknowledged(request: pytest.FixtureRequest, tmp_path: Path) -> None:
    """PostgreSQL stopped without warning in the middle of appends, and started again: it recovers from its own log."""
    import ledger_databases

    cluster = request.getfixturevalue("server")
    import psycopg

    with psycopg.connect(f"{cluster}/postgres", autocommit=True) as connection:
        connection.execute("CREATE DATABASE killed_server")
    log = Log(tmp_path / "home", f"{cluster}/killed_server", "postgresql")
    heard = tmp_path / "heard"
    process = start(log, "s", heard)
    deadline = time.monotonic() + 60
    while heard.read_bytes().count(b"\n") < 12 and time.monotonic() < deadline:
        time.sleep(0.01)
    ledger_databases.restart(cluster)
    process.wait(30)  # its connection is gone, so it ends by itself
    assert len(acknowledged(heard)) >= 12
    stands(log, heard)
