"""From a tree to one diagram a module: the exact function, in the order that proved small."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from lotproof.faulttree.bdd import ONE, ZERO, Store
from lotproof.faulttree.errors import OutOfBudget
from lotproof.faulttree.graph import AND, OR, Graph
from lotproof.faulttree.modules import Module, gathered, grouped, modules
from lotproof.faulttree.orders import orders
from lotproof.faulttree.simplify import reached, simplified

BUDGETS = (5_000, 30_000, 150_000, 600_000, 2_500_000, 10_000_000)
"""Nodes each order may make before the next one is tried; then the better ones again with more."""
FEWEST = 4
"""Orders that stay in the tournament to the end."""

Ask = Callable[[], None]


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


@dataclass(frozen=True)
class Solved:
    """A whole tree as diagrams."""

    graph: Graph = field(repr=False)
    """The simplified graph."""
    parts: tuple[Part, ...]
    """Modules, inner ones first; none where the top is a leaf or a constant."""

    @property
    def size(self) -> int:
        """Nodes of all diagrams."""
        return sum(len(part.nodes) for part in self.parts)


def prepared(graph: Graph) -> Graph:
    """The graph made small and split, ready for modules."""
    return reached(gathered(reached(grouped(simplified(graph)))))


def solved(graph: Graph, ask: Ask) -> Solved:
    """Diagrams for all modules of a graph. `ask` raises OutOfBudget when the time is over."""
    graph = prepared(graph)
    if not graph.is_gate(graph.top):
        return Solved(graph, ())
    return Solved(graph, tuple(_part(module, ask) for module in modules(graph)))


def _part(module: Module, ask: Ask) -> Part:
    """The diagram of a module: a tournament of orders, each round with more nodes and fewer orders, the ones that came farthest."""
    field = list(_different(module))
    for budget in BUDGETS:
        best: Part | None = None
        reached: list[tuple[int, int]] = []
        left = budget
        for place, (name, order) in enumerate(field):
            try:
                part = _built(module, name, order, left if best else budget, ask)
            except _TooLarge as error:
                reached.append((-error.gates, place))
                if best is None:
                    continue
                break
            # What is found may be bettered, for no more than it has cost.
            if best is None or len(part.nodes) < len(best.nodes):
                best = part
            left = part.store.made // 2
            if left < 1_000:
                break
        if best is not None:
            return best
        field = [field[place] for _, place in sorted(reached)[: max(FEWEST, len(field) // 2)]]
    raise OutOfBudget(
        f"a part with {len(module.inputs):,} inputs and {len(module.rows):,} gates takes more than {BUDGETS[-1]:,} nodes "
        "in every order tried"
    )


class _TooLarge(Exception):
    """This order needs more nodes than it may make."""

    gates = 0
    """How many gates were done by then."""


def _different(module: Module) -> Iterator[tuple[str, list[int]]]:
    seen: set[tuple[int, ...]] = set()
    for name, order in orders(module):
        if tuple(order) not in seen:
            seen.add(tuple(order))
            yield name, order


def _built(module: Module, name: str, order: list[int], budget: int, ask: Ask) -> Part:
    store = Store(len(order), budget, ask, _TooLarge)
    at = {one: level for level, one in enumerate(order)}
    value: dict[int, int] = {}
    for index, (kind, least, args) in module.rows.items():
        parts = [value[arg] if arg in value else store.node(at[abs(arg)], *((ZERO, ONE) if arg > 0 else (ONE, ZERO))) for arg in args]
        try:
            value[index] = store.all_of(parts) if kind == AND else store.any_of(parts) if kind == OR else store.at_least(least, parts)
        except _TooLarge as error:
            error.gates = len(value)
            raise
    root = value[module.root]
    slim, root = _copied(store, root)
    return Part(module, name, tuple(order), slim, root, tuple(range(2, len(slim.level))))


def _copied(store: Store, root: int) -> tuple[Store, int]:
    """Only the nodes under the root, in a store of their own: the rest of a large store is given back."""
    slim = Store(0, store.budget, store.ask, store.too_large)
    moved = {ZERO: ZERO, ONE: ONE}
    for one in store.below(root):
        moved[one] = len(slim.level)
        slim.level.append(store.level[one])
        slim.low.append(moved[store.low[one]])
        slim.high.append(moved[store.high[one]])
    slim.made = len(store.level)
    return slim, moved[root]
