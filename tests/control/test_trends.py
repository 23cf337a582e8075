"""Trends of findings, alerts and deviations: what is divided by what, which chart, since when."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from lotproof.control.trends import Event, Made, as_document, pareto, trend
from lotproof.stats.problem import MethodProblem

START = datetime(2026, 3, 2, 6, 0)
MADE = [Made(f"L{n:02}", START + timedelta(days=n), 10_000.0) for n in range(20)]


def alerts(counts: list[int], code: str = "A3") -> list[Event]:
    return [Event("alert", code, f"L{n:02}", START + timedelta(days=n + 9), partner="DE", line="LINE-2")
            for n, count in enumerate(counts) for _ in range(count)]  # fmt: skip


def test_alerts_by_lot_are_divided_by_the_packs_of_the_lot_and_the_onset_is_its_lot() -> None:
    found = trend("alerts", alerts([2, 3] * 6 + [14, 16, 15, 13, 17, 14, 15, 16]), MADE, "lot")
    assert found.sizes == (10_000.0,) * 20 and found.since == "L12"
    assert found.choice.kind == "laney-u" and found.onset is not None and found.onset.ratio.value == pytest.approx(6.0)
    told = as_document(found)
    assert told["since"] == "L12" and told["onset"]["from"] == told["onset"]["to"] == "L12"


def test_few_events_are_charted_by_the_packs_between_them() -> None:
    found = trend("alerts", alerts([0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 1]), MADE, "lot")
    assert found.choice.kind == "g" and found.charted is not None
    assert found.charted.series.values.tolist() == [40_000.0, 50_000.0, 60_000.0]
    assert found.since == ""


def test_what_has_nothing_to_divide_by_is_counted_or_timed() -> None:
    often = trend("alerts", alerts([3, 4, 2, 5, 3, 4]), (), "day")
    assert (often.choice.kind, often.counts) == ("c", (3.0, 4.0, 2.0, 5.0, 3.0, 4.0))
    days = (0, 40, 75, 140, 200, 230)
    rare = trend("deviations", [Event("deviation", "queue", "", START + timedelta(days=n)) for n in days], (), "month")
    assert (rare.choice.kind == "c" and len(rare.labels) == 8) or rare.choice.kind == "t"
    assert trend("deviations", [Event("deviation", "queue", "", None)], (), "month").unplaced == 1


def test_months_without_event_are_points_too() -> None:
    found = trend("deviations", [Event("deviation", "queue", "", datetime(2026, month, 5)) for month in (1, 1, 1, 4, 4)], (), "month")
    assert (found.labels, found.counts) == (("2026-01", "2026-02", "2026-03", "2026-04"), (3.0, 0.0, 0.0, 2.0))


def test_pareto_adds_up() -> None:
    shares = pareto([*alerts([3], "A3"), *alerts([1], "A7"), Event("alert", "", "", None)], "code")
    assert [(one.value, one.count, one.cumulated) for one in shares] == [("A3", 3, 0.6), ("A7", 1, 0.8), ("not told", 1, 1.0)]
    with pytest.raises(MethodProblem, match='Events are parted by code, line, product, partner; there is no "colour"'):
        pareto([], "colour")
    with pytest.raises(MethodProblem, match='A point of a trend is a lot, a day, a week, a month; there is no "hour"'):
        trend("alerts", [], (), "hour")
