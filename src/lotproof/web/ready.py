"""Whether the server can do its work now: the database answers, an entry could be written, a worker is there."""

from __future__ import annotations

import shutil
from pathlib import Path

from django.db import DatabaseError, OperationalError, connection, transaction

from lotproof.jobs import queue
from lotproof.ledger import store

PATIENCE = 2
"""Seconds that the trial waits for whoever writes."""
ROOM = 64_000_000
"""Bytes that have to be free on the disk of the workspace."""
_BUSY = ("locked", "lock timeout")


class _TakenBack(Exception):
    """Ends the trial."""


def checks(home: Path, now: str) -> dict[str, str]:
    """What was looked at, by name: "ok", or a sentence."""
    if problem := _database():
        return {"database": problem}
    free = shutil.disk_usage(home).free
    return {
        "database": "ok",
        "ledger": _ledger(),
        "disk": "ok" if free >= ROOM else f"{free // 1_000_000} MB are free where the workspace lies; make room.",
        "worker": "ok" if queue.alive(now) else 'No worker was heard of within a minute; start one with "lotproof work".',
    }


def _database() -> str:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
            cursor.fetchone()
    except DatabaseError as error:
        connection.close()
        return f"The database does not answer ({type(error).__name__}); look whether it runs."
    return ""


def _ledger() -> str:
    """Write a row as an entry is written and take it back: what is only said to be writable may lie on a disk that is not."""
    try:
        with _patient(), transaction.atomic():
            rows = store.table()
            rows.bulk_create([rows.model(index=-1, leaf_hash=b"\0" * 32, data=b"{}", kind="trial", stream="trial", seq=-1)])
            raise _TakenBack
    except _TakenBack:
        return "ok"
    except OperationalError as error:
        if any(word in str(error) for word in _BUSY):
            return "ok"  # somebody is writing: it can be written
        return f"No entry could be written ({type(error).__name__}); look at the database's own log."
    except DatabaseError as error:
        return f"No entry could be written ({type(error).__name__}); look at the database's own log."


class _patient:
    """The connection waits only PATIENCE seconds for a lock."""

    def __enter__(self) -> None:
        self._set(PATIENCE * 1000)

    def __exit__(self, *_: object) -> None:
        self._set(60_000)

    @staticmethod
    def _set(milliseconds: int) -> None:
        with connection.cursor() as cursor:
            if connection.vendor == "sqlite":
                cursor.execute(f"PRAGMA busy_timeout = {milliseconds}")
            else:
                cursor.execute(f"SET lock_timeout = {milliseconds if milliseconds < 60_000 else 0}")
