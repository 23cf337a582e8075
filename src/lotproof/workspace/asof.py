"""Looks at what a workspace holds as of a moment: equations, corrections, states. They change nothing and leave no entry."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import duckdb

from lotproof.rules.check import Outcome, check
from lotproof.rules.equations import all_items
from lotproof.rules.state import make_state, state_rows
from lotproof.workspace.job import Progress, only
from lotproof.workspace.place import Workspace, open_workspace
from lotproof.workspace.sources import in_scope, receipts_of


@dataclass
class Look:
    """What a look gave."""

    outcome: Outcome
    """Balances with their equations, corrections and declarations; no findings."""
    undated: dict[str, int] = field(default_factory=dict)
    """Kind of source -> rows that were left out because they have no time; empty where no moment was named."""
    items: dict[tuple[str, str, int, str], list[str]] = field(default_factory=dict)
    """(lot, level, number of the equation, name of the residue) -> all of its items, where they were asked for."""
    states: list[dict[str, Any]] = field(default_factory=list)
    """The state of each item of the lot that was asked for."""


def look(
    home: Path, time: str, actor: str, progress: Progress, lot: str | None = None, at: datetime | None = None,
    items: bool = False, states: bool = False,
) -> Look:  # fmt: skip
    """Equations and corrections of one lot or all, as of ``at`` (UTC) or of everything told; no rule is run."""
    workspace = open_workspace(home, time, actor, create=False)
    found = Look(Outcome((), (), 0))

    def visit(connection: duckdb.DuckDBPyConnection, lots: Sequence[str]) -> None:
        if at is not None:
            for kind, count in connection.execute(_UNDATED, [lot, lot]).fetchall():
                found.undated[kind] = found.undated.get(kind, 0) + count
        if items:
            wanted = [lot] if lot else [name for name in lots if name]
            found.items.update(all_items(connection, wanted))
        if states and lot in lots:
            make_state(connection, at)
            found.states = state_rows(connection, str(lot))

    with _spill(workspace) as spill:
        outcome = check(workspace.lake, in_scope(receipts_of()), spill, rules={}, progress=progress, visit=visit, at=at)
    found.outcome = only(outcome, lot) if lot else outcome
    return found


@contextmanager
def _spill(workspace: Workspace) -> Iterator[Path]:
    path = Path(tempfile.mkdtemp(prefix="lotproof-look-"))
    try:
        yield path
    finally:
        shutil.rmtree(path, ignore_errors=True)


_UNDATED = "SELECT kind::VARCHAR, count(*) FROM part WHERE at_utc IS NULL AND (?::VARCHAR IS NULL OR home = ?) GROUP BY 1 ORDER BY 1"
