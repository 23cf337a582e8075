"""The diagram of one module in one order of its inputs; the work can stop at a limit and go on later with a higher one."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from lotproof.faulttree.bdd import ONE, ZERO, Store
from lotproof.faulttree.graph import AND, OR
from lotproof.faulttree.modules import Module

Ask = Callable[[], None]
"""Called now and then; raises OutOfBudget when the caller's time is over."""


@dataclass(frozen=True)
class Part:
    """A module with its diagram."""

    module: Module
    """The module."""
    name: str
    """Name of the order that was taken."""
    order: tuple[int, ...]
    """Input at each level: a leaf, or the root of an inner module."""
    store: Store = field(repr=False)
    """Nodes."""
    root: int
    """The diagram."""
    nodes: tuple[int, ...] = field(repr=False)
    """Nodes under the root, children first."""


class _TooLarge(Exception):
    """This order needs more nodes than it may make for now."""


class Attempt:
    """One order on its way: what is done stays done when the limit is raised, answers remembered within a gate too."""

    def __init__(self, module: Module, name: str, order: Sequence[int], ask: Ask) -> None:
        self.module, self.name, self.order = module, name, tuple(order)
        self.store = Store(len(order), 0, ask, _TooLarge)
        self.at = {one: level for level, one in enumerate(order)}
        self.value: dict[int, int] = {}

    @property
    def gates(self) -> int:
        """How many gates are done."""
        return len(self.value)

    @property
    def spent(self) -> int:
        """Nodes made so far, with what is remembered."""
        return self.store.spent

    def pending(self) -> int:
        """Nodes of the diagrams that gates still to come ask for: what is left grows out of these."""
        waiting = {arg for index, (_, _, args) in self.module.rows.items() if index not in self.value for arg in args}
        return sum(len(self.store.below(self.value[one])) for one in sorted(waiting) if one in self.value)

    def go(self, budget: int) -> Part | None:
        """The part; None where it needs more than this many nodes."""
        self.store.budget = budget
        try:
            for index in self.module.rows:
                if index not in self.value:
                    self.value[index] = self._gate(index)
        except _TooLarge:
            return None
        slim, root = copied(self.store, self.value[self.module.root])
        return Part(self.module, self.name, self.order, slim, root, tuple(range(2, len(slim.level))))

    def _gate(self, index: int) -> int:
        kind, least, args = self.module.rows[index]
        parts = [self._input(arg) for arg in args]
        if kind == AND:
            return self.store.all_of(parts)
        return self.store.any_of(parts) if kind == OR else self.store.at_least(least, parts)

    def _input(self, arg: int) -> int:
        if arg in self.value:
            return self.value[arg]
        return self.store.node(self.at[abs(arg)], *((ZERO, ONE) if arg > 0 else (ONE, ZERO)))


def copied(store: Store, root: int) -> tuple[Store, int]:
    """Only the nodes under the root, in a store of their own: the rest of a large store is given back."""
    slim = Store(0, store.budget, store.ask, store.too_large)
    moved = {ZERO: ZERO, ONE: ONE}
    for one in store.below(root):
        moved[one] = len(slim.level)
        slim.level.append(store.level[one])
        slim.low.append(moved[store.low[one]])
        slim.high.append(moved[store.high[one]])
    return slim, moved[root]
