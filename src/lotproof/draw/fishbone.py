"""A fishbone (Ishikawa): the problem at the head, six ribs at 60 degrees, causes on level lines, what lies behind them below.

Ribs are parallel, so the room between two of them is the same at every height: causes are stacked from the spine outwards, each as high
as its lines, and no text can reach another whatever their number.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from lotproof.draw.pen import MARKS, PAGE, TONES, Skin, area, box, centred, legend, line, measure, num, sheet, words, wrap

TOP, BOTTOM = ("man", "method", "machine"), ("material", "measurement", "environment")
PITCH, GAP, EDGE = 226.0, 14.0, 18.0
"""From rib to rib, free room behind a rib, margin."""
SIZE, SMALL = 11.0, 10.0
SLOPE = 1 / math.tan(math.radians(60))
LEAN = 3 * SIZE * 1.28 * SLOPE
"""How far a rib moves over three lines of text."""
HEAD = 168.0
SHORTEST = 96.0
"""Least height of a side."""


@dataclass(frozen=True)
class Bone:
    """A cause as it is drawn."""

    text: str
    """The cause."""
    status: str
    """possible, supported, ruled out or root."""
    behind: tuple[Bone, ...] = ()
    """What would have caused it."""


@dataclass(frozen=True)
class _Laid:
    bone: Bone
    rows: list[str]
    twigs: list[tuple[Bone, list[str]]]
    high: float


def fishbone(problem: str, ribs: Mapping[str, Sequence[Bone]], title: str, skin: Skin = PAGE) -> str:
    """The drawing. ``ribs`` holds the causes of each of the 6M; a rib without any is drawn bare."""
    laid = {name: [_lay(bone, skin) for bone in ribs.get(name, ())] for name in (*TOP, *BOTTOM)}
    above, below = (max([SHORTEST, *(sum(one.high for one in laid[name]) + 22 for name in side)]) for side in (TOP, BOTTOM))
    spine = EDGE + 30 + above
    wide_slope = max(above, below) * SLOPE
    first = EDGE + PITCH - GAP + wide_slope
    neck = first + 2 * PITCH + 34
    high = spine + below + 30 + EDGE + 22
    parts = [line(f"M{num(first - 60)} {num(spine)}H{num(neck - 6)}", "flow", 2.2), area(f"M{num(neck)} {num(spine)}l-11 -6v12z")]
    for at, (up, down) in enumerate(zip(TOP, BOTTOM, strict=True)):
        x = first + at * PITCH
        parts.extend(_rib(up, laid[up], x, spine, above, -1))
        parts.extend(_rib(down, laid[down], x, spine, below, 1))
    parts.extend(_head(skin.show(problem), neck, spine))
    parts.append(legend(EDGE, high - 12, tuple(MARKS)))
    # The leftmost text hangs at the outer end of the first rib.
    return sheet(neck + HEAD + EDGE, high, skin.show(title), skin.show(_told(problem, ribs)), parts, skin)


def _lay(bone: Bone, skin: Skin) -> _Laid:
    room = PITCH - GAP - LEAN - 12
    rows = wrap(f"{MARKS[bone.status]} {skin.show(bone.text)}", room, SIZE, 3, bone.status == "root")
    twigs = [(one, wrap(f"{MARKS[one.status]} {skin.show(one.text)}", room - 18, SMALL, 3, one.status == "root")) for one in bone.behind]
    high = len(rows) * SIZE * 1.28 + 10 + sum(_tall(said) for _, said in twigs)
    return _Laid(bone, rows, twigs, high)


def _tall(said: Sequence[str]) -> float:
    return len(said) * SMALL * 1.28 + 5


def _rib(name: str, laid: Sequence[_Laid], x: float, spine: float, side: float, way: int) -> Iterator[str]:
    """One rib with its causes; ``way`` is -1 above the spine and 1 below it."""
    tip = x - side * SLOPE, spine + way * side
    yield line(f"M{num(x)} {num(spine)}L{num(tip[0])} {num(tip[1])}", "soft", 1.5)
    wide = measure(name.capitalize(), 12, True) + 30
    yield box(tip[0] - wide / 2, tip[1] - 12 + way * 12, wide, 24, "head", 12)
    yield centred(tip[0], tip[1] + way * 12, [name.capitalize()], 12, "head", True)
    free = side - 22 - sum(one.high for one in laid)
    space = min(free / (len(laid) + 1), 16.0)
    reach = 8.0 + space
    for one in laid:
        # Text stands on its line: above the spine the line is the inner end of its strip, below it the outer one.
        top = spine - reach - one.high if way < 0 else spine + reach
        yield from _cause(one, x, spine, top)
        reach += one.high + space


def _cause(one: _Laid, x: float, spine: float, top: float) -> Iterator[str]:
    """A cause between two ribs: all its lines keep within the leaning strip, and what lies behind it hangs on a line that leans with it."""

    def lean(y: float) -> float:
        return x - abs(spine - y) * SLOPE - PITCH + GAP

    base = top + len(one.rows) * SIZE * 1.28 + 2
    tone, root = TONES[one.bone.status], one.bone.status == "root"
    yield words(max(lean(top), lean(base)), top + SIZE, one.rows, SIZE, tone, bold=root)
    yield line(f"M{num(lean(base))} {num(base)}H{num(lean(base) + PITCH - GAP)}", tone, 1.8 if root else 1)
    if one.twigs:
        end = base + sum(_tall(said) for _, said in one.twigs) - 8
        yield line(f"M{num(lean(base) + 9)} {num(base)}L{num(lean(end) + 9)} {num(end)}", "soft", 1)
    y = base
    for bone, said in one.twigs:
        level, left = y + SMALL - 1, max(lean(y), lean(y + _tall(said))) + 20
        yield line(f"M{num(lean(level) + 9)} {num(level)}H{num(left - 4)}", "soft", 1)
        yield words(left, y + SMALL + 3, said, SMALL, TONES[bone.status], bold=bone.status == "root")
        y += _tall(said)


def _head(problem: str, x: float, spine: float) -> Iterator[str]:
    rows = wrap(problem, HEAD - 22, 12, 9, True)
    tall = len(rows) * 12 * 1.28 + 24
    yield box(x, spine - tall / 2, HEAD, tall, "root", 8, 1.6)
    yield centred(x + HEAD / 2, spine, rows, 12, "root", True)


def _told(problem: str, ribs: Mapping[str, Sequence[Bone]]) -> str:
    said = [f"Fishbone. Problem: {problem}."]
    for name in (*TOP, *BOTTOM):
        causes = "; ".join(_said(bone) for bone in ribs.get(name, ()))
        said.append(f"{name.capitalize()}: {causes or 'nothing'}.")
    return " ".join(said)


def _said(bone: Bone) -> str:
    behind = f", behind it: {', '.join(_said(one) for one in bone.behind)}" if bone.behind else ""
    return f"{bone.text} ({bone.status}{behind})"
