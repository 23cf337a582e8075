"""Indicators on the desk: counted by a job, alarms raised once, acts of the desk counted too."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest
from case_kit import PASSWORD, PEOPLE, Floor
from small_site import Site

from lotproof.jobs import queue
from lotproof.jobs.worker import work
from lotproof.quality.kpi_watch import Condition, kept, raise_alarms
from lotproof.quality.shell import load, table
from lotproof.workspace import credentials
from lotproof.workspace.kpis import acts
from lotproof.workspace.place import open_workspace


@pytest.fixture
def floor(own: Site, quick_hashes) -> Floor:
    workspace = open_workspace(own.home, "2026-11-23T07:00:00Z", "administrator")
    for user, (name, role) in PEOPLE.items():
        credentials.enrol(workspace, user, name, role, "UTC", PASSWORD, None, "2026-11-23T07:00:00Z", "administrator")
    return Floor(workspace)


def counted(floor: Floor) -> list[str]:
    queue.put("kpis", {}, "lotproof work", floor.now)
    work(floor.workspace, lambda: floor.now, threading.Event(), once=True)
    row = queue.table().order_by("-id").first()
    assert row.state == "done", row.told
    return list(queue.result(row)["alarms"])


@pytest.mark.shows("SEED-7", "A11-DRAFT-ALARMS")
def test_what_is_counted_is_shown_down_to_its_rows_and_alarms_once(visit: Callable, floor: Floor):
    first = counted(floor)
    assert first
    assert counted(floor) == [], "what is open is not raised again"
    client = visit("qa-1")
    page = client.get("/kpis/").content.decode()
    found = kept(floor.workspace.root)
    shown = next(one for one in found["kpis"] if one["alarms"] and one["points"])
    assert f'/kpis/{shown["kpi"]}/' in page
    one = client.get(f"/kpis/{shown['kpi']}/").content.decode()
    point = shown["alarms"][0]["point"]
    assert f"/kpis/{shown['kpi']}/rows/{point}/" in one
    rows = client.get(f"/kpis/{shown['kpi']}/rows/{point}/")
    assert (rows.status_code, "<td>" in rows.content.decode()) == (200, True)
    assert client.get(f"/kpis/{shown['kpi']}.json").json()["kpi"] == shown["kpi"]
    listed = client.get("/alarms/").content.decode()
    assert all(number in listed for number in first)


@pytest.mark.shows("A11-DRAFT-ALARMS")
def test_an_acknowledged_alarm_comes_back_with_a_new_point_only(floor: Floor):
    condition = Condition("no-read:action", "No-read rate", "action", "2.1 % is above 2 %", ("L1",))
    (number,) = raise_alarms([condition], floor.now, "x")
    assert load(number).opened.body["priority"] == "high"
    floor.do(number, "op-1", "alarm-acknowledged", response="explained", why="Lens cleaned.")
    assert raise_alarms([condition], floor.now, "x") == []
    (again,) = raise_alarms([Condition("no-read:action", "No-read rate", "action", "2.4 % is above 2 %", ("L1", "L2"))], floor.now, "x")
    assert load(again).title == "No-read rate, action at L2 and 1 more: 2.4 % is above 2 %"
    assert table("RecordRow").filter(book="ALM", key="no-read:action").count() == 2


def test_acts_of_the_desk_are_counted_as_those_of_the_record(floor: Floor):
    number = floor.acting()
    found = [(one["type"], one["case_id"], one["code"], one["lot"]) for one in acts()]
    assert found[0] == ("detected", number, "RPT-03", "B7-2231")
    assert [one[0] for one in found] == ["detected", "contained", "classified", "action_planned", "action_planned"]
