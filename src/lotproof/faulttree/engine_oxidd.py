"""Diagrams by OxiDD (Rust), an optional engine: the large modules of a tree are made there and taken over node by node.

Its three traps: the store of nodes is allocated when the manager is made, so there is one manager an analysis; it has no minimal
solutions, so cut sets are found here, in diagrams of our own; it does not stop within an operation, so a time limit is met late.
"""

from __future__ import annotations

from collections.abc import Sequence
from importlib import import_module
from importlib.util import find_spec
from typing import Any

from lotproof.faulttree.bdd import ONE, ZERO, Nodes, Store
from lotproof.faulttree.build import Ask, Attempt, Part
from lotproof.faulttree.errors import OutOfBudget, TreeError
from lotproof.faulttree.graph import AND, OR
from lotproof.faulttree.modules import Module

NODES = 16_000_000
"""Nodes that the manager can hold."""
REMEMBERED = 2_000_000
"""Answers that it remembers."""
TRIED = 3
"""Orders tried on a large module; the smallest diagram is taken, since cut sets cost more than diagrams here."""
ABSENT = "The engine oxidd is not installed; install it with: pip install 'lotproof[oxidd]', or use --engine python."


def installed() -> bool:
    """Whether the engine is there."""
    return find_spec("oxidd") is not None


class Engine:
    """One analysis: a manager made when the first large module comes, used for all of them."""

    def __init__(self) -> None:
        if not installed():
            raise TreeError(ABSENT)
        self.manager: Any = None

    def part(self, module: Module, field: Sequence[Attempt], ask: Ask) -> Part:
        """The smallest diagram of a module in a few of these orders, best first."""
        manager = self._ready(len(module.inputs))
        best: tuple[int, Any, Attempt] | None = None
        for attempt in field[:TRIED]:
            try:
                root = _Building(manager, module, attempt, ask).root()
            except import_module("oxidd.util").DDMemoryError:
                manager.gc()
                continue
            if best is None or root.node_count() < best[0]:
                best = root.node_count(), root, attempt
        if best is None:
            raise OutOfBudget(
                f"a part with {len(module.inputs):,} inputs and {len(module.rows):,} gates takes more than the {NODES:,} nodes of the "
                f"engine oxidd in each of {min(TRIED, len(field))} orders tried"
            )
        store, found = _taken_over(best[1], ask)
        return Part(module, best[2].name, best[2].order, store, found, tuple(range(2, len(store.level))))

    def _ready(self, levels: int) -> Any:
        if self.manager is None:
            self.manager = import_module("oxidd.bdd").BDDManager(NODES, REMEMBERED, 1)
        missing = levels - self.manager.num_vars()
        if missing > 0:
            self.manager.add_vars(missing)
        return self.manager


class _Building:
    """A module in one order."""

    def __init__(self, manager: Any, module: Module, attempt: Attempt, ask: Ask) -> None:
        self.manager, self.module, self.at, self.ask = manager, module, attempt.at, ask
        self.value: dict[int, Any] = {}

    def root(self) -> Any:
        """Its diagram."""
        for index, (kind, least, args) in self.module.rows.items():
            self.ask()
            # Deepest first, so that intermediate diagrams stay small.
            parts = sorted((self._input(arg) for arg in args), key=_depth)
            self.value[index] = self._at_least(least, parts) if kind not in (AND, OR) else self._joined(kind, parts)
        return self.value[self.module.root]

    def _input(self, arg: int) -> Any:
        if arg in self.value:
            return self.value[arg]
        return self.manager.var(self.at[arg]) if arg > 0 else self.manager.not_var(self.at[-arg])

    def _joined(self, kind: int, parts: Sequence[Any]) -> Any:
        result = parts[0]
        for part in parts[1:]:
            result = result & part if kind == AND else result | part
        return result

    def _at_least(self, least: int, parts: Sequence[Any]) -> Any:
        reached = [self.manager.true()] + [self.manager.false()] * least
        for part in parts:
            for count in range(least, 0, -1):
                reached[count] = reached[count] | (part & reached[count - 1])
        return reached[least]


def _depth(diagram: Any) -> int:
    level = diagram.node_level()
    return -level if level is not None else -(1 << 40)


def _taken_over(root: Any, ask: Ask) -> tuple[Store, int]:
    """The diagram in a store of our own: children first, in the order of a walk, so that it is the same each time."""
    store = Store(0, 0, ask)
    known: dict[Any, int] = {}
    stack = [root]
    while stack:
        one = stack[-1]
        if one in known:
            stack.pop()
            continue
        below = one.cofactors()
        if below is None:
            known[one] = ONE if one.valid() else ZERO
            continue
        high, low = known.get(below[0]), known.get(below[1])
        if high is None:
            stack.append(below[0])
        if low is None:
            stack.append(below[1])
        elif high is not None:
            known[one] = _put(store, one.node_level(), low, high)
    return store, known[root]


def _put(store: Nodes, level: int, low: int, high: int) -> int:
    store.level.append(level)
    store.low.append(low)
    store.high.append(high)
    return len(store.level) - 1
