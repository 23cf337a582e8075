"""Cause and effect (Ishikawa): the head on the right, three ribs above and three below at 60 degrees, causes on level twigs.

Every cause is one line of its own along its rib and its sub-causes are further lines below it, so texts cannot meet; a rib is as long as
its causes need, and ribs stand as far apart as their longest text asks.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from lotproof.draw.marks import MARKED, SIGNS, WORDS, label, pill, room
from lotproof.draw.page import page
from lotproof.draw.text import block, lines

SIZE, ROW, GAP, EDGE = 12.0, 18.0, 16.0, 20.0
"""Size of text, height of a line, room between a text and the rib beside it, margin."""
SLOPE = 1 / math.tan(math.radians(60))
"""How far a rib moves sideways for each unit that it rises."""
LINES, WIDEST = 3, 190.0
"""Lines that a cause may take, and the width it is broken at."""
HEAD, INDENT = 168.0, 14.0


@dataclass(frozen=True)
class Bone:
    """A cause as it is drawn."""

    text: str
    """The claim."""
    mark: str = "untested"
    """root, supported, contradicted or untested."""
    inner: tuple[Bone, ...] = field(default=())
    """Causes behind it."""


@dataclass(frozen=True)
class _Line:
    text: str
    mark: str
    depth: int
    under: float = 0.0
    """Length of the twig under the last line of a cause, 0 under all others."""

    @property
    def room(self) -> float:
        return room(self.text, SIZE) * (1.08 if self.mark == "root" else 1) + self.depth * INDENT


def fishbone(effect: str, ribs: Sequence[tuple[str, Sequence[Bone]]], title: str) -> str:
    """The drawing. ``ribs`` are (name, causes), those above and below the spine in turn; six for the six M."""
    made = [(name, [line for bone in bones for line in _lines(bone, 0)] or [NOTHING]) for name, bones in ribs]
    sides = made[0::2], made[1::2]
    # Ribs of a side are alike in length, so that no text lies beside the name of another rib.
    high = [max((len(found) for _, found in side), default=0) * ROW + 30 for side in sides]
    spine = EDGE + 26 + high[0]
    xs = _across(sides, high)
    end = (max(xs) if xs else EDGE) + 24
    parts = [*_spine(effect, spine, end), *_side(sides[0], xs, spine, high[0], -1), *_side(sides[1], xs, spine, high[1], 1)]
    return page(end + HEAD + EDGE, spine + high[1] + 26 + EDGE, title, _told(effect, ribs), [f"<style>{MARKED}</style>", *parts])


NOTHING = _Line("nothing found", "m", 0)


def _lines(bone: Bone, depth: int) -> Iterator[_Line]:
    """The lines of a cause and of those behind it. The word of its mark stands in the text, for who sees no colours."""
    word = WORDS[bone.mark]
    told = f"{SIGNS[bone.mark]} {bone.text}" + (f" ({word})" if word else "")
    rows = [_Line(text, bone.mark, depth) for text in lines(told, WIDEST - depth * INDENT, SIZE, LINES)]
    yield from rows[:-1]
    twig = 0.0 if depth else max(row.room for row in rows)
    yield _Line(rows[-1].text, bone.mark, depth, twig)
    for one in bone.inner:
        yield from _lines(one, depth + 1)


def _across(sides: Sequence[Sequence[tuple[str, list[_Line]]]], high: Sequence[float]) -> list[float]:
    """Where the ribs meet the spine, from left to right; the ribs above and below of the same place share it."""
    xs: list[float] = []
    at = EDGE + max(high) * SLOPE - 20
    for place in range(max(map(len, sides))):
        at += max(line.room for side in sides if place < len(side) for line in side[place][1]) + GAP + 16
        xs.append(at)
    return xs


def _spine(effect: str, y: float, end: float) -> Iterator[str]:
    yield f'<path class="l w20" d="M{EDGE:g} {y:g}H{end - 8:g}"/>'
    yield f'<path class="t" d="M{end - 10:g} {y - 6:g}l12 6l-12 6z"/>'
    rows = lines(effect, HEAD - 20, 13, 6)
    tall = max(len(rows) * 16 + 22, 56)
    yield f'<rect class="f-root" stroke-width="1.4" x="{end + 2:g}" y="{y - tall / 2:g}" width="{HEAD:g}" height="{tall:g}" rx="6"/>'
    yield block(end + 2 + HEAD / 2, y, rows, 13)


def _side(ribs: Sequence[tuple[str, list[_Line]]], xs: Sequence[float], spine: float, high: float, way: int) -> Iterator[str]:
    """The ribs of one side; ``way`` is -1 above the spine and 1 below."""
    for (name, found), x in zip(ribs, xs, strict=False):
        tip = (x - high * SLOPE, spine + way * high)
        yield f'<path class="l" d="M{x:g} {spine:g}L{tip[0]:g} {tip[1]:g}"/>'
        yield pill(tip[0], tip[1] + way * 12, name)
        for at, line in enumerate(found):
            # From the top downwards on both sides: above, the last line is next to the spine; below, the first.
            away = (len(found) - at) * ROW - 4 if way < 0 else (at + 1) * ROW + 2
            y, edge = spine + way * away, x - away * SLOPE - 8
            yield label(edge - line.depth * INDENT, y + 4, line.text, SIZE, line.mark, "end", line.mark == "root")
            if line.under:
                yield f'<path class="l w6" d="M{edge - line.under:g} {y + 8:g}H{edge + 8 - way * 8 * SLOPE:g}"/>'


def _told(effect: str, ribs: Sequence[tuple[str, Sequence[Bone]]]) -> str:
    """The drawing in words."""
    said = [f"Causes of: {effect}."]
    for name, bones in ribs:
        said.append(f"{name}: " + ("; ".join(_spoken(bone) for bone in bones) or "nothing found") + ".")
    return " ".join(said)


def _spoken(bone: Bone) -> str:
    behind = f", because {' and '.join(_spoken(one) for one in bone.inner)}" if bone.inner else ""
    return f"{bone.text} ({WORDS[bone.mark] or 'not tested'}){behind}"
