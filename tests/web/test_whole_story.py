"""The whole story in a browser: a signal, an incident through all its states by seven people, and a sealed pack that verifies."""

from __future__ import annotations

import re
import subprocess
import sys
import zipfile
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, expect
from small_site import invoke
from test_in_a_browser import PASSWORD, Visit, address, browser, pytestmark  # noqa: F401


class Team:
    """People of the sample desk, each signed in on a page of their own."""

    def __init__(self, browser: Browser, address: str, size: str) -> None:  # noqa: F811
        self._make = lambda: Visit(browser, address, size)
        self._there: dict[str, Visit] = {}

    def __getitem__(self, user: str) -> Visit:
        if user not in self._there:
            visit = self._make()
            visit.sign_in(f"{user}.demo")
            self._there[user] = visit
        return self._there[user]

    def do(self, user: str, number: str, act: str, /, **given: Any) -> None:
        """Fill the form of an act as a person does, and send it."""
        page = self[user].page
        page.goto(f"{self[user].address}/incidents/{number}/do/{act}")
        for name, value in given.items():
            field = page.locator(f"#field-{name}")
            if field.evaluate("node => node.tagName") == "SELECT":
                field.select_option(str(value))
            else:
                field.fill(str(value))
        if page.locator("#password").count():
            page.fill("#password", PASSWORD)
        page.click("main form.form button.main")
        expect(page.locator("main .told")).to_have_count(0)
        expect(page).to_have_url(re.compile(rf"/incidents/{number}/(#.*)?$"))

    def entry(self, number: str, what: str) -> str:
        """The entry whose line of the trail says this, the latest."""
        page = self["inv"].page
        page.goto(f"{self['inv'].address}/incidents/{number}/")
        return page.locator(f"#trail li:has-text('{what}') small").first.inner_text()


@pytest.mark.parametrize("size", ["desk", pytest.param("tablet", marks=pytest.mark.slow)])
def test_from_the_signal_to_the_sealed_pack(browser, address, size, tmp_path):  # noqa: F811
    team = Team(browser, address, size)
    operator = team["op"].page
    operator.goto(f"{address}/signals/")
    operator.locator("tbody tr").nth(0).locator("button:has-text('incident')").click()
    expect(operator.locator(".hour")).to_contain_text("0 of 5 containment steps are done.")
    number = re.search(r"INC-\d{4}-\d{4,}", operator.url)[0]
    team["op"].look()
    for step in ("stop-line", "isolate", "notify", "document", "review-logs"):
        team.do("op", number, "containment-step", step=step, what=f"Did {step}.", **({"held": "C-1\nC-2"} if step == "isolate" else {}))
    team.do("inv", number, "contain")
    team.do("reg", number, "gate", decision="clerical exception", market="EU", why="Product is there; the file is short.")
    team.do("inv", number, "observation", stream="data", what="The file ends at 14:02.")
    team.do("inv", number, "interview", role="operator", code="O-3", said="The belt ran on.")
    shown = team.entry(number, "The file ends at 14:02.")
    for reach in ("lots", "lines", "shipments", "customers"):
        team.do("inv", number, "scope-search", reach=reach, query="RPT-03 everywhere", sources="hub.xml", rows=61204, found=0)
    team.do("inv", number, "impact", statement="This lot alone.", patients="None.", disposition="Release after upload.")
    team.do("inv", number, "cause-tool", tool="5-Why", why="One chain.")
    team.do("inv", number, "cause", statement="The hub cuts files.", role="root cause", category="method", verdict="supported", evidence=shown)
    team.do("inv", number, "cause", statement="Camera 3.", role="excluded cause", category="machine", verdict="contradicted", evidence=shown)
    team.do("qa", number, "approve-cause")
    cause = team.entry(number, "The hub cuts files.")
    for kind in ("correction", "corrective"):
        team.do("inv", number, "action", type=kind, what=f"The {kind}.", cause=cause, owner="inv.demo", due="2030-12-01")
    team.do("inv", number, "criterion", metric="files cut short", opportunity="files", baseline_events=40, baseline_opportunities=1000,
            target_percent=50, opportunities=1000, owner="inv.demo")  # fmt: skip
    team.do("qa", number, "approve-plan")
    team.do("inv", number, "change", trigger="system", touches="Gateway.", decision="no requalification", why="One parameter.")
    for kind in ("correction", "corrective"):
        team.do("op", number, "action-done", entry=team.entry(number, f"The {kind}."), what="Done, see the change record.")
    team.do("inv", number, "actions-complete")
    since = (datetime.now(UTC) + timedelta(minutes=1)).strftime("%Y-%m-%dT%H:%M")
    team.do("inv", number, "effectiveness", events=1, opportunities=1000, since=since, side_effects=0)
    team.do("qa2", number, "trail-review", result="in order", why="All entries read.")
    team.do("qa2", number, "close")
    reader = team["read"]
    reader.go(f"/incidents/{number}/")
    expect(reader.page.locator(".over")).to_contain_text("closed")
    _sealed(reader, number, tmp_path)
    assert [visit.trouble for visit in team._there.values()] == [[]] * len(team._there)


def _sealed(reader: Visit, number: str, folder: Path) -> None:
    """Ask for the pack, wait for it as a person does, fetch it, verify it with both verifiers."""
    reader.page.click("text=Pack for the inspector")
    fetch = reader.page.locator("a.button:has-text('Fetch EP-')")
    expect(fetch).to_be_visible(timeout=120_000)
    reader.look()
    with reader.page.expect_download() as download:
        fetch.click()
    pack = folder / download.value.suggested_filename
    download.value.save_as(pack)
    assert pack.name.startswith(f"EP-{number}-")
    with zipfile.ZipFile(pack) as zipped:
        zipped.extractall(folder)
    top = folder / pack.stem
    pages = [page.read_text(encoding="utf-8") for page in (top / "data" / "html").rglob("*.html")]
    assert any("The hub cuts files." in page for page in pages)
    vkey = re.search(r"\S+\+[0-9a-f]{8}\+[A-Za-z0-9+/=]+", (top / "README.txt").read_text())[0]
    assert invoke("verify", pack, "--key", vkey).exit_code == 0
    done = subprocess.run([sys.executable, str(top / "verify" / "verify.py"), "--key", vkey], capture_output=True, check=False)
    assert done.returncode == 0, done.stdout
