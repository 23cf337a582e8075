"""Independent parts of a graph: gates whose leaves nothing else uses (Dutuit and Rauzy 1996), found in linear time."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from lotproof.faulttree.graph import Graph, Row
from lotproof.faulttree.simplify import rewritten


@dataclass(frozen=True)
class Module:
    """A part that can be judged for itself."""

    root: int
    """Its gate."""
    rows: dict[int, Row]
    """Its gates, its own root among them; inputs come first."""
    inputs: tuple[int, ...]
    """Leaves (from 1) and roots of inner modules, as they are first met."""


def grouped(graph: Graph) -> Graph:
    """Inputs of a gate that share leaves with each other, but not with the rest of its inputs, get a gate of their own."""
    below = leaves_below(graph)

    def rule(whole: Graph, index: int, inputs: list[int]) -> int:
        kind, _, args = graph.rows[index]
        parts = _apart([(below.get(arg, 1 << abs(arg)), now) for arg, now in zip(args, inputs, strict=True)])
        return whole.gate(kind, 0, [whole.gate(kind, 0, part) for part in parts] if len(parts) > 1 else inputs)

    return rewritten(graph, rule)


def gathered(graph: Graph) -> Graph:
    """Inputs of a gate that nothing else uses, nor anything below them, are taken together where the gate has others too."""
    roots = _roots(graph)
    uses = Counter(abs(arg) for _, _, args in graph.rows.values() for arg in args)

    def rule(whole: Graph, index: int, inputs: list[int]) -> int:
        kind, _, args = graph.rows[index]
        own = {arg for arg in args if uses[abs(arg)] == 1 and (arg in roots or not graph.is_gate(arg))}
        if not 1 < len(own) < len(args):
            return whole.gate(kind, 0, inputs)
        pairs = list(zip(args, inputs, strict=True))
        together = whole.gate(kind, 0, [now for arg, now in pairs if arg in own])
        return whole.gate(kind, 0, [together, *(now for arg, now in pairs if arg not in own)])

    return rewritten(graph, rule)


def leaves_below(graph: Graph) -> dict[int, int]:
    """Gate -> the leaves under it, as bits."""
    below: dict[int, int] = {}
    for index in sorted(graph.rows):
        bits = 0
        for arg in graph.rows[index][2]:
            bits |= below[arg] if graph.is_gate(arg) else 1 << abs(arg)
        below[index] = bits
    return below


def _apart(inputs: list[tuple[int, int]]) -> list[list[int]]:
    """Signals in groups that share no leaf."""
    groups: list[tuple[int, list[int]]] = []
    for bits, signal in inputs:
        members = [signal]
        kept = []
        for other, signals in groups:
            if other & bits:
                bits |= other
                members = signals + members
            else:
                kept.append((other, signals))
        groups = [*kept, (bits, members)]
    return [members for _, members in groups]


def modules(graph: Graph) -> list[Module]:
    """The modules of a graph, inner ones before those that contain them; the last one is the top's."""
    roots = _roots(graph)
    found = []
    for root in sorted(roots):
        rows, inputs = {}, {}
        for one in _within(graph, root, roots):
            if graph.is_gate(one) and (one == root or one not in roots):
                rows[one] = graph.rows[one]
            else:
                inputs[abs(one)] = True
        found.append(Module(root, dict(sorted(rows.items())), tuple(inputs)))
    return found


def _within(graph: Graph, root: int, roots: set[int]) -> Iterator[int]:
    """Gates and inputs of a module, each gate once, from the root down."""
    seen = {root}
    stack = [root]
    while stack:
        one = stack.pop()
        yield one
        if graph.is_gate(one) and (one == root or one not in roots):
            for arg in reversed(graph.rows[one][2]):
                if arg not in seen:
                    seen.add(arg)
                    stack.append(arg)


def _roots(graph: Graph) -> set[int]:
    """Gates that are modules: everything below is first and last visited between the two visits of the gate itself."""
    first, last, left = _dates(graph)
    earliest: dict[int, int] = {}
    latest: dict[int, int] = {}
    roots = set()
    for index in sorted(graph.rows):
        low, high = 1 << 60, 0
        for arg in graph.rows[index][2]:
            one = arg if graph.is_gate(arg) else abs(arg)
            low = min(low, first[one], earliest.get(one, first[one]))
            high = max(high, last[one], latest.get(one, last[one]))
        earliest[index], latest[index] = low, high
        if first[index] < low and high < left[index]:
            roots.add(index)
    return roots


def _dates(graph: Graph) -> tuple[dict[int, int], dict[int, int], dict[int, int]]:
    """First visit, last visit and end of the first visit, of a walk from the top that enters each gate once."""
    first: dict[int, int] = {}
    last: dict[int, int] = {}
    left: dict[int, int] = {}
    clock = 0
    stack = [(graph.top, False)]
    while stack:
        one, leaving = stack.pop()
        clock += 1
        if leaving:
            left[one] = last[one] = clock
            continue
        one = one if graph.is_gate(one) else abs(one)
        last[one] = clock
        if one in first:
            continue
        first[one] = clock
        if graph.is_gate(one):
            stack.append((one, True))
            stack.extend((arg, False) for arg in reversed(graph.rows[one][2]))
    return first, last, left
