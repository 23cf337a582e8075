"""Units of a lot selected at random, each selection an entry of the ledger, and made again from it."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lotproof.ledger import store
from lotproof.stats.problem import MethodProblem
from lotproof.stats.sampling.select import Selection, select
from lotproof.workspace.asof import look
from lotproof.workspace.job import Progress
from lotproof.workspace.place import open_workspace, writing

STREAM = "sampling"


@dataclass(frozen=True)
class Kept:
    """A selection with its place in the ledger."""

    number: int
    """Its number among the selections of this workspace, from 1."""
    entry: int
    """Index of its entry in the log."""
    selection: Selection
    """The units."""


def select_from_lot(
    home: Path, lot: str, level: str, n: int, seed: str, time: str, actor: str, progress: Progress,
    accept: int = 0, confidence: float = 0.95,
) -> Kept:  # fmt: skip
    """Select ``n`` items of one level of a lot, as everything told up to now has them, and write it into the ledger."""
    chosen = select(units_of(home, lot, level, time, actor, progress), n, seed, accept, confidence)
    workspace = open_workspace(home, time, actor, create=False)
    with writing(workspace):
        number = sum(1 for _ in store.bodies("record", STREAM)) + 1
        body = {
            "type": "selection", "number": number, "lot": lot, "level": level, "seed": seed, "listed": chosen.listed,
            "list_sha256": chosen.list_digest, "n": n, "units_sha256": _digest(chosen), "accept": accept,
            # canonical JSON has no fractions
            "confidence": repr(confidence), "method": chosen.method,
        }  # fmt: skip
        entry = store.append("record", STREAM, time, actor, body).index
    return Kept(number, entry, chosen)


@dataclass(frozen=True)
class Replayed:
    """A selection made again."""

    body: dict[str, Any]
    """What the ledger holds."""
    list_same: bool
    """Whether the workspace still tells of the same units."""
    units_same: bool
    """Whether seed and list give the same selection."""
    selection: Selection
    """The units selected now."""


def replay_selection(home: Path, number: int, time: str, actor: str, progress: Progress) -> Replayed:
    """Make selection ``number`` again from its entry and the sources of the workspace."""
    open_workspace(home, time, actor, create=False)
    bodies = list(store.bodies("record", STREAM))
    if not 1 <= number <= len(bodies):
        raise MethodProblem(f"The ledger holds {len(bodies)} selections; there is no number {number}.")
    body = bodies[number - 1]
    units = units_of(home, body["lot"], body["level"], time, actor, progress)
    again = select(units, min(body["n"], len(units)), body["seed"], body["accept"], float(body["confidence"]))
    return Replayed(body, again.list_digest == body["list_sha256"], _digest(again) == body["units_sha256"], again)


def units_of(home: Path, lot: str, level: str, time: str, actor: str, progress: Progress) -> list[str]:
    """Items of one level that any source tells of in a lot, sorted."""
    found = look(home, time, actor, progress, lot, None, states=True)
    units = sorted(row["item"] for row in found.states if row["level"] == level)
    if not units:
        raise MethodProblem(f'The workspace knows no item of level {level} in the lot "{lot}"; lotproof state --lot shows what it has.')
    return units


def _digest(selection: Selection) -> str:
    return hashlib.sha256("".join(f"{unit}\n" for unit in selection.units).encode()).hexdigest()
