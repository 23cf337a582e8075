"""The append-only table, on SQLite and on a real PostgreSQL."""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

WORKER = Path(__file__).with_name("ledger_worker.py")
HOMES = ("/usr/lib/postgresql", "/usr/local/pgsql", "/opt/homebrew/opt/postgresql")


@dataclass
class Log:
    """A ledger that is asked in processes of their own."""

    home: Path
    url: str
    vendor: str

    def start(self, *acts: list[Any]) -> subprocess.Popen[str]:
        """Acts of `ledger_worker`, in a process that goes on by itself."""
        env = {**os.environ, "DATABASE_URL": self.url}
        command = [sys.executable, str(WORKER), str(self.home), json.dumps(acts)]
        return subprocess.Popen(command, env=env, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)

    def __call__(self, *acts: list[Any]) -> Any:
        """The answers of these acts, in one process."""
        return _answer(self.start(*acts))

    def without_triggers(self) -> list[str]:
        """What an owner of the database must do before a row can be changed."""
        if self.vendor == "sqlite":
            return ["DROP TRIGGER ledger_entry_no_update", "DROP TRIGGER ledger_entry_no_delete"]
        return [f"DROP TRIGGER {name} ON ledger_entry" for name in ("ledger_entry_append_only", "ledger_entry_no_truncate")]


def _answer(process: subprocess.Popen[str]) -> Any:
    out, err = process.communicate(timeout=120)
    assert process.returncode == 0, err
    return json.loads(out)


def _binaries() -> Path | None:
    found = sorted(path for home in HOMES for path in Path(home).glob("*/bin/initdb")) if not shutil.which("initdb") else []
    on_path = shutil.which("initdb")
    return Path(on_path).parent if on_path else found[-1].parent if found else None


def _as_server(command: list[object]) -> None:
    """PostgreSQL refuses to run as root."""
    words = [str(word) for word in command]
    if os.geteuid() == 0:
        words = ["runuser", "-u", "postgres", "--", *words]
    done = subprocess.run(words, capture_output=True, text=True, check=False, cwd="/", stdin=subprocess.DEVNULL)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.fixture(scope="session")
def server() -> Iterator[str]:
    """A throw-away cluster; the URL of its server, without a database name."""
    binaries = _binaries()
    if binaries is None:
        pytest.skip("PostgreSQL's binaries are absent")
    folder = Path(tempfile.mkdtemp(prefix="lotproof-pg-"))
    if os.geteuid() == 0:
        shutil.chown(folder, "postgres")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    data = folder / "data"
    _as_server([binaries / "initdb", "-D", data, "-U", "lotproof", "--auth=trust", "--no-sync", "-E", "UTF8"])
    options = f"-p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories='{folder}' -c fsync=off"
    _as_server([binaries / "pg_ctl", "-D", data, "-w", "-l", folder / "log", "-o", options, "start"])
    try:
        yield f"postgres://lotproof@127.0.0.1:{port}"
    finally:
        _as_server([binaries / "pg_ctl", "-D", data, "-m", "immediate", "stop"])
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(params=["sqlite", "postgresql"])
def log(request: pytest.FixtureRequest, tmp_path: Path) -> Log:
    """An empty ledger."""
    home = tmp_path / "home"
    if request.param == "sqlite":
        return Log(home, "", "sqlite")
    import psycopg

    server, name = request.getfixturevalue("server"), f"log_{abs(hash(str(tmp_path)))}"
    with psycopg.connect(f"{server}/postgres", autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}"')
    return Log(home, f"{server}/{name}", "postgresql")


def test_the_migration_runs_and_says_what_the_model_says(log: Log) -> None:
    expected = {"applied": ["0001_initial"], "vendor": log.vendor}
    assert log(["migrations"]) == [expected]
    assert log(["migrations"]) == [expected]


def test_the_database_itself_refuses_to_change_or_remove_an_entry(log: Log) -> None:
    statements = ["UPDATE ledger_entry SET kind = 'x'", "DELETE FROM ledger_entry"]
    if log.vendor == "postgresql":
        statements += ["TRUNCATE ledger_entry", "DELETE FROM ledger_entry WHERE seq = 1"]
    _, before, answers, after = log(["append", "s", 2], ["look"], ["execute", *statements], ["look"])
    for verb, answer in zip(("UPDATE", "DELETE", "TRUNCATE", "DELETE"), answers, strict=False):
        assert f"the ledger is append-only: {verb} is refused" in answer
    assert after == before


def test_entries_are_appended_without_a_gap_each_linked_to_its_stream(log: Log) -> None:
    *indexes, seen = log(["append", "a", 3], ["append", "b", 2], ["append", "a", 1], ["look"])
    assert indexes == [[0, 1, 2], [3, 4], [5]]
    assert (seen["size"], seen["problems"], seen["heads"]) == (6, [], {"a": 4, "b": 2})
    assert seen["seqs"] == {"a": [1, 2, 3, 4], "b": [1, 2]}
    assert seen["bodies"] == [{"n": 0}, {"n": 1}, {"n": 2}, {"n": 0}, {"n": 1}, {"n": 0}]


def test_the_same_entries_give_the_same_root_on_every_database(log: Log) -> None:
    from lotproof.ledger import merkle
    from lotproof.ledger.entry import leaf_text, make_entry

    first = make_entry("record", "a", 1, None, "2026-11-22T09:00:00Z", "worker", {"n": 0})
    second = make_entry("record", "a", 2, leaf_text(first), "2026-11-22T09:00:00Z", "worker", {"n": 1})
    seen = log(["append", "a", 2], ["look"])[1]
    assert seen["root"] == merkle.root(merkle.leaf_hash(data) for data in (first, second)).hex()


def test_an_entry_that_cannot_be_written_leaves_nothing(log: Log) -> None:
    (seen,) = log(["refuse"])
    assert seen["size"] == 0
    kind, number, long = seen["told"]
    assert kind.startswith("There is no entry kind 'nonsense'; use one of ")
    assert "$.body.x is the number 1.5; only integers are allowed." in number
    assert "65535 are the most. Store the content as a file" in long


def test_processes_that_append_at_once_write_one_log_without_a_gap(log: Log) -> None:
    """They also meet at the making of the tables."""
    running = [log.start(["append", "both", 50], ["append", stream, 50]) for stream in ("one", "two")]
    answers = [_answer(process) for process in running]
    assert sorted(index for appended in answers for part in appended for index in part) == list(range(200))
    (seen,) = log(["look"])
    assert (seen["size"], seen["problems"], seen["heads"]) == (200, [], {"both": 100, "one": 50, "two": 50})
    assert seen["seqs"]["both"] == list(range(1, 101))


def _changed(log: Log, *statements: str) -> list[str]:
    """What `problems` says after an owner of the database changed rows."""
    _, sound, answers, problems = log(["append", "s", 4], ["look_problems"], ["execute", *log.without_triggers(), *statements], ["look_problems"])
    assert (sound, set(answers)) == ([], {""})
    return list(problems)


def test_a_changed_byte_is_found(log: Log) -> None:
    byte = "x'7b7d'" if log.vendor == "sqlite" else "'\\x7b7d'"
    assert _changed(log, f'UPDATE ledger_entry SET data = {byte} WHERE "index" = 1')[0] == (
        "Entry 1: its bytes are not those whose leaf hash was stored."
    )


def test_a_removed_entry_is_found(log: Log) -> None:
    assert _changed(log, 'DELETE FROM ledger_entry WHERE "index" = 2') == ["The log has entry 3 where 2 follows."]


def test_a_removed_entry_is_found_even_where_the_others_move_up(log: Log) -> None:
    problems = _changed(log, 'DELETE FROM ledger_entry WHERE "index" = 2', 'UPDATE ledger_entry SET "index" = 2 WHERE "index" = 3')
    assert problems == [
        "Entry 2: Stream 's' has entry 4 where 3 follows.",
        "Entry 2: Entry 4 of stream 's' names as its predecessor an entry that is not the stream's previous one.",
    ]


def test_a_column_that_contradicts_its_bytes_is_found(log: Log) -> None:
    assert _changed(log, "UPDATE ledger_entry SET kind = 'audit' WHERE \"index\" = 0") == ["Entry 0: its columns do not say what its bytes say."]
