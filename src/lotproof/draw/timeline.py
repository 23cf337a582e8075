"""Timeline in lanes (machine, data, people): what happened when, side by side, on one axis of time."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from lotproof.draw.marks import MARKED, label, room
from lotproof.draw.page import page
from lotproof.draw.text import lines

WIDE, NAME, EDGE, SIZE, ROW = 1000.0, 110.0, 20.0, 11.0, 20.0
"""Width of the drawing, room for the names of lanes, margin, size of text, height of a line of events."""
STEPS = (1, 2, 5, 10, 15, 30, 60, 120, 180, 360, 720, 1440, 2880, 7200, 10080, 20160, 43200)
"""Minutes between two marks of the axis."""
TEXT = 46
"""Characters of an event that are shown."""


@dataclass(frozen=True)
class Happening:
    """One event."""

    begin: datetime
    """When it began, UTC."""
    text: str
    """What happened."""
    lane: str
    """Machine, data, people, or another."""
    end: datetime | None = None
    """When it ended; None: a moment."""
    grave: bool = False
    """Whether it is what the incident is about."""


def timeline(happenings: Sequence[Happening], title: str) -> str:
    """The drawing: lanes in the order of their first event, events of a lane on as many lines as their texts need."""
    ordered = sorted(happenings, key=lambda one: (one.begin, one.text))
    first = min(one.begin for one in ordered)
    last = max(one.end or one.begin for one in ordered)
    axis = _Axis(first, max(last - first, timedelta(minutes=1)))
    y, parts = EDGE + 26, []
    for lane in dict.fromkeys(one.lane for one in ordered):
        found = [one for one in ordered if one.lane == lane]
        places, rows = _places(found, axis)
        parts += list(_lane(lane, found, places, rows, y, axis))
        y += rows * ROW + 18
    marks = list(_marks(axis, y - 8))
    return page(WIDE, y + EDGE, title, _told(ordered), [f"<style>{MARKED}</style>", *marks, *parts])


@dataclass(frozen=True)
class _Axis:
    first: datetime
    span: timedelta

    def x(self, at: datetime) -> float:
        return EDGE + NAME + (at - self.first) / self.span * (WIDE - 2 * EDGE - NAME - 10)


def _short(text: str) -> str:
    return text if len(text) <= TEXT else text[: TEXT - 1].rstrip() + "…"


def _places(found: Sequence[Happening], axis: _Axis) -> tuple[list[tuple[int, bool]], int]:
    """For each event its line and whether its text stands on the left of it; and how many lines there are."""
    ends: list[float] = []
    places = []
    for one in found:
        x, far = axis.x(one.begin), axis.x(one.end or one.begin)
        wide = room(_short(one.text), SIZE) * (1.08 if one.grave else 1) + 14
        left = far + wide > WIDE - EDGE and x - wide > EDGE + NAME
        begin, end = (x - wide, far + 6) if left else (x - 6, far + wide)
        line = next((at for at, taken in enumerate(ends) if taken <= begin), len(ends))
        ends[line:] = [end] if line == len(ends) else [end, *ends[line + 1 :]]
        places.append((line, left))
    return places, len(ends)


def _lane(lane: str, found: Sequence[Happening], places: Sequence[tuple[int, bool]], rows: int, y: float, axis: _Axis) -> Iterator[str]:
    yield f'<rect class="pill" opacity=".45" x="{EDGE:g}" y="{y - 4:g}" width="{WIDE - 2 * EDGE:g}" height="{rows * ROW + 8:g}" rx="6"/>'
    yield label(EDGE + 10, y + 14, lines(lane.capitalize(), NAME - 14, 12, 1)[0], 12, "t", "start", True)
    for one, (line, left) in zip(found, places, strict=True):
        x, far, middle = axis.x(one.begin), axis.x(one.end or one.begin), y + line * ROW + ROW / 2
        look = "root" if one.grave else "t"
        if one.end is not None and far - x >= 2:
            yield f'<rect class="{look}" x="{x:g}" y="{middle - 4:g}" width="{far - x:g}" height="8" rx="4"/>'
        else:
            yield f'<circle class="{look}" cx="{x:g}" cy="{middle:g}" r="4.5"/>'
        at = (x - 9, "end") if left else (far + 9, "start")
        yield label(at[0], middle + 4, _short(one.text), SIZE, look, at[1], one.grave)


def _marks(axis: _Axis, bottom: float) -> Iterator[str]:
    """Marks of the axis at round times, at most ten."""
    minutes = next((step for step in STEPS if axis.span / timedelta(minutes=step) <= 10), STEPS[-1])
    midnight = axis.first.replace(hour=0, minute=0, second=0, microsecond=0)
    step = timedelta(minutes=minutes)
    at = midnight + -((midnight - axis.first) // step) * step
    day = None
    while at <= axis.first + axis.span:
        shown = f"{at:%Y-%m-%d}" if minutes >= 1440 else f"{at:%H:%M}" if at.date() == day else f"{at:%m-%d %H:%M}"
        day = at.date()
        yield f'<path class="l w6" stroke-dasharray="2 4" d="M{axis.x(at):g} {EDGE + 14:g}V{bottom:g}"/>'
        yield label(axis.x(at), EDGE + 8, shown, 10, "m", "middle")
        at += step


def _told(ordered: Sequence[Happening]) -> str:
    said = []
    for one in ordered:
        until = f" to {one.end:%Y-%m-%d %H:%M}" if one.end else ""
        said.append(f"{one.begin:%Y-%m-%d %H:%M}{until} UTC, {one.lane}: {one.text}.")
    return " ".join(said)
