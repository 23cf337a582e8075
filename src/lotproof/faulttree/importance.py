"""How much each basic event matters. All from the exact probability and its derivative; none from cut sets."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from lotproof.faulttree.measure import birnbaum, probability
from lotproof.faulttree.solve import Solved

NEAR_NOTHING = 1e-9
"""Below this share of the top, a difference of two probabilities is computed afresh instead: its digits would be noise."""


@dataclass(frozen=True)
class Importance:
    """The five measures of one event, P the probability of the top, p that of the event."""

    leaf: int
    """The event."""
    birnbaum: float
    """P(top | event) - P(top | no event)."""
    critical: float
    """Birnbaum times p / P: the event is critical and has happened, given the top."""
    fussell_vesely: float
    """P(at least one cut set with the event holds | top) as 1 - P(top | no event) / P; equals `critical` only for coherent trees."""
    raw: float
    """Risk achievement worth: P(top | event) / P."""
    rrw: float
    """Risk reduction worth: P / P(top | no event); infinite where the top cannot happen without the event."""


def importances(solved: Solved, leaves: Sequence[float]) -> tuple[float, list[Importance]]:
    """(probability of the top, measures of every event that matters, the most critical first)."""
    top, slopes = birnbaum(solved, leaves)
    if top <= 0.0:
        return top, []
    found = [_one(solved, leaves, top, leaf, slope) for leaf, slope in sorted(slopes.items())]
    return top, sorted(found, key=lambda one: (-one.critical, -one.birnbaum, one.leaf))


def _one(solved: Solved, leaves: Sequence[float], top: float, leaf: int, slope: float) -> Importance:
    chance = leaves[leaf]
    without = _given(solved, leaves, leaf, 0.0, top - chance * slope, top)
    given = _given(solved, leaves, leaf, 1.0, top + (1.0 - chance) * slope, top)
    return Importance(
        leaf, slope, slope * chance / top, 1.0 - without / top, given / top, top / without if without > 0.0 else math.inf
    )  # fmt: skip


def _given(solved: Solved, leaves: Sequence[float], leaf: int, state: float, quick: float, top: float) -> float:
    """P(top | event in this state): by the derivative, or afresh where that has lost its digits."""
    if quick > NEAR_NOTHING * top:
        return quick
    changed = list(leaves)
    changed[leaf] = state
    return probability(solved, changed)
