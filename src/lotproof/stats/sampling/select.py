"""A random selection that anyone can repeat: of the units in a list those whose SHA-256 over seed, list and unit is smallest.

The list is sorted and taken by its digest, so that its order in a file does not matter and nobody can choose a seed after having seen
another list. No random generator is needed: any language with SHA-256 selects the same units.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from lotproof.stats.problem import MethodProblem

METHOD = "smallest SHA-256 of seed, list digest and unit, each followed by a line feed (UTF-8)"


@dataclass(frozen=True)
class Selection:
    """Units to look at."""

    units: tuple[str, ...]
    """The chosen units, sorted for the person who looks for them."""
    seed: str
    """The seed, as text."""
    listed: int
    """Units of the list."""
    list_digest: str
    """SHA-256 of the sorted list, a line a unit."""
    accept: int = 0
    """Most wrong units at which the lot is accepted."""
    confidence: float = 0.95
    """Confidence of the statement that will be made."""
    method: str = METHOD
    """How they were chosen."""


def list_digest(units: Sequence[str]) -> str:
    """SHA-256 of the sorted units, each followed by a line feed."""
    return hashlib.sha256("".join(f"{unit}\n" for unit in sorted(units)).encode()).hexdigest()


def select(units: Sequence[str], n: int, seed: str, accept: int = 0, confidence: float = 0.95) -> Selection:
    """``n`` of the units; each set of n is as likely as any other as long as the seed was not chosen after a look at the list."""
    if len(set(units)) < len(units):
        twice = next(unit for at, unit in enumerate(sorted(units)) if at and sorted(units)[at - 1] == unit)
        raise MethodProblem(f"The unit {twice} is in the list twice; a selection needs every unit once.")
    if not 1 <= n <= len(units):
        raise MethodProblem(f"{n} of {len(units)} units cannot be selected; select between 1 and {len(units)}.")
    listed = list_digest(units)
    ranked = sorted(units, key=lambda unit: hashlib.sha256(f"{seed}\n{listed}\n{unit}\n".encode()).digest())
    return Selection(tuple(sorted(ranked[:n])), seed, len(units), listed, accept, confidence)


def replayed(selection: Selection, units: Sequence[str]) -> bool:
    """Whether this list with this seed gives these units again."""
    if list_digest(units) != selection.list_digest:
        return False
    return select(units, len(selection.units), selection.seed).units == selection.units


def to_json(selection: Selection) -> dict[str, Any]:
    """The selection as a document."""
    return {**asdict(selection), "units": list(selection.units)}


def from_json(told: Mapping[str, Any]) -> Selection:
    """The selection of a document."""
    try:
        known = {name: told[name] for name in Selection.__dataclass_fields__}
        return Selection(**{**known, "units": tuple(told["units"])})
    except (KeyError, TypeError) as error:
        raise MethodProblem(f"This is no selection ({error} is missing); make one with lotproof sample select --json.") from None
