"""Samples in the ledger: which units were selected and how, what was found and what followed; made and judged again from it."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lotproof.ledger import store
from lotproof.stats.problem import MethodProblem
from lotproof.stats.sampling.evaluate import Judgement, evaluate
from lotproof.stats.sampling.select import Selection, select
from lotproof.workspace.asof import look
from lotproof.workspace.job import Progress
from lotproof.workspace.place import open_workspace, writing

STREAM = "sampling"
NAMED = 400
"""Units that an entry names; of more it has count and digest, which list and seed lead to again. An entry has 64 KB at most."""


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
    accept: int = 0, confidence: float = 0.95, plan: str = "",
) -> Kept:  # fmt: skip
    """Select ``n`` items of one level of a lot, as everything told up to now has them, and write it into the ledger."""
    chosen = select(units_of(home, lot, level, time, actor, progress), n, seed, accept, confidence)
    return keep_selection(home, chosen, time, actor, plan, lot, level)


def keep_selection(home: Path, chosen: Selection, time: str, actor: str, plan: str = "", lot: str = "", level: str = "") -> Kept:
    """Write a selection into the ledger; ``lot`` and ``level`` are empty where it was made of a list that the workspace does not hold."""
    workspace = open_workspace(home, time, actor, create=False)
    with writing(workspace):
        number = len(selections()) + 1
        body = {
            "type": "selection", "number": number, "lot": lot, "level": level, "plan": plan, "seed": chosen.seed, "listed": chosen.listed,
            "list_sha256": chosen.list_digest, "n": len(chosen.units), "units": list(chosen.units[:NAMED]),
            "units_sha256": _digest(chosen.units), "accept": chosen.accept,
            # canonical JSON has no fractions
            "confidence": repr(chosen.confidence), "method": chosen.method,
        }  # fmt: skip
        entry = store.append("record", STREAM, time, actor, body).index
    return Kept(number, entry, chosen)


def keep_evaluation(home: Path, number: int, chosen: Selection, judged: Judgement, noun: str, time: str, actor: str) -> int:
    """Write what was found of selection ``number`` and what followed into the ledger; the index of the entry."""
    workspace = open_workspace(home, time, actor, create=False)
    body = _selection(number)
    if (body["list_sha256"], body["seed"], body["units_sha256"]) != (chosen.list_digest, chosen.seed, _digest(chosen.units)):
        raise MethodProblem(
            f"Selection {number} of the ledger is another one than that of this file; evaluate the file that it was written to."
        )
    with writing(workspace):
        told = {
            "type": "evaluation", "selection": number, "noun": noun, "wrong": list(judged.wrong[:NAMED]), "wrong_count": len(judged.wrong),
            "missing_count": len(judged.missing), "not_selected_count": len(judged.strange), "missing": list(judged.missing[:NAMED]),
            "verdict": judged.verdict, "statement": judged.shown.sentence if judged.shown else "", "consequence": judged.consequence,
        }  # fmt: skip
        return store.append("record", STREAM, time, actor, told).index


@dataclass(frozen=True)
class Replayed:
    """A selection made again, and what was found of it judged again."""

    body: dict[str, Any]
    """What the ledger holds of the selection."""
    list_same: bool
    """Whether the list still has the same units."""
    units_same: bool
    """Whether seed and list give the same selection."""
    selection: Selection
    """The units selected now."""
    evaluations: tuple[tuple[dict[str, Any], bool], ...]
    """What the ledger holds of each evaluation, and whether its counts give the same verdict, statement and consequence again."""

    @property
    def holds(self) -> bool:
        """Whether all comes out again."""
        return self.units_same and all(same for _, same in self.evaluations)


def replay_selection(home: Path, number: int, time: str, actor: str, progress: Progress, units: Sequence[str] | None = None) -> Replayed:
    """Make selection ``number`` again from its entry and the workspace, or from ``units`` where it was made of another list."""
    open_workspace(home, time, actor, create=False)
    body = _selection(number)
    if units is None and not body["lot"]:
        raise MethodProblem(f"Selection {number} was made of a list that the workspace does not hold; name the file with --list.")
    listed = units if units is not None else units_of(home, body["lot"], body["level"], time, actor, progress)
    again = select(listed, min(body["n"], len(listed)), body["seed"], body["accept"], float(body["confidence"]))
    judged = tuple((told, _same(again, told)) for told in store.bodies("record", STREAM) if told.get("selection") == number)
    return Replayed(body, again.list_digest == body["list_sha256"], _digest(again.units) == body["units_sha256"], again, judged)


def selections() -> list[dict[str, Any]]:
    """What the ledger holds of every selection, in its order."""
    return [body for body in store.bodies("record", STREAM) if body["type"] == "selection"]


def evaluations() -> list[dict[str, Any]]:
    """What the ledger holds of every evaluation, in its order."""
    return [body for body in store.bodies("record", STREAM) if body["type"] == "evaluation"]


def _selection(number: int) -> dict[str, Any]:
    found = selections()
    if not 1 <= number <= len(found):
        raise MethodProblem(f"The ledger holds {len(found)} selections; there is no number {number}.")
    return found[number - 1]


def _same(selection: Selection, told: dict[str, Any]) -> bool:
    """Verdict and sentences follow from the counts alone, so any units will do for a judgement."""
    wrong, missing = told["wrong_count"], told["missing_count"]
    results = {unit: at >= wrong for at, unit in enumerate(selection.units[: len(selection.units) - missing])}
    again = evaluate(selection, results, told["noun"])
    statement = again.shown.sentence if again.shown else ""
    return (again.verdict, statement, again.consequence) == (told["verdict"], told["statement"], told["consequence"])


def units_of(home: Path, lot: str, level: str, time: str, actor: str, progress: Progress) -> list[str]:
    """Items of one level that any source tells of in a lot, sorted."""
    found = look(home, time, actor, progress, lot, None, states=True)
    units = sorted(row["item"] for row in found.states if row["level"] == level)
    if not units:
        raise MethodProblem(f'The workspace knows no item of level {level} in the lot "{lot}"; lotproof state --lot shows what it has.')
    return units


def _digest(units: Sequence[str]) -> str:
    return hashlib.sha256("".join(f"{unit}\n" for unit in units).encode()).hexdigest()
