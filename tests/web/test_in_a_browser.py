"""The desk of `lotproof demo --serve` in Chromium: the story of the first hour, on a desk, a tablet and in the dark."""

from __future__ import annotations

import io
import json
import os
import re
import shutil
import socket
import subprocess
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import axe_playwright_python
import pypdf
import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright
from small_site import PROGRAM

AXE = (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text(encoding="utf-8")
CHROMIUM = shutil.which("chromium")
PASSWORD = "packs and pallets 42"
SIZES = {"desk": {"width": 1400, "height": 1000}, "tablet": {"width": 820, "height": 1180}}

HOMES: dict[str, Path] = {}
"""Address of a desk that is served -> its workspace."""

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="there is no Chromium here; apt install chromium")


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A demo desk that is served by the command, as a person starts it."""
    folder = tmp_path_factory.mktemp("served")
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port = found.getsockname()[1]
    told = (folder / "told.txt").open("w+")
    command = [str(PROGRAM), "demo", str(folder / "demo"), "--serve", "--port", str(port), "--no-browser"]
    server = subprocess.Popen(command, stdout=told, stderr=subprocess.STDOUT, env={**os.environ, "PYTHONUNBUFFERED": "1"})
    try:
        _wait(f"http://127.0.0.1:{port}/alive", server, folder / "told.txt")
        HOMES[f"http://127.0.0.1:{port}"] = folder / "demo" / "workspace"
        yield f"http://127.0.0.1:{port}"
    finally:
        server.terminate()
        server.wait(20)


def _wait(alive: str, server: subprocess.Popen[bytes], told: Path) -> None:
    for _ in range(300):
        assert server.poll() is None, told.read_text()
        try:
            assert urllib.request.urlopen(alive, timeout=2).read() == b"alive\n"
            return
        except OSError:
            time.sleep(0.5)
    raise AssertionError(told.read_text())


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as driver:
        running = driver.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield running
        running.close()


class Visit:
    """A page that notes what it must not do."""

    def __init__(self, browser: Browser, address: str, size: str, **more: Any) -> None:
        self.page: Page = browser.new_context(viewport=SIZES[size], **more).new_page()
        self.address, self.trouble = address, []
        self.page.on("console", lambda message: self.trouble.append(message.text) if message.type in ("error", "warning") else None)
        self.page.on("pageerror", lambda error: self.trouble.append(str(error)))
        self.page.on("request", lambda one: None if one.url.startswith(address) else self.trouble.append(one.url))

    def go(self, path: str) -> None:
        self.page.goto(self.address + path)
        self.look()

    def look(self) -> None:
        """Nothing strange happened, and everybody can use the page (axe-core: WCAG 2.1 A and AA)."""
        assert self.trouble == []
        # evaluated by the driver's own world, which the policy of the page does not forbid
        self.page.evaluate(AXE)
        found = self.page.evaluate("axe.run({runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'best-practice']})")
        assert [(one["id"], [node["html"] for node in one["nodes"]]) for one in found["violations"]] == []
        wide = self.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert wide <= 0, "the page is wider than its window"

    def follow(self, where: str) -> None:
        """Click on what leads to a page, and wait until it is there: a busy server answers late, and the old page would be looked at."""
        with self.page.expect_navigation():
            self.page.click(where)

    def sign_in(self, user: str) -> None:
        self.page.goto(self.address + "/")
        self.look()
        self.page.fill("#user", user)
        self.page.fill("#password", PASSWORD)
        self.page.click("text=Sign in >> nth=-1")
        expect(self.page.locator("h1")).to_have_text("Today")
        self.look()


@pytest.mark.parametrize(("size", "scheme"), [pytest.param("desk", "light", marks=pytest.mark.slow), ("tablet", "dark"), pytest.param("desk", "dark", marks=pytest.mark.slow)])
def test_every_page_is_usable_quiet_and_local(browser, address, size, scheme):
    visit = Visit(browser, address, size, color_scheme=scheme)
    visit.sign_in("qa.demo")
    number = visit.page.locator("table a[href^='/incidents/INC']").first.inner_text()
    visit.go("/signals/")
    code, lot = visit.page.locator("tbody tr").last.locator("td:nth-child(3), td:nth-child(4)").all_inner_texts()
    acts = ("contain", "hold", "gate", "observation", "interview", "scope-search", "severity")
    for path in ("/signals/", "/incidents/", f"/incidents/{number}/", *(f"/incidents/{number}/do/{act}" for act in acts),
                 "/incidents/open", f"/lots/{lot}/", f"/lots/{lot}/{code}/", "/actions/", "/holds/", "/trail/", "/find?q=nothing",
                 f"/incidents/{number}/data", f"/incidents/{number}/worksheets/fda-3911", "/alarms/", "/procedures/", "/procedures/open",
                 "/audits/", "/audits/open", "/kpis/", "/readiness/", "/readiness/plan", "/files/", "/work/"):  # fmt: skip
        visit.go(path)


def test_an_exception_of_a_partner_is_taken_in_and_answered(browser, address):
    visit = Visit(browser, address, "tablet")
    visit.sign_in("qa.demo")
    visit.go("/signals/")
    visit.page.click("text=Exceptions of partners")
    visit.look()
    item = {"exception_item_uuid": "i1", "product_gtin": "09528862577757", "product_serial": "A" * 20, "observation_source": "Scan", "resolution_request": "Send new data"}
    message = {"message_uuid": "m1", "exception_case_uuid": "c1", "timestamp": 1795200000, "po_number": "PO-1", "sender_information": {"email": "x@y.example"},
               "exceptions": {"missing_product_data": [item]}, "case_resolved": False}  # fmt: skip
    visit.page.set_input_files("#file", {"name": "notice.json", "mimeType": "application/json", "buffer": json.dumps(message).encode()})
    visit.page.click("text=Take it in")
    expect(visit.page.locator("h1")).to_contain_text("EXC-")
    visit.look()
    visit.page.select_option("#every", "Accept")
    visit.page.click("text=Write the answer")
    # The demo has no settings for partners: the page says which, and what to do.
    expect(visit.page.locator("main")).to_contain_text("The format demands an e-mail address of the sender")


def _alert(home: Path) -> str:
    """A request about a pack that nobody knows, taken as a person does; the number of its signal."""
    command = [str(PROGRAM), "alerts", "request", "--by", "partner", "--who", "Distributor 12", "--asks", "verification", "--item",
               "(01)09501101530003(21)NOBODYKNOWSTHIS1", "--lot", "L1", "--workspace", str(home), "--json"]  # fmt: skip
    environment = {**os.environ, "LOTPROOF_WAIT": "50"}  # the worker of the desk may be writing
    told = subprocess.run(command, check=True, capture_output=True, timeout=60, text=True, env=environment)
    return str(json.loads(told.stdout)["signals"][0])


def test_what_helps_to_explain_and_to_show_is_usable_quiet_and_local(browser, address):
    visit = Visit(browser, address, "desk")
    visit.sign_in("qa.demo")
    number = visit.page.locator("table a[href^='/incidents/INC']").first.inner_text()
    visit.go(f"/incidents/{number}/")
    lot = visit.page.locator("a[href^='/lots/']").first.get_attribute("href")
    sheets = [f"/incidents/{number}/worksheets/{name}" for name in ("fda-3911", "eu-notice", "partner-reply", "partner-information")]
    acts = ("worksheet", "is-is-not", "fault-tree?start=unreported-batch", "cause", "cause-tool")
    alert = f"/signals/{_alert(HOMES[address])}/"
    for path in (alert, *sheets, f"/incidents/{number}/data", f"/incidents/{number}/why", *(f"/incidents/{number}/do/{act}" for act in acts),
                 lot, "/readiness/", "/readiness/plan", "/alarms/"):  # fmt: skip
        visit.go(path)
    for _ in range(120):  # the worker beside the server counts them when it begins
        visit.go("/kpis/")
        if visit.page.locator("td a[href^='/kpis/']").count():
            break
        time.sleep(0.5)
    visit.go("/kpis/no-read/")
    visit.page.emulate_media(media="print")
    assert not visit.page.locator("nav.side").is_visible()


def sheets(page: Page) -> list[str]:
    return [sheet.extract_text() for sheet in pypdf.PdfReader(io.BytesIO(page.pdf(format="A5"))).pages]


@pytest.mark.shows("A11-8")
def test_a_controlled_copy_has_its_number_and_its_hash_on_every_sheet_and_another_print_says_that_it_is_none(browser, address):
    visit = Visit(browser, address, "desk")
    visit.sign_in("inv.demo")
    visit.follow("table a[href^='/incidents/INC']")
    assert all("Uncontrolled when printed" in sheet for sheet in sheets(visit.page))
    visit.page.add_init_script("window.print = () => {}")
    visit.follow("role=button[name='Print a controlled copy']")
    visit.page.wait_for_selector('meta[name="copy"]', state="attached")
    visit.look()
    found = sheets(visit.page)
    assert len(found) > 1 and len({re.search(r"SHA-256 ([0-9a-f]{64})", sheet)[1] for sheet in found}) == 1
    for at, sheet in enumerate(found, 1):
        assert f"Page {at} of {len(found)}" in sheet and "Controlled copy COPY-" in sheet and "Uncontrolled" not in sheet
    visit.go("/copies/")


@pytest.mark.parametrize(("locale", "today", "incidents"), [("de-DE", "Heute", "Vorfälle"), ("fr-FR", "Aujourd'hui", "Incidents")])
def test_the_desk_speaks_the_language_of_the_browser_and_of_who_chooses_another(browser, address, locale, today, incidents):
    visit = Visit(browser, address, "tablet", locale=locale)
    visit.page.goto(address)
    visit.look()
    visit.page.fill("#user", "inv.demo")
    visit.page.fill("#password", PASSWORD)
    visit.page.locator("form button.main").click()
    expect(visit.page.locator("h1")).to_have_text(today)
    visit.look()
    visit.go("/incidents/")
    expect(visit.page.locator("h1")).to_have_text(incidents)
    visit.follow("table a[href^='/incidents/INC']")
    visit.look()
    visit.page.get_by_role("button", name="English").click()
    expect(visit.page.locator("html")).to_have_attribute("lang", "en")


def test_the_clock_counts_down_by_the_servers_time(browser, address):
    visit = Visit(browser, address, "desk", timezone_id="Asia/Tokyo")
    visit.page.clock.install(time="2031-01-01T00:00:00Z")  # the clock of a tablet is wrong
    visit.sign_in("inv.demo")
    visit.follow("table a[href^='/incidents/INC']")
    shown = visit.page.locator(".hour .count b")
    before = shown.inner_text()
    assert re.fullmatch(r"[3-5]\d:\d\d", before), before
    visit.page.clock.run_for(10_000)
    first, second = (int(text[:2]) * 60 + int(text[3:]) for text in (before, shown.inner_text()))
    assert 9 <= first - second <= 12


def test_the_first_hour_from_the_floor_to_the_signature(browser, address):
    operator = Visit(browser, address, "tablet")
    operator.sign_in("op.demo")
    operator.follow("table a[href^='/incidents/INC']")
    for step, what in (("Notify", "QA and production told by telephone."), ("Review the logs", "Camera 3 silent for 40 s.")):
        operator.follow(f".steps li:has-text('{step}') >> text=Record")
        operator.look()
        operator.page.fill("#field-what", what)
        operator.follow("main button.main")
        expect(operator.page.locator(f".steps li.done:has-text('{step}')")).to_contain_text(what)
    investigator = Visit(browser, address, "desk")
    investigator.sign_in("inv.demo")
    investigator.follow("table a[href^='/incidents/INC']")
    expect(investigator.page.locator(".hour")).to_contain_text("5 of 5 containment steps are done.")
    investigator.follow(".hour >> text=Sign containment")
    investigator.look()
    investigator.page.fill("#password", PASSWORD)
    investigator.follow("main button.main")
    expect(investigator.page.locator(".over")).to_contain_text("investigating")
    expect(investigator.page.locator("#trail")).to_contain_text("signed by inv.demo: “I declare this incident contained”")
    investigator.look()


def test_a_scanner_types_into_the_box_and_keeps_the_group_separator(browser, address):
    visit = Visit(browser, address, "desk")
    visit.sign_in("op.demo")
    visit.page.keyboard.type("0109529502008983")
    visit.page.keyboard.press("Control+]")
    visit.page.keyboard.type("10L1")
    assert visit.page.input_value("#find") == "0109529502008983\x1d10L1"
