"""What a witness remembers, in an SQLite file: the last head of each log, and signed contradictions.

Comparing and remembering are one transaction, so that of two requests at once the second sees what the first left; the file is
synced before an answer goes out. A witness without its memory could cosign a fork, so it is never made anew in passing.
"""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path

from lotproof.ledger.witness.judge import NOTHING, Seen, Verdict
from lotproof.ledger.witness.request import Request

_TABLES = """
CREATE TABLE seen (origin TEXT PRIMARY KEY, size INTEGER NOT NULL, root BLOB NOT NULL, checkpoint TEXT NOT NULL) STRICT;
CREATE TABLE evidence (origin TEXT NOT NULL, time INTEGER NOT NULL, status INTEGER NOT NULL, request BLOB NOT NULL) STRICT;
"""
MOST_EVIDENCE = 1000
"""Contradictions that are kept of one log; more prove nothing more."""


class StateError(ValueError):
    """The memory of a witness is absent or cannot be made."""


class State:
    """The memory of a witness."""

    def __init__(self, path: Path) -> None:
        """Use the file at `path`, which `make_state` made."""
        if not path.is_file():
            raise StateError(
                f"The memory of the witness, {path}, is missing. Without it the witness could cosign a fork: bring it back from the "
                'backup, or make a new witness with a new key ("lotproof witness init").'
            )
        self._path = path

    def settle(self, request: Request, body: bytes, time: int, decide: Callable[[Seen], Verdict]) -> Verdict:
        """Decide on a request against what was seen, and remember its head where the verdict is 200, in one transaction."""
        origin, head = request.head.origin, request.head
        with _opened(self._path) as connection:
            connection.execute("BEGIN IMMEDIATE")
            row = connection.execute("SELECT size, root FROM seen WHERE origin = ?", (origin,)).fetchone()
            verdict = decide(Seen(*row) if row else NOTHING)
            if verdict.status == 200:
                values = (origin, head.size, head.root, request.signed.text)
                connection.execute("INSERT INTO seen VALUES (?, ?, ?, ?) ON CONFLICT (origin) DO UPDATE SET "
                                   "size = excluded.size, root = excluded.root, checkpoint = excluded.checkpoint", values)  # fmt: skip
            elif verdict.evidence and self._kept(connection, origin) < MOST_EVIDENCE:
                connection.execute("INSERT INTO evidence VALUES (?, ?, ?, ?)", (origin, time, verdict.status, body))
            connection.execute("COMMIT")
        return verdict

    @staticmethod
    def _kept(connection: sqlite3.Connection, origin: str) -> int:
        return int(connection.execute("SELECT count(*) FROM evidence WHERE origin = ?", (origin,)).fetchone()[0])

    def seen(self) -> dict[str, Seen]:
        """Give the last head of each log."""
        with _opened(self._path) as connection:
            return {origin: Seen(size, root) for origin, size, root in connection.execute("SELECT origin, size, root FROM seen")}

    def evidence(self) -> list[tuple[str, int, int, bytes]]:
        """Give (origin, time, status, request) of each contradiction that a log signed."""
        with _opened(self._path) as connection:
            return connection.execute("SELECT origin, time, status, request FROM evidence ORDER BY time, rowid").fetchall()


def make_state(path: Path) -> None:
    """Make the memory of a new witness; raises StateError where there is something already."""
    if path.exists():
        raise StateError(f"There is a witness's memory at {path} already; it is never overwritten. Name another folder.")
    with _opened(path) as connection:
        connection.executescript(_TABLES)


@contextlib.contextmanager
def _opened(path: Path) -> Iterator[sqlite3.Connection]:
    connection = sqlite3.connect(path, timeout=30, isolation_level=None)
    try:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = FULL")
        yield connection
    finally:
        connection.close()
