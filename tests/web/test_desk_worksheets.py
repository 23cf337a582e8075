"""Worksheets for FDA, EU authorities and partners: filled with where each value comes from, completed by people, answered by a notice."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from case_kit import PASSWORD, PEOPLE, Floor
from small_site import Site

from lotproof.quality.replay import replay
from lotproof.quality.sheet_facts import sheet_facts
from lotproof.quality.sheet_fields import SHEETS
from lotproof.quality.shell import load
from lotproof.quality.worksheets import Facts, sheet
from lotproof.workspace import credentials
from lotproof.workspace.lot_facts import LotFacts, lot_facts
from lotproof.workspace.place import open_workspace


@pytest.fixture
def floor(own: Site, quick_hashes) -> Floor:
    workspace = open_workspace(own.home, "2026-11-23T07:00:00Z", "administrator")
    for user, (name, role) in PEOPLE.items():
        credentials.enrol(workspace, user, name, role, "UTC", PASSWORD, None, "2026-11-23T07:00:00Z", "administrator")
    return Floor(workspace)


def values(found) -> dict[str, tuple[str, str]]:
    return {line.name: (line.value, line.source) for line in found.lines}


@pytest.mark.parametrize("name", SHEETS)
def test_every_field_is_known_or_waits_for_a_person(floor: Floor, name: str):
    case = load(floor.opened())
    found = sheet(name, Facts(case, [LotFacts("L1")], [], "site"))
    assert [line.name for line in found.lines] == list(SHEETS[name].fields)
    assert all(bool(line.value) == bool(line.source) for line in found.lines)


@pytest.mark.shows("D1-DSCSA")
def test_form_3911_is_filled_from_the_record_and_the_files(visit: Callable, floor: Floor, own: Site):
    code = next(one["code"] for one in own.document["findings"] if one["lot"] == own.lot and one["items"])
    number = floor.opened(lots=[own.lot], codes=[code])
    floor.do(number, "reg-1", "gate", decision="suspect product", market="US", why="Serials that were never made.")
    floor.do(number, "reg-1", "gate", decision="illegitimate product", market="US", why="Confirmed by the laboratory.")
    found = values(sheet("fda-3911", Facts(load(number), lot_facts(floor.workspace, [own.lot]), ["A", "B"], "site")))
    assert found["Incident number"] == (number, f"the record of {number}")
    assert found["Lot numbers"][0] == own.lot
    assert found["GTIN"][0].isdigit()
    assert found["GTIN"][1].endswith((".csv", ".xlsx", ".txt", ".xml", ".json"))
    assert (found["Date determined illegitimate"][0], found["Quantity"][0], found["Strength"]) == (floor.now, "2", ("", ""))
    client = visit("reg-1")
    page = client.get(f"/incidents/{number}/worksheets/fda-3911").content.decode()
    waiting = page.count("to be entered")
    assert (waiting > 4, f"{waiting} fields wait for a person" in page) == (True, True)
    asked = client.get(f"/incidents/{number}/do/worksheet?sheet=fda-3911&item=Strength").content.decode()
    assert '<option value="Strength" selected>' in asked
    client.post(f"/incidents/{number}/do/worksheet", {"sheet": "fda-3911", "item": "Strength", "value": "20 mg"})
    text = client.get(f"/incidents/{number}/worksheets/fda-3911.txt").content.decode()
    assert "Strength: 20 mg   [reg-1, entry" in text
    assert "Dosage form: ________" in text
    client.post(f"/incidents/{number}/do/notified", {"clock": "us-illegitimate", "who": "FDA", "what": "Form 3911 by NextGen, no. 17"})
    assert load(number).clock("us-illegitimate").ended
    assert client.get(f"/incidents/{number}/worksheets/fda-3911.json").json()["lines"][0]["value"] == "follow-up notification"
    assert replay() == []


def test_dates_are_those_of_the_first_decision_and_of_the_notice_to_fda(floor: Floor):
    number = floor.opened()
    floor.do(number, "reg-1", "gate", decision="suspect product", market="US and EU", why="Opened seals.")
    suspected = floor.now
    floor.do(number, "reg-1", "notified", clock="eu-authority", who="Agency", what="By telephone.")
    floor.do(number, "reg-1", "gate", decision="illegitimate product", market="US and EU", why="Laboratory.")
    determined = floor.now
    facts = Facts(load(number), [], ["(01)09529502008983(21)A", "(00)095295020089830017"], "site")
    eu, us = values(sheet("eu-notice", facts)), values(sheet("fda-3911", facts))
    assert eu["Date of the suspicion"][0] == suspected
    assert (us["Type of report"][0], us["Date of initial notification"], us["Date determined illegitimate"][0]) == (
        "initial notification",
        ("", ""),
        determined,
    )
    assert us["Quantity"][0] == "packs: 1; cases or pallets: 1"


def test_a_reply_names_the_request_and_its_own_clock(visit: Callable, floor: Floor):
    number = floor.opened()
    floor.do(number, "reg-1", "request", clock="us-information", who="FDA", what="Transaction information of lot B7-2231.")
    page = visit("reg-1").get(f"/incidents/{number}/worksheets/partner-information").content.decode()
    assert "FDA, 2026-11-23T08:01:00Z: Transaction information of lot B7-2231." in page
    assert f"/incidents/{number}/do/notified?clock=us-information" in page


def test_a_quantity_has_no_upper_end(own: Site, floor: Floor, monkeypatch: pytest.MonkeyPatch):
    found = max((one for one in own.document["findings"] if one["items"]), key=lambda one: one["count"])
    number = floor.opened(lots=[found["lot"]], codes=[found["code"]])
    facts = sheet_facts(floor.workspace, load(number))
    assert set(found["items"]) <= set(facts.items)
    assert len(facts.items) == len(set(facts.items)) >= len(found["items"])


def test_a_field_of_another_worksheet_is_refused(visit: Callable, floor: Floor):
    number = floor.opened()
    answer = visit("reg-1").post(f"/incidents/{number}/do/worksheet", {"sheet": "eu-notice", "item": "NDC", "value": "x"})
    assert "The worksheet eu-notice has no field “NDC”." in answer.content.decode()
    assert visit("reg-1").get(f"/incidents/{number}/worksheets/eu-9").status_code == 404


def test_an_ndc_is_read_out_of_a_us_gtin_alone():
    assert LotFacts("L", "00301234567890").ndc == "0123456789"
    assert LotFacts("L", "09529502008983").ndc == ""


def test_readiness_and_the_plan_are_shown_and_exported(visit: Callable, floor: Floor, own: Site):
    number = floor.opened(lots=[own.lot])
    client = visit("qa-1")
    page = client.get("/readiness/").content.decode()
    assert f'href="/lots/{own.lot}/"' in page
    assert number in page
    plan = client.get("/readiness/plan").content.decode()
    assert "Qualify this installation: lotproof doctor --qualify" in plan
    rows = client.get("/readiness/plan.csv").content.decode().splitlines()
    assert rows[0] == "window,what,why,owner,link"
    assert len(client.get("/readiness/plan.json").json()["plan"]) == len(rows) - 1
    lots = client.get("/readiness/lots.json").json()["lots"]
    mine = {one["item"]: one["state"] for one in lots if one["about"] == own.lot}
    assert mine["closed"] == "missing"
    lot = client.get(f"/lots/{own.lot}/").content.decode()
    assert f"{number} still run" in lot
    assert client.get("/readiness/incidents.csv").content.decode().splitlines()[1].startswith(f"{number},gate,")
