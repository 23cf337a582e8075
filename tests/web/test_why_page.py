"""Why it happened: tool, starting causes with what the data say, is/is-not rows, fault trees; each one step from the record."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from html import unescape

import pytest
from case_kit import PASSWORD, PEOPLE, Floor
from small_site import Site, invoke

from lotproof.causes.by_data import data_say, modes
from lotproof.causes.catalogue import catalogue
from lotproof.faulttree.starting import starting_text, starting_tree, starting_trees
from lotproof.quality.shell import load
from lotproof.quality.tree_facts import events_seen, ways
from lotproof.rules.lineup import IsIsNot, Lineup, RankedSuspect
from lotproof.workspace import credentials
from lotproof.workspace.job import check_workspace
from lotproof.workspace.outcomes import keep_outcome
from lotproof.workspace.place import open_workspace


@pytest.fixture
def floor(own: Site, quick_hashes) -> Floor:
    assert invoke("check", "--workspace", own.home, "--now", "2026-11-23T06:00:00Z", "--actor", "Q").exit_code == 0
    workspace = open_workspace(own.home, "2026-11-23T07:00:00Z", "administrator")
    for user, (name, role) in PEOPLE.items():
        credentials.enrol(workspace, user, name, role, "UTC", PASSWORD, None, "2026-11-23T07:00:00Z", "administrator")
    return Floor(workspace)


def contained(floor: Floor, lot: str) -> str:
    number = floor.opened(lots=[lot])
    for step in ("stop-line", "isolate", "notify", "document", "review-logs"):
        floor.do(number, "op-1", "containment-step", step=step, what="Done.")
    floor.do(number, "inv-1", "contain")
    return number


def filled(page: str) -> dict[str, str]:
    """The fields of a form as a browser would send them."""
    fields = {name: unescape(value) for name, value in re.findall(r'<input id="field-\w+" name="(\w+)"[^>]* value="([^"]*)"', page)}
    fields |= {
        name: unescape(text) for name, text in re.findall(r'<textarea id="field-\w+" name="(\w+)"[^>]*>(.*?)</textarea>', page, re.DOTALL)
    }
    for name, inner in re.findall(r'<select id="field-\w+" name="(\w+)"[^>]*>(.*?)</select>', page, re.DOTALL):
        fields[name] = unescape((re.search(r'value="([^"]*)" selected', inner) or ["", ""])[1])
    return {name: value for name, value in fields.items() if value}


def test_the_tool_and_a_starting_cause_are_one_step_from_the_record(visit: Callable, floor: Floor, own: Site):
    number = contained(floor, own.lot)
    client = visit("inv-1")
    page = client.get(f"/incidents/{number}/why").content.decode()
    for act in ("cause-tool", "cause"):
        link = unescape(re.search(rf'href="(/incidents/{number}/do/{act}\?[^"]+)"', page)[1])
        answer = client.post(link, filled(client.get(link).content.decode()))
        assert answer.status_code == 302, answer.content.decode()
        assert load(number).acts[-1].name == act
    told = client.get(f"/incidents/{number}/why.json").json()
    (recorded,) = told["recorded"]
    assert recorded["verdict"] == told["catalogue"][0]["verdict"]
    assert told["catalogue"][0]["statement"] == recorded["statement"]
    assert "Ask why" in client.get(f"/incidents/{number}/").content.decode()


def test_what_the_data_say_is_never_that_a_cause_is_contradicted():
    assert data_say([], {}, True).sentence == "No data show it; a person has to look."
    assert data_say(["truncated_upload"], {}, False).sentence == "The rules have not run over these lots."
    said = data_say(["a_mode", "b_mode"], {"b_mode": 0.7}, True)
    assert (said.verdict, said.sentence) == ("supported", "The findings look like b mode, fit 0.70.")
    said = data_say(["a_mode"], {"b_mode": 0.7}, True)
    assert (said.verdict, said.sentence) == (
        "untested",
        "The findings do not look like a mode; whether the data would show it, a person has to say.",
    )
    assert {mode for one in catalogue().values() for mode in one.modes} == set(modes())


def test_a_cause_with_a_mode_that_is_none_is_refused(visit: Callable, floor: Floor, own: Site):
    number = contained(floor, own.lot)
    cause = {"statement": "x", "role": "contributing cause", "category": "method", "verdict": "untested", "mode": "moon"}
    answer = visit("inv-1").post(f"/incidents/{number}/do/cause", cause)
    assert "There is no failure mode “moon”" in answer.content.decode()


def test_is_and_is_not_rows_are_recorded_and_shown(visit: Callable, floor: Floor, own: Site):
    number = contained(floor, own.lot)
    client = visit("inv-1")
    row = {"question": "where", "affected": "Line 2, printer 3", "unaffected": "Line 2, printer 4", "distinction": "Head changed on Friday"}
    assert client.post(f"/incidents/{number}/do/is-is-not", row).status_code == 302
    page = client.get(f"/incidents/{number}/").content.decode()
    assert "Line 2, printer 4" in page
    assert "Head changed on Friday" in page


def test_suspects_of_the_run_fill_is_and_is_not(visit: Callable, floor: Floor, own: Site):
    suspect = RankedSuspect(
        ("printer=P3",), 40, 2.5, 900, 16.0, 11.0, 22.0, 0.001, 0.001, 0.9, "2026-03-09T10:00:00Z", None, None, True, (), "Swap P3 and P4.",
        (IsIsNot("where", "printer P3", "printers P1, P2, P4"),),
    )  # fmt: skip
    lineup = Lineup(own.lot, "no_read", "reads without a code", 41, 5000, "the lot itself", 60, (suspect,))
    _, outcome = check_workspace(own.home, "2026-11-23T06:30:00Z", "Q", None, lambda *_: None)
    keep_outcome(floor.workspace, replace(outcome, suspects=(lineup,)))
    number = contained(floor, own.lot)
    client = visit("inv-1")
    page = client.get(f"/incidents/{number}/why").content.decode()
    assert "printer=P3: 40 failed where 2.5 were expected." in page
    link = unescape(re.search(rf'href="(/incidents/{number}/do/is-is-not\?[^"]+)"', page)[1])
    assert client.post(link, filled(client.get(link).content.decode())).status_code == 302
    assert load(number).last("is-is-not").body["unaffected"] == "printers P1, P2, P4"


def test_a_starting_tree_becomes_the_trees_of_the_case_and_is_held_against_the_findings(visit: Callable, floor: Floor, own: Site):
    number = contained(floor, own.lot)
    client = visit("inv-1")
    page = client.get(f"/incidents/{number}/why").content.decode()
    link = unescape(re.search(rf'href="(/incidents/{number}/do/fault-tree\?[^"]+)"', page)[1])
    given = {**filled(client.get(link).content.decode()), "why": "Several barriers failed."}
    assert client.post(f"/incidents/{number}/do/fault-tree", given).status_code == 302
    page = client.get(f"/incidents/{number}/why").content.decode()
    assert "<svg" in page
    told = client.get(f"/incidents/{number}/why.json").json()["tree"]
    assert told["ways"]
    seen = [one for one in told["events"] if one["verdict"] == "seen in the data"]
    assert seen
    for code, lot, count in (each for one in seen for each in one["found"]):
        assert (lot, count > 0) == (own.lot, True)
        assert client.get(f"/lots/{lot}/{code}/").status_code == 200
    answer = client.post(f"/incidents/{number}/do/fault-tree", {"tree": "TOP = and(A, TOP)", "why": "x"})
    assert "form a circle; a fault tree has none." in answer.content.decode()


@pytest.mark.parametrize("name", starting_trees())
def test_every_starting_tree_has_ways_that_its_findings_fill(name: str):
    tree = starting_tree(name)
    assert starting_text(name)
    nothing = events_seen(tree, [])
    assert not any(one.found for one in nothing)
    everything = [{"code": code, "lot": "L", "count": 3} for event in tree.events.values() for code in event.codes]
    events = events_seen(tree, everything)
    found = ways(tree, events, lambda: None)
    assert found
    assert all(way.seen + len(way.open) == len(way.events) for way in found[:1])


def test_ways_that_the_data_fill_come_first():
    from lotproof.faulttree.text_read import read_text

    tree = read_text(
        "T = or(X, Y)\nX = and(a, b)\nY = and(c, d)\nevent a = ? [AGG-01]\nevent b = ?\nevent c = ? [AGG-02]\nevent d = ? [AGG-03]\n"
    )
    found = ways(tree, events_seen(tree, [{"code": "AGG-01", "lot": "L", "count": 1}]), lambda: None)
    assert [(way.events, way.seen, way.open) for way in found] == [(("a", "b"), 1, ("b",)), (("c", "d"), 0, ())]
