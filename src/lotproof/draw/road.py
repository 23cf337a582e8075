"""Custody road: the places that units passed, with the count seen at each, and between two places what was lost or came in."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from lotproof.draw.marks import MARKED, label
from lotproof.draw.page import page
from lotproof.draw.text import lines

BOX, TALL, BETWEEN, EDGE, A_ROW, DOWN = 158.0, 86.0, 62.0, 20.0, 5, 40.0
"""Width and height of a place, room between two, margin, places in a row, room between two rows."""


@dataclass(frozen=True)
class Stop:
    """One place or step of the road."""

    step: str
    """What was done: Shipped."""
    place: str
    """Where: Dock 4, Ghent."""
    count: int
    """Units seen there."""
    when: str = ""
    """First and last time, or one."""
    expected: int | None = None
    """Units that should be there; None: as many as at the stop before."""


def road(stops: Sequence[Stop], title: str) -> str:
    """The drawing; a stop with fewer or more units than expected is marked, with the difference on the way to it."""
    rows = -(-len(stops) // A_ROW)
    wide = EDGE * 2 + min(len(stops), A_ROW) * (BOX + BETWEEN) - BETWEEN
    parts = [part for at in range(len(stops)) for part in _stop(stops, at)]
    return page(wide, EDGE * 2 + rows * (TALL + DOWN) - DOWN + 6, title, _told(stops), [f"<style>{MARKED}</style>", *parts])


def _lacks(stops: Sequence[Stop], at: int) -> int:
    """Units more (or fewer: negative) than expected."""
    expected = stops[at].expected
    if expected is None:
        expected = stops[at - 1].count if at else stops[at].count
    return stops[at].count - expected


def _stop(stops: Sequence[Stop], at: int) -> Iterator[str]:
    stop, lacks = stops[at], _lacks(stops, at)
    x, y = EDGE + at % A_ROW * (BOX + BETWEEN), EDGE + at // A_ROW * (TALL + DOWN)
    look, heavy = ("f-root", 2) if lacks else ("s", 1.2)
    yield f'<rect class="{look}" stroke-width="{heavy}" x="{x:g}" y="{y:g}" width="{BOX:g}" height="{TALL:g}" rx="8"/>'
    yield label(x + 12, y + 22, lines(stop.step, BOX - 20, 12.5, 1)[0], 12.5, "t", "start", True)
    yield label(x + 12, y + 39, lines(stop.place, BOX - 20, 11, 1)[0], 11, "m")
    yield label(x + 12, y + 60, f"{stop.count:,}", 16, "t", "start", True)
    if stop.when:
        yield label(x + 12, y + 76, lines(stop.when, BOX - 16, 10, 1)[0], 10, "m")
    if at:
        yield from _way(lacks, x, y, at % A_ROW == 0)


def _way(lacks: int, x: float, y: float, turned: bool) -> Iterator[str]:
    """The arrow to a stop, with the difference beside it; to the first of a row it comes round from the end of the row above."""
    line, head = ("l w20 lack", "root") if lacks else ("l", "t")
    middle = y + TALL / 2
    if turned:
        end, low = x + A_ROW * (BOX + BETWEEN) - BETWEEN, y - DOWN / 2
        path = f"M{end:g} {middle - TALL - DOWN:g}h10V{low:g}H{x + BOX / 2:g}V{y - 8:g}"
        tip, at = f"M{x + BOX / 2 - 4:g} {y - 8:g}l4 7l4 -7z", (x + BOX / 2 + 10, low - 6)
    else:
        path = f"M{x - BETWEEN + 6:g} {middle:g}H{x - 11:g}"
        tip, at = f"M{x - 12:g} {middle - 4.5:g}l9 4.5l-9 4.5z", (x - BETWEEN / 2, middle - 10)
    yield f'<path class="{line}" d="{path}"/><path class="{head}" d="{tip}"/>'
    if lacks:
        yield label(*at, f"{lacks:+,}", 12, "root", "start" if turned else "middle", True)


def _told(stops: Sequence[Stop]) -> str:
    said = []
    for at, stop in enumerate(stops):
        lacks = _lacks(stops, at)
        difference = f", {lacks:+,} against what was expected" if lacks else ""
        when = f", {stop.when}" if stop.when else ""
        said.append(f"{stop.step} at {stop.place or 'a place not stated'}: {stop.count:,} units{difference}{when}.")
    return " ".join(said)
