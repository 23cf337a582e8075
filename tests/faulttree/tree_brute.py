"""Fault trees judged by trying every state of every event: slow, and plainly right."""

import itertools

from hypothesis import strategies as st

from lotproof.faulttree.expression import Number
from lotproof.faulttree.graph import order_of_gates
from lotproof.faulttree.model import Event, Gate, Op, Tree


def holds(tree, state):
    """Whether the top holds, given the state of each event."""
    known = {**tree.houses, **state}
    for name in order_of_gates(tree):
        gate = tree.gates[name]
        known[name] = _holds(gate, [known[arg] for arg in gate.args])
    return known[tree.top]


def _holds(gate, ins):
    return {
        Op.AND: all(ins), Op.OR: any(ins), Op.NAND: not all(ins), Op.NOR: not any(ins), Op.NOT: not ins[0], Op.SAME: ins[0],
        Op.XOR: sum(ins) == 1, Op.IFF: sum(ins) != 1, Op.IMPLY: not ins[0] or ins[-1],
        Op.ATLEAST: sum(ins) >= gate.least, Op.CARDINALITY: gate.least <= sum(ins) <= gate.most,
    }[gate.op]  # fmt: skip


def brute(tree, chances):
    """(probability, smallest solutions as sets of names)."""
    names = list(chances)
    total, solutions = 0.0, []
    for bits in itertools.product((False, True), repeat=len(names)):
        state = dict(zip(names, bits, strict=True))
        if holds(tree, state):
            weight = 1.0
            for name, on in state.items():
                weight *= chances[name] if on else 1 - chances[name]
            total += weight
            solutions.append(frozenset(name for name, on in state.items() if on))
    smallest = {one for one in solutions if not any(other < one for other in solutions)}
    return total, smallest


@st.composite
def trees(draw, most_events=14, ops=tuple(Op)):
    """A tree with shared gates and repeated events, of any operators."""
    events = [f"e{n}" for n in range(draw(st.integers(1, most_events)))]
    below = [*events, "house"]
    gates = {}
    for n in range(draw(st.integers(1, 12))):
        op = draw(st.sampled_from(ops))
        fixed = {Op.NOT: 1, Op.SAME: 1, Op.XOR: 2, Op.IFF: 2, Op.IMPLY: 2}.get(op)
        size = fixed or draw(st.integers(2, 5))
        # Late gates are taken more often, so that the tree becomes deep.
        args = tuple(below[-1 - min(draw(st.integers(0, 3 * len(below))) // 3, len(below) - 1)] for _ in range(size))
        least = draw(st.integers(1, size)) if op in (Op.ATLEAST, Op.CARDINALITY) else 0
        most = draw(st.integers(least, size)) if op is Op.CARDINALITY else 0
        gates[f"g{n}"] = Gate(op, args, least, most)
        below.append(f"g{n}")
    chances = {name: draw(st.integers(0, 100)) / 100 for name in events}
    tree = Tree("drawn", list(gates)[-1], gates, {name: Event(Number(p)) for name, p in chances.items()}, {"house": draw(st.booleans())})
    return tree, chances
