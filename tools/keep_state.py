"""Keep a small workspace as one version of Lotproof makes it, so that every later version proves that it can take it over.

    python tools/keep_state.py NAME SOURCES [postgres://USER@HOST:PORT/EMPTY]

runs the code in SOURCES (the folder src of a checkout) and writes tests/workspace/earlier/NAME-sqlite.tar.gz, and with the address of an
empty database NAME-postgresql.tar.gz with a pg_dump in it. Run it at every release; what it writes is never made anew.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tarfile
import tempfile
from contextlib import closing
from pathlib import Path
from sqlite3 import connect

KEPT = Path(__file__).parents[1] / "tests" / "workspace" / "earlier"
NOW = ("--now", "2026-11-22T09:00:00Z")
PASSWORD = "correct horse battery"
PEOPLE = {"op-1": ("O. Perator", "operator"), "inv-1": ("Ana Silva", "investigator")}
TABLE = "Serial;GTIN;Batch;Event;Time\n" + "".join(
    f"SN{number:04d};04012345678901;B7-2231;commissioned;2026-11-20T08:{number:02d}:00Z\n" for number in range(20)
)


def run(sources: str, url: str, *arguments: str, password: bool = False, may_lack: bool = False) -> None:
    """One command of that version."""
    environment = {**os.environ, "PYTHONPATH": sources, "DATABASE_URL": url}
    if not url:
        del environment["DATABASE_URL"]
    reading, writing = os.pipe()
    os.write(writing, f"{PASSWORD}\n".encode())
    os.close(writing)
    more = ["--password-fd", str(reading)] if password else []
    command = [sys.executable, "-c", "from lotproof.cli.main import main; main()", *arguments, *NOW, *more]
    done = subprocess.run(command, env=environment, pass_fds=[reading], capture_output=True, text=True, check=False)
    os.close(reading)
    if done.returncode and not (may_lack and "No such command" in done.stderr):
        raise SystemExit(f"{' '.join(arguments)}: {done.stderr}")


def make(sources: str, url: str, home: Path) -> None:
    """A workspace with people, a file and, where that version knows it, an incident."""
    at = ("--workspace", str(home))
    run(sources, url, "init", str(home), "--actor", "administrator")
    (home.parent / "mes.csv").write_text(TABLE, encoding="ascii")
    run(sources, url, "add", str(home.parent / "mes.csv"), "--actor", "administrator", *at)
    for user, (name, role) in PEOPLE.items():
        run(
            sources,
            url,
            "people",
            "add",
            user,
            "--name",
            name,
            "--role",
            role,
            "--tz",
            "UTC",
            "--actor",
            "x",
            *at,
            password=True,
            may_lack=True,
        )
    incident = ("--set", "title=96 units missing", "--set", "severity=major")
    run(sources, url, "case", "open", "--by", "op-1", *incident, *at, password=True, may_lack=True)


def pack(home: Path, target: Path) -> None:
    """The folder as an archive whose bytes do not depend on whose machine it is."""

    def plain(facts: tarfile.TarInfo) -> tarfile.TarInfo | None:
        if Path(facts.name).name in ("lock", "opening.lock"):
            return None
        facts.uid = facts.gid = facts.mtime = 0
        facts.uname = facts.gname = ""
        return facts

    KEPT.mkdir(exist_ok=True)
    with tarfile.open(target, "w:gz", compresslevel=9) as archive:
        archive.add(home, "w", filter=plain)
    print(target, target.stat().st_size)


def main(name: str, sources: str, url: str = "") -> None:
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder) / "w"
        make(sources, "", home)
        with closing(connect(home / "ledger.sqlite3")) as database:
            database.execute("PRAGMA journal_mode = DELETE")
        pack(home, KEPT / f"{name}-sqlite.tar.gz")
    if not url:
        return
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder) / "w"
        make(sources, url, home)
        dumped = subprocess.run(["pg_dump", "--no-owner", "--no-privileges", url], capture_output=True, check=True).stdout
        # psql's own words that older ones do not know are no part of the state.
        (home / "database.sql").write_bytes(
            b"\n".join(line for line in dumped.split(b"\n") if not line.startswith((b"\\restrict", b"\\unrestrict")))
        )
        pack(home, KEPT / f"{name}-postgresql.tar.gz")


main(*sys.argv[1:])
