"""A ledger on SQLite and on a real PostgreSQL, asked in processes of their own: helpers and fixtures of the tests of this folder."""

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
        return answer_of(self.start(*acts))

    def without_triggers(self) -> list[str]:
        """What an owner of the database must do before a row can be changed."""
        if self.vendor == "sqlite":
            return ["DROP TRIGGER ledger_entry_no_update", "DROP TRIGGER ledger_entry_no_delete"]
        return [f"DROP TRIGGER {name} ON ledger_entry" for name in ("ledger_entry_append_only", "ledger_entry_no_truncate")]


def answer_of(process: subprocess.Popen[str]) -> Any:
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


RUNNING: dict[str, list[object]] = {}
"""URL of a server -> the command that kills and starts it."""


def restart(url: str) -> None:
    """Kill the server without warning, all connections with it, and start it again."""
    _as_server(RUNNING[url])


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
    url = f"postgres://lotproof@127.0.0.1:{port}"
    RUNNING[url] = [binaries / "pg_ctl", "-D", data, "-w", "-m", "immediate", "-l", folder / "log", "-o", options, "restart"]
    try:
        yield url
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
