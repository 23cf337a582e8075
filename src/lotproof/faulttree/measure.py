"""Numbers of a solved tree: probability and its derivatives from the diagrams, counts and sums from the cut sets."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from lotproof.faulttree.bdd import ONE
from lotproof.faulttree.build import Ask, Part
from lotproof.faulttree.graph import TRUE
from lotproof.faulttree.solve import Solved
from lotproof.faulttree.zdd import Family, minimal


def probability(solved: Solved, leaves: Sequence[float]) -> float:
    """The exact probability of the top; leaves[n] is that of leaf n, leaves[0] is not used."""
    return _probabilities(solved, leaves)[0]


def _probabilities(solved: Solved, leaves: Sequence[float]) -> tuple[float, dict[int, float], list[list[float]]]:
    """(top, probability of each leaf and module, probabilities of the nodes of each part)."""
    known = dict(enumerate(leaves))
    tables = []
    for part in solved.parts:
        values = [0.0, 1.0]
        level, low, high = part.store.level, part.store.low, part.store.high
        at = [known[one] for one in part.order]
        for one in part.nodes:
            here = at[level[one]]
            values.append(here * values[high[one]] + (1.0 - here) * values[low[one]])
        known[part.module.root] = values[part.root]
        tables.append(values)
    top = solved.graph.top
    if abs(top) == TRUE:
        return float(top > 0), known, tables
    return known[top] if top > 0 else 1.0 - known[-top], known, tables


def birnbaum(solved: Solved, leaves: Sequence[float]) -> tuple[float, dict[int, float]]:
    """(probability of the top, leaf -> its partial derivative); a leaf that does not matter is absent."""
    top, known, tables = _probabilities(solved, leaves)
    slope: dict[int, float] = {abs(solved.graph.top): 1.0 if solved.graph.top > 0 else -1.0}
    for part, values in zip(reversed(solved.parts), reversed(tables), strict=True):
        outer = slope.pop(part.module.root, 0.0)
        reach = [0.0] * len(values)
        reach[part.root] = 1.0
        gained = [0.0] * len(part.order)
        level, low, high = part.store.level, part.store.low, part.store.high
        at = [known[one] for one in part.order]
        for one in reversed(part.nodes):
            here, place = reach[one], level[one]
            chance = at[place]
            reach[high[one]] += here * chance
            reach[low[one]] += here * (1.0 - chance)
            gained[place] += here * (values[high[one]] - values[low[one]])
        for one, gain in zip(part.order, gained, strict=True):
            slope[one] = slope.get(one, 0.0) + outer * gain
    slope.pop(TRUE, None)
    return top, slope


@dataclass(frozen=True)
class Cuts:
    """The minimal cut sets of a solved tree, as one family a module."""

    solved: Solved = field(repr=False)
    """The diagrams they come from."""
    families: Mapping[int, Family] = field(repr=False)
    """Root of a module -> its family."""
    by_order: Mapping[int, int]
    """How many events -> how many minimal cut sets of that many; exact, however large."""

    @property
    def count(self) -> int:
        """All of them."""
        return sum(self.by_order.values())


def cuts(solved: Solved, ask: Ask, budget: int = 12_000_000) -> Cuts:
    """The cut sets of a tree, counted and not listed."""
    families: dict[int, Family] = {}
    sure: set[int] = set()
    for part in solved.parts:
        levels = frozenset(level for level, one in enumerate(part.order) if one in sure)
        family = families[part.module.root] = minimal(part.store, part.root, len(part.order), levels, _signed(part), budget)
        if family.root == ONE:
            sure.add(part.module.root)
        ask()
    found = Cuts(solved, families, {})
    return Cuts(solved, families, _by_order(found))


def _signed(part: Part) -> frozenset[int]:
    """Levels of the leaves that occur negated."""
    negated = {-one for _, _, args in part.module.rows.values() for one in args if one < 0}
    return frozenset(level for level, one in enumerate(part.order) if one in negated)


def _counted(cuts: Cuts) -> int:
    """How many cut sets there are."""
    known: dict[int, int] = {}
    for part in cuts.solved.parts:
        family = cuts.families[part.module.root]
        values = [0, 1]
        at = [known.get(one, 1) for one in part.order]
        for one in range(2, len(family.level)):
            values.append(values[family.low[one]] + at[family.level[one]] * values[family.high[one]])
        known[part.module.root] = values[family.root]
    return known.get(cuts.solved.graph.top, 1)


def _by_order(cuts: Cuts) -> dict[int, int]:
    """The histogram: all counts of a node lie side by side in one large integer, so that a product of modules is one product."""
    top = cuts.solved.graph.top
    if not cuts.solved.parts:
        return {1: 1} if 0 < top < TRUE else {} if top == -TRUE else {0: 1}
    width = max(_counted(cuts).bit_length(), 1)
    known: dict[int, int] = {}
    for part in cuts.solved.parts:
        family = cuts.families[part.module.root]
        values = [0, 1]
        at = [known.get(one) for one in part.order]
        for one in range(2, len(family.level)):
            inner, high = at[family.level[one]], values[family.high[one]]
            values.append(values[family.low[one]] + (high << width if inner is None else high * inner))
        known[part.module.root] = values[family.root]
    packed, found, order = known[top], {}, 0
    while packed:
        if packed & ((1 << width) - 1):
            found[order] = packed & ((1 << width) - 1)
        packed >>= width
        order += 1
    return found


def power_sum(cuts: Cuts, leaves: Sequence[float], power: int = 1) -> float:
    """Sum over all cut sets of (product of the probabilities of its events) to a power; 1 gives the rare-event value."""
    known: dict[int, float] = {leaf: chance**power for leaf, chance in enumerate(leaves)}
    for part in cuts.solved.parts:
        values = _swept(part, cuts.families[part.module.root], known)
        known[part.module.root] = values[cuts.families[part.module.root].root]
    top = cuts.solved.graph.top
    return known[top] if 0 < top < TRUE else float(top != -TRUE)


def _swept(part: Part, family: Family, known: Mapping[int, float]) -> list[float]:
    at = [known[one] for one in part.order]
    values = [0.0, 1.0]
    level, low, high = family.level, family.low, family.high
    for one in range(2, len(level)):
        values.append(values[low[one]] + at[level[one]] * values[high[one]])
    return values

