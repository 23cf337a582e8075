"""Alerts on the desk: origin, class and clock in the list, a page with match and answer, the clock that an answer ends."""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from case_kit import PASSWORD, PEOPLE, Floor
from small_site import Site, copied

sys.path.append(str(Path(__file__).parents[1] / "exchange"))

from alerts_kit import HEADER, Packs, export, packs_of
from django.core.files.uploadedfile import SimpleUploadedFile

from lotproof.exchange.alerts.show import listed
from lotproof.exchange.alerts.take import take_files, take_request
from lotproof.jobs.worker import work
from lotproof.quality.shell import load, table
from lotproof.quality.signal_shell import take_signals
from lotproof.quality.signals import Raised
from lotproof.web.views import alerts as pages
from lotproof.workspace import credentials
from lotproof.workspace.place import open_workspace

CAME = "2026-11-23T06:00:00Z"


@pytest.fixture(scope="module")
def home(site: Site, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return copied(site.home, tmp_path_factory.mktemp("alert-pages") / "home")


@pytest.fixture(scope="module")
def packs(home: Path, site: Site) -> Packs:
    return packs_of(home, site.lot)


@pytest.fixture
def floor(home: Path, tmp_path: Path, quick_hashes: None) -> Floor:
    workspace = open_workspace(copied(home, tmp_path / "own"), "2026-11-23T07:00:00Z", "administrator")
    for user, (name, role) in PEOPLE.items():
        credentials.enrol(workspace, user, name, role, "UTC", PASSWORD, None, "2026-11-23T07:00:00Z", "administrator")
    return Floor(workspace)


def test_list_page_and_answer_of_an_alert(visit: Callable, floor: Floor, packs: Packs, tmp_path: Path):
    rows = [packs.row("A3", "AL-1", packs.missing[0]), packs.row("A3", "AL-2", "NOBODYKNOWSTHIS1")]
    taking = take_files(floor.workspace, [export(tmp_path / "alerts.csv", rows)], floor.now, "tests")
    upload, unknown = (
        taking.numbers["emvs", "AL-1", packs.item(packs.missing[0])],
        taking.numbers["emvs", "AL-2", packs.item("NOBODYKNOWSTHIS1")],
    )
    client = visit("inv-1")
    listed = client.get("/signals/").content.decode()
    assert f'<a href="/signals/{upload}/"><code>{upload}</code></a>' in listed
    for word in ("authority", "technical", "our upload", "suspicious", "the decision whether the product is suspect"):
        assert word in listed
    page = client.get(f"/signals/{upload}/").content.decode()
    for word in (packs.item(packs.missing[0]), "the upload is incomplete", "SN-01: ", "Open incident", "nothing is sent from here", "AL-1"):
        assert word in page
    assert "It was answered" not in page, "only requests are answered"
    assert f"Alert worksheet {upload}" in client.get(f"/signals/{upload}/worksheet.txt").content.decode()
    assert client.get(f"/signals/{upload}/worksheet.html").content.startswith(b"<!doctype html>")
    assert client.get(f"/signals/{upload}/worksheet.json").json()["facts"][0]["name"] == "Signal"
    assert "To whom it may concern" in client.get(f"/signals/{upload}/partner.txt").content.decode()
    assert client.get(f"/signals/{upload}/partner.html").status_code == 404
    today = client.get("/").content.decode()
    assert f'<a href="/signals/{unknown}/">{unknown}</a>' in today
    assert client.get(f"/find?q={upload}").headers["Location"] == f"/signals/{upload}/"


def test_a_signal_that_no_alert_raised_leads_to_its_row(visit: Callable, floor: Floor):
    (found,) = take_signals([Raised("k", "finding", "major", "s", "SN-01", "L1", 1)], floor.now, "lotproof", full=False)
    client = visit("op-1")
    assert client.get(f"/signals/{found.number}/").headers["Location"] == f"/signals/?state=new#{found.number}"
    assert client.get("/signals/SIG-2020-0001/").status_code == 404
    assert client.get(f"/signals/{found.number}/worksheet.txt").status_code == 404


def test_the_clock_of_a_request_ends_with_the_answer_or_goes_on_in_the_incident(visit: Callable, floor: Floor, packs: Packs):
    form = {"by": "partner", "who": "Distributor 12", "asks": "verification", "received": CAME, "item": packs.item(packs.good[0])}
    numbers = [take_request(floor.workspace, {**form, "id": one}, floor.now, "tests").signals[0].number for one in ("R-1", "R-2")]
    client = visit("reg-1")
    page = client.get(f"/signals/{numbers[0]}/").content.decode()
    assert "It was answered: the clock ends" in page
    assert "24 hours" in page
    assert "Open incident" not in page, "the regulatory role does not triage"
    answer = client.post(f"/signals/{numbers[0]}/answered", {"who": "Distributor 12", "what": "Verified, mail of 08:10."})
    assert answer.headers["Location"] == f"/signals/{numbers[0]}/"
    assert table("ClockRow").get(case=numbers[0]).ended == floor.now
    assert "No clock of" in client.post(f"/signals/{numbers[0]}/answered", {"who": "x", "what": "y"}).content.decode()
    other = visit("inv-1")
    assert "is answered" not in other.get(f"/signals/{numbers[1]}/").content.decode()
    assert "Record the answer first" in other.post(f"/signals/{numbers[1]}/triage", {"to": "explained", "why": "Fine."}).content.decode()
    assert other.post(f"/signals/{numbers[1]}/answered", {"who": "x", "what": "y"}).status_code == 409
    case = other.post(f"/signals/{numbers[1]}/triage", {"to": "incident"}).headers["Location"].split("/")[2]
    assert load(case).clock("us-verification").due == "2026-11-24T06:00:00Z"
    page = other.get(f"/signals/{numbers[1]}/").content.decode()
    assert f'<a href="/incidents/{case}/">{case}</a>' in page


def test_what_came_with_an_alert_is_text_and_stays_so(visit: Callable, floor: Floor, packs: Packs, tmp_path: Path):
    attack = "<script>alert(1)</script>"
    rows = [packs.row("A3", attack, packs.missing[1], market=attack)]
    taking = take_files(floor.workspace, [export(tmp_path / "alerts.csv", rows)], floor.now, "tests")
    (number,) = taking.numbers.values()
    client = visit("qa-1")
    for address in ("", "worksheet.html"):
        page = client.get(f"/signals/{number}/{address}").content.decode()
        assert attack not in page
        assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    assert pages.ROWS >= 100


def test_alerts_that_come_through_the_desk_become_signals_too(visit: Callable, floor: Floor, packs: Packs):
    told = f"{HEADER}\n{packs.row('A3', 'AL-9', packs.missing[2])}\n".encode()
    answer = visit("op-1").post("/files/", {"files": [SimpleUploadedFile("alerts.csv", told)]})
    assert answer.status_code == 302
    assert work(floor.workspace, lambda: floor.now, threading.Event(), once=True) == 1
    (one,) = listed()
    assert (one["code"], one["side"], one["lot"]) == ("A3", "our upload", packs.lot)
