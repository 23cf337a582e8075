"""Binary decision diagrams: reduced, ordered, without complement edges. Nothing here calls itself, so depth is no limit.

A diagram is an integer: 0 false, 1 true, else an index into the three lists of the store. Levels count from the root, 0 first.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from lotproof.faulttree.errors import OutOfBudget

ZERO, ONE = 0, 1
SHIFT = 30
DEEPEST = 1 << 29
"""The level of the two constants: below every variable."""


class Store:
    """Nodes of one order. `budget` is how many may be made before `too_large` is raised; `ask`, called now and then, may raise too."""

    def __init__(
        self, levels: int, budget: int, ask: Callable[[], None] = lambda: None, too_large: type[Exception] = OutOfBudget
    ) -> None:
        self.level = [DEEPEST, DEEPEST]
        self.low = [0, 1]
        self.high = [0, 1]
        self.unique: list[dict[int, int]] = [{} for _ in range(levels)]
        self.budget = budget
        self.ask = ask
        self.too_large = too_large
        self.made = 0
        self.memo_and: dict[int, int] = {}
        self.memo_or: dict[int, int] = {}

    def node(self, level: int, low: int, high: int) -> int:
        """The node with these children; the child itself where they are equal."""
        if low == high:
            return low
        table = self.unique[level]
        key = low << SHIFT | high
        found = table.get(key)
        if found is None:
            found = table[key] = len(self.level)
            self.level.append(level)
            self.low.append(low)
            self.high.append(high)
        return found

    def both(self, first: int, second: int) -> int:
        """The conjunction of two diagrams."""
        return self._apply(first, second, self.memo_and, ZERO, ONE)

    def either(self, first: int, second: int) -> int:
        """The disjunction of two diagrams."""
        return self._apply(first, second, self.memo_or, ONE, ZERO)

    def _apply(self, first: int, second: int, memo: dict[int, int], stop: int, skip: int) -> int:
        # One loop with everything local: this is where the time of the whole room goes.
        if first == second or second == skip:
            return first
        if first == skip:
            return second
        if first == stop or second == stop:
            return stop
        start = first << SHIFT | second if first < second else second << SHIFT | first
        known = memo.get(start)
        if known is not None:
            return known
        levels, lows, highs, unique, mask = self.level, self.low, self.high, self.unique, (1 << SHIFT) - 1
        stack, get = [start], memo.get
        while stack:
            key = stack[-1]
            if key in memo:
                stack.pop()
                continue
            f, g = key >> SHIFT, key & mask
            level, other = levels[f], levels[g]
            if level == other:
                f0, f1, g0, g1 = lows[f], highs[f], lows[g], highs[g]
            elif level < other:
                f0, f1, g0, g1 = lows[f], highs[f], g, g
            else:
                level = other
                f0, f1, g0, g1 = f, f, lows[g], highs[g]
            if f0 == g0 or g0 == skip:
                low: int | None = f0
            elif f0 == skip:
                low = g0
            elif f0 == stop or g0 == stop:
                low = stop
            else:
                key0 = f0 << SHIFT | g0 if f0 < g0 else g0 << SHIFT | f0
                low = get(key0)
                if low is None:
                    stack.append(key0)
            if f1 == g1 or g1 == skip:
                high: int | None = f1
            elif f1 == skip:
                high = g1
            elif f1 == stop or g1 == stop:
                high = stop
            else:
                key1 = f1 << SHIFT | g1 if f1 < g1 else g1 << SHIFT | f1
                high = get(key1)
                if high is None:
                    stack.append(key1)
            if low is None or high is None:
                continue
            stack.pop()
            if low == high:
                memo[key] = low
                continue
            table, pair = unique[level], low << SHIFT | high
            found = table.get(pair)
            if found is None:
                found = table[pair] = len(levels)
                levels.append(level)
                lows.append(low)
                highs.append(high)
                if not found & 4095:
                    self._within()
            memo[key] = found
        return memo[start]

    def _within(self) -> None:
        if len(self.level) + len(self.memo_and) // 2 + len(self.memo_or) // 2 > self.budget:
            raise self.too_large(f"more than {self.budget:,} nodes")
        self.ask()

    def at_least(self, least: int, parts: Sequence[int]) -> int:
        """At least so many of the diagrams hold; a table of partial counts, not all combinations."""
        # reached[j]: at least j of the diagrams seen so far.
        reached = [ONE] + [ZERO] * least
        for part in parts:
            for count in range(least, 0, -1):
                reached[count] = self.either(reached[count], self.both(part, reached[count - 1]))
        return reached[least]

    def all_of(self, parts: Iterable[int]) -> int:
        """The conjunction of many: deepest first, so that intermediate diagrams stay small."""
        result = ONE
        for part in sorted(parts, key=lambda one: (-self.level[one], one)):
            result = self.both(part, result)
        return result

    def any_of(self, parts: Iterable[int]) -> int:
        """The disjunction of many, in the same order."""
        result = ZERO
        for part in sorted(parts, key=lambda one: (-self.level[one], one)):
            result = self.either(part, result)
        return result

    def below(self, root: int) -> list[int]:
        """All nodes of a diagram but the constants, children before parents (their indexes ascend)."""
        seen = {root} - {ZERO, ONE}
        stack = list(seen)
        while stack:
            one = stack.pop()
            for child in (self.low[one], self.high[one]):
                if child > ONE and child not in seen:
                    seen.add(child)
                    stack.append(child)
        return sorted(seen)
