"""Findings, alerts and deviations over time: how many of each code, line, product and partner, on the chart that fits, and since when.

Where packs are known to divide by (by lot; of findings by time too) the chart is u, u' or g, as the dispersion test says. Alerts
and deviations by time have nothing to divide by: c where a point has one event or more on average, else t, the days between events.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any

import numpy as np

from lotproof.control.charting import Charted, Wanted, document, drawing, phase_one
from lotproof.control.kpis.declaration import Kpi
from lotproof.control.kpis.gather import Cell, Gathered
from lotproof.control.kpis.judge import Choice, judge
from lotproof.control.kpis.points import LATEST, Labels, points, span
from lotproof.stats.charts.onset import Onset, onset
from lotproof.stats.charts.values import Series
from lotproof.stats.problem import MethodProblem

SORTS = ("finding", "alert", "deviation")
SPLITS = ("code", "line", "product", "partner")
BY = ("lot", "day", "week", "month")
CERTAIN = 0.05
"""Chance below which a step is told as an onset."""
DAY = 86_400


@dataclass(frozen=True)
class Event:
    """One finding's row, one alert or one deviation."""

    sort: str
    """finding, alert or deviation."""
    code: str
    """Finding code, code of the alert, or the cause of the deviation."""
    lot: str
    """Lot, '' where none is told."""
    at: datetime | None
    """When (UTC); of a deviation its day."""
    line: str = ""
    """Packaging line."""
    product: str = ""
    """Description of the product, or its trade item number."""
    partner: str = ""
    """Whom the lot went to, or the market of the alert."""
    text: str = ""
    """What it says."""
    source: str = ""
    """Name of the source."""
    position: int | None = None
    """Line, row or byte offset in it."""


@dataclass(frozen=True)
class Made:
    """Packs that came on product, for rates."""

    lot: str
    """Lot."""
    at: datetime | None
    """Minute, UTC."""
    n: float
    """Packs."""


@dataclass(frozen=True)
class Trend:
    """Events of one kind over time."""

    name: str
    """What was counted."""
    by: str
    """What a point is."""
    labels: tuple[str, ...]
    """Points in the order of time."""
    counts: tuple[float, ...]
    """Events of each."""
    sizes: tuple[float, ...] | None
    """Packs of each; None where there is nothing to divide by."""
    choice: Choice
    """The chart, and why."""
    charted: Charted | None
    """The chart."""
    onset: Onset | None
    """The likeliest step."""
    unplaced: float
    """Events without a time, or of a lot without packs."""

    @property
    def since(self) -> str:
        """The point from which the rate is another one, where chance does not explain it."""
        return self.labels[self.onset.at] if self.onset and self.onset.chance < CERTAIN else ""


@dataclass(frozen=True)
class Share:
    """One line of a Pareto list."""

    value: str
    """Code, line, product or partner."""
    count: int
    """Events."""
    share: float
    """Of all."""
    cumulated: float
    """Share of this one and all before it."""


def pareto(events: Iterable[Event], split: str) -> list[Share]:
    """Values of ``split`` by how many events they have, the most first."""
    if split not in SPLITS:
        raise MethodProblem(f'Events are parted by {", ".join(SPLITS)}; there is no "{split}".')
    counts: dict[str, int] = {}
    for event in events:
        name = getattr(event, split) or "not told"
        counts[name] = counts.get(name, 0) + 1
    total, sum_, found = sum(counts.values()), 0, []
    for name, count in sorted(counts.items(), key=lambda pair: (-pair[1], pair[0])):
        sum_ += count
        found.append(Share(name, count, count / total, sum_ / total))
    return found


def trend(name: str, events: Sequence[Event], made: Sequence[Made], by: str) -> Trend:
    """The events over lots, days, weeks or months."""
    if by not in BY:
        raise MethodProblem(f'A point of a trend is a {", a ".join(BY)}; there is no "{by}".')
    divided = by == "lot" or all(event.sort == "finding" for event in events)
    return _rates(name, events, made, by) if divided and made else _counts(name, events, by)


def _rates(name: str, events: Sequence[Event], made: Sequence[Made], by: str) -> Trend:
    kpi = Kpi("trend", name, "events / packs on product", "per 1,000 packs", "rate", "-", "packs", "packs", "-", by, BY, "auto-u", per=1000)
    cells: list[Cell] = [(one.lot, one.at, "", one.n) for one in made]
    placed = [(event.lot, _minute(event.at), "", 1.0) for event in events]
    if by == "lot":
        # A case is opened, an alert raised long after its lot was made: what counts is the lot, so events stand where it begins.
        begins = {one.lot: one.at for one in sorted(made, key=lambda one: one.at or LATEST, reverse=True)}
        placed = [(lot, begins.get(lot), shipment, n) for lot, _, shipment, n in placed]
    found = points(kpi, Gathered(placed, cells), by)
    judged = judge(found)
    counts, sizes = (tuple(getattr(point, key) for point in found.points) for key in ("events", "opportunities"))
    step = onset(np.array(counts), np.array(sizes)) if counts else None
    return Trend(name, by, tuple(p.label for p in found.points), counts, sizes, judged.choice, judged.charted, step, found.unplaced)


def _minute(at: datetime | None) -> datetime | None:
    return at and at.replace(second=0, microsecond=0)


def _counts(name: str, events: Sequence[Event], by: str) -> Trend:
    times = sorted(event.at for event in events if event.at)
    lost = len(events) - len(times)
    if by == "lot" or not times:
        return Trend(name, by, (), (), None, Choice("none", "nothing has a time, or no packs are known to divide by"), None, None, lost)
    labels = _calendar(times, by)
    label = Labels(by, ())
    at = {name: place for place, name in enumerate(labels)}
    counts = np.zeros(len(labels))
    for time in times:
        counts[at[str(label("", time, ""))]] += 1
    step = onset(counts, np.ones(len(labels)))
    choice, charted = _chart_of(counts, times, labels)
    return Trend(name, by, tuple(labels), tuple(counts.tolist()), None, choice, charted, step, lost)


def _calendar(times: Sequence[datetime], by: str) -> list[str]:
    """Every day, week or month from the first event to the last, those without event too."""
    label, found, at = Labels(by, ()), [], times[0]
    while True:
        name = str(label("", at, ""))
        found.append(name)
        _, ended = span(by, name, ()) or (at, at + timedelta(days=1))
        if ended > times[-1]:
            return found
        at = ended


def _chart_of(counts: np.ndarray, times: Sequence[datetime], labels: Sequence[str]) -> tuple[Choice, Charted | None]:
    wanted = Wanted()
    if len(counts) > 1 and counts.mean() >= 1:
        return Choice("c", f"{counts.mean():.3g} events a point, and nothing to divide by"), phase_one(
            "c", Series(counts, None, tuple(labels)), wanted
        )
    gaps = np.diff([time.timestamp() for time in times]) / DAY
    if len(gaps) < 2 or not gaps.any():
        return Choice("none", "fewer than 3 events with times of their own"), None
    series = Series(gaps, None, tuple(f"{time:%Y-%m-%d}" for time in times[1:]))
    # Two events of one day have no time between them, which a Weibull law does not know.
    wanted = Wanted(settings={"method": "power"})
    return Choice("t", f"{counts.mean():.2g} events a point are rare: days between events"), phase_one("t", series, wanted)


def as_document(found: Trend) -> dict[str, Any]:
    """The trend as one JSON document."""
    step = found.onset
    return {
        "name": found.name, "by": found.by,
        "points": [{"point": label, "events": found.counts[at], "packs": found.sizes[at] if found.sizes else None}
                   for at, label in enumerate(found.labels)],
        "chart_kind": found.choice.kind, "chart_reason": found.choice.reason, "unplaced": found.unplaced, "since": found.since or None,
        "onset": None if step is None else {**_finite(asdict(step)), "point": found.labels[step.at], "from": found.labels[step.earliest],
                                            "to": found.labels[step.latest]},
        "chart": document(found.charted, Wanted()) if found.charted else None,
    }  # fmt: skip


def _finite(told: dict[str, Any]) -> dict[str, Any]:
    ratio = {key: value if np.isfinite(value) else None for key, value in told["ratio"].items()}
    return {**told, "ratio": ratio}


def svg_of(found: Trend) -> str:
    """The chart as SVG; MethodProblem where there is none."""
    if found.charted is None:
        raise MethodProblem(f"{found.name} has no chart to draw: {found.choice.reason}.")
    return drawing(found.charted, f"{found.name}, by {found.by}")
