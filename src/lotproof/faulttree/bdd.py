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


class Nodes:
    """Nodes of one order of levels, each of them once."""

    def __init__(self, levels: int, budget: int) -> None:
        self.level = [DEEPEST, DEEPEST]
        self.low = [0, 1]
        self.high = [0, 1]
        # A table a level, with whole numbers as keys: tuples would make the garbage collector walk over millions of them.
        self.unique: list[dict[int, int]] = [{} for _ in range(levels)]
        self.budget = budget

    def kept(self, level: int, low: int, high: int) -> int:
        """The node with these children, whether there already or new."""
        table = self.unique[level]
        key = low << SHIFT | high
        found = table.get(key)
        if found is None:
            found = table[key] = len(self.level)
            self.level.append(level)
            self.low.append(low)
            self.high.append(high)
        return found


class Store(Nodes):
    """Diagrams of one order. `budget` says how many nodes may be made before `too_large` is raised; `ask`, called often, may raise too."""

    def __init__(
        self, levels: int, budget: int, ask: Callable[[], None] = lambda: None, too_large: type[Exception] = OutOfBudget
    ) -> None:
        super().__init__(levels, budget)
        self.ask = ask
        self.too_large = too_large
        self.memo_and: dict[int, int] = {}
        self.memo_or: dict[int, int] = {}

    def node(self, level: int, low: int, high: int) -> int:
        """The diagram with these two below; one of them where they are equal."""
        return low if low == high else self.kept(level, low, high)

    def both(self, first: int, second: int) -> int:
        """The conjunction of two diagrams."""
        return self._apply(first, second, self.memo_and, ZERO, ONE)

    def either(self, first: int, second: int) -> int:
        """The disjunction of two diagrams."""
        return self._apply(first, second, self.memo_or, ONE, ZERO)

    def _apply(self, first: int, second: int, memo: dict[int, int], stop: int, skip: int) -> int:
        if first == second or second == skip:
            return first
        if first == skip:
            return second
        if first == stop or second == stop:
            return stop
        start = first << SHIFT | second if first < second else second << SHIFT | first
        return memo[start] if start in memo else self._worked_out(start, memo, stop, skip)

    def _worked_out(self, start: int, memo: dict[int, int], stop: int, skip: int) -> int:
        # One loop with everything local: this is where the time of the whole room goes. What is not at hand goes on the stack.
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
            low: int | None = f0 if f0 == g0 or g0 == skip else g0 if f0 == skip else stop if f0 == stop or g0 == stop else None
            if low is None:
                key0 = f0 << SHIFT | g0 if f0 < g0 else g0 << SHIFT | f0
                low = get(key0)
                if low is None:
                    stack.append(key0)
            high: int | None = f1 if f1 == g1 or g1 == skip else g1 if f1 == skip else stop if f1 == stop or g1 == stop else None
            if high is None:
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

    @property
    def spent(self) -> int:
        """Nodes made, and half of the answers that are remembered."""
        return len(self.level) + (len(self.memo_and) + len(self.memo_or)) // 2

    def _within(self) -> None:
        if self.spent > self.budget:
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
