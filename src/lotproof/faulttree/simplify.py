"""Make a graph smaller without changing its function: flatten, drop what a gate above decides already, factor out what is shared."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable

from lotproof.faulttree.graph import AND, FALSE, LEAST, OR, TRUE, Graph, Row

ROUNDS = 8
"""Rounds at most; most graphs are at rest after three."""


def simplified(graph: Graph) -> Graph:
    """The same function with fewer gates and inputs, as far as a few cheap rules go."""
    graph = _rested(flattened(graph), lambda one: flattened(factored(flattened(conditioned(one)))))
    return _rested(graph, lambda one: flattened(conditioned(paired(one))))


def _rested(graph: Graph, step: Callable[[Graph], Graph]) -> Graph:
    """A step again and again, until it no longer helps."""
    for _round in range(ROUNDS):
        again = step(graph)
        if _size(again) >= _size(graph):
            break
        graph = again
    return graph


def _size(graph: Graph) -> int:
    return sum(len(args) for _, _, args in graph.rows.values())


def parents_of(graph: Graph) -> Counter[int]:
    """How many gates use each gate; the top counts as used once."""
    counts = Counter(arg for _, _, args in graph.rows.values() for arg in args if graph.is_gate(arg))
    counts[graph.top] += 1
    return counts


def rebuilt(graph: Graph, rows: dict[int, Row]) -> Graph:
    """A graph from changed rows, simplified on the way up, with only what the top reaches."""
    whole = Graph(graph.leaves)
    signal: dict[int, int] = {}
    for index in sorted(rows):
        kind, least, args = rows[index]
        signal[index] = whole.gate(kind, least, (signal.get(arg, arg) for arg in args))
    whole.top = signal.get(graph.top, graph.top)
    return reached(whole)


def rewritten(graph: Graph, rule: Callable[[Graph, int, list[int]], int]) -> Graph:
    """A graph made anew from below. `rule` gives the signal of each and or or gate, from (the new graph, gate, its new inputs)."""
    whole = Graph(graph.leaves)
    signal: dict[int, int] = {}
    for index in sorted(graph.rows):
        kind, least, args = graph.rows[index]
        inputs = [signal.get(arg, arg) for arg in args]
        signal[index] = whole.gate(kind, least, inputs) if kind == LEAST else rule(whole, index, inputs)
    whole.top = signal.get(graph.top, graph.top)
    return whole


def reached(graph: Graph) -> Graph:
    """The graph without gates that the top does not reach, numbered anew from below."""
    seen: set[int] = set()
    stack = [graph.top]
    while stack:
        one = stack.pop()
        if graph.is_gate(one) and one not in seen:
            seen.add(one)
            stack.extend(graph.rows[one][2])
    if len(seen) == len(graph.rows):
        return graph
    small = Graph(graph.leaves)
    signal: dict[int, int] = {}
    for index in sorted(seen):
        kind, least, args = graph.rows[index]
        signal[index] = small.gate(kind, least, (signal.get(arg, arg) for arg in args))
    small.top = signal.get(graph.top, graph.top)
    return small


def flattened(graph: Graph) -> Graph:
    """An and within an and becomes one, where nothing else uses the inner one; likewise or."""
    uses = parents_of(graph)
    rows: dict[int, Row] = {}
    for index in sorted(graph.rows):
        kind, least, args = graph.rows[index]
        if kind == LEAST:
            rows[index] = (kind, least, args)
            continue
        flat: list[int] = []
        for arg in args:
            inner = rows.get(arg)
            flat.extend(inner[2] if inner and inner[0] == kind and uses[arg] == 1 else (arg,))
        rows[index] = (kind, 0, tuple(flat))
    return rebuilt(graph, rows)


def dominators(graph: Graph) -> dict[int, int]:
    """The nearest gate through which every way from the top to a gate leads; 0 for the top."""
    users: dict[int, list[int]] = {}
    for index, (_, _, args) in graph.rows.items():
        for arg in args:
            if graph.is_gate(arg):
                users.setdefault(arg, []).append(index)
    nearest: dict[int, int] = {graph.top: 0}
    depth: dict[int, int] = {0: 0, graph.top: 1}
    for index in sorted(graph.rows, reverse=True):
        if index != graph.top:
            nearest[index] = _meeting(users[index], nearest, depth)
            depth[index] = depth[nearest[index]] + 1
    return nearest


def _meeting(users: Iterable[int], nearest: dict[int, int], depth: dict[int, int]) -> int:
    found, *others = users
    for other in others:
        while found != other:
            if depth[found] >= depth[other]:
                found = nearest[found]
            else:
                other = nearest[other]
    return found


def conditioned(graph: Graph) -> Graph:
    """An input of a gate is a constant where a gate above, through which all ways lead, has the same input.

    In `a and (b or (a and c))` the inner a is true whenever it matters. Holds for gates as inputs too.
    """
    if not graph.is_gate(graph.top):
        return graph
    below: dict[int, list[int]] = {}
    for index, above in dominators(graph).items():
        below.setdefault(above, []).append(index)
    rows: dict[int, Row] = {}
    # What the gates above decide, the nearest one last; a walk over the tree of dominators keeps it up to date.
    decided: dict[int, list[int]] = {}
    stack = [(graph.top, False)]
    while stack:
        index, leaving = stack.pop()
        if leaving:
            for arg in set(rows[index][2]):
                decided[arg].pop()
                decided[-arg].pop()
            continue
        kind, least, args = graph.rows[index]
        rows[index] = (kind, least, tuple(decided[arg][-1] if decided.get(arg) else arg for arg in args))
        if kind != LEAST:
            value = TRUE if kind == AND else FALSE
            for arg in set(rows[index][2]):
                decided.setdefault(arg, []).append(value)
                decided.setdefault(-arg, []).append(-value)
            stack.append((index, True))
        stack.extend((inner, False) for inner in below.get(index, ()))
    return rebuilt(graph, rows)


def factored(graph: Graph) -> Graph:
    """`(a and b) or (a and c)` becomes `a and (b or c)`, and the same with and, or exchanged; only gates used once are opened."""
    uses = parents_of(graph)

    def rule(whole: Graph, index: int, inputs: list[int]) -> int:
        kind, _, args = graph.rows[index]
        single = {now for arg, now in zip(args, inputs, strict=True) if graph.is_gate(arg) and uses[arg] == 1}
        opened = {one for one in single if whole.is_gate(one) and whole.rows[one][0] == (AND if kind == OR else OR)}
        products = [set(whole.rows[one][2]) for one in inputs if one in opened]
        return _pulled(whole, kind, [one for one in inputs if one not in opened], products)

    return reached(rewritten(graph, rule))


def _pulled(whole: Graph, kind: int, rest: list[int], products: list[set[int]]) -> int:
    """The gate over these inputs, with the most shared input of the products pulled out, again and again."""
    other = AND if kind == OR else OR
    while True:
        counts = Counter(one for product in products for one in product)
        shared, times = max(counts.items(), key=lambda item: (item[1], -abs(item[0]), item[0]), default=(0, 0))
        if times < 2:
            break
        group = [product for product in products if shared in product]
        products = [product for product in products if shared not in product]
        common = set.intersection(*group)
        inner = _pulled(whole, kind, [], [product - common for product in group])
        merged = whole.gate(other, 0, [*common, inner])
        if whole.is_gate(merged) and whole.rows[merged][0] == other:
            products.append(set(whole.rows[merged][2]))
        else:
            rest.append(merged)
        if len(group) > 1 and len(products) == 1:
            break
    return whole.gate(kind, 0, [*rest, *(whole.gate(other, 0, product) for product in products)])


def paired(graph: Graph) -> Graph:
    """Inputs that always stand side by side, in the same gates of one kind, become one gate: often a module of its own."""
    users: dict[int, list[int]] = {}
    for index, (_, _, args) in graph.rows.items():
        for arg in args:
            users.setdefault(arg, []).append(index)
    twins: dict[tuple[int, ...], list[int]] = {}
    for arg, gates in users.items():
        kinds = {graph.rows[gate][0] for gate in gates}
        # A leaf that occurs in both signs is no private part of a gate, but may still be merged: the function stays the same.
        if len(kinds) == 1 and kinds != {LEAST}:
            twins.setdefault(tuple(sorted(gates)), []).append(arg)
    merged = {arg: group for gates, group in twins.items() if len(group) > 1 and len(gates) > 1 for arg in group}
    if not merged:
        return graph

    def rule(whole: Graph, index: int, inputs: list[int]) -> int:
        kind, _, args = graph.rows[index]
        now = dict(zip(args, inputs, strict=True))
        # The others of a group stand in this gate too: they have the same users.
        return whole.gate(
            kind, 0, [whole.gate(kind, 0, [now[one] for one in merged[arg]]) if arg in merged else now[arg] for arg in args]
        )

    return reached(rewritten(graph, rule))
