"""A KPI judged: its points on the chart that fits, what lies beyond its levels, what the rules of the chart say."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import scipy

from lotproof.control.charting import Charted, Wanted, document, drawing, phase_one, phase_two
from lotproof.control.kpis.declaration import Kpi, Level, document_of
from lotproof.control.kpis.points import Points
from lotproof.stats.charts.dispersion import DOUBT, dispersion
from lotproof.stats.charts.limits import LimitSet
from lotproof.stats.charts.rules import Signal
from lotproof.stats.charts.values import Floats, Series
from lotproof.stats.problem import MethodProblem
from lotproof.stats.sampling.confidence import percent, upper_share

COUNTED = ("p", "u", "laney-p", "laney-u")
"""Charts of events by opportunities."""
SINGLE = ("i-mr", "ewma", "cusum")
"""Charts of one value a point."""
SUBGROUP = 25
"""Values of a point above which an X-bar chart is not proposed: its limits know no difference between points at all, and those of
the spread hold for normal values only."""


@dataclass(frozen=True)
class Choice:
    """Which chart, and why."""

    kind: str
    """Kind of chart; none where no chart has a meaning."""
    reason: str
    """A sentence."""


@dataclass(frozen=True)
class Alarm:
    """One alarm condition that holds."""

    point: str
    """The point."""
    condition: str
    """target, alert, action, or rule and its number."""
    value: float
    """Value of the point."""
    limit: float | None
    """Threshold; None for a rule of the chart."""
    sentence: str
    """What holds, in words."""


@dataclass(frozen=True)
class Judged:
    """A KPI with its verdicts."""

    points: Points
    """The points."""
    choice: Choice
    """The chart that was chosen."""
    charted: Charted | None
    """The chart; None where there is none."""
    wanted: Wanted
    """How the chart was asked for."""
    alarms: tuple[Alarm, ...]
    """Levels exceeded, by point, then what the rules of the chart say."""

    @property
    def no_data(self) -> str:
        """Why there is no point; empty where there is one."""
        return "" if self.points.points else f"no data: needs {self.points.kpi.needs}"


def judge(points: Points, chart: str = "", rules: str = "", limits: tuple[LimitSet, ...] = ()) -> Judged:
    """Judge the points. ``chart`` and ``rules`` stand in for those declared; ``limits`` are frozen ones, which judge as phase 2."""
    kpi = points.kpi
    wanted = Wanted(rules or kpi.rules, () if rules else kpi.only)
    choice = Choice(limits[-1].parameters.kind, "frozen limits that were approved") if limits else choose(points, chart or kpi.chart)
    charted: Charted | None = None
    if choice.kind != "none":
        try:
            series = series_for(points, choice.kind)
            charted = phase_two(choice.kind, series, limits, _times(points)) if limits else phase_one(choice.kind, series, wanted)
        except MethodProblem as problem:
            if chart or limits:
                raise
            choice = Choice("none", f"no {choice.kind} chart can be made: {problem}")
    return Judged(points, choice, charted, wanted, (*_levels(points), *_signals(points, charted)))


def choose(points: Points, declared: str) -> Choice:
    """The chart for these points: the one declared, or the one that their spread proposes."""
    kpi, found = points.kpi, points.points
    if not found:
        return Choice("none", "there is no point")
    if declared == "none":
        return Choice("none", "declared so: its levels judge it")
    if kpi.kind == "measure":
        return _for_values(points, declared)
    total, size = sum(point.events for point in found), sum(point.opportunities for point in found)
    if not total:
        shown = f"; at most {percent(upper_share(0, int(size)))} at 95 %" if size >= 1 else ""
        return Choice("none", f"no event in {size:,.0f} {kpi.opportunities}{shown}: there is no spread to chart")
    if declared == "g":
        rare = Choice("g", "declared: rare events, by what lies between two of them")
        return rare if len(points.gaps) > 1 else _too_few("2 events with a time")
    if len(found) < 2:
        return _too_few("2 points")
    return Choice("i-mr", "declared: one value a point") if declared in SINGLE else _for_counts(points, declared)


def _for_counts(points: Points, declared: str) -> Choice:
    series = points.series()
    assert series.sizes is not None
    defectives = bool((series.values <= series.sizes).all()) and not declared.endswith("u")
    told = dispersion(series, defectives)
    if not declared.startswith("auto"):
        kind = declared if defectives or not declared.endswith("p") else declared[:-1] + "u"
        other = "" if kind == told.proposed else f"; the dispersion test proposes {told.proposed}: {told.reason}"
        return Choice(kind, f"declared{other}")
    if told.proposed == "g" and len(points.gaps) < 2:
        return _too_few("2 events with a time")
    return Choice(told.proposed, f"proposed by the dispersion test: {told.reason}")


def _for_values(points: Points, declared: str) -> Choice:
    if len(points.points) < 2 and declared != "t":
        return _too_few("2 points")
    if not declared.startswith("auto"):
        return Choice(declared, "declared")
    if points.thinned or any(len(point.values) < 2 for point in points.points):
        return Choice("i-mr", "one value a point: some points have a single value, or values are too many to be kept")
    if (most := max(len(point.values) for point in points.points)) > SUBGROUP:
        why = "limits from the spread within so many would alarm at ordinary points"
        return Choice("i-mr", f"one value a point, as a point has up to {most:,} values: {why}")
    ratio, chance = _between(points)
    told = f"points differ {ratio:.1f} times as much as the values within them let expect (F test, p = {chance:.2g})"
    if chance < DOUBT:
        why = "limits from the spread within a point would alarm at ordinary ones"
        return Choice("i-mr", f"proposed by the dispersion test: {told}; {why}")
    unlike = levene_chance([np.array(point.values) for point in points.points])
    if unlike < DOUBT:
        return Choice("i-mr", f"proposed by the dispersion test: {told}, but their spreads differ (Levene, p = {unlike:.2g})")
    return Choice("xbar-s", f"proposed by the dispersion test: {told}, and their spreads agree (Levene, p = {unlike:.2g})")


def _between(points: Points) -> tuple[float, float]:
    """Mean square between points by that within them, and the probability of as much by chance (one-way analysis of variance)."""
    return _ratio([np.array(point.values) for point in points.points])


def _ratio(groups: Sequence[Floats]) -> tuple[float, float]:
    every = np.concatenate(groups)
    between = sum(len(one) * (one.mean() - every.mean()) ** 2 for one in groups) / (len(groups) - 1)
    freedom = len(every) - len(groups)
    within = sum(((one - one.mean()) ** 2).sum() for one in groups) / freedom
    if within == 0:
        return (math.inf, 0.0) if between > 0 else (1.0, 1.0)
    return float(between / within), float(scipy.special.fdtrc(len(groups) - 1, freedom, between / within))


def levene_chance(groups: Sequence[Floats]) -> float:
    """Probability by chance alone of spreads as different as those of the groups (Brown and Forsythe's form of Levene's test)."""
    away = [np.abs(one - np.median(one)) for one in groups]
    return _ratio(away)[1]


def _too_few(what: str) -> Choice:
    return Choice("none", f"a chart needs {what} at least")


def series_for(points: Points, kind: str) -> Series:
    """What a chart of this kind is made of."""
    if kind == "g":
        return Series(np.array([gap for _, gap in points.gaps]), None, tuple(at for at, _ in points.gaps))
    if kind == "t":
        singles = [(point.label, value) for point in points.points for value in point.values]
        return Series(np.array([value for _, value in singles]), None, tuple(label for label, _ in singles))
    if kind in SINGLE:
        return Series(np.array([point.value for point in points.points]), None, tuple(point.label for point in points.points))
    if points.kpi.kind == "measure" and kind in COUNTED:
        raise MethodProblem(f"{points.kpi.id} is a measure, and a chart {kind} is one of counts; use i-mr, ewma, cusum, xbar-s or t.")
    return points.series()


def _times(points: Points) -> list[str]:
    return [f"{point.at:%Y-%m-%dT%H:%M:%SZ}" for point in points.points if point.at] if all(p.at for p in points.points) else []


def _levels(points: Points) -> list[Alarm]:
    kpi = points.kpi
    return [
        Alarm(point.label, level.name, point.value, level.limit, _beyond(kpi, level, point.value))
        for point in points.points
        for level in kpi.levels
        if level.beyond(point.value)
    ]


def _beyond(kpi: Kpi, level: Level, value: float) -> str:
    side = "above" if level.above is not None else "below"
    return f"{told(kpi, value)} is {side} {told(kpi, level.limit)}: {level.basis}"


def _signals(points: Points, charted: Charted | None) -> list[Alarm]:
    if charted is None:
        return []
    values = {point.label: point.value for point in points.points}
    found = [(charted.series.labels[signal.index - 1], signal) for part in charted.parts for signal in part[2]]
    return [Alarm(name, f"rule {signal.rule}", values.get(name, math.nan), None, _of_panel(signal, charted)) for name, signal in found]


def _of_panel(signal: Signal, charted: Charted) -> str:
    first = charted.parts[0][1].panels[0].name
    return signal.sentence if signal.panel == first else f"{signal.sentence}, in the chart of the {signal.panel}"


def told(kpi: Kpi, value: float) -> str:
    """A value as a person reads it."""
    if kpi.unit == "share":
        return f"{100 * value:.3f} %"
    return f"{value:,.0f} {kpi.unit}" if float(value).is_integer() else f"{value:,.3g} {kpi.unit}"


def as_document(judged: Judged) -> dict[str, Any]:
    """The judged KPI as one JSON document."""
    kpi, points = judged.points.kpi, judged.points
    declared = document_of(kpi)
    return {
        "kpi": kpi.id, "name": kpi.name, "formula": kpi.formula, "response": kpi.response, "unit": kpi.unit, "by": points.by,
        "no_data": judged.no_data or None,
        "points": [{"point": p.label, "at": f"{p.at:%Y-%m-%dT%H:%M:%SZ}" if p.at else None, "events": p.events,
                    "opportunities": p.opportunities, "value": p.value} for p in points.points],
        "unplaced": points.unplaced, "levels": declared["levels"], "chart_kind": judged.choice.kind, "chart_reason": judged.choice.reason,
        "alarms": [_plain(asdict(alarm)) for alarm in judged.alarms],
        "chart": document(judged.charted, judged.wanted) if judged.charted else None,
    }  # fmt: skip


def _plain(alarm: dict[str, Any]) -> dict[str, Any]:
    return {key: None if isinstance(value, float) and math.isnan(value) else value for key, value in alarm.items()}


def svg_of(judged: Judged) -> str:
    """The chart as SVG; MethodProblem where there is none."""
    if judged.charted is None:
        raise MethodProblem(f"{judged.points.kpi.id} has no chart to draw: {judged.no_data or judged.choice.reason}.")
    return drawing(judged.charted, f"{judged.points.kpi.name}, by {judged.points.by}")
