"""The plan to become inspection-ready: what lacks, in three windows by risk."""

from __future__ import annotations

from dataclasses import replace

import pytest
from case_kit import Floor
from small_site import Site as Site_
from small_site import invoke

from lotproof.quality.lot_ready import LotKnown, lot_items, lots_readiness, percent
from lotproof.quality.plan import CaseGaps, Site, plan
from lotproof.quality.site_facts import site_facts
from lotproof.workspace.place import open_workspace

READY = Site(
    procedures=3, last_session="2026-11-01", roles={"QA approver": 2, "regulatory": 1}, anchored=True, witnessed=True, told=True, qualified=True,
    backed_up="2026-11-20", examined="2026-11-01",
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
    assert (0, "Triage signals (critical): 2") in found
    assert (0, "Finish or move actions past due: 1") in found
    assert (0, "Enrol a second QA approver: nobody approves their own") in found
    assert (1, "Triage signals (minor): 1") in found
    assert (1, "Hold trainings past due: 3") in found
    assert (2, "Complete INC-2: cause, scope") in found
    assert (2, "Verify a sample of packs against the record; none was ever signed") in found


def test_a_session_within_ninety_days_is_enough():
    assert told(replace(READY, last_session=LONG_AGO)) == []
    assert told(replace(READY, last_session="2026-08-24")) == [(2, "Verify a sample of packs against the record; the last was signed on 2026-08-24")]


def test_a_backup_and_an_examination_are_asked_for_again_after_their_days():
    assert told(replace(READY, backed_up="2026-11-16", examined="2026-10-23")) == []
    assert told(replace(READY, backed_up="2026-11-15", examined="2026-10-22")) == [
        (0, "Make a backup and try its restore; the last was made on 2026-11-15"),
        (1, "Examine ledger, originals and segments: lotproof doctor; it ran last on 2026-10-22"),
    ]
    assert told(replace(READY, faults=["chain: Entry 7 is missing."])) == [(0, "Put right what lotproof doctor found: chain: Entry 7 is missing.")]


def test_doctor_and_backup_leave_word_for_the_plan(own: Site_, tmp_path):
    assert invoke("doctor", "--workspace", own.home).exit_code == 0
    assert invoke("backup", tmp_path / "b.tar", "--workspace", own.home, "--now", "2026-11-20T02:00:00Z").exit_code == 0
    workspace = open_workspace(own.home, "2026-11-23T07:00:00Z", "administrator")
    found = site_facts(workspace, "2026-11-23T08:00:00Z", told=True)
    assert (found.backed_up, found.faults) == ("2026-11-20", ())
    assert found.examined


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
    lacks = {one.name: one.lacks for one in lots_readiness(floor.workspace, ["B7-2231"])["B7-2231"]}
    assert lacks["record"] == "the last run of the rules speaks of no such lot"
    assert lacks["closed"] == "INC-2026-0001 still run"


def test_what_a_person_explained_is_waived_with_the_reason():
    found = {"balance": {"counts": {"unaccounted": 12}}}
    open_ones = {one.name: one.lacks for one in lot_items(LotKnown("L", found, new=2, explained=["Counted as samples."]))}
    assert (open_ones["explained"], open_ones["triaged"]) == ("12 are unaccounted", "2 signals wait for triage")
    items = lot_items(LotKnown("L", found, explained=["Counted as samples."], verified=True))
    assert {one.name: (one.state, one.why) for one in items}["explained"] == ("waived", "Counted as samples.")
    assert percent(items) == 100
    assert percent(lot_items(LotKnown("L"))) == 66
