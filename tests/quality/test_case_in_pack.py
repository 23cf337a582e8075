"""An incident of the desk in the sealed pack: its record, its sections, both verifiers."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest
from case_kit import PASSWORD, PEOPLE, Floor
from small_site import Site, invoke, json_of

from lotproof.quality.lot_waivers import decide
from lotproof.quality.shell import open_record
from lotproof.quality.verification.scan_shell import Came, take_scans
from lotproof.workspace import credentials
from lotproof.workspace.credentials import Given
from lotproof.workspace.place import open_workspace


@pytest.mark.shows("P11-10b", "SEED-9", "A11-8")
def test_the_record_of_an_incident_is_sealed_with_the_lot(own: Site, tmp_path, quick_hashes):
    workspace = open_workspace(own.home, "2026-11-23T07:00:00Z", "administrator")
    for user, (name, role) in PEOPLE.items():
        credentials.enrol(workspace, user, name, role, "UTC", PASSWORD, None, "2026-11-23T07:00:00Z", "administrator")
    floor = Floor(workspace)
    floor.opened(title="Of another lot", lots=["ELSEWHERE"])
    number = floor.opened(lots=[own.lot])
    floor.do(
        number, "op-1", "containment-step", step="isolate", what="Pallet in the cage.", held=["C-1"], event_time="2026-11-23T06:00:00Z"
    )
    floor.do(number, "op-1", "containment-step", step="stop-line", what="Line 2 stands.")
    floor.do(number, "inv-1", "interview", role="operator", code="O-3", said="The belt ran on after the jam.")
    floor.do(number, "reg-1", "request", clock="us-verification", who="Wholesaler W", what="Is (21)A7 yours?")
    floor.do(number, "reg-1", "worksheet", sheet="partner-reply", item="Result of the verification", value="Verified, not one of ours.")
    floor.do(number, "qa-1", "waive", item="history", why="The first lot of this product.")
    decide(floor.desk("qa-1"), own.lot, "lot-waiver", {"item": "verified", "why": "Destroyed before a sample was drawn."}, Given(PASSWORD))
    session = _verified(floor, number, own.lot)
    json_of("build", own.folder, "-o", tmp_path / "EP", "--workspace", own.home, "--now", floor.now, "--actor", "Q")
    (told,) = json.loads((tmp_path / "EP/data/cases.json").read_text())["cases"]
    assert (told["number"], told["acts"][1]["body"]["held"], told["readiness"]["items"]["interviews"]) == (number, ["C-1"], "present")
    (sheet,) = json.loads((tmp_path / "EP/data/worksheets.json").read_text())["worksheets"]
    lines = {one["name"]: one["value"] for one in sheet["lines"]}
    assert (sheet["incident"], lines["Serial numbers"], lines["Contact"]) == (number, "C-1", "")
    (scanned,) = json.loads((tmp_path / "EP/data/sessions.json").read_text())["sessions"]
    assert (scanned["number"], scanned["acts"][1]["body"]["scans"][0]["said"]) == (session, "unreadable")
    page = "".join(path.read_text() for path in sorted((tmp_path / "EP/data/html").rglob("*.html")))
    for sentence in ("Pallet in the cage.", "(entered 121 min later)", "3 steps missing", "The belt ran on after the jam.", "operator (O-3)",
                     "Verification: scanned against the record", "Verified, not one of ours.", "Wholesaler W, 2026-11-23T",
                     "unfinished: No cases were scanned.", "258 of 1,000 cases, drawn at random", "The first lot of this product.",
                     "Destroyed before a sample was drawn."):  # fmt: skip
        assert sentence in page, sentence
    assert "Of another lot" not in page
    key = str(own.home / "keys/log.vkey")
    assert invoke("verify", tmp_path / "EP", "--key", key, "--recompute").exit_code == 0
    alone = [sys.executable, str(tmp_path / "EP/verify/verify.py"), "--key", key]
    assert subprocess.run(alone, capture_output=True, check=False).returncode == 0


@pytest.mark.slow
def test_what_people_decided_stands_where_the_report_would_ask_for_it(own: Site, tmp_path, quick_hashes):
    workspace = open_workspace(own.home, "2026-11-23T07:00:00Z", "administrator")
    for user, (name, role) in PEOPLE.items():
        credentials.enrol(workspace, user, name, role, "UTC", PASSWORD, None, "2026-11-23T07:00:00Z", "administrator")
    floor = Floor(workspace)
    number = floor.approved(lots=[own.lot])
    json_of("build", own.folder, "-o", tmp_path / "EP", "--workspace", own.home, "--now", floor.now, "--actor", "Q")
    pages = {path.name: path.read_text() for path in (tmp_path / "EP/data/html").glob("s*.html")}
    assert "Product is there; the file is short." in pages["s04.html"]
    assert "The hub cuts files at 5 MB without an error." in pages["s15.html"]
    assert "they need the decision of a person" not in pages["s15.html"]
    assert pages["s15.html"].count("<svg") >= 1
    assert "Release after upload." in pages["s16.html"]
    assert "1 root cause, approved by somebody else" in pages["s01.html"]
    assert number in pages["s04.html"]


def _verified(floor: Floor, incident: str, lot: str) -> str:
    """A session of the incident that ended early; its number."""
    plan = {"title": "Cage", "scope": "a lot", "about": lot, "level": "cases", "expected": "anything that has not ended", "size": 1000,
            "confidence": "95 %", "tolerated": "1", "incident": incident}  # fmt: skip
    number = open_record(floor.desk("op-1"), "session", plan).number
    take_scans(floor.desk("op-1"), number, [Came("a", floor.now, "§", "typed")])
    floor.do(number, "op-1", "session-result", result="unfinished", statement="No cases were scanned.", why="The cage is empty.")
    return number
