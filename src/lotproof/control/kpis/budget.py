"""The alarm budget of the charts that a workspace declares: false alarms to expect of them, a day and among the points judged."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

import scipy

from lotproof.control.kpis.judge import Judged
from lotproof.stats.charts import runlength
from lotproof.stats.charts.budget import Watched, budget
from lotproof.stats.charts.constants import d2, d3
from lotproof.stats.charts.rules import rule_set

DAY = 86_400


@dataclass(frozen=True)
class Watch:
    """One chart with what chance does to it."""

    name: str
    """Id of the KPI, and what a point is."""
    chart: str
    """Kind of chart."""
    points: int
    """Points judged."""
    points_a_day: float | None
    """Points a day; None where the points have no times, or there is only one."""
    run_length: float
    """Points to a false alarm, where points are independent and the limits are those of the process."""
    signals: int
    """Points at which a rule fired."""

    @property
    def expected(self) -> float:
        """False alarms to expect among the points judged."""
        return self.points / self.run_length


def watch(judged: Judged) -> Watch | None:
    """The chart of a KPI; None where it has none."""
    if judged.charted is None:
        return None
    fired = {alarm.point for alarm in judged.alarms if alarm.condition.startswith("rule")}
    name = f"{judged.points.kpi.id}, by {judged.points.by}"
    return Watch(name, judged.choice.kind, len(judged.charted.series), _a_day(judged), _run_length(judged), len(fired))


def told(judged: Sequence[Judged], bearable: float) -> dict[str, Any]:
    """The budget of all charts as a document."""
    found = [one for one in map(watch, judged) if one is not None]
    timed = [Watched(one.name, 1, one.points_a_day, one.run_length) for one in found if one.points_a_day]
    return {
        **budget(timed, bearable),
        "watched": [{**vars(one), "expected": one.expected} for one in found],
        "points": sum(one.points for one in found), "expected": sum(one.expected for one in found),
        "signals": sum(one.signals for one in found),
        "without_times": [one.name for one in found if not one.points_a_day],
    }  # fmt: skip


def _a_day(judged: Judged) -> float | None:
    """How often a point comes, from the span of the points that there are."""
    times = sorted(point.at for point in judged.points.points if point.at)
    if judged.choice.kind == "g":  # its points are events
        times = sorted(datetime.fromisoformat(at) for at, _ in judged.points.gaps)
    span = (times[-1] - times[0]).total_seconds() if times else 0.0
    return (len(times) - 1) * DAY / span if span else None


def _run_length(judged: Judged) -> float:
    assert judged.charted is not None
    kind, parameters = judged.choice.kind, judged.charted.parts[-1][1].parameters
    if kind == "ewma":
        return runlength.ewma(parameters.extra["lambda"], parameters.extra["width"])
    if kind == "cusum":
        return runlength.cusum(parameters.extra["k"], parameters.extra["h"])
    first = _of_rules(judged.charted.rules.name, tuple(rule.id for rule in judged.charted.rules.rules))
    panels = len(judged.charted.parts[0][1].panels)
    return first if panels == 1 else 1 / (1 / first + _of_spread(kind))


@cache
def _of_rules(name: str, only: tuple[str, ...]) -> float:
    rules = rule_set(name, only)
    zoned = all(rule.shape in runlength.ZONED for rule in rules.rules)
    return runlength.of_rules(rules) if zoned else runlength.simulated(rules).length


def _of_spread(kind: str) -> float:
    """Chance of a point beyond the limits of the second drawing: exact for moving ranges of two, that of 3 sigma for R and S."""
    if kind == "i-mr":
        return 2 * float(scipy.special.ndtr(-(d2(2) + 3 * d3(2)) / math.sqrt(2)))
    return 1 / runlength.shewhart(3.0)
