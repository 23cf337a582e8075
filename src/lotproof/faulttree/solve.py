"""From a tree to one diagram a module: the exact function, in the order that proved small."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from lotproof.faulttree.build import Ask, Attempt, Part
from lotproof.faulttree.engine_oxidd import Engine
from lotproof.faulttree.errors import OutOfBudget
from lotproof.faulttree.graph import Graph
from lotproof.faulttree.modules import Module, gathered, grouped, modules
from lotproof.faulttree.orders import orders
from lotproof.faulttree.simplify import reached, simplified

ROUNDS = ((5_000, 99), (30_000, 12), (150_000, 8), (600_000, 5), (2_500_000, 2), (10_000_000, 2))
"""(nodes each order may make by the end of the round, orders that take part: those that came farthest)."""
SMALL = 3
"""Rounds that are played here before another engine takes over."""
NEARLY = 0.95
"""Orders that did this share of the gates of the best one count as equally far: what they have on hand decides."""
LEAST = 1_000
"""Below this many nodes it is not worth while to try another order."""


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


def solved(graph: Graph, ask: Ask, engine: Engine | None = None) -> Solved:
    """Diagrams for all modules of a graph, large ones by another engine where one is given. `ask` raises OutOfBudget when time is over."""
    graph = prepared(graph)
    if not graph.is_gate(graph.top):
        return Solved(graph, ())
    return Solved(graph, tuple(_part(module, ask, engine) for module in modules(graph)))


def _part(module: Module, ask: Ask, engine: Engine | None) -> Part:
    """The diagram of a module: a tournament of orders, each round with more nodes and fewer orders, the ones that came farthest."""
    field = list(_different(module, ask))
    for budget, places in ROUNDS if engine is None else ROUNDS[:SMALL]:
        part = _round(field[:places], budget)
        if part is not None:
            return part
        field = _ranked(field[:places])
    if engine is not None:
        return engine.part(module, field, ask)
    raise OutOfBudget(
        f"a part with {len(module.inputs):,} inputs and {len(module.rows):,} gates takes more than {ROUNDS[-1][0]:,} nodes "
        "in every order tried"
    )


def _ranked(field: Sequence[Attempt]) -> list[Attempt]:
    """Those that came about as far as the best in front, the ones with the least on hand first; then the others as far as they came."""
    far = NEARLY * max(one.gates for one in field)
    front = [one for one in field if one.gates >= far]
    # Sorting is stable: of equal ones, those that are more often good stay in front.
    return sorted(front, key=Attempt.pending) + sorted((one for one in field if one.gates < far), key=lambda one: -one.gates)


def _round(field: Sequence[Attempt], budget: int) -> Part | None:
    best, limit = None, budget
    for attempt in field:
        part = attempt.go(limit)
        if part is None:
            if best is not None:
                break
            continue
        if best is None or len(part.nodes) < len(best.nodes):
            best = part
        # What is found may be bettered, for no more than it has cost.
        limit = attempt.spent // 2
        if limit < LEAST:
            break
    return best


def _different(module: Module, ask: Ask) -> Iterator[Attempt]:
    seen: set[tuple[int, ...]] = set()
    for name, order in orders(module):
        if tuple(order) not in seen:
            seen.add(tuple(order))
            yield Attempt(module, name, order, ask)
