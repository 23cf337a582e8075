"""Indicators on the desk: counted by a job, alarms raised once, acts of the desk counted too."""

from __future__ import annotations

import threading
from collections.abc import Callable
from html import unescape

import pytest
from case_kit import PASSWORD, PEOPLE, Floor
from small_site import Site, invoke

from lotproof.control.kpis.declaration import Kpi
from lotproof.control.kpis.register import all_kpis
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
    priority = load(first[0]).opened.body["priority"]
    assert f"<td>{priority}</td>" in listed
    response = load(first[0]).opened.body["response"]
    assert response in unescape(client.get(f"/alarms/{first[0]}/").content.decode())
    assert "How often the charts cry wolf" in page
    assert "<style>" not in one, "the policy of the page lets no inline style in"
    rows = client.get("/kpis/indicators.csv").content.decode().splitlines()
    assert len(rows) == len(found["kpis"]) + 1
    points = client.get(f"/kpis/{shown['kpi']}.csv").content.decode().splitlines()
    assert len(points) == len(shown["points"]) + 1


def test_a_check_has_the_indicators_counted_once(floor: Floor, own: Site):
    assert invoke("check", "--workspace", own.home, "--now", floor.now, "--actor", "Q").exit_code == 0
    waiting = [row.key for row in queue.table().filter(kind="kpis", state=queue.WAITING)]
    assert len(waiting) == 1
    work(floor.workspace, lambda: floor.now, threading.Event(), once=True)
    assert kept(floor.workspace.root)
    assert queue.table().get(key=waiting[0]).state == queue.DONE


@pytest.mark.parametrize("kpi", all_kpis().values(), ids=lambda kpi: kpi.id)
def test_every_indicator_says_what_to_do_where_it_alarms(kpi: Kpi):
    assert kpi.response.endswith(".")


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
