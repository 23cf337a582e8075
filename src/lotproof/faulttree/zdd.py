"""Families of sets as zero-suppressed diagrams: the minimal cut sets of a module, from its binary diagram (Rauzy 1993, 2001).

A cut set is the positive part of a smallest solution: a set of events that, alone with all others absent, bring the top event.
For a tree without negation these are the minimal cut sets as everybody knows them; with negation they are not the prime implicants.
"""

from __future__ import annotations

from lotproof.faulttree.bdd import DEEPEST, ONE, SHIFT, ZERO, Store
from lotproof.faulttree.errors import OutOfBudget


class Family:
    """Sets over the levels of one order; a node is (level, sets without it, sets with it). 0 no set at all, 1 the empty set alone."""

    def __init__(self, budget: int) -> None:
        self.level = [DEEPEST, DEEPEST]
        self.low = [0, 1]
        self.high = [0, 1]
        self.unique: dict[tuple[int, int, int], int] = {}
        self.memo: dict[int, int] = {}
        self.budget = budget
        self.root = ZERO

    def node(self, level: int, low: int, high: int) -> int:
        """The node with these children; the sets without it where there is none with it."""
        if high == ZERO:
            return low
        key = (level, low, high)
        found = self.unique.get(key)
        if found is None:
            found = self.unique[key] = len(self.level)
            self.level.append(level)
            self.low.append(low)
            self.high.append(high)
        return found

    def without(self, family: int, other: int) -> int:
        """The sets of a family that contain no set of another one. Both hold only minimal sets."""
        if _is_plain(family, other):
            return _plain(family, other)
        memo, levels, lows, highs, mask = self.memo, self.level, self.low, self.high, (1 << SHIFT) - 1
        start = family << SHIFT | other
        stack = [start]
        while stack:
            key = stack[-1]
            if key in memo:
                stack.pop()
                continue
            f, g = key >> SHIFT, key & mask
            level = levels[f]
            if level > levels[g]:
                value = self._known(f, lows[g], stack)
                if value is not None:
                    memo[key] = value
                continue
            same = level == levels[g]
            low = self._known(lows[f], lows[g] if same else g, stack)
            high = self._known(highs[f], lows[g] if same else g, stack)
            if high is not None and same:
                high = self._known(high, highs[g], stack)
            if low is None or high is None:
                continue
            memo[key] = self.node(level, low, high)
            stack.pop()
        return memo[start]

    def _known(self, family: int, other: int, stack: list[int]) -> int | None:
        """The answer where it is at hand; else the question goes on the stack."""
        if _is_plain(family, other):
            return _plain(family, other)
        key = family << SHIFT | other
        value = self.memo.get(key)
        if value is None:
            stack.append(key)
        return value


def _is_plain(family: int, other: int) -> bool:
    return family <= ONE or other <= ONE or family == other


def _plain(family: int, other: int) -> int:
    if other == ONE or family in (ZERO, other):
        return ZERO
    # The empty set contains no other set but itself, and the family `other` is not that one set.
    return family


def minimal(store: Store, root: int, sure: frozenset[int] = frozenset(), budget: int = 4_000_000) -> Family:
    """The minimal cut sets of a diagram. At a level of `sure` the input is true at no cost (a module that holds when nothing happens)."""
    family = Family(budget)
    cuts = {ZERO: ZERO, ONE: ONE}
    for done, one in enumerate(store.below(root)):
        low, high = cuts[store.low[one]], cuts[store.high[one]]
        level = store.level[one]
        cuts[one] = high if level in sure else family.node(level, low, family.without(high, low))
        if not done & 255:
            store.ask()
            if len(family.level) + len(family.memo) // 2 > budget:
                raise OutOfBudget(f"more than {budget:,} nodes of cut sets")
    family.root = cuts[root]
    family.memo.clear()
    family.unique.clear()
    return family
