"""The check of effectiveness by the program: after the declared opportunities, earlier where the actions do not work, once each."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest

from lotproof.control.kpis.points import Point
from lotproof.quality.acts.closing import missing_to_close
from lotproof.quality.effect_watch import Counted, check_effects, counted, is_due
from lotproof.quality.shell import load


def judged(kpi: str, *points: tuple[int, float, float], alarms: tuple[str, ...] = (), kind: str = "rate"):
    """An indicator with points so many minutes after the start of the day."""
    day = datetime(2026, 11, 23, tzinfo=UTC)
    made = tuple(Point(f"L{at}", day + timedelta(minutes=at), events, many, events / many) for at, events, many in points)
    about = SimpleNamespace(id=kpi, kind=kind)
    return SimpleNamespace(points=SimpleNamespace(kpi=about, points=made), alarms=tuple(SimpleNamespace(point=label) for label in alarms))


@pytest.fixture
def number(floor):
    """An incident whose actions are done, with a criterion (40 in 1,000 before, half of it, judged after 1,000) that names an indicator."""
    floor.criterion = {"kpi": "cut-files"}
    return floor.checking()


def minute(case) -> int:
    """Minutes from midnight to when the actions were complete."""
    return int(case.last("actions-complete").time[11:13]) * 60 + int(case.last("actions-complete").time[14:16])


def test_only_points_after_the_actions_count_and_signals_elsewhere_are_side_effects(floor, number):
    case = load(number)
    after = minute(case) + 5
    mine = judged("cut-files", (1, 30, 500), (after, 2, 400), (after + 5, 1, 300))
    others = [judged("no-read", (1, 1, 1), (after, 1, 1), alarms=("L1", f"L{after}")), judged("reject", (after, 1, 1))]
    found = counted(case, [mine, *others])
    assert found == Counted(number, "cut-files", case.last("actions-complete").time, 3, 700, 1000, 1)
    assert not is_due(case, found) and is_due(case, replace(found, opportunities=1000))
    assert is_due(case, replace(found, events=80))  # so many already that the actions do not work
    assert counted(case, [judged("no-read", (after, 1, 1))]) is None
    assert counted(case, [judged("cut-files", (after, 1, 1), kind="measure")]) is None


@pytest.mark.shows("P11-10a")
def test_the_program_enters_the_check_once_and_the_case_closes_on_it(floor, number):
    after = minute(load(number)) + 5
    few = [judged("cut-files", (after, 1, 400))]
    assert [one.opportunities for one in check_effects(few, floor.now, "lotproof work")] == [400]
    assert load(number).last("effectiveness") is None
    floor.wait(30)
    enough = [judged("cut-files", (after, 1, 400), (after + 2, 3, 1100))]
    for _ in range(2):
        check_effects(enough, floor.now, "lotproof work")
    case = load(number)
    (check,) = case.all("effectiveness")
    assert (check.actor, check.body["events"], check.body["opportunities"]) == ("lotproof work", 4, 1500)
    assert not [one for one in missing_to_close(case) if "actions are" in one or "effect" in one]


def test_a_verdict_that_changes_is_entered_anew(floor, number):
    after = minute(load(number)) + 5
    check_effects([judged("cut-files", (after, 1, 1100))], floor.now, "lotproof work")
    floor.wait(30)
    check_effects([judged("cut-files", (after, 1, 1100), (after + 9, 300, 400))], floor.now, "lotproof work")
    assert len(load(number).all("effectiveness")) == 2
    assert "not effective" in "; ".join(missing_to_close(load(number)))


def test_an_incident_without_an_indicator_waits_for_a_person(floor):
    floor.checking()
    assert check_effects([judged("cut-files", (1400, 1, 1100))], floor.now, "lotproof work") == []
