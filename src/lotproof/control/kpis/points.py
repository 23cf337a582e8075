"""The points of a KPI: its counts by lot, shift, day, hour or shipment, in the order of time."""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import accumulate
from typing import Any

import numpy as np

from lotproof.control.kpis.declaration import BUCKETS, Kpi
from lotproof.control.kpis.gather import Cell, Gathered, Shift
from lotproof.stats.charts.values import Series
from lotproof.stats.problem import MethodProblem

LATEST = datetime(9999, 12, 31)  # noqa: DTZ001 - the lake's times are UTC without a zone
"""Stands for no time, in sorting."""
FORMS = {"hour": "%Y-%m-%d %H:00", "day": "%Y-%m-%d", "week": "%G-W%V", "month": "%Y-%m"}
"""Points of time and how they are named: in UTC, weeks as ISO 8601 counts them."""


@dataclass(frozen=True)
class Point:
    """One point."""

    label: str
    """Its lot, shift, day, hour (UTC) or shipment."""
    at: datetime | None
    """First minute that counts in it."""
    events: float
    """Events; of a measure the number of values."""
    opportunities: float
    """Opportunities; of a measure the number of values."""
    value: float
    """What is judged, in the unit of the KPI."""
    values: tuple[float, ...] = ()
    """Of a measure: the values."""


@dataclass(frozen=True)
class Points:
    """A KPI over its points."""

    kpi: Kpi
    """What was counted."""
    by: str
    """What a point is."""
    points: tuple[Point, ...]
    """The points that have an opportunity, in the order of time."""
    unplaced: float
    """Events that belong to no point: without a time, a shift, a shipment, or in a point without any opportunity."""
    gaps: tuple[tuple[str, float], ...]
    """(when the event was, opportunities since the event before it), to the minute: what a g chart counts."""
    thinned: bool = False
    """Whether values were too many to be kept."""

    def series(self) -> Series:
        """Counts and sizes for charts of rates, subgroups of values for those of measures."""
        labels = tuple(point.label for point in self.points)
        if self.kpi.kind != "measure":
            events, sizes = ([getattr(point, name) for point in self.points] for name in ("events", "opportunities"))
            return Series(np.array(events), np.array(sizes), labels)
        most = max((len(point.values) for point in self.points), default=1)
        rows = [[*point.values, *[math.nan] * (most - len(point.values))] for point in self.points]
        return Series(np.array(rows), None, labels)


def points(kpi: Kpi, gathered: Gathered, by: str, shifts: Sequence[Shift] = ()) -> Points:
    """The points of what was gathered; MethodProblem where the KPI has no such points."""
    if by not in kpi.buckets:
        known = f"a point of {kpi.id} is a {', a '.join(kpi.buckets)}" if by in BUCKETS else f"a point is a {', a '.join(BUCKETS)}"
        raise MethodProblem(f'{known[0].upper()}{known[1:]}; there is no "{by}".')
    if kpi.kind == "measure":
        return _measured(kpi, gathered, by, shifts)
    label = Labels(by, shifts)
    sizes, firsts, _ = _summed(gathered.opportunities, label)
    events, began, lost = _summed(gathered.events, label)
    found = [
        Point(name, _earlier(firsts[name], began.get(name)), events.get(name, 0.0), size, _value(kpi, events.get(name, 0.0), size))
        for name, size in sizes.items()
        if size > 0
    ]
    strange = sum(count for name, count in events.items() if not sizes.get(name))
    return Points(kpi, by, tuple(sorted(found, key=_order)), lost + strange, tuple(_gaps(gathered)))


class Labels:
    """Which point a cell belongs to; None for none."""

    def __init__(self, by: str, shifts: Sequence[Shift]) -> None:
        """``by`` names what a point is."""
        self.by, self.shifts, self.begins = by, shifts, [shift.began for shift in shifts]

    def __call__(self, lot: str, at: datetime | None, shipment: str) -> str | None:
        """The label of the point."""
        if self.by in ("lot", "shipment"):
            return (lot if self.by == "lot" else shipment) or None
        if at is None:
            return None
        if self.by == "shift":
            place = bisect_right(self.begins, at) - 1
            return self.shifts[place].name if place >= 0 and at < self.shifts[place].ended else None
        return f"{at:{FORMS[self.by]}}"


def span(by: str, label: str, shifts: Sequence[Shift]) -> tuple[datetime, datetime] | None:
    """Begin and end of a point of time; None where there is none of this name."""
    if by == "shift":
        return next(((shift.began, shift.ended) for shift in shifts if shift.name == label), None)
    try:
        began = datetime.fromisoformat(f"{label}-01" if by == "month" else label)
    except ValueError:
        return None
    began = began.replace(tzinfo=None)  # the lake's times are UTC without a zone
    following = (began + timedelta(days=32)).replace(day=1)
    ends = {"hour": began + timedelta(hours=1), "day": began + timedelta(days=1), "week": began + timedelta(weeks=1), "month": following}
    return began, ends[by]


def _summed(cells: Sequence[Cell], label: Labels) -> tuple[dict[str, float], dict[str, datetime | None], float]:
    sums: dict[str, float] = {}
    firsts: dict[str, datetime | None] = {}
    lost = 0.0
    for lot, at, shipment, count in cells:
        name = label(lot, at, shipment)
        if name is None:
            lost += count
            continue
        sums[name] = sums.get(name, 0.0) + count
        firsts[name] = _earlier(firsts.get(name), at)
    return sums, firsts, lost


def _earlier(left: datetime | None, right: datetime | None) -> datetime | None:
    return min((at for at in (left, right) if at is not None), default=None)


def _order(point: Point) -> tuple[bool, datetime, str]:
    return point.at is None, point.at or LATEST, point.label


def _value(kpi: Kpi, events: float, size: float) -> float:
    if kpi.kind == "count":
        return events
    return 1 - events / size if kpi.complement else kpi.per * events / size


def _measured(kpi: Kpi, gathered: Gathered, by: str, shifts: Sequence[Shift]) -> Points:
    label = Labels(by, shifts)
    values: dict[str, list[float]] = {}
    firsts: dict[str, datetime | None] = {}
    lost = 0
    for lot, at, shipment, found in sorted(gathered.values, key=lambda cell: (cell[1] or LATEST, cell[0])):
        name = label(lot, at, shipment)
        if name is None:
            lost += len(found)
            continue
        values.setdefault(name, []).extend(found)
        firsts[name] = _earlier(firsts.get(name), at)
    statistic: Any = {"mean": np.mean, "median": np.median, "min": np.min, "max": np.max}[kpi.statistic]
    made = [Point(name, firsts[name], len(found), len(found), float(statistic(found)), tuple(found)) for name, found in values.items()]
    return Points(kpi, by, tuple(sorted(made, key=_order)), lost, (), gathered.thinned)


def _gaps(gathered: Gathered) -> list[tuple[str, float]]:
    """Opportunities between events, both counted to the minute; what has no time stands in no order and is left out."""
    timed = sorted((at, count) for _, at, _, count in gathered.opportunities if at is not None)
    times, sums = [at for at, _ in timed], list(accumulate(count for _, count in timed))
    found: list[tuple[str, float]] = []
    before = 0.0
    for at, count in sorted((at, count) for _, at, _, count in gathered.events if at is not None and count > 0):
        upto = sums[place - 1] if (place := bisect_right(times, at)) else 0.0
        # Events of one minute share its opportunities: those after the first have none of their own.
        found.extend((f"{at:%Y-%m-%d %H:%M}", 0.0 if nth else max(upto - before, 0.0)) for nth in range(round(count)))
        before = upto
    return found
