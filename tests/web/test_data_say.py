"""What the data say of an incident leads to the record by one step of a person each."""

from __future__ import annotations

import re
from collections.abc import Callable
from html import unescape

import pytest
from case_kit import PASSWORD, PEOPLE, Floor
from small_site import Site, invoke

from lotproof.quality.shell import load
from lotproof.workspace import credentials
from lotproof.workspace.place import open_workspace


@pytest.fixture
def floor(own: Site, quick_hashes) -> Floor:
    assert invoke("check", "--workspace", own.home, "--now", "2026-11-23T06:00:00Z", "--actor", "Q").exit_code == 0
    workspace = open_workspace(own.home, "2026-11-23T07:00:00Z", "administrator")
    for user, (name, role) in PEOPLE.items():
        credentials.enrol(workspace, user, name, role, "UTC", PASSWORD, None, "2026-11-23T07:00:00Z", "administrator")
    return Floor(workspace)


def test_findings_causes_and_searches_are_offered_and_recorded(visit: Callable, floor: Floor, own: Site):
    number = floor.opened(lots=[own.lot])
    client = visit("inv-1")
    page = client.get(f"/incidents/{number}/data").content.decode()
    assert "<svg" in page
    assert "CCP 3" in page
    for act, told in (("cause", "contributing cause"), ("scope-search", "searched")):
        if act == "cause":
            for step in ("stop-line", "isolate", "notify", "document", "review-logs"):
                floor.do(number, "op-1", "containment-step", step=step, what="Done.")
            floor.do(number, "inv-1", "contain")
        link = unescape(re.search(rf'href="(/incidents/{number}/do/{act}\?[^"]+)"', page)[1])
        form = client.get(link).content.decode()
        fields = dict(re.findall(r'<input id="field-\w+" name="(\w+)"[^>]* value="([^"]*)"', form))
        fields |= {name: unescape(text) for name, text in re.findall(r'<textarea id="field-\w+" name="(\w+)"[^>]*>(.*?)</textarea>', form, re.DOTALL)}
        for name, inner in re.findall(r'<select id="field-\w+" name="(\w+)"[^>]*>(.*?)</select>', form, re.DOTALL):
            fields[name] = unescape((re.search(r'value="([^"]*)" selected', inner) or ["", ""])[1])
        answer = client.post(link, {name: value for name, value in fields.items() if value})
        assert answer.status_code == 302, answer.content.decode()
        assert load(number).acts[-1].name == act
        assert told in client.get(f"/incidents/{number}/").content.decode()


def test_an_earlier_incident_is_offered_with_its_cause(visit: Callable, floor: Floor):
    before = floor.approved()
    number = floor.opened(title="96 units shipped and not received again")
    page = visit("inv-1").get(f"/incidents/{number}/data").content.decode()
    assert f'href="/incidents/{before}/"' in page
    assert "The hub cuts files at 5 MB without an error." in page


def test_a_chain_of_whys_is_drawn_and_a_why_of_nothing_is_refused(visit: Callable, floor: Floor):
    number = floor.contained()
    shown = floor.do(number, "inv-1", "observation", stream="data", what="Upload ends at 14:02.").acts[-1].index
    why = {"role": "contributing cause", "category": "method", "verdict": "supported", "evidence": [shown]}
    first = floor.do(number, "inv-1", "cause", statement="The file was cut.", **why).acts[-1].index
    floor.do(number, "inv-1", "cause", statement="The gateway has a limit.", because_of=first, **why)
    page = visit("inv-1").get(f"/incidents/{number}/").content.decode()
    assert "5-Why" in page
    assert "Why 2" in page
    answer = visit("inv-1").post(f"/incidents/{number}/do/cause", {**why, "evidence": str(shown), "statement": "x", "because_of": "1"})
    assert "Entry 1 is no cause of this case; the table of causes shows their entries." in answer.content.decode()


def test_a_training_gap_of_somebody_who_was_heard_is_offered(visit: Callable, floor: Floor):
    from lotproof.quality.shell import open_record

    procedure = open_record(floor.desk("inv-1"), "procedure", {"title": "SOP-PK-014", "version": "7"}).number
    floor.do(procedure, "inv-1", "training-need", people="O-3", due="2026-12-20")
    number = floor.contained()
    floor.do(number, "inv-1", "interview", role="operator", code="O-3", said="I never saw version 7.")
    page = visit("inv-1").get(f"/incidents/{number}/data").content.decode()
    assert f"do/training-gap?person=O-3&amp;sop={procedure}&amp;due=2026-12-20" in page
