"""Points of KPIs, the chart that fits them, and their alarm conditions."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import numpy as np
import pytest

from lotproof.control.kpis.budget import told
from lotproof.control.kpis.declaration import Kpi, Level
from lotproof.control.kpis.gather import Gathered, Shift
from lotproof.control.kpis.judge import judge
from lotproof.control.kpis.points import points
from lotproof.stats.problem import MethodProblem

ALL = ("lot", "shift", "hour", "day", "week", "month", "shipment")
START = datetime(2026, 3, 9, 6, 0)
RATE = Kpi(
    "rate", "A rate", "a / b", "share", "rate", "-", "packs", "a log", "-", "lot", ALL, levels=(Level("alert", "made up", above=0.5),)
)
GRADE = replace(RATE, id="grade", kind="measure", unit="grade", levels=())


def gathered(events: list[float], sizes: list[float]) -> Gathered:
    """A lot an hour."""
    lots = [(f"L{n:02}", START + timedelta(hours=n), "") for n in range(len(events))]
    return Gathered([(*lot, n) for lot, n in zip(lots, events, strict=True)], [(*lot, n) for lot, n in zip(lots, sizes, strict=True)])


def test_chance_alone_gives_a_p_chart_and_more_gives_laneys() -> None:
    source = np.random.default_rng(3)
    quiet = judge(points(RATE, gathered(source.binomial(2000, 0.02, 30).astype(float).tolist(), [2000.0] * 30), "lot"))
    assert quiet.choice.kind == "p" and quiet.choice.reason.startswith("proposed by the dispersion test")
    shares = source.normal(0.02, 0.008, 30).clip(0.001)
    loud = judge(points(RATE, gathered(source.binomial(50_000, shares).astype(float).tolist(), [50_000.0] * 30), "lot"))
    assert loud.choice.kind == "laney-p"
    declared = judge(points(replace(RATE, chart="p"), gathered([float(n % 40) for n in range(30)], [2000.0] * 30), "lot"))
    assert declared.choice.kind == "p" and "the dispersion test proposes laney-p" in declared.choice.reason


def test_rare_events_are_charted_by_what_lies_between_them() -> None:
    found = points(RATE, gathered([0.0, 1, 0, 0, 1, 0, 0, 0, 1, 0], [100.0] * 10), "lot")
    assert [gap for _, gap in found.gaps] == [200.0, 300.0, 400.0]
    judged = judge(found)
    assert judged.choice.kind == "g" and judged.charted is not None and len(judged.charted.series) == 3


def test_no_event_is_told_with_its_bound() -> None:
    judged = judge(points(RATE, gathered([0.0] * 5, [600.0] * 5), "lot"))
    assert judged.choice.reason == "no event in 3,000 packs; at most 0.1 % at 95 %: there is no spread to chart"
    assert judge(points(RATE, Gathered(), "lot")).no_data == "no data: needs a log"


def test_levels_and_the_rules_of_the_chart_alarm() -> None:
    judged = judge(points(RATE, gathered([20.0] * 20 + [700.0], [1000.0] * 21), "lot"), chart="p")
    assert {("L20", "alert"), ("L20", "rule 1")} <= {(alarm.point, alarm.condition) for alarm in judged.alarms}
    assert judged.alarms[0].sentence == "70.000 % is above 50.000 %: made up"
    with pytest.raises(MethodProblem, match="grade is a measure, and a chart p is one of counts"):
        judge(points(GRADE, values([[3.0, 3.1], [3.0, 3.2]]), "lot"), chart="p")


def test_points_of_time_shifts_and_shipments() -> None:
    made = gathered([1.0] * 30, [10.0] * 30)
    assert [point.label for point in points(RATE, made, "day").points] == ["2026-03-09", "2026-03-10"]
    assert [point.label for point in points(RATE, made, "week").points] == ["2026-W11"]
    assert [point.label for point in points(RATE, made, "month").points] == ["2026-03"]
    roster = [
        Shift("2026-03-09 Early", START, START + timedelta(hours=8)),
        Shift("2026-03-09 Late", START + timedelta(hours=8), START + timedelta(hours=16)),
    ]
    found = points(RATE, made, "shift", roster)
    assert [(point.label, point.events) for point in found.points] == [("2026-03-09 Early", 8.0), ("2026-03-09 Late", 8.0)]
    assert found.unplaced == 14.0
    assert points(RATE, made, "shipment").points == ()


def values(groups: list[list[float]]) -> Gathered:
    return Gathered(values=[(f"L{n:02}", START + timedelta(hours=n), "", group) for n, group in enumerate(groups)])


def test_values_are_charted_by_the_spread_within_points_only_where_it_is_that_between_them() -> None:
    source = np.random.default_rng(5)
    same = judge(points(replace(GRADE, statistic="mean"), values(source.normal(3, 0.2, (25, 8)).tolist()), "lot"))
    assert same.choice.kind == "xbar-s" and not [a for a in same.alarms if a.condition == "rule 1"]
    lots = source.normal(3, 0.3, 25)[:, None] + source.normal(0, 0.1, (25, 8))
    apart = judge(points(GRADE, values(lots.tolist()), "lot"))
    assert apart.choice.kind == "i-mr" and "F test" in apart.choice.reason
    uneven = judge(points(GRADE, values((3 + source.normal(0, 1, (25, 20)) * np.linspace(0.05, 0.5, 25)[:, None]).tolist()), "lot"))
    assert uneven.choice.kind == "i-mr" and "Levene" in uneven.choice.reason


def test_the_alarm_budget_of_declared_charts() -> None:
    judged = [judge(points(replace(RATE, chart=kind, only=only), gathered([float(20 + n % 3) for n in range(25)], [1000.0] * 25), "lot"))
              for kind, only in (("p", ("1",)), ("i-mr", ()), ("none", ()))]  # fmt: skip
    found = told(judged, bearable=1.0)
    assert [one["chart"] for one in found["watched"]] == ["p", "i-mr"]
    assert found["watched"][0]["run_length"] == pytest.approx(370.4, abs=0.05)
    # Western Electric 91.75 (Champ and Woodall 1987) and moving ranges beyond 3.686 sigma of a difference: 0.00915
    assert found["watched"][1]["run_length"] == pytest.approx(1 / (1 / 91.75 + 0.00915), abs=0.1)
    assert found["watched"][0]["points_a_day"] == pytest.approx(24.0)
    assert found["false_signals_a_day"] == pytest.approx(24 / 370.4 + 24 * (1 / 91.75 + 0.00915), rel=0.01)
