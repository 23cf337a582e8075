"""Verification sessions in Chromium: from the plan to the signature, with the line cut, the page crashed and the server killed."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import pytest
from playwright.sync_api import Browser, Error, Page, Playwright, expect, sync_playwright
from scan_kit import PASSWORD, Served, film, sheet
from small_site import Site
from test_in_a_browser import CHROMIUM, Visit

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="there is no Chromium here; apt install chromium")
CUT = ("status of 403", "ERR_INTERNET_DISCONNECTED", "ERR_CONNECTION_REFUSED", "ERR_NETWORK_CHANGED", "ERR_EMPTY_RESPONSE", "ERR_CONNECTION_RESET", "ERR_SOCKET_NOT_CONNECTED")
LISTEN = """
window.heard = [];
const made = AudioContext.prototype.createOscillator;
AudioContext.prototype.createOscillator = function () { const one = made.call(this); setTimeout(() => window.heard.push(one.frequency.value), 0); return one; };
"""


@pytest.fixture(scope="module")
def served(site: Site, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    running = Served(tmp_path_factory.mktemp("scanned"), site)
    yield running
    running.kill()


@pytest.fixture(scope="module")
def driver() -> Iterator[Playwright]:
    with sync_playwright() as running:
        yield running


@pytest.fixture(scope="module")
def browser(driver: Playwright) -> Iterator[Browser]:
    running = driver.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
    yield running
    running.close()


def scan(page: Page, text: str) -> None:
    """As a keyboard wedge types it: the separator as Ctrl+], Enter at the end."""
    for part in text.split("\x1d")[:-1]:
        page.keyboard.type(part)
        page.keyboard.press("Control+]")
    page.keyboard.type(text.split("\x1d")[-1])
    page.keyboard.press("Enter")


def planned(visit: Visit, served: Served, **given: str) -> str:
    """A new session; its number."""
    visit.page.goto(visit.address + "/verify/open")
    fields = {"title": "Packs of the cage", "scope": "a lot", "about": served.lots[0], "level": "packs", "expected": "anything that has not ended", "size": "20",
              "confidence": "95 %", "tolerated": "50", "accept": "0", **given}  # fmt: skip
    for name, value in fields.items():
        field = visit.page.locator(f"#field-{name}")
        field.select_option(value) if field.evaluate("one => one.tagName") == "SELECT" else field.fill(value)
    visit.page.click("main button.main")
    expect(visit.page.locator("#scan")).to_be_focused()
    return visit.page.url.rstrip("/").rsplit("/", 1)[1]


def record(visit: Visit, number: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(visit.page.request.get(f"{visit.address}/verify/{number}/record.json").text())
    return found


def scans_of(visit: Visit, number: str) -> list[dict[str, str]]:
    return [one for act in record(visit, number)["acts"] if act["act"] == "scans" for one in act["body"]["scans"]]


def said(visit: Visit, word: str) -> None:
    expect(visit.page.locator("#answer .word")).to_have_text(word, timeout=15000)


def forgive(visit: Visit) -> None:
    """A browser writes a cut line into its console; nothing else may be there."""
    assert [one for one in visit.trouble if not any(cut in one for cut in CUT)] == []
    visit.trouble.clear()


def test_a_session_from_the_plan_to_two_signatures_loses_no_scan(browser, served):
    visit = Visit(browser, served.address, "tablet", has_touch=True)
    visit.page.context.add_init_script(LISTEN)
    visit.sign_in("op.demo")
    number = planned(visit, served)
    visit.look()
    packs = served.packs()
    scan(visit.page, packs[0])
    said(visit, "As expected")
    scan(visit.page, served.packs(served.lots[1])[0])
    said(visit, "Other lot")
    expect(visit.page.locator("#wrong")).to_have_text("1")
    scan(visit.page, packs[0])
    said(visit, "Scanned before")
    assert visit.page.evaluate("heard") == [880, 196, 147, 440, 440]  # bad is low and twice, good is high and once
    visit.look()
    assert visit.page.locator(".tools .big:visible").evaluate_all("all => all.filter(one => one.getBoundingClientRect().height < 64).length") == 0
    _cut_and_killed(visit, served, packs)
    kept = [one["text"] for one in scans_of(visit, number)]
    assert kept == [packs[0], served.packs(served.lots[1])[0], packs[0], *packs[1:5]]
    _taken_back(visit, number)
    _signed_twice(visit, browser, served, number)


def _cut_and_killed(visit: Visit, served: Served, packs: list[str]) -> None:
    """Four scans while there is no line, a crash of the page, and a server that was killed meanwhile."""
    visit.page.context.set_offline(True)
    for pack in packs[1:4]:
        scan(visit.page, pack)
        said(visit, "Kept")
    expect(visit.page.locator("#line")).to_contain_text("Kept on this device: 3.")
    served.kill()
    visit.page.context.set_offline(False)
    scan(visit.page, packs[4])
    expect(visit.page.locator("#line")).to_contain_text("Kept on this device: 4.")
    address, context = visit.page.url, visit.page.context
    served.start()
    with suppress(Error):
        visit.page.goto("chrome://crash")
    forgive(visit)
    visit.page = context.new_page()
    visit.page.goto(address)
    expect(visit.page.locator("#counted")).to_have_text("6", timeout=20000)
    expect(visit.page.locator("#kept li")).to_have_count(0)


def _taken_back(visit: Visit, number: str) -> None:
    visit.page.reload()
    visit.page.locator("#scans li", has_text="Other lot").locator("text=Undo").click()
    visit.look()
    visit.page.fill("#field-why", "It came from another cage.")
    visit.page.click("main button.main")
    expect(visit.page.locator("#wrong")).to_have_text("0")
    expect(visit.page.locator("#scans li.gone")).to_contain_text("withdrawn: It came from another cage.")
    assert record(visit, number)["result"] == "accepted"


def _signed_twice(visit: Visit, browser: Browser, served: Served, number: str) -> None:
    visit.page.click("#sign")
    visit.look()
    visit.page.fill("#password", PASSWORD)
    visit.page.click("main button.main")
    expect(visit.page.locator(".result .word")).to_have_text("accepted")
    second = Visit(browser, served.address, "desk")
    second.sign_in("qa.demo")
    second.go(f"/verify/{number}/")
    second.page.click("text=Countersign")
    second.look()
    second.page.fill("#password", PASSWORD)
    second.page.click("main button.main")
    expect(second.page.locator("main")).to_contain_text("countersigned by qa.demo")
    second.look()


@pytest.mark.parametrize(("size", "scheme"), [("tablet", "light"), pytest.param("desk", "dark", marks=pytest.mark.slow)])
def test_every_page_that_scans_is_usable_quiet_and_local(browser, served, size, scheme):
    visit = Visit(browser, served.address, size, color_scheme=scheme)
    visit.sign_in("inv.demo")
    number = planned(visit, served, incident="INC-2026-0001")
    for path in (f"/verify/{number}/", "/verify/", "/verify/open", "/scanner/", "/photo", f"/verify/{number}/photo", "/incidents/INC-2026-0001/"):
        visit.go(path)
    expect(visit.page.locator("#verification")).to_contain_text(number)


def test_a_plain_form_takes_scans_where_there_is_no_script(browser, served):
    visit = Visit(browser, served.address, "desk", java_script_enabled=False)
    visit.page.goto(served.address)
    visit.page.fill("#user", "op.demo")
    visit.page.fill("#password", PASSWORD)
    visit.page.click("text=Sign in >> nth=-1")
    number = planned_plain(visit, served)
    visit.page.fill("#scan", served.packs()[7])
    visit.page.click("text=Take")
    said(visit, "As expected")
    visit.page.reload()
    assert len(scans_of(visit, number)) == 1


def planned_plain(visit: Visit, served: Served) -> str:
    fields = {"title": "t", "scope": "a lot", "about": served.lots[0], "level": "packs", "expected": "anything that has not ended", "size": "20", "confidence": "95 %",
              "tolerated": "0"}  # fmt: skip
    visit.page.goto(visit.address + "/verify/open")
    for name, value in fields.items():
        field = visit.page.locator(f"#field-{name}")
        field.select_option(value) if name in ("scope", "level", "expected", "confidence") else field.fill(value)
    visit.page.click("main button.main")
    return visit.page.url.rstrip("/").rsplit("/", 1)[1]


def test_a_scan_of_somebody_else_waits_for_them(browser, served):
    visit = Visit(browser, served.address, "tablet")
    visit.sign_in("op.demo")
    number = planned(visit, served)
    visit.page.context.set_offline(True)
    scan(visit.page, served.packs()[9])
    expect(visit.page.locator("#line")).to_contain_text("Kept on this device: 1.")
    visit.page.context.clear_cookies()
    visit.page.context.set_offline(False)
    expect(visit.page.locator("#line")).to_contain_text("Your sign-in has ended. Kept on this device: 1.", timeout=15000)
    forgive(visit)
    visit.sign_in("inv.demo")
    visit.page.goto(f"{served.address}/verify/{number}/")
    expect(visit.page.locator("#line")).to_contain_text("scanned by op.demo, who has to sign in to send them")
    assert scans_of(visit, number) == []
    visit.page.context.clear_cookies()
    visit.sign_in("op.demo")
    visit.page.goto(f"{served.address}/verify/{number}/")
    expect(visit.page.locator("#counted")).to_have_text("1")


@pytest.mark.slow
def test_a_page_whose_person_signed_in_anew_elsewhere_goes_on(browser, served):
    visit = Visit(browser, served.address, "desk")
    visit.sign_in("op.demo")
    number = planned(visit, served)
    first, visit.page = visit.page, visit.page.context.new_page()
    visit.page.goto(served.address)
    visit.page.click("text=Sign out")
    visit.sign_in("op.demo")
    visit.page, second = first, visit.page
    second.close()
    visit.page.bring_to_front()
    scan(visit.page, served.packs()[12])
    said(visit, "As expected")
    assert len(scans_of(visit, number)) == 1
    forgive(visit)


def test_the_separator_is_kept_however_it_comes_and_the_scanner_is_checked(browser, served):
    visit = Visit(browser, served.address, "desk")
    visit.sign_in("op.demo")
    visit.go("/scanner/")
    expect(visit.page.locator("figure img").first).to_have_js_property("complete", True)
    assert visit.page.locator("figure img").evaluate_all("all => all.every(one => one.naturalWidth > 40)")
    visit.page.keyboard.type("]d2010952123454321310LOT-A1")
    visit.page.keyboard.press("F8")
    visit.page.keyboard.type("21SER-7")
    for step, key in (("down", "Alt"), ("press", "Numpad0"), ("press", "Numpad2"), ("press", "Numpad9"), ("up", "Alt")):
        getattr(visit.page.keyboard, step)(key)
    visit.page.keyboard.type("17271231")
    visit.page.keyboard.press("Enter")
    expect(visit.page.locator(".signs .separator")).to_have_count(2)
    expect(visit.page.locator("#told")).to_contain_text("The group separator came as F8 and ALT 029, and was understood.")
    expect(visit.page.locator("#told")).to_contain_text("Every character of “Data Matrix with two group separators” came through.")
    visit.look()
    visit.page.fill("#scan", "+d2010952123454321310LOTßA1\x1d21SERß7\x1d17271231")
    visit.page.keyboard.press("Enter")
    expect(visit.page.locator("#told")).to_contain_text("this computer has the layout German")
    visit.look()


def test_a_sheet_of_codes_is_scanned_from_one_photo(browser, served, tmp_path):
    packs = [*served.packs()[20:24], served.packs(served.lots[1])[3]]
    sheet(packs).save(tmp_path / "sheet.png")
    visit = Visit(browser, served.address, "desk")
    visit.sign_in("op.demo")
    number = planned(visit, served)
    visit.page.click("text=Photo >> nth=-1")
    visit.page.set_input_files("#photo", tmp_path / "sheet.png")
    visit.page.click("text=Read the codes")
    expect(visit.page.locator("#found h2")).to_have_text("Codes on sheet.png: 5")
    expect(visit.page.locator(".sheet polygon")).to_have_count(5)
    visit.look()
    assert scans_of(visit, number) == []
    visit.page.locator(".tick").nth(1).uncheck()
    visit.page.click("text=Take the ticked ones")
    expect(visit.page.locator("#counted")).to_have_text("4")
    assert [(one["text"], one["via"], one["said"]) for one in scans_of(visit, number)] == [
        *((pack, "photo", "expected") for pack in (packs[0], *packs[2:4])), (packs[4], "photo", "other-lot")]  # fmt: skip
    visit.go("/photo")
    visit.page.set_input_files("#photo", tmp_path / "sheet.png")
    visit.page.click("text=Read the codes")
    visit.look()
    visit.page.locator("#found a").first.click()
    expect(visit.page.locator("main")).to_contain_text("commissioned")


def test_a_camera_that_sees_a_data_matrix_is_a_scanner(driver, served, tmp_path):
    pack = served.packs()[30]
    film(pack, tmp_path / "film.y4m")
    camera = ["--use-fake-ui-for-media-stream", "--use-fake-device-for-media-stream", f"--use-file-for-fake-video-capture={tmp_path / 'film.y4m'}"]
    running = driver.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", *camera])
    visit = Visit(running, served.address, "tablet")
    visit.sign_in("op.demo")
    number = planned(visit, served)
    visit.page.click("#camera")
    expect(visit.page.locator("#answer .word")).to_have_text("As expected", timeout=30000)
    visit.page.wait_for_timeout(1500)
    visit.look()
    assert [(one["text"], one["via"]) for one in scans_of(visit, number)] == [(pack, "camera")]  # in view all the time, scanned once
    visit.page.goto(f"{served.address}/photo")
    visit.page.click("#camera")
    visit.page.wait_for_url("**/find?q=*", timeout=30000)
    expect(visit.page.locator("main")).to_contain_text("commissioned")
    assert visit.trouble == []
    running.close()


@pytest.mark.slow
def test_scans_that_come_after_the_end_are_shown_and_not_lost_in_silence(browser, served):
    visit = Visit(browser, served.address, "tablet")
    visit.sign_in("op.demo")
    number = planned(visit, served)
    visit.page.context.set_offline(True)
    scan(visit.page, served.packs()[11])
    said(visit, "Kept")
    other = Visit(browser, served.address, "desk")
    other.sign_in("inv.demo")
    other.page.goto(f"{served.address}/verify/{number}/do/session-result")
    other.page.fill("#field-why", "The shift ended.")
    other.page.fill("#password", PASSWORD)
    other.page.click("main button.main")
    expect(other.page.locator(".result .word")).to_have_text("unfinished")
    visit.page.context.set_offline(False)
    expect(visit.page.locator("#line")).to_contain_text("while the verification session is closed", timeout=15000)
    visit.trouble.clear()  # the browser writes the answer 409 into its console
    visit.go("/verify/")
    visit.page.click(f"#late >> text={number}")
    expect(visit.page.locator("#late")).to_contain_text("This device keeps 1 scans that came after the session was closed.")
    visit.look()
    visit.page.on("dialog", lambda dialog: dialog.accept())
    visit.page.click("text=Remove them from this device")
    expect(visit.page.locator("#late")).to_be_hidden()
    visit.go("/verify/")
    expect(visit.page.locator("#late")).to_be_hidden()
