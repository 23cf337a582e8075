"""The plan to become inspection-ready: what lacks, in three windows by risk."""

from __future__ import annotations

import pytest
from case_kit import Floor

from lotproof.quality.plan import CaseGaps, Site, plan
from lotproof.quality.site_facts import lot_readiness, site_facts

READY = Site(
    procedures=3, last_session="2026-11-01", roles={"QA approver": 2, "regulatory": 1}, anchored=True, witnessed=True, told=True, qualified=True
)  # fmt: skip
TODAY, LONG_AGO = "2026-11-23", "2026-08-25"


def told(site: Site) -> list[tuple[int, str]]:
    return [(task.window, task.what) for task in plan(site, TODAY, LONG_AGO)]


def test_a_site_that_lacks_nothing_has_nothing_to_do():
    assert told(READY) == []


@pytest.mark.shows("D1-MHRA")
def test_what_harms_comes_first_and_what_lasts_comes_last():
    lacking = Site(
        signals=[("SIG-1", "critical"), ("SIG-2", "minor"), ("SIG-3", "critical")], overdue=[("INC-1", "classify")], late_actions=1, alarms=2,
        cases=[CaseGaps("INC-2", "minor", ("cause", "scope"))], late_trainings=3, roles={"QA approver": 1}, procedures=1, told=True,
    )  # fmt: skip
    found = told(lacking)
    assert [window for window, _ in found] == sorted(window for window, _ in found)
    assert (0, "Triage 2 critical signals") in found
    assert (0, "Finish or move 1 action past due") in found
    assert (0, "Enrol a second QA approver: nobody approves their own") in found
    assert (1, "Triage 1 minor signal") in found
    assert (1, "Hold 3 trainings past due") in found
    assert (2, "Complete INC-2: cause, scope") in found
    assert (2, "Verify a sample of packs against the record; none was ever signed") in found


def test_a_session_within_ninety_days_is_enough():
    from dataclasses import replace

    assert told(replace(READY, last_session=LONG_AGO)) == []
    assert told(replace(READY, last_session="2026-08-24")) == [(2, "Verify a sample of packs against the record; the last was signed on 2026-08-24")]


def test_the_facts_are_read_from_the_record(floor: Floor):
    number = floor.contained()
    found = site_facts(floor.workspace, "2026-12-01T08:00:00Z", told=False)
    assert found.overdue == [(number, "classify")]
    assert found.roles["QA approver"] == 2
    assert (found.procedures, found.anchored, found.qualified, found.last_session) == (0, False, False, "")
    assert [one.number for one in found.cases] == [number]
    tasks = plan(found, "2026-12-01", "2026-09-02")
    assert f"Answer the clock “classify” of {number}" in [task.what for task in tasks]


def test_a_lot_that_nobody_knows_says_so(floor: Floor):
    floor.opened()
    lacks = {one.name: one.lacks for one in lot_readiness(floor.workspace, "B7-2231")}
    assert lacks["record"] == "the last run of the rules speaks of no such lot"
    assert lacks["closed"] == "INC-2026-0001 still run"
