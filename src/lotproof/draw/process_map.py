"""Process map: the steps in their order, critical control points marked, findings drawn at the step where they arose.

Steps run from left to right and break into a further row, as text does, so that the map fits a page.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from lotproof.draw.marks import MARKED, label
from lotproof.draw.page import page
from lotproof.draw.text import block, lines

BOX, TALL, BETWEEN, EDGE = 138.0, 62.0, 34.0, 20.0
"""Width and height of a step, room between two, margin."""
A_ROW = 6
"""Steps in a row."""
FOUND = 17.0
"""Height of a finding below its step."""
MOST = 5
"""Findings that are named at a step; the rest are counted."""


@dataclass(frozen=True)
class Found:
    """A finding at a step."""

    text: str
    """Its code and count."""
    grave: bool
    """Critical or major."""


@dataclass(frozen=True)
class ProcessStep:
    """One step of the process."""

    text: str
    """What happens."""
    where: str = ""
    """Line, place or system."""
    control: str = ""
    """Name of the critical control point, as CCP 2; '' where it is none."""
    found: tuple[Found, ...] = field(default=())
    """Findings that arose here."""


def process_map(steps: Sequence[ProcessStep], title: str) -> str:
    """The drawing."""
    rows = [steps[at : at + A_ROW] for at in range(0, len(steps), A_ROW)]
    y, parts = EDGE + 22, []
    for number, row in enumerate(rows):
        deepest = max(min(len(step.found), MOST + 1) for step in row)
        parts += list(_row(row, y))
        following = y + TALL + deepest * FOUND + 62
        if number + 1 < len(rows):
            parts.append(_break(len(row), y, following, deepest))
        y = following
    wide = EDGE * 2 + min(len(steps), A_ROW) * (BOX + BETWEEN) - BETWEEN
    return page(wide, y - 40, title, _told(steps), [f"<style>{MARKED}</style>", *parts])


def _left(place: int) -> float:
    return EDGE + place * (BOX + BETWEEN)


def _row(row: Sequence[ProcessStep], y: float) -> Iterator[str]:
    for place, step in enumerate(row):
        x = _left(place)
        grave = any(one.grave for one in step.found)
        frame, heavy = ("f-root", 1.8) if grave else ("s", 1.3)
        yield f'<rect class="{frame}" stroke-width="{heavy}" x="{x:g}" y="{y:g}" width="{BOX:g}" height="{TALL:g}" rx="7"/>'
        rows = lines(step.text, BOX - 14, 12, 2)
        yield block(x + BOX / 2, y + TALL / 2 - (8 if step.where else 0), rows, 12)
        if step.where:
            yield block(x + BOX / 2, y + TALL - 13, lines(step.where, BOX - 14, 10.5, 1), 10.5, "m")
        if step.control:
            yield f'<path class="f-supported" stroke-width="1.3" d="M{x + 22:g} {y - 20:g}l16 11l-16 11l-16 -11z"/>'
            yield label(x + 44, y - 6, step.control, 10.5, "supported", "start", True)
        yield from _findings(step, x, y + TALL)
        if place + 1 < len(row):
            yield f'<path class="l" d="M{x + BOX:g} {y + TALL / 2:g}h{BETWEEN - 7:g}"/>'
            yield f'<path class="t" d="M{x + BOX + BETWEEN - 8:g} {y + TALL / 2 - 4:g}l7 4l-7 4z"/>'


def _findings(step: ProcessStep, x: float, y: float) -> Iterator[str]:
    for at, one in enumerate(step.found[:MOST]):
        sign, look = ("● ", "root") if one.grave else ("○ ", "m")
        yield label(x + 6, y + 16 + at * FOUND, sign + lines(one.text, BOX - 12, 11, 1)[0], 11, look)
    if len(step.found) > MOST:
        yield label(x + 6, y + 16 + MOST * FOUND, f"and {len(step.found) - MOST} more", 11, "m")


def _break(steps: int, y: float, following: float, deepest: int) -> str:
    """From the last step of a row round to the first of the next."""
    low = y + TALL + deepest * FOUND + 14
    start = EDGE + BOX / 2 + 50
    path = f"M{_left(steps - 1) + BOX:g} {y + TALL / 2:g}h12V{low:g}H{start:g}V{following - 8:g}"
    return f'<path class="l" d="{path}"/><path class="t" d="M{start - 4:g} {following - 8:g}l4 7l4 -7z"/>'


def _told(steps: Sequence[ProcessStep]) -> str:
    said = []
    for number, step in enumerate(steps, 1):
        where = f" ({step.where})" if step.where else ""
        control = f", {step.control}" if step.control else ""
        found = f"; found here: {', '.join(one.text for one in step.found)}" if step.found else ""
        said.append(f"{number}. {step.text}{where}{control}{found}.")
    return " ".join(said)
