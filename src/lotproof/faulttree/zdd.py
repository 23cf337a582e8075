"""Families of sets as zero-suppressed diagrams: the minimal cut sets of a module, from its binary diagram (Rauzy 1993, 2001).

A cut set is the positive part of a smallest solution: a set of events that, alone with all others absent, bring the top event.
For a tree without negation these are the minimal cut sets as everybody knows them; with negation they are not the prime implicants.
"""

from __future__ import annotations

from collections.abc import Collection

from lotproof.faulttree.bdd import ONE, SHIFT, ZERO, Nodes, Store
from lotproof.faulttree.errors import OutOfBudget


class Family(Nodes):
    """Sets over the levels of one order; a node is (level, sets without it, sets with it). 0 no set at all, 1 the empty set alone."""

    def __init__(self, levels: int, budget: int) -> None:
        super().__init__(levels, budget)
        self.memo_failing: dict[int, int] = {}
        self.memo_without: dict[int, int] = {}
        self.root = ZERO

    @property
    def spent(self) -> int:
        """Nodes, and half of the answers that are remembered."""
        return len(self.level) + (len(self.memo_failing) + len(self.memo_without)) // 2

    def forget(self) -> None:
        """Gives back what only making nodes needs."""
        self.unique.clear()
        self.memo_failing.clear()
        self.memo_without.clear()

    def node(self, level: int, low: int, high: int) -> int:
        """The sets of both, those of `high` with this input."""
        return low if high == ZERO else self.kept(level, low, high)

    def failing(self, family: int, store: Store, diagram: int) -> int:
        """The sets of a family at which a diagram that only grows with its inputs is false, all other inputs being absent."""
        # One loop with everything local, as in bdd.Store. A question whose answer is not at hand goes on the stack and is met again.
        memo, levels, lows, highs, mask = self.memo_failing, self.level, self.low, self.high, (1 << SHIFT) - 1
        level_of, low_of, high_of, get, node = store.level, store.low, store.high, self.memo_failing.get, self.node
        stack = [family << SHIFT | diagram]
        while stack:
            key = stack[-1]
            if key in memo:
                stack.pop()
                continue
            k, f = key >> SHIFT, key & mask
            level = levels[k]
            # No set here holds the inputs above: they are absent.
            while level_of[f] < level:
                f = low_of[f]
            # The empty set alone fails wherever the diagram is not the constant true.
            if f <= ONE or k <= ONE:
                memo[key] = ZERO if f == ONE else k
                stack.pop()
                continue
            f0, f1 = (low_of[f], high_of[f]) if level_of[f] == level else (f, f)
            key0, key1 = lows[k] << SHIFT | f0, highs[k] << SHIFT | f1
            low, high = get(key0), get(key1)
            if low is None:
                stack.append(key0)
            if high is None:
                stack.append(key1)
            elif low is not None:
                memo[key] = node(level, low, high) if high else low
                stack.pop()
        return memo[family << SHIFT | diagram]

    def without(self, family: int, other: int) -> int:
        """The sets of a family that contain no set of another one. Both hold only minimal sets."""
        # As above. A pair with a constant, or of equal ones, is answered on the spot: the empty set contains no other set but itself.
        memo, levels, lows, highs, mask = self.memo_without, self.level, self.low, self.high, (1 << SHIFT) - 1
        start, get, node = family << SHIFT | other, self.memo_without.get, self.node
        stack = [start]
        while stack:
            key = stack[-1]
            if key in memo:
                stack.pop()
                continue
            f, g = key >> SHIFT, key & mask
            if f <= ONE or g <= ONE or f == g:
                memo[key] = ZERO if g == ONE or f == g else f
                stack.pop()
                continue
            level, beside = levels[f], levels[g]
            # Where no set of the family holds the upper input, only those without it can be contained.
            f0, g0 = (f if level > beside else lows[f]), (lows[g] if level >= beside else g)
            low = (ZERO if g0 == ONE or f0 == g0 else f0) if f0 <= ONE or g0 <= ONE or f0 == g0 else get(f0 << SHIFT | g0)
            if low is None:
                stack.append(f0 << SHIFT | g0)
            if level > beside:
                if low is not None:
                    memo[key] = low
                continue
            f1 = highs[f]
            high = (ZERO if g0 == ONE or f1 == g0 else f1) if f1 <= ONE or g0 <= ONE or f1 == g0 else get(f1 << SHIFT | g0)
            if high is None:
                stack.append(f1 << SHIFT | g0)
                continue
            if level == beside and high:
                g1 = highs[g]
                again = (ZERO if g1 == ONE or high == g1 else high) if high <= ONE or g1 <= ONE or high == g1 else get(high << SHIFT | g1)
                if again is None:
                    stack.append(high << SHIFT | g1)
                    continue
                high = again
            if low is not None:
                memo[key] = node(level, low, high) if high else low
                stack.pop()
        return memo[start]


def minimal(store: Store, root: int, levels: int, sure: Collection[int], signed: Collection[int], budget: int) -> Family:
    """The minimal cut sets of a diagram.

    At a level of `sure` the input is true at no cost (a module that holds when nothing happens); at one of `signed` it occurs negated.
    """
    family = Family(levels, budget)
    cuts, grows = {ZERO: ZERO, ONE: ONE}, {ZERO: True, ONE: True}
    for done, one in enumerate(store.below(root)):
        level, without, given = store.level[one], store.low[one], store.high[one]
        low, high = cuts[without], cuts[given]
        grows[one] = grows[without] and grows[given] and level not in signed and level not in sure
        # A set with this input is not minimal where it, or a part of it, holds without.
        if level not in sure:
            high = family.failing(high, store, without) if grows[without] else family.without(high, low)
            high = family.node(level, low, high)
        cuts[one] = high
        if not done & 255:
            store.ask()
            if family.spent > budget:
                raise OutOfBudget(f"more than {budget:,} nodes of cut sets")
    family.root = cuts[root]
    family.forget()
    return family
