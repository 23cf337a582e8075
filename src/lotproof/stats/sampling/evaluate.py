"""The count of a sample judged: accepted or not, what it shows, and what follows for the lot."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from lotproof.stats.problem import MethodProblem
from lotproof.stats.sampling.confidence import Shown, shown
from lotproof.stats.sampling.select import Selection


@dataclass(frozen=True)
class Judgement:
    """The verdict on a lot."""

    verdict: str
    """accepted, rejected, or unfinished."""
    shown: Shown | None
    """What the count shows; None while it is unfinished."""
    missing: tuple[str, ...]
    """Selected units that nobody looked at."""
    strange: tuple[str, ...]
    """Units that were looked at and not selected: they do not count."""
    wrong: tuple[str, ...]
    """Selected units that were wrong."""
    consequence: str
    """What follows for the lot."""


def evaluate(selection: Selection, results: Mapping[str, bool], noun: str = "units") -> Judgement:
    """``results``: unit -> whether it was right. Wrong units count at once; an acceptance needs every selected unit."""
    chosen = set(selection.units)
    missing = tuple(sorted(chosen - results.keys()))
    strange = tuple(sorted(results.keys() - chosen))
    wrong = tuple(sorted(unit for unit in chosen & results.keys() if not results[unit]))
    if len(wrong) <= selection.accept and missing:
        told = f"{len(missing)} of {len(chosen)} selected {noun} were not looked at; look at them, none may be replaced."
        return Judgement("unfinished", None, missing, strange, wrong, told)
    looked_at = len(chosen) - len(missing)
    found = shown(len(wrong), looked_at, selection.listed, selection.confidence, noun)
    if len(wrong) <= selection.accept:
        told = "The lot is accepted on this sample. Wrong units that were found are replaced or taken out, and explained."
        return Judgement("accepted", found, missing, strange, wrong, told)
    told = (
        f"The lot is not accepted: {len(wrong)} wrong, {selection.accept} allowed. Hold it, inspect all {selection.listed:,} {noun}, "
        "and open an investigation; it may be offered again only after that."
    )
    return Judgement("rejected", found, missing, strange, wrong, told)


def checked_numbers(n: int, accept: int, reject: int, wrong: int) -> str:
    """Verdict of a plan with two numbers; between them (reduced inspection) a lot is accepted and inspection goes back to normal."""
    if not 0 <= wrong <= n:
        raise MethodProblem(f"{wrong} wrong of {n} is no count; find no more than were looked at.")
    return "accepted" if wrong <= accept else "rejected" if wrong >= reject else "accepted, back to normal inspection"
