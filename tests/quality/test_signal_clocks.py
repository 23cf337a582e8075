"""A clock that runs on a signal: since the request came in, before anybody triaged it, and on in the case that takes it on."""

from __future__ import annotations

import pytest
from case_kit import START, Floor

from lotproof.quality.refusal import Refusal
from lotproof.quality.replay import replay
from lotproof.quality.shell import load, table
from lotproof.quality.signal_shell import answered, explain, signal, take_signals, to_incident
from lotproof.quality.signals import Raised
from lotproof.quality.times import after_hours

ASKED = "2026-11-23T05:00:00Z"
REQUEST = Raised(
    "alert:partner:R-1", "partner", "major", "Request R-1 by Distributor 12", "", "L1", 1, "us-verification", ASKED, "Distributor 12"
)
SUSPECT = Raised("alert:emvs:A3", "authority", "critical", "Nobody knows the pack.", "", "L1", 1, "classify", ASKED)
FOUND = Raised("finding:SN-03:L1", "finding", "critical", "5 serials twice.", "SN-03", "L1", 5)


def clocks(number: str) -> list[tuple[str, str, str, str | None]]:
    return list(table("ClockRow").filter(case=number).order_by("name").values_list("name", "since", "due", "ended"))


def test_it_runs_before_triage_and_goes_on_in_the_case(floor: Floor):
    (raised,) = take_signals([REQUEST], floor.now, "lotproof", full=True)
    assert clocks(raised.number) == [("us-verification", ASKED, "2026-11-24T05:00:00Z", None)]
    floor.wait(60)
    case = to_incident(floor.desk("inv-1"), raised.number, {})
    asked = case.last("request")
    assert asked.body == {"clock": "us-verification", "who": "Distributor 12", "what": "Request R-1 by Distributor 12", "event_time": ASKED}
    assert asked.actor == "inv-1"
    assert ("us-verification", ASKED, "2026-11-24T05:00:00Z", None) in clocks(case.number)
    assert clocks(raised.number)[0][3] == floor.now
    assert replay() == []
    done = floor.do(case.number, "reg-1", "notified", clock="us-verification", who="Distributor 12", what="Verified, by mail.")
    assert done.clock("us-verification").ended


def test_a_request_is_answered_before_it_is_explained(floor: Floor):
    (raised,) = take_signals([REQUEST], floor.now, "lotproof", full=True)
    with pytest.raises(
        Refusal,
        match=r"The clock of SIG-2026-0001 runs: the answer to a trading partner's request for verification. Record the answer first",
    ):
        explain(floor.desk("inv-1"), raised.number, "Answered.")
    with pytest.raises(Refusal, match="Answers are recorded by QA approver or regulatory; inv-1 has the role investigator"):
        answered(floor.desk("inv-1"), raised.number, "Distributor 12", "Verified.")
    with pytest.raises(Refusal, match="“What, how” is missing"):
        answered(floor.desk("reg-1"), raised.number, "Distributor 12", " ")
    floor.wait(30)
    answered(floor.desk("reg-1"), raised.number, "Distributor 12", "Verified, by mail of 08:30.")
    assert clocks(raised.number)[0][3] == floor.now
    with pytest.raises(Refusal, match="No clock of SIG-2026-0001 runs"):
        answered(floor.desk("reg-1"), raised.number, "Distributor 12", "Again.")
    explain(floor.desk("inv-1"), raised.number, "Answered: our pack.")
    assert signal(raised.number).state == "explained"
    assert replay() == []


def test_what_was_answered_does_not_start_anew_in_a_case(floor: Floor):
    (raised,) = take_signals([REQUEST], floor.now, "lotproof", full=True)
    answered(floor.desk("qa-1"), raised.number, "Distributor 12", "Not ours.")
    assert to_incident(floor.desk("inv-1"), raised.number, {}).last("request") is None


def test_the_decision_on_suspect_product_is_due_since_the_alert_came_in(floor: Floor):
    (raised,) = take_signals([SUSPECT], floor.now, "lotproof", full=True)
    floor.wait(600)
    case = to_incident(floor.desk("inv-1"), raised.number, {})
    assert case.clock("classify").due == after_hours(ASKED, 24)
    assert case.clock("contain").since == floor.now, "the hour of containment is that of the desk"


def test_a_signal_without_clock_has_none_and_rows_are_mended(floor: Floor):
    found, asked = take_signals([FOUND, REQUEST], START, "lotproof", full=True)
    assert clocks(found.number) == []
    table("ClockRow").filter(case=asked.number).delete()
    assert replay() == [f"{asked.number}: its row differs from its entries."]
    replay(mend=True)
    assert clocks(asked.number) == [("us-verification", ASKED, "2026-11-24T05:00:00Z", None)]
    assert replay() == []
    assert load(to_incident(floor.desk("op-1"), found.number, {}).number).last("request") is None
