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
        # A table a level, with whole numbers as keys: tuples would make the garbage collector walk over millions of them.
        self.unique: dict[int, dict[int, int]] = {}
        self.memo: dict[int, int] = {}
        self.budget = budget
        self.root = ZERO

    def node(self, level: int, low: int, high: int) -> int:
        """The node with these children; the sets without it where there is none with it."""
        if high == ZERO:
            return low
        table = self.unique.setdefault(level, {})
        key = low << SHIFT | high
        found = table.get(key)
        if found is None:
            found = table[key] = len(self.level)
            self.level.append(level)
            self.low.append(low)
            self.high.append(high)
        return found

    def without(self, family: int, other: int) -> int:
        """The sets of a family that contain no set of another one. Both hold only minimal sets."""
        if _is_plain(family, other):
            return _plain(family, other)
        # One loop with everything local, as in bdd.Store. A question whose answer is not at hand goes on the stack and is met again.
        memo, levels, lows, highs, mask = self.memo, self.level, self.low, self.high, (1 << SHIFT) - 1
        start, get, node = family << SHIFT | other, self.memo.get, self.node
        stack = [start]
        while stack:
            key = stack[-1]
            if key in memo:
                stack.pop()
                continue
            f, g = key >> SHIFT, key & mask
            level, beside = levels[f], levels[g]
            if level > beside:
                # No set of the family holds this input, so only those without it can be contained.
                f0, g0 = f, lows[g]
            else:
                f0, g0 = lows[f], lows[g] if level == beside else g
            low = _plain(f0, g0) if f0 <= ONE or g0 <= ONE or f0 == g0 else get(f0 << SHIFT | g0)
            if low is None:
                stack.append(f0 << SHIFT | g0)
            if level > beside:
                if low is not None:
                    memo[key] = low
                continue
            f1 = highs[f]
            high = _plain(f1, g0) if f1 <= ONE or g0 <= ONE or f1 == g0 else get(f1 << SHIFT | g0)
            if high is None:
                stack.append(f1 << SHIFT | g0)
                continue
            if level == beside:
                g1 = highs[g]
                again = _plain(high, g1) if high <= ONE or g1 <= ONE or high == g1 else get(high << SHIFT | g1)
                if again is None:
                    stack.append(high << SHIFT | g1)
                    continue
                high = again
            if low is not None:
                memo[key] = node(level, low, high)
                stack.pop()
        return memo[start]


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
