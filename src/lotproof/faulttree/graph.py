"""A tree as a graph of and, or and at-least gates over signed leaves: negation pushed to the leaves, constants gone, equal gates one.

Signals are integers: a leaf is +n or -n (n from 1), a gate an index above all leaves; TRUE and FALSE stand for constants.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from lotproof.faulttree.model import Op, Tree

AND, OR, LEAST = 0, 1, 2
TRUE, FALSE = 1 << 40, -(1 << 40)
Row = tuple[int, int, tuple[int, ...]]
"""(kind, fewest inputs that must hold, inputs)."""


@dataclass
class Graph:
    """Gates by index; grows while it is built, then is rewritten whole."""

    leaves: int
    """Leaves are 1 to this."""
    rows: dict[int, Row] = field(default_factory=dict)
    """Gate -> its row; inputs are made before the gates that use them, so ascending order is bottom-up."""
    top: int = FALSE
    """The signal of the top gate."""
    next: int = 0
    """The index that the next gate gets."""
    known: dict[Row, int] = field(default_factory=dict)
    """Row -> gate, so that equal gates are one."""

    def __post_init__(self) -> None:
        self.next = max(self.next, self.leaves + 1)

    def gate(self, kind: int, least: int, args: Iterable[int]) -> int:
        """A signal for this gate: simplified, or one that is there already, or new."""
        if kind == LEAST:
            return self._at_least(least, list(args))
        stop, skip = (FALSE, TRUE) if kind == AND else (TRUE, FALSE)
        unique = dict.fromkeys(arg for arg in args if arg != skip)
        if stop in unique or any(-arg in unique for arg in unique):
            return stop
        if not unique:
            return skip
        if len(unique) == 1:
            only: int = next(iter(unique))
            return only
        return self._kept((kind, 0, tuple(sorted(unique))))

    def _at_least(self, least: int, args: list[int]) -> int:
        least -= args.count(TRUE)
        args = [arg for arg in args if arg not in (TRUE, FALSE)]
        if least <= 0:
            return TRUE
        if least > len(args):
            return FALSE
        if least in (1, len(args)):
            return self.gate(OR if least == 1 else AND, 0, args)
        return self._kept((LEAST, least, tuple(sorted(args))))

    def _kept(self, row: Row) -> int:
        found = self.known.get(row)
        if found is None:
            found = self.known[row] = self.next
            self.rows[found] = row
            self.next += 1
        return found

    def is_gate(self, signal: int) -> bool:
        """Whether a signal is a gate and no leaf or constant."""
        return self.leaves < signal < TRUE


def order_of_gates(tree: Tree) -> list[str]:
    """The gates under the top, inputs before the gates that use them. The tree has no circle (check.py)."""
    done: dict[str, None] = {}
    stack = [(tree.top, False)]
    while stack:
        name, expanded = stack.pop()
        if name in done or name not in tree.gates:
            continue
        if expanded:
            done[name] = None
            continue
        stack.append((name, True))
        stack.extend((arg, False) for arg in tree.gates[name].args if arg not in done)
    return list(done)


def graph_of(tree: Tree, numbers: Mapping[str, int]) -> Graph:
    """The graph of a tree; numbers gives each basic event its leaf, from 1."""
    graph = Graph(len(numbers))
    # Each name as it is and negated; the negation of a gate is made only where something asks for it.
    plain: dict[str, int] = {name: TRUE if state else FALSE for name, state in tree.houses.items()}
    plain.update(numbers)
    turned = {name: -signal for name, signal in plain.items()}
    wanted = _wanted(tree)
    for name in order_of_gates(tree):
        gate = tree.gates[name]
        for negated, signals in ((False, plain), (True, turned)):
            if (name, negated) in wanted:
                same = [plain.get(arg, FALSE) for arg in gate.args]
                other = [turned.get(arg, TRUE) for arg in gate.args]
                signals[name] = _signal(graph, gate.op, gate.least, gate.most, same, other, negated)
    graph.top = plain[tree.top]
    return graph


def _wanted(tree: Tree) -> set[tuple[str, bool]]:
    """Which polarities of which gates the top needs."""
    wanted: set[tuple[str, bool]] = set()
    stack = [(tree.top, False)]
    while stack:
        one = stack.pop()
        if one in wanted or one[0] not in tree.gates:
            continue
        wanted.add(one)
        gate, negated = tree.gates[one[0]], one[1]
        for index, arg in enumerate(gate.args):
            stack.extend((arg, way) for way in _polarities(gate.op, index, negated))
    return wanted


def _polarities(op: Op, index: int, negated: bool) -> tuple[bool, ...]:
    if op in (Op.XOR, Op.IFF, Op.CARDINALITY):
        return (False, True)
    if op in (Op.NOT, Op.NAND, Op.NOR) or (op is Op.IMPLY and index == 0):
        return (not negated,)
    return (negated,)


def _signal(graph: Graph, op: Op, least: int, most: int, same: Sequence[int], other: Sequence[int], negated: bool) -> int:
    """One gate in terms of and, or, at least; `other` holds the negations of `same` where they exist."""
    if op in (Op.NOT, Op.NAND, Op.NOR):
        op, negated = {Op.NOT: Op.SAME, Op.NAND: Op.AND, Op.NOR: Op.OR}[op], not negated
    ins = other if negated else same
    if op is Op.SAME:
        return ins[0]
    if op in (Op.AND, Op.OR):
        return graph.gate(AND if (op is Op.AND) != negated else OR, 0, ins)
    if op is Op.ATLEAST:
        return graph.gate(LEAST, len(ins) - least + 1 if negated else least, ins)
    if op is Op.IMPLY:
        return graph.gate(AND, 0, (same[0], other[1])) if negated else graph.gate(OR, 0, (other[0], same[1]))
    if op is Op.CARDINALITY:
        return _cardinality(graph, least, most, same, other, negated)
    return _parity(graph, same, other, odd=(op is Op.XOR) != negated)


def _cardinality(graph: Graph, least: int, most: int, same: Sequence[int], other: Sequence[int], negated: bool) -> int:
    size = len(same)
    if negated:
        return graph.gate(OR, 0, (graph.gate(LEAST, size - least + 1, other), graph.gate(LEAST, most + 1, same)))
    return graph.gate(AND, 0, (graph.gate(LEAST, least, same), graph.gate(LEAST, size - most, other)))


def _parity(graph: Graph, same: Sequence[int], other: Sequence[int], odd: bool) -> int:
    (first, second), (not_first, not_second) = same, other
    if not odd:
        second, not_second = not_second, second
    return graph.gate(OR, 0, (graph.gate(AND, 0, (first, not_second)), graph.gate(AND, 0, (not_first, second))))
