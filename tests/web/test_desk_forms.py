"""The desk as a person meets it: forms that say what is wrong, keep what was typed, and write what was meant."""

from __future__ import annotations

import html

import pytest
from case_kit import PASSWORD, STEPS

from lotproof.quality.case import State
from lotproof.quality.shell import load
from lotproof.quality.signal_shell import take_signals
from lotproof.quality.signals import Raised

FOUND = Raised("finding:SN-01:L1", "finding", "critical", "5 serials of lot L1 were put on more than one pack.", "SN-01", "L1", 5)


def text(answer) -> str:
    return html.unescape(answer.content.decode())


@pytest.mark.shows("SEED-3", "A11-13")
def test_a_signal_becomes_an_incident_whose_hour_every_page_shows(visit, floor):
    (signal,) = take_signals([FOUND], floor.now, "lotproof", full=True)
    client = visit("op-1")
    assert "5 serials of lot L1 were put on more than one pack." in text(client.get("/signals/"))
    answer = client.post(f"/signals/{signal.number}/triage", {"to": "incident"})
    assert answer.headers["Location"] == "/incidents/INC-2026-0001/"
    for address in ("", "do/observation", "do/hold"):
        page = text(client.get(f"/incidents/INC-2026-0001/{address}"))
        assert "0 of 5 containment steps are done." in page
        assert 'data-due="2026-11-23T09:00:00Z" data-now="2026-11-23T08:00:00Z"' in page
    assert text(client.post(f"/signals/{signal.number}/triage", {"to": "explained", "why": "x"})).count("became INC-2026-0001") == 1


@pytest.mark.shows("A11-13", "A11-DRAFT-REVIEW")
def test_a_signal_is_explained_with_a_reason_and_comes_back_when_it_grows(visit, floor):
    (signal,) = take_signals([FOUND], floor.now, "lotproof", full=True)
    client = visit("inv-1")
    assert "“Reason” is missing" in text(client.post(f"/signals/{signal.number}/triage", {"to": "explained", "why": " "}))
    client.post(f"/signals/{signal.number}/triage", {"to": "explained", "why": "Test prints of the morning."})
    assert take_signals([FOUND], floor.now, "lotproof", full=True) == []
    (again,) = take_signals([Raised(**{**FOUND.__dict__, "count": 9})], floor.now, "lotproof", full=True)
    assert (again.number, again.state, again.raised.count) == ("SIG-2026-0002", "new", 9)


@pytest.mark.shows("P11-50a", "P11-50b", "SEED-3")
def test_containment_is_recorded_and_signed_by_forms(visit, floor):
    number = floor.opened()
    operator, investigator = visit("op-1"), visit("inv-1")
    for step in STEPS:
        answer = operator.post(f"/incidents/{number}/do/containment-step", {"step": step, "what": f"Did {step}.", "event_time": "2026-11-23T07:59"})
        assert answer.headers["Location"] == f"/incidents/{number}/#containment"
    page = text(investigator.get(f"/incidents/{number}/do/contain"))
    assert "You sign: “I declare this incident contained”" in page
    assert "Ana Silva (inv-1), investigator, Europe/Brussels." in page
    wrong = investigator.post(f"/incidents/{number}/do/contain", {"why": "All five seen.", "password": "something else"})
    assert wrong.status_code == 409
    assert "All five seen." in text(wrong)
    assert investigator.post(f"/incidents/{number}/do/contain", {"why": "All five seen.", "password": PASSWORD}).status_code == 302
    assert load(number).state is State.INVESTIGATING
    assert "signed by inv-1: “I declare this incident contained”" in text(investigator.get(f"/incidents/{number}/"))


def test_a_form_keeps_what_was_typed_and_says_what_is_wrong_beside_it(visit, floor):
    number = floor.opened()
    answer = visit("op-1").post(f"/incidents/{number}/do/observation", {"stream": "", "what": "Belt ran on.", "event_time": "yesterday"})
    page = text(answer)
    assert answer.status_code == 422
    assert "“It is about” is missing." in page
    assert "“When it happened (UTC)”: “yesterday” is no time; write 2026-11-23T14:05 in UTC." in page
    assert "Belt ran on.</textarea>" in page


@pytest.mark.shows("P11-10f")
def test_who_was_overtaken_is_told_keeps_the_text_and_may_send_it_again(visit, floor):
    number = floor.opened()
    for step in STEPS:
        floor.do(number, "op-1", "containment-step", step=step, what="Done.")
    seen = load(number).seq
    floor.do(number, "op-1", "observation", stream="people", what="Shift changed.")
    client, given = visit("inv-1"), {"why": "All done.", "password": PASSWORD, "seen": str(seen)}
    answer = client.post(f"/incidents/{number}/do/contain", given)
    page = text(answer)
    assert (answer.status_code, load(number).state) == (409, State.OPEN)
    assert "op-1 did “Record an observation” since you opened this page, so nothing was written." in page
    assert "All done.</textarea>" in page
    assert f'name="seen" value="{seen + 1}"' in page
    assert client.post(f"/incidents/{number}/do/contain", {**given, "seen": str(seen + 1)}).status_code == 302


def test_the_box_finds_incidents_signals_lots_and_what_is_on_hold(visit, floor):
    number = floor.opened()
    floor.do(number, "op-1", "hold", held=["(01)09529502008983(21)ABC"], why="Same pallet.")
    client = visit("read-1")
    assert client.get("/find", {"q": number.lower()}).headers["Location"] == f"/incidents/{number}/"
    assert "96 units shipped, not received" in text(client.get("/find", {"q": "B7-2231"}))
    page = text(client.get("/find", {"q": "(01)09529502008983(21)ABC"}))
    assert f"(01)09529502008983(21)ABC is on hold: <a href=\"/incidents/{number}/#containment\">" in page
    assert "No source of the workspace knows it." in page


@pytest.mark.shows("P11-10b", "A11-8")
def test_lists_narrow_and_leave_as_csv_and_json(visit, floor):
    number = floor.opened()
    client = visit("read-1")
    assert number in text(client.get("/incidents/", {"state": "running", "q": "B7"}))
    assert "No incident here." in text(client.get("/incidents/", {"state": "closed"}))
    assert client.get("/incidents.csv").content.decode().splitlines()[0] == "number,state,severity,title,lots,opened,closed"
    assert client.get("/incidents.json").json()["incidents"][0]["number"] == number
    assert client.get(f"/incidents/{number}/record.json").json()["acts"][0]["act"] == "open"


@pytest.mark.shows("ASVS-V5")
def test_whatever_is_scanned_or_typed_gets_an_answer(visit, floor):
    client = visit("op-1")
    for asked in ("(01)123", "(01)0952950200898(21)A", "\x1d", "]d2010952950200898321", "%", "' OR 1=1 --", "a" * 5000, "😀", "\x00", "(00)1", "https://id.gs1.org/01/x"):
        assert client.get("/find", {"q": asked}).status_code == 200, asked


@pytest.mark.shows("D2-ALCOA")
def test_a_late_entry_is_marked_where_it_is_shown(visit, floor):
    number = floor.opened()
    floor.do(number, "op-1", "observation", stream="machine", what="Jam.", event_time="2026-11-23T05:30:00Z")
    assert "late entry: 2 h 31 min after the event" in text(visit("read-1").get(f"/incidents/{number}/"))
