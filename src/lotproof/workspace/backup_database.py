"""The database of a workspace copied while it is used, and put back: SQLite's online backup, or pg_dump and pg_restore."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection

from lotproof.ledger import merkle
from lotproof.workspace.place import WorkspaceError

HOMES = "/usr/lib/postgresql"
LEAVES = 'SELECT leaf_hash FROM ledger_entry ORDER BY "index"'


@dataclass(frozen=True)
class Copied:
    """A copy of a database."""

    vendor: str
    """sqlite or postgresql."""
    entries: int
    """Entries of the ledger in the copy."""
    root: bytes
    """Merkle root over them."""


def copy_database(target: Path) -> Copied:
    """Copy the database that Django points at into a file."""
    target.unlink(missing_ok=True)
    return _sqlite(target) if connection.vendor == "sqlite" else _postgresql(target)


def _sqlite(target: Path) -> Copied:
    with closing(sqlite3.connect(settings.DATABASES["default"]["NAME"])) as source, closing(sqlite3.connect(target)) as copy:
        source.backup(copy)
        copy.execute("PRAGMA journal_mode = DELETE")  # one file, without a log beside it
        tree = merkle.Tree()
        for (leaf,) in copy.execute(LEAVES):
            tree.append(bytes(leaf))
    target.chmod(0o600)
    return Copied("sqlite", tree.size, tree.root())


def _postgresql(target: Path) -> Copied:
    """pg_dump sees the snapshot in which the leaves are counted, so that both are of one moment."""
    import psycopg

    with psycopg.connect(**_parameters()) as session:
        session.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        snapshot = session.execute("SELECT pg_export_snapshot()").fetchone()
        assert snapshot is not None
        tree = merkle.Tree()
        with session.cursor("leaves") as rows:
            for (leaf,) in rows.execute(LEAVES):
                tree.append(bytes(leaf))
        _run("pg_dump", "--format=custom", "--no-owner", "--no-privileges", f"--snapshot={snapshot[0]}", f"--file={target}", *_database())
    target.chmod(0o600)
    return Copied("postgresql", tree.size, tree.root())


def put_back(copy: Path, vendor: str, home: Path) -> None:
    """Put a copy into the place of a new workspace's database; WorkspaceError where there is one that holds something."""
    url = os.environ.get("DATABASE_URL", "")
    wanted = "postgresql" if url.startswith("postgres") else "sqlite"
    if vendor != wanted:
        told = {"postgresql": "set DATABASE_URL to an empty PostgreSQL database", "sqlite": "unset DATABASE_URL"}[vendor]
        raise WorkspaceError(
            f"The backup is of a {'PostgreSQL' if vendor == 'postgresql' else 'SQLite'} database; {told} and restore again."
        )
    if vendor == "sqlite":
        target = Path(url.removeprefix("sqlite://")) if url else home / "ledger.sqlite3"
        if target.exists():
            raise WorkspaceError(f"There is a database at {target} already; a restore overwrites nothing.")
        shutil.copyfile(copy, target)
        target.chmod(0o600)
        return
    _point_at(url)
    if connection.introspection.table_names():
        raise WorkspaceError("The database that DATABASE_URL names is not empty; a restore overwrites nothing. Make a new one.")
    connection.close()
    _run(
        "pg_restore",
        "--single-transaction",
        "--exit-on-error",
        "--no-owner",
        "--no-privileges",
        f"--dbname={_name()}",
        *_database()[:-1],
        str(copy),
    )


def _point_at(_url: str) -> None:
    """Django's settings have read DATABASE_URL when they were loaded."""
    import django
    from django.apps import apps

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "lotproof.project.settings")
    if not apps.ready:
        django.setup()


def _facts() -> dict[str, Any]:
    found: dict[str, Any] = settings.DATABASES["default"]
    return found


def _name() -> str:
    return str(_facts()["NAME"])


def _parameters() -> dict[str, Any]:
    names = {"dbname": "NAME", "user": "USER", "password": "PASSWORD", "host": "HOST", "port": "PORT"}
    return {ours: str(_facts()[theirs]) for ours, theirs in names.items() if _facts().get(theirs)}


def _database() -> list[str]:
    """Options that name the server, and the name of the database last; the password travels in the environment."""
    options = [
        f"--{option}={_facts()[name]}" for option, name in (("host", "HOST"), ("port", "PORT"), ("username", "USER")) if _facts()[name]
    ]
    return [*options, "--no-password", _name()]


def program(name: str) -> str:
    """The newest of PostgreSQL's programs of this name: an older one refuses a newer server."""
    found = sorted(Path(HOMES).glob(f"*/bin/{name}"), key=lambda path: float(path.parts[-3]))
    on_path = shutil.which(name)
    if not found and not on_path:
        raise WorkspaceError(f"{name} is missing; install PostgreSQL's client programs (Debian: apt-get install postgresql-client).")
    return str(found[-1]) if found else str(on_path)


def _run(name: str, *arguments: str) -> None:
    environment = {**os.environ, **({"PGPASSWORD": str(_facts()["PASSWORD"])} if _facts().get("PASSWORD") else {})}
    done = subprocess.run([program(name), *arguments], env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        told = next((line for line in done.stderr.splitlines() if line.strip()), f"it ended with {done.returncode}")
        raise WorkspaceError(f"{name} could not do it: {told}. Nothing was changed.")
