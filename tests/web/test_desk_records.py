"""Procedures with their trainings, the calendar of audits, alarms: the books beside incidents."""

from __future__ import annotations

import json

import pytest
from case_kit import PASSWORD, Floor

from lotproof.quality.audits import yearly_gaps
from lotproof.quality.refusal import Refusal
from lotproof.quality.replay import replay
from lotproof.quality.shell import load, open_by_program, open_record, table

ALARM = {
    "title": "No-read rate of camera 3 over 2 %", "about": "camera-3", "priority": "high", "condition": "no-read > 2 %",
    "response": "Clean the lens; check the light.", "key": "no-read:action", "points": ["L1"],
}  # fmt: skip


def procedure(floor: Floor) -> str:
    """A procedure that two people need; one was trained on the version in force."""
    number = open_record(floor.desk("inv-1"), "procedure", {"title": "SOP-PK-014 Aggregation", "version": "7", "months": "12"}).number
    floor.do(number, "inv-1", "training-need", people="O-3\nO-4", due="2026-11-20")
    floor.do(number, "inv-1", "training", people="O-3", version="7", day="2026-11-10", way="at the line, shown and done")
    return number


@pytest.mark.shows("P11-10i", "A11-2")
def test_the_matrix_shows_who_is_trained_on_the_version_in_force(visit, floor):
    number = procedure(floor)
    page = visit("inv-1").get("/procedures/").content.decode()
    assert "✓ 7, 2026-11-10; again by 2027-11-10" in page
    assert "✗ due 2026-11-20" in page
    assert "1 past due" in page
    rows = json.loads(visit("read-1").get("/training.json").content)["training"]
    assert [(row["person"], row["current"], row["due"]) for row in rows] == [("O-3", True, "2027-11-10"), ("O-4", False, "2026-11-20")]
    assert f'href="/procedures/{number}/"' in page


@pytest.mark.shows("P11-10i", "P11-10k")
def test_a_new_version_opens_a_gap_for_everybody_who_needs_it(visit, floor):
    number = procedure(floor)
    floor.do(number, "qa-1", "procedure-version", version="8", why="Rework of partial cases.")
    page = visit("qa-1").get(f"/procedures/{number}/").content.decode()
    assert "Version in force: <b>8</b>" in page
    assert [(row.person, row.current) for row in table("TrainingRow").all()] == [("O-3", False), ("O-4", False)]
    floor.do(number, "inv-1", "training-released", people="O-4", why="Left the site.")
    assert list(table("TrainingRow").values_list("person", "due")) == [("O-3", "2026-11-20")]
    assert replay() == []


@pytest.mark.parametrize(
    ("act", "given", "sentence"),
    [
        ("training", {"people": "O-4", "version": "9", "day": "2026-11-10", "way": "classroom"}, "There is no version 9; issued are 7."),
        ("training", {"people": "O-4", "version": "7", "day": "2027-01-01", "way": "classroom"}, "2027-01-01 lies in the future; a training is recorded when it was held."),
        ("containment-step", {"step": "notify", "what": "x"}, "“Record a step” belongs to incidents; PRO-2026-0001 is of another kind: procedure."),
    ],
)
def test_what_a_procedure_refuses_it_says(floor, act, given, sentence):
    number = procedure(floor)
    before = load(number).seq
    with pytest.raises(Refusal) as refused:
        floor.do(number, "inv-1", act, **given)
    assert str(refused.value) == sentence
    assert load(number).seq == before


@pytest.mark.shows("A11-11")
def test_a_yearly_audit_is_not_concluded_without_the_next_one(visit, floor):
    client = visit("qa-1")
    answer = client.post("/audits/open", {"title": "Line 2, paper and data", "type": "self-inspection", "due": "2026-12-01", "lead": "qa-1"})
    assert answer.headers["Location"] == "/audits/AUD-2026-0001/"
    held = {"day": "2026-11-20", "conclusion": "In order.", "password": PASSWORD}
    refused = client.post("/audits/AUD-2026-0001/do/audit-held", held)
    assert (refused.status_code, "A self-inspection is held at least yearly: enter when the next one is." in refused.content.decode()) == (409, True)
    late = client.post("/audits/AUD-2026-0001/do/audit-held", {**held, "next": "2028-01-01"})
    assert "The next one would be 407 days later; it is held at least yearly." in late.content.decode()
    done = client.post("/audits/AUD-2026-0001/do/audit-held", {**held, "next": "2027-11-01"})
    assert (done.status_code, load("AUD-2026-0001").state) == (302, "closed")
    page = client.get("/audits/?all=1").content.decode()
    assert "No self-inspection is planned" not in page
    assert "No audit-trail review is planned, and none was ever held here; it is held at least yearly." in page


@pytest.mark.shows("A11-11")
def test_the_calendar_says_what_is_overdue():
    told = yearly_gaps([("self-inspection", "2026-11-01")], [("review of the system", "2025-06-01"), ("audit-trail review", "2026-05-05")], "2026-11-23")
    assert told == [
        "A self-inspection was planned by 2026-11-01 and is not concluded.",
        "No review of the system is planned, and the last one was held on 2025-06-01; it is held at least yearly.",
    ]


@pytest.mark.shows("A11-DRAFT-ALARMS", "SEED-7")
def test_an_alarm_is_acknowledged_with_what_it_was(visit, floor):
    number = open_by_program("alarm", ALARM, floor.now, "lotproof check").number
    client = visit("op-1")
    page = client.get(f"/alarms/{number}/").content.decode()
    assert "Clean the lens; check the light." in page
    refused = client.post(f"/alarms/{number}/do/alarm-acknowledged", {"response": "became an incident", "why": "Codes unreadable."})
    assert "Which incident did it become? Enter its number, such as INC-2026-0012." in refused.content.decode()
    client.post(f"/alarms/{number}/do/alarm-acknowledged", {"response": "explained", "why": "The lens was being cleaned."})
    case = load(number)
    assert (case.state, case.acts[-1].actor) == ("closed", "op-1")
    assert replay() == []


@pytest.mark.shows("P11-10g")
def test_nobody_raises_an_alarm_by_hand(visit, floor):
    assert visit("qa-1").get("/alarms/open").status_code == 404
    with pytest.raises(Refusal, match="“Raise an alarm” needs the role program; qa-1 has the role QA approver"):
        open_record(floor.desk("qa-1"), "alarm", ALARM)


def test_a_record_is_found_at_its_own_place_alone(visit, floor):
    number = procedure(floor)
    answer = visit("qa-1").get(f"/audits/{number}/")
    assert (answer.status_code, f"{number} is no audit; it is at /procedures/{number}/." in answer.content.decode()) == (404, True)
