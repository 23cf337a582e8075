"""A fault tree as a drawing: which text, symbol and note each gate and event gets."""

from __future__ import annotations

from lotproof.draw.fault_tree import Node, fault_tree
from lotproof.faulttree.expression import Number
from lotproof.faulttree.model import INNER, Gate, Op, Tree

SAID = {
    Op.AND: "all of these", Op.OR: "one or more of these", Op.NOT: "not this", Op.NAND: "not all of these", Op.NOR: "none of these",
    Op.XOR: "exactly one of these", Op.IFF: "both or neither", Op.IMPLY: "the first brings the second", Op.ATLEAST: "so many of these",
    Op.CARDINALITY: "so many of these", Op.SAME: "this",
}  # fmt: skip


def picture(tree: Tree, top: str | None = None) -> str:
    """The drawing of a tree, or of the part under one gate, as SVG."""
    nodes: dict[str, Node] = {}
    for name, gate in tree.gates.items():
        text = gate.label or (SAID[gate.op] if INNER in name else name)
        nodes[name] = Node(text, gate.op.value, gate.args, _mark(gate))
    for name, event in tree.events.items():
        chance = f", {event.probability.value:g}" if isinstance(event.probability, Number) else ""
        nodes[name] = Node(event.label or name, "event", note=f"{name}{chance}")
    for name, state in tree.houses.items():
        nodes[name] = Node(name, "house", note="true" if state else "false")
    return fault_tree(nodes, top or tree.top, tree.label or tree.name)


def _mark(gate: Gate) -> str:
    if gate.op is Op.ATLEAST:
        return f"{gate.least}/{len(gate.args)}"
    if gate.op is Op.CARDINALITY:
        return f"{gate.least}–{gate.most}"
    return {Op.XOR: "=1", Op.IFF: "=", Op.IMPLY: "→"}.get(gate.op, "")
