"""A fault tree with the symbols of IEC 61025: text box above gate, circles, houses, triangles where a part is drawn elsewhere."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from lotproof.draw.page import page
from lotproof.draw.text import block, lines

BOX, TALL, SLOT, STEP, EDGE = 132.0, 46.0, 146.0, 148.0, 16.0
"""Width and height of a box, room of one leaf, height of one level, margin."""
MOST = 400
"""Boxes in one drawing; what goes deeper is drawn as a triangle."""


@dataclass(frozen=True)
class Node:
    """A gate or an event as it is drawn."""

    text: str
    """What stands in the box."""
    kind: str
    """and, or, xor, not and so on for gates; event or house."""
    inputs: tuple[str, ...] = ()
    """Keys of the inputs of a gate."""
    mark: str = ""
    """What stands in a gate: 2/3."""
    note: str = ""
    """What stands below an event: its name and probability."""


@dataclass
class _Place:
    key: str
    depth: int
    parent: int
    again: bool = False
    """Drawn elsewhere already, or too deep: a triangle stands for it."""
    x: float = 0.0


def fault_tree(nodes: Mapping[str, Node], top: str, title: str) -> str:
    """The drawing of a tree from its top down; a gate that is used twice is drawn once, with a triangle at its other places."""
    places = _places(nodes, top)
    _spread(places)
    width = max(place.x for place in places) + SLOT / 2 + EDGE
    height = EDGE * 2 + (max(place.depth for place in places) + 1) * STEP - 20
    return page(width, height, title, _told(nodes, places, title), _parts(nodes, places))


def _places(nodes: Mapping[str, Node], top: str) -> list[_Place]:
    """Every box to draw, parents first, children in order."""
    places: list[_Place] = []
    drawn: set[str] = set()
    stack = [(top, 0, -1)]
    while stack:
        key, depth, parent = stack.pop()
        inputs = nodes[key].inputs
        again = bool(inputs) and (key in drawn or len(places) + len(stack) > MOST)
        places.append(_Place(key, depth, parent, again))
        if inputs and not again:
            drawn.add(key)
            at = len(places) - 1
            stack.extend((one, depth + 1, at) for one in reversed(inputs))
    return places


def _spread(places: list[_Place]) -> None:
    """Leaves side by side, every gate in the middle of its inputs."""
    children: dict[int, list[int]] = {}
    for at, place in enumerate(places):
        children.setdefault(place.parent, []).append(at)
    slot = 0
    # Places are in the order of a walk, so leaves come from left to right.
    for at, place in enumerate(places):
        if at not in children:
            place.x = EDGE + SLOT * (slot + 0.5)
            slot += 1
    for at in range(len(places) - 1, -1, -1):
        inner = children.get(at)
        if inner:
            places[at].x = (places[inner[0]].x + places[inner[-1]].x) / 2


def _parts(nodes: Mapping[str, Node], places: list[_Place]) -> Iterator[str]:
    uses: dict[str, int] = {}
    inner: dict[int, list[_Place]] = {}
    for place in places:
        uses[place.key] = uses.get(place.key, 0) + 1
        inner.setdefault(place.parent, []).append(place)
    for at, place in enumerate(places):
        node, top = nodes[place.key], EDGE + place.depth * STEP
        yield f'<rect class="s" x="{place.x - BOX / 2:g}" y="{top:g}" width="{BOX:g}" height="{TALL:g}" rx="3"/>'
        yield block(place.x, top + TALL / 2, lines(node.text, BOX - 8, 11, 3), 11)
        yield f'<path class="l" d="M{place.x:g} {top + TALL:g}v10"/>'
        yield from _symbol(node, place, top + TALL + 10, uses[place.key] > 1)
        if at in inner:
            yield _lines(place, top + TALL + 46, inner[at])


def _lines(place: _Place, bottom: float, inner: list[_Place]) -> str:
    level = bottom + 14
    below = EDGE + (place.depth + 1) * STEP
    path = f"M{place.x:g} {bottom:g}V{level:g}M{inner[0].x:g} {level:g}H{inner[-1].x:g}" + "".join(
        f"M{one.x:g} {level:g}V{below:g}" for one in inner
    )
    return f'<path class="l" d="{path}"/>'


def _symbol(node: Node, place: _Place, y: float, repeated: bool) -> Iterator[str]:
    x = place.x
    if place.again:
        yield f'<path class="s" d="M{x:g} {y:g}l20 34h-40z"/>'
        yield block(x, y + 46, ["drawn elsewhere"], 9, "m")
        return
    if node.kind in ("event", "house"):
        shape = f"M{x - 16:g} {y + 32:g}v-18l16 -14l16 14v18z"
        yield f'<path class="s" d="{shape}"/>' if node.kind == "house" else f'<circle class="s" cx="{x:g}" cy="{y + 17:g}" r="17"/>'
        if repeated:
            yield block(x, y + 17, ["×"], 14)
        yield block(x, y + 50, lines(node.note, BOX, 9, 2), 9, "m")
        return
    yield _gate(node.kind, x, y)
    if node.mark:
        yield block(x, y + 20, [node.mark], 11)


def _gate(kind: str, x: float, y: float) -> str:
    """The body of a gate, 36 high: flat below for and, hollow below for or; a ring on top where the result is turned round."""
    turned = kind in ("nand", "nor", "not", "iff")
    ring = f'<circle class="s" cx="{x:g}" cy="{y + 3:g}" r="3"/>' if turned else ""
    if kind in ("and", "nand"):
        body = f"M{x - 20:g} {y + 36:g}v-16a20 20 0 0 1 40 0v16z"
    elif kind in ("not", "same"):
        body = f"M{x:g} {y + 4:g}l18 32h-36z"
    else:
        body = f"M{x - 20:g} {y + 36:g}q0 -26 20 -36q20 10 20 36q-20 -10 -40 0z"
    return f'<path class="s" d="{body}"/>{ring}'


def _told(nodes: Mapping[str, Node], places: list[_Place], title: str) -> str:
    """The tree in words, for who does not see it."""
    said = [f"Fault tree: {title}."]
    for place in places:
        node = nodes[place.key]
        if node.inputs and not place.again:
            names = "; ".join(nodes[one].text for one in node.inputs)
            said.append(f"{node.text}: {WORDS.get(node.kind, node.kind)}{' (' + node.mark + ')' if node.mark else ''} of: {names}.")
    return " ".join(said)


WORDS = {"and": "all", "or": "at least one", "atleast": "at least so many", "xor": "exactly one", "not": "the contrary", "same": "the same"}
