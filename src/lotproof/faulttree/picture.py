"""A fault tree as a drawing: which text, symbol and note each gate and event gets."""

from __future__ import annotations

from collections.abc import Mapping

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
    return fault_tree(_nodes(tree), top or tree.top, tree.label or tree.name)


def pictures(tree: Tree, wide: int) -> list[tuple[str, str]]:
    """(name of its gate, drawing) of parts with about so many boxes side by side, for paper; a triangle bears the number of its part."""
    parts: list[str] = [tree.top]
    cut: dict[str, int] = {}
    for root in parts:
        while _wide(tree, root, cut) > wide:
            chosen = _to_cut(tree, root, cut, wide)
            if chosen is None:
                break
            parts.append(chosen)
            cut[chosen] = len(parts)
    nodes = _nodes(tree)
    ends = {name: Node(nodes[name].text, "part", mark=f"{number}") for name, number in cut.items()}
    named = tree.label or tree.name
    return [
        (root, fault_tree({**nodes, **ends, root: nodes[root]}, root, named if len(parts) == 1 else f"{named}, part {number}"))
        for number, root in enumerate(parts, 1)
    ]


def _wide(tree: Tree, root: str, cut: Mapping[str, int]) -> int:
    """Boxes without inputs in the drawing of a part."""
    seen: set[str] = set()
    stack, ends = [root], 0
    while stack:
        one = stack.pop()
        if one in tree.gates and one not in seen and (one == root or one not in cut):
            seen.add(one)
            stack.extend(tree.gates[one].args)
        else:
            ends += 1
    return ends


def _to_cut(tree: Tree, root: str, cut: Mapping[str, int], wide: int) -> str | None:
    """The gate to draw on its own: the widest that fits a page, else the widest; None where none is left."""
    found: dict[str, int] = {}
    stack = list(tree.gates[root].args)
    while stack:
        one = stack.pop()
        if one in tree.gates and one not in found and one not in cut and one != root:
            found[one] = _wide(tree, one, cut)
            stack.extend(tree.gates[one].args)
    # A gate with one input would come back as wide as it went.
    several = {name: size for name, size in found.items() if size > 1}
    return max(several, key=lambda name: (several[name] <= wide, several[name], name), default=None)


def _nodes(tree: Tree) -> dict[str, Node]:
    nodes: dict[str, Node] = {}
    for name, gate in tree.gates.items():
        text = gate.label or (SAID[gate.op] if INNER in name else name)
        nodes[name] = Node(text, gate.op.value, gate.args, _mark(gate))
    for name, event in tree.events.items():
        chance = f", {event.probability.value:g}" if isinstance(event.probability, Number) else ""
        nodes[name] = Node(event.label or name, "undeveloped" if event.undeveloped else "event", note=f"{name}{chance}")
    for name, state in tree.houses.items():
        nodes[name] = Node(name, "house", note="true" if state else "false")
    return nodes


def _mark(gate: Gate) -> str:
    if gate.op is Op.ATLEAST:
        return f"{gate.least}/{len(gate.args)}"
    if gate.op is Op.CARDINALITY:
        return f"{gate.least}–{gate.most}"
    return {Op.XOR: "=1", Op.IFF: "=", Op.IMPLY: "→"}.get(gate.op, "")
