"""A fault tree with the symbols of IEC 61025: text box above gate, circles, diamonds, houses, triangles where a part is drawn elsewhere."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from lotproof.draw.page import page
from lotproof.draw.text import block, escape, lines
from lotproof.draw.text import width as text_width

BOX, TALL, SLOT, STEP, LAST, EDGE = 132.0, 46.0, 146.0, 148.0, 116.0, 16.0
"""Width and height of a box, room of one leaf, height of one level and of the last one, margin."""
BUS = 82.0
"""From the lower edge of a box to the line that its inputs hang on."""
SHAPES = {
    "event": "m-17 17a17 17 0 1 0 34 0a17 17 0 1 0 -34 0z", "undeveloped": "l22 17l-22 17l-22 -17z",
    "house": "m-16 32v-18l16 -14l16 14v18z",
}  # fmt: skip
"""Kind of leaf -> its outline from the middle of its upper edge: circle, diamond, house."""
MOST = 320
"""Boxes in one drawing; what goes deeper is drawn as a triangle."""


@dataclass(frozen=True)
class Node:
    """A gate or an event as it is drawn."""

    text: str
    """What stands in the box."""
    kind: str
    """and, or, xor, not and so on for gates; event, undeveloped or house; part for a gate that another drawing has."""
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
    """Drawn elsewhere already, or too much for this drawing: a triangle stands for it."""
    x: float = 0.0


def fault_tree(nodes: Mapping[str, Node], top: str, title: str) -> str:
    """The drawing of a tree from its top down; a gate that is used twice is drawn once, with a triangle at its other places."""
    places = _places(nodes, top)
    _spread(places)
    deepest = max(place.depth for place in places)
    width = max(place.x for place in places) + SLOT / 2 + EDGE
    marks = _Marks(nodes, places)
    legend = marks.legend()
    height = EDGE * 2 + deepest * STEP + LAST + (20 if legend else 0)
    parts = [*_parts(nodes, places, marks)]
    if legend:
        parts.append(f'<text class="m" font-size="10" x="{EDGE:g}" y="{height - EDGE:g}">{escape(legend)}</text>')
    return page(max(width, EDGE * 2 + text_width(legend, 10)), height, title, _told(nodes, places, title), parts)


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


class _Marks:
    """What ties boxes together: numbers of transfers, crosses of events that occur more than once."""

    def __init__(self, nodes: Mapping[str, Node], places: Sequence[_Place]) -> None:
        uses = Counter(place.key for place in places)
        drawn = {place.key for place in places if not place.again}
        self.repeated = {key for key, times in uses.items() if times > 1 and nodes[key].kind in SHAPES}
        shared = dict.fromkeys(place.key for place in places if place.again and place.key in drawn)
        self.number = {key: f"{number}" for number, key in enumerate(shared, 1)}
        self.left_out = any(place.again and place.key not in drawn for place in places)

    def legend(self) -> str:
        """What the marks mean; empty where there are none."""
        said = ["× an event that occurs more than once"] if self.repeated else []
        said += ["△ with a number: drawn where the gate bears the same number"] if self.number else []
        said += ["△ with …: goes on, not in this drawing"] if self.left_out else []
        return "; ".join(said)


def _spread(places: list[_Place]) -> None:
    """Every gate in the middle of its inputs, subtrees as close as their outlines allow (Reingold and Tilford 1981)."""
    children: dict[int, list[int]] = {}
    for at, place in enumerate(places):
        children.setdefault(place.parent, []).append(at)
    # The leftmost and rightmost place at each depth under a box, counted from the box itself.
    outline: dict[int, tuple[list[float], list[float]]] = {}
    for at in range(len(places) - 1, -1, -1):
        outline[at] = _joined(places, [(one, outline.pop(one)) for one in children.get(at, ())])
    first = EDGE + SLOT / 2 - min(outline[0][0])
    for place in places:
        place.x += places[place.parent].x if place.parent >= 0 else first


def _joined(places: list[_Place], inner: list[tuple[int, tuple[list[float], list[float]]]]) -> tuple[list[float], list[float]]:
    """The outline of a box over its inputs, each of which gets its place beside the box's."""
    left: list[float] = []
    right: list[float] = []
    for one, (its_left, its_right) in inner:
        x = max((edge - other + SLOT for edge, other in zip(right, its_left, strict=False)), default=0.0)
        places[one].x = x
        right[: len(its_right)] = [edge + x for edge in its_right]
        left += [edge + x for edge in its_left[len(left) :]]
    if inner:
        middle = (places[inner[0][0]].x + places[inner[-1][0]].x) / 2
        for one, _ in inner:
            places[one].x -= middle
        left, right = [edge - middle for edge in left], [edge - middle for edge in right]
    return [0.0, *left], [0.0, *right]


def _parts(nodes: Mapping[str, Node], places: list[_Place], marks: _Marks) -> Iterator[str]:
    inner: dict[int, list[_Place]] = {}
    for place in places:
        inner.setdefault(place.parent, []).append(place)
    # All lines first and as one: what they lead into is drawn over their ends.
    yield f'<path class="l" d="{"".join(_lines(place, inner.get(at, ())) for at, place in enumerate(places))}"/>'
    for place in places:
        node, top = nodes[place.key], EDGE + place.depth * STEP
        yield f'<rect class="s" x="{place.x - BOX / 2:g}" y="{top:g}" width="{BOX:g}" height="{TALL:g}" rx="3"/>'
        yield block(place.x, top + TALL / 2, lines(node.text, BOX - 12, 11, 3), 11)
        yield from _symbol(node, place, top + TALL + 10, marks)


def _lines(place: _Place, inner: Sequence[_Place]) -> str:
    box = EDGE + place.depth * STEP + TALL
    if not inner:
        return f"M{place.x:g} {box:g}v12"
    # Through the gate, whose body is drawn over it; the level is below the notes of events beside.
    drops = "".join(f"M{one.x:g} {box + BUS:g}v{STEP - TALL - BUS:g}" for one in inner)
    return f"M{place.x:g} {box:g}v{BUS:g}M{inner[0].x:g} {box + BUS:g}H{inner[-1].x:g}{drops}"


def _symbol(node: Node, place: _Place, y: float, marks: _Marks) -> Iterator[str]:
    x = place.x
    if place.again:
        yield f'<path class="s" d="M{x:g} {y:g}l20 34h-40z"/>'
        yield block(x, y + 24, [marks.number.get(place.key, "…")], 11)
        return
    if node.kind == "part":
        yield f'<path class="s" d="M{x:g} {y:g}l20 34h-40z"/>'
        yield block(x, y + 24, [node.mark], 11)
        yield block(x, y + 46, [f"see part {node.mark}"], 10, "m")
        return
    if node.kind in SHAPES:
        yield f'<path class="s" d="M{x:g} {y:g}{SHAPES[node.kind]}"/>'
        if place.key in marks.repeated:
            yield block(x, y + 17, ["×"], 14)
        yield block(x, y + 46, lines(node.note, BOX + 8, 10, 2), 10, "m")
        return
    yield _gate(node.kind, x, y)
    if node.mark:
        yield block(x, y + 20, [node.mark], 11)
    if place.key in marks.number:
        yield f'<path class="s" d="M{x + 42:g} {y + 8:g}l14 24h-28z"/><path class="l" d="M{x:g} {y - 4:g}H{x + 42:g}v12"/>'
        yield block(x + 42, y + 25, [marks.number[place.key]], 10)


def _gate(kind: str, x: float, y: float) -> str:
    """The body of a gate, 36 high: flat below for and, hollow below for or; a ring on top where the result is turned round."""
    ring = 6 if kind in ("nand", "nor", "not", "iff") else 0
    top, tall = y + ring, 36 - ring
    if kind in ("and", "nand"):
        body = f"M{x - 20:g} {y + 36:g}v{20 - tall:g}a20 20 0 0 1 40 0v{tall - 20:g}z"
    elif kind in ("not", "same"):
        body = f"M{x:g} {top:g}l18 {tall}h-36z"
    else:
        body = f"M{x - 20:g} {y + 36:g}q0 {10 - tall:g} 20 {-tall}q20 10 20 {tall}q-20 -10 -40 0z"
    turned = f'<circle class="s" cx="{x:g}" cy="{y + 3:g}" r="3"/>' if ring else ""
    return f'<path class="s" d="{body}"/>{turned}'


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
