"""Bow-tie: threats, the barriers before the event, the event, the barriers behind it, consequences (IEC 31010:2019, B.4.2)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from lotproof.draw.marks import MARKED, label
from lotproof.draw.page import page
from lotproof.draw.text import block, lines

BOX, TALL, ROW, BAR, EDGE = 150.0, 58.0, 92.0, 112.0, 20.0
"""Width and height of a box, height of a line of the tie, room of one barrier, margin."""
HEAD = 44.0
EVENT = 78.0
"""Half the width of the event."""
STATES = {"held": ("contradicted", "held"), "failed": ("root", "failed"), "missing": ("root", "missing"), "": ("untested", "not tested")}
"""State of a barrier to its look and its word."""


@dataclass(frozen=True)
class Barrier:
    """What should stop a threat, or a consequence."""

    text: str
    """What it is."""
    state: str = ""
    """held, failed, missing, or '' where nobody looked."""
    note: str = ""
    """Its evidence, or the probability that it fails."""


@dataclass(frozen=True)
class Arm:
    """One threat, or one consequence, with its barriers from left to right."""

    text: str
    """The threat or consequence."""
    barriers: tuple[Barrier, ...] = ()
    """From the threat to the event, or from the event to the consequence."""


def bow_tie(event: str, threats: Sequence[Arm], consequences: Sequence[Arm], title: str) -> str:
    """The drawing."""
    left, right = (max((len(one.barriers) for one in side), default=0) * BAR for side in (threats, consequences))
    rows = max(len(threats), len(consequences), 1)
    middle = HEAD + EDGE + rows * ROW / 2
    centre = EDGE + BOX + left + 40 + EVENT
    wide = centre + EVENT + 40 + right + BOX + EDGE
    named = ((EDGE + BOX / 2, "Threats"), (centre, "Event"), (wide - EDGE - BOX / 2, "Consequences"))
    heads = [label(x, EDGE + 12, text, 12, "m", "middle", True) for x, text in named]
    last = wide - EDGE - BOX
    parts = [*_side(threats, rows, EDGE, EDGE + BOX, centre - EVENT, middle)]
    parts += _side(consequences, rows, last, last, centre + EVENT, middle)
    at = f'x="{centre - EVENT:g}" y="{middle - 40:g}" width="{2 * EVENT:g}"'
    frame = f'<rect class="f-root" stroke-width="2" {at} height="80" rx="40"/>'
    inside = block(centre, middle, lines(event, 2 * EVENT - 36, 12.5, 4), 12.5)
    body = [f"<style>{MARKED}</style>", *heads, *parts, frame, inside]
    return page(wide, HEAD + EDGE * 2 + rows * ROW, title, _told(event, threats, consequences), body)


def _side(arms: Sequence[Arm], rows: int, box: float, start: float, end: float, middle: float) -> Iterator[str]:
    """The boxes of one side with their lines to the event; ``start`` is the edge of the boxes that the lines leave from."""
    way = 1 if end > start else -1
    first = HEAD + EDGE + (rows - len(arms)) * ROW / 2 + ROW / 2
    for at, arm in enumerate(arms):
        y = first + at * ROW
        turn = end - way * 30
        yield f'<path class="l" d="M{start:g} {y:g}H{turn:g}L{end:g} {middle + (y - middle) * 0.3:g}"/>'
        yield f'<rect class="s" x="{box:g}" y="{y - TALL / 2:g}" width="{BOX:g}" height="{TALL:g}" rx="6"/>'
        yield block(box + BOX / 2, y, lines(arm.text, BOX - 16, 11.5, 4), 11.5)
        inward = arm.barriers if way > 0 else tuple(reversed(arm.barriers))
        for place, barrier in enumerate(inward):
            yield from _barrier(barrier, start + way * (place + 0.5) * BAR, y)


def _barrier(barrier: Barrier, x: float, y: float) -> Iterator[str]:
    look, word = STATES[barrier.state]
    yield f'<rect class="f-{look}" stroke-width="1.3" x="{x - 5:g}" y="{y - 20:g}" width="10" height="40" rx="2"/>'
    if barrier.state in ("failed", "missing"):
        yield f'<path class="l w20" d="M{x - 9:g} {y + 9:g}L{x + 9:g} {y - 9:g}"/>'
    rows = lines(barrier.text, BAR - 10, 10.5, 2)
    yield block(x, y - 29 - (len(rows) - 1) * 6.3, rows, 10.5)
    yield block(x, y + 30, [word], 10, look)
    if barrier.note:
        yield block(x, y + 42, lines(barrier.note, BAR - 6, 9.5, 1), 9.5, "m")


def _told(event: str, threats: Sequence[Arm], consequences: Sequence[Arm]) -> str:
    said = [f"Event: {event}."]
    for name, arms in (("Threat", threats), ("Consequence", consequences)):
        for arm in arms:
            barriers = "; ".join(f"{one.text} ({STATES[one.state][1]})" for one in arm.barriers) or "no barrier"
            said.append(f"{name}: {arm.text}. Barriers: {barriers}.")
    return " ".join(said)
