"""The story of a case from the first minute to its end, and what refuses to be skipped on the way."""

from __future__ import annotations

import pytest
from case_kit import STEPS

from lotproof.quality.acts.capa import verdict_of
from lotproof.quality.case import State
from lotproof.quality.entered import Unreadable
from lotproof.quality.refusal import Overtaken, Refusal
from lotproof.quality.shell import load, table
from lotproof.workspace.place import WorkspaceError


def refused(floor, *arguments, **given) -> str:
    before = load(arguments[0])
    with pytest.raises((Refusal, Unreadable, WorkspaceError)) as caught:
        floor.do(*arguments, **given)
    assert load(arguments[0]) == before, "what is refused writes nothing into the case"
    return str(caught.value)


@pytest.mark.shows("P11-10f", "A11-13", "SEED-4", "SEED-6")
def test_a_case_goes_from_signal_to_closing(floor):
    number = floor.checking()
    assert number == "INC-2026-0001"
    later = load(number).acts[-1].time
    floor.do(number, "inv-1", "effectiveness", events=1, opportunities=1000, since=later, side_effects=0)
    floor.do(number, "qa-2", "trail-review", result="in order", why="All entries read.")
    case = floor.do(number, "qa-2", "close")
    assert (case.state, case.last("close").signed_by) == (State.CLOSED, ("qa-2",))
    assert [row["state"] for row in table("CaseRow").values("state")] == ["closed"]


@pytest.mark.shows("SEED-3", "P11-10e")
def test_the_hour_is_the_servers_and_ends_with_the_signature(floor):
    number = floor.opened(event_time="2026-11-23T06:00:00Z")
    clock = load(number).clock("contain")
    assert (clock.since, clock.due, clock.ended) == ("2026-11-23T08:00:00Z", "2026-11-23T09:00:00Z", None)
    for step in STEPS:
        floor.do(number, "op-1", "containment-step", step=step, what="Done.")
    case = floor.do(number, "inv-1", "contain")
    assert (case.state, case.clock("contain").ended) == (State.INVESTIGATING, floor.now)
    assert case.last("contain").signed_by == ("inv-1",)


@pytest.mark.shows("P11-10f", "SEED-3")
def test_containment_is_not_signed_before_the_five_steps(floor):
    number = floor.opened()
    floor.do(number, "op-1", "containment-step", step="stop-line", what="Line 2 stands since pack 4,120.")
    told = refused(floor, number, "inv-1", "contain")
    assert told.startswith("The incident is not contained yet: the step “Isolate affected inventory” is missing; the step “Notify”")


@pytest.mark.shows("P11-10g", "P11-200a1", "P11-300d")
def test_a_wrong_password_writes_nothing_into_the_case_and_is_counted(floor):
    number = floor.opened()
    for step in STEPS:
        floor.do(number, "op-1", "containment-step", step=step, what="Done.")
    assert "is wrong. That was attempt 1 of" in refused(floor, number, "inv-1", "contain", password="something else entirely")
    assert refused(floor, number, "inv-1", "contain", password=None) == "“Sign containment” is signed: enter your password."


@pytest.mark.parametrize(
    ("user", "name", "given", "told"),
    [
        ("read-1", "observation", {"stream": "data", "what": "x"}, "“Record an observation” needs the role QA approver or investigator or operator"),
        ("inv-1", "gate", {"decision": "cleared", "market": "US", "why": "x"}, "“Decide: suspect product?” needs the role QA approver or regulatory"),
        ("qa-1", "gate", {"decision": "cleared", "market": "US", "why": "x"}, "Nothing is decided yet: first whether it is a clerical exception or a"),
        ("qa-1", "close", {}, "“Close the case” is not possible while the incident is investigating; it is while it is checking."),
        ("op-1", "observation", {"stream": "data", "what": "x", "event_time": "2027-01-01T00:00:00Z"}, "lies after the server's clock"),
        ("op-1", "observation", {"stream": "tea", "what": ""}, "“It is about”: “tea” is not among: machine, data, people. “What was seen, where” is"),
        ("op-1", "observation", {"stream": "data", "what": "x", "evidence": [99999]}, "INC-2026-0001 has no entry 99999, or it was withdrawn"),
        ("qa-1", "approve-cause", {}, "The cause cannot be approved: no root cause is named; no other cause was looked at and excluded; which tool"),
        ("inv-1", "impact", {"statement": "x", "patients": "x", "disposition": "x"}, "The impact cannot be stated yet: other lots were not searched"),
        ("inv-1", "evidence", {"sha256": "abc", "name": "x", "what": "x"}, "“abc” is no SHA-256; it has 64 digits and letters a to f."),
        ("op-1", "hold", {"held": ["x" * 201], "why": "x"}, "“What”: one of them has more than 200 characters"),
        ("op-1", "hold", {"held": ["C-1"], "why": "a\x00b"}, "“Reason”: it holds a character (NUL) that no text has"),
        ("reg-1", "notified", {"clock": "us-illegitimate", "who": "FDA", "what": "x"}, "The clock “us-illegitimate” does not run in this case."),
    ],
)  # fmt: skip
@pytest.mark.shows("P11-10f", "P11-10g", "P11-10d", "A11-6")
def test_what_is_not_possible_says_why(floor, user, name, given, told):
    assert told in refused(floor, floor.contained(), user, name, **given)


@pytest.mark.shows("D1-REJECTED", "D2-CAPA", "SEED-2")
def test_human_error_is_no_root_cause(floor):
    number = floor.contained()
    shown = load(number).acts[-2].index
    given = {"role": "root cause", "category": "man", "verdict": "supported", "evidence": [shown]}
    told = refused(floor, number, "inv-1", "cause", statement="The operator made a mistake.", **given)
    assert told.startswith("Human error is where the investigation goes on, not where it ends. What let it happen:")


@pytest.mark.shows("P11-10g", "A11-12", "D2-CAPA")
def test_nobody_approves_their_own(floor):
    number = floor.contained()
    floor.do(number, "reg-1", "gate", decision="clerical exception", market="EU", why="x")
    for reach in ("lots", "lines", "shipments", "customers"):
        floor.do(number, "qa-1", "scope-search", reach=reach, query="q", sources=["s"], rows=1, found=0)
    floor.do(number, "qa-1", "impact", statement="x", patients="x", disposition="x")
    floor.do(number, "qa-1", "cause-tool", tool="5-Why", why="x")
    shown = load(number).acts[1].index
    floor.do(number, "qa-1", "cause", statement="Cut at 5 MB.", role="root cause", category="method", verdict="supported", evidence=[shown])
    floor.do(number, "qa-1", "cause", statement="Camera.", role="excluded cause", category="machine", verdict="contradicted", evidence=[shown])
    assert refused(floor, number, "qa-1", "approve-cause").startswith("qa-1 cannot approve a cause of their own; somebody else with the role")
    assert floor.do(number, "qa-2", "approve-cause").state is State.PLANNING


@pytest.mark.shows("D1-DSCSA", "D2-UPLOAD")
def test_the_gate_starts_the_clocks_of_the_law(floor):
    number = floor.contained()
    floor.do(number, "reg-1", "gate", decision="suspect product", market="US and EU", why="Serial known to be stolen.")
    case = load(number)
    assert [(clock.name, clock.ended is None) for clock in case.clocks] == [("contain", False), ("classify", False), ("eu-authority", True)]
    case = floor.do(number, "reg-1", "gate", decision="illegitimate product", market="US and EU", why="Laboratory result.")
    clock = case.clock("us-illegitimate")
    assert (clock.since, clock.due) == (floor.now, "2026-11-24T" + floor.now[11:])
    case = floor.do(number, "reg-1", "notified", clock="us-illegitimate", who="FDA and the wholesaler", what="Form 3911, CDER NextGen 17.")
    assert case.clock("us-illegitimate").ended == floor.now


@pytest.mark.shows("P11-10f")
def test_who_was_overtaken_is_told_and_loses_nothing(floor):
    number = floor.opened()
    for step in STEPS:
        seen = floor.do(number, "op-1", "containment-step", step=step, what="Done.").seq
    floor.do(number, "op-1", "observation", stream="people", what="Shift changed at 14:00.")
    with pytest.raises(Overtaken, match="op-1 did “Record an observation” since you opened this page, so nothing was written"):
        floor.do(number, "inv-1", "contain", seen=seen)
    assert floor.do(number, "inv-1", "contain", seen=load(number).seq).state is State.INVESTIGATING


@pytest.mark.shows("P11-10e", "A11-9")
def test_what_is_withdrawn_stays_in_the_trail_with_its_reason(floor):
    number = floor.opened()
    wrong = floor.do(number, "op-1", "containment-step", step="isolate", what="Line 3.", held=["(00)340123450000000018"]).acts[-1]
    assert [row["item"] for row in table("HoldRow").values("item")] == ["(00)340123450000000018"]
    assert refused(floor, number, "inv-1", "withdraw", entry=wrong.index, why="x") == f"Entry {wrong.index} is op-1's; only they withdraw it."
    case = floor.do(number, "op-1", "withdraw", entry=wrong.index, why="It is line 2.")
    assert case.entry(wrong.index).withdrawn == "It is line 2."
    assert not table("HoldRow").exists()
    assert "what opened the incident" in refused(floor, number, "op-1", "withdraw", entry=case.opened.index, why="x")


@pytest.mark.shows("P11-10f", "D1-DSCSA")
def test_what_is_on_hold_is_released_by_a_signature_after_the_gate(floor):
    number = floor.contained()
    held = floor.do(number, "op-1", "hold", held=["C-1", "C-2"], why="Same pallet.").acts[-1].index
    assert refused(floor, number, "inv-1", "release", entry=held, why="x").startswith("Nothing is released before the decision")
    floor.do(number, "reg-1", "gate", decision="clerical exception", market="EU", why="x")
    floor.do(number, "inv-1", "release", entry=held, why="Upload mended.")
    assert [row["released"] for row in table("HoldRow").values("released")] == [floor.now] * 2


@pytest.mark.shows("D2-CAPA", "SEED-6", "D1-MHRA")
def test_a_check_that_fails_leads_back_and_one_that_says_too_little_leaves_it_open(floor):
    number = floor.checking()
    later = load(number).acts[-1].time
    floor.do(number, "inv-1", "effectiveness", events=0, opportunities=10, since=later, side_effects=0)
    floor.do(number, "qa-2", "trail-review", result="in order", why="x")
    assert "the actions are inconclusive" in refused(floor, number, "qa-2", "close")
    floor.do(number, "inv-1", "effectiveness", events=80, opportunities=1000, since=later, side_effects=0)
    assert "the actions are not effective" in refused(floor, number, "qa-2", "close")
    case = floor.do(number, "inv-1", "plan-again", why="The limit is elsewhere.")
    assert case.state is State.PLANNING
    told = refused(floor, number, "qa-1", "approve-plan")
    assert told == "The plan cannot be approved: no corrective action is planned; what would show that it works is not declared."
    cause = case.all("cause")[0].index
    floor.do(number, "inv-1", "action", type="corrective", what="Another gateway.", cause=cause, owner="inv-2", due="2026-12-09")
    floor.do(
        number, "inv-1", "criterion", metric="files cut short", opportunity="files", baseline_events=40, baseline_opportunities=1000,
        target_percent=50, opportunities=1000, owner="inv-1",
    )  # fmt: skip
    assert verdict_of(load(number), load(number).last("effectiveness")).verdict == "not effective", "by the criterion of its time"
    assert floor.do(number, "qa-1", "approve-plan").state is State.ACTING


@pytest.mark.shows("P11-70", "P11-10e")
def test_what_somebody_signed_for_is_not_taken_back(floor):
    number = floor.contained()
    step = load(number).all("containment-step")[0].index
    told = refused(floor, number, "op-1", "withdraw", entry=step, why="x")
    assert told.startswith(f"Entry {step} stays: inv-1 signed for it in entry")


def test_numbers_go_on_through_the_year(floor):
    assert [floor.opened(), floor.opened(title="Another")] == ["INC-2026-0001", "INC-2026-0002"]
    floor.now = "2027-01-04T08:00:00Z"
    assert floor.opened() == "INC-2027-0001"
