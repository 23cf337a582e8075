"""What a stranger, a colleague of another role, or a text can do to the desk (OWASP ASVS 4.0.3, level 2; docs/security.md)."""

from __future__ import annotations

import html
import re
from typing import Any

import lxml.html
import pytest
from case_kit import PASSWORD, PEOPLE
from django.core.files.uploadedfile import SimpleUploadedFile
from test_who_may_enter import addresses

from lotproof.ledger import store
from lotproof.quality.act import ActType
from lotproof.quality.book import Book
from lotproof.quality.register import ACTS
from lotproof.quality.roles import FLOOR, Role
from lotproof.quality.shell import load, open_by_program, open_record, project
from lotproof.quality.signal_shell import take_signals
from lotproof.quality.signals import Raised
from lotproof.web.books import SHELVES
from lotproof.web.guard import PUBLIC
from lotproof.web.tables import cell
from lotproof.workspace import credentials
from lotproof.workspace.people import end

ATTACK = "<script>alert(1)</script>\"'><img src=x onerror=alert(1)>{{7*7}}{%debug%}"
ALARM = {"title": "No-read rate", "about": "camera-3", "priority": "high", "condition": "x", "response": "x", "key": "k", "points": ["L1"]}
SESSION = {
    "title": "Cases in the cage", "scope": "a list", "about": "L1", "listed": "A1\nA2", "level": "packs", "expected": "on site, not on hold", "size": "2",
    "confidence": "95 %", "tolerated": "1 %",
}  # fmt: skip
FILL = {"time": "2026-11-23T07:00", "day": "2026-11-20", "number": "1", "entry": "1", "entries": "", "person": "inv-2", "items": "L1"}
LATER = {"effectiveness": {"since": "2026-11-23T09:30:00Z"}}
PLACES = {shelf.book: shelf.place for shelf in SHELVES.values()}


def filled(kind: ActType, text: str = "x") -> dict[str, str]:
    return {field.name: field.choices[0] if field.choices else FILL.get(field.kind, text) for field in kind.fields}


def records(floor) -> dict[Book, str]:
    """A record of each book."""
    return {
        Book.INCIDENT: floor.opened(),
        Book.PROCEDURE: open_record(floor.desk("inv-1"), "procedure", {"title": "SOP-1", "version": "7"}).number,
        Book.AUDIT: open_record(floor.desk("qa-1"), "audit", {"title": "Line 2", "type": "self-inspection", "due": "2026-12-01", "lead": "qa-1"}).number,
        Book.ALARM: open_by_program("alarm", ALARM, floor.now, "lotproof").number,
        Book.SESSION: open_record(floor.desk("inv-1"), "session", SESSION).number,
    }


@pytest.mark.shows("P11-10g", "P11-10d", "A11-12", "ASVS-V4")
@pytest.mark.parametrize("user", PEOPLE)
def test_no_act_is_done_by_a_role_that_may_not(visit, floor, user):
    """Every act of every book, sent as its form would: who may not gets the sentence, and the ledger stays as it was."""
    numbers, client, role = records(floor), visit(user), Role(PEOPLE[user][1])
    before, refused = store.size(), 0
    for kind in ACTS.values():
        if role in kind.roles:
            continue
        (book, *_) = [one for one in kind.books if one in numbers]
        place = PLACES[book]
        address = f"/{place}/open" if kind.opens else f"/{place}/{numbers[book]}/do/{kind.name}"
        answer = client.post(address, {**filled(kind), "password": PASSWORD})
        assert answer.status_code in ((422,) if kind.name == "scans" else (409, 404)), (address, answer.status_code)
        assert answer.status_code != 409 or f"needs the role {' or '.join(sorted(kind.roles - {Role.PROGRAM} or kind.roles))}" in html.unescape(answer.content.decode()), address
        refused += 1
    assert (refused > 0, store.size()) == (True, before)


@pytest.mark.shows("ASVS-V4")
@pytest.mark.parametrize("user", PEOPLE)
def test_signals_and_files_are_for_the_floor(visit, floor, user):
    (signal,) = take_signals([Raised("k", "finding", "major", "s", "SN-01", "L1", 1)], floor.now, "lotproof", full=True)
    client, before, may = visit(user), store.size(), Role(PEOPLE[user][1]) in FLOOR
    answer = client.post(f"/signals/{signal.number}/triage", {"to": "explained", "why": "x"})
    assert (answer.status_code, store.size() - before) == ((302, 1) if may else (409, 0))
    assert client.post("/files/", {"files": SimpleUploadedFile("a.csv", b"a")}).status_code == (302 if may else 403)


@pytest.mark.shows("ASVS-V4")
def test_no_form_is_taken_without_its_token(visit, floor):
    """Every address, as another site would have a browser send it."""
    numbers, client = records(floor), visit("qa-1")
    client.handler.enforce_csrf_checks = True
    before = store.size()
    acts = [f"/{PLACES[book]}/{numbers[book]}/do/{kind.name}" for kind in ACTS.values() if not kind.opens for book in kind.books if book in numbers]
    for address in [*(address for address, _ in addresses(numbers[Book.INCIDENT])), *acts]:
        answer = client.post(address, {"password": PASSWORD})
        assert answer.status_code == 403, address
        assert "does not come from this desk" in answer.content.decode(), address
    assert store.size() == before


@pytest.mark.shows("ASVS-V5")
def test_what_people_typed_is_text_on_every_page(visit, floor):
    """Entries of every act with markup in every text, past the checks of the desk, and then every page, list and document."""
    numbers = records(floor)
    floor.wait(60)
    for kind in ACTS.values():
        for book in kind.books:
            if book not in numbers or kind.opens or kind.name in ("withdraw", "scans", "scan-withdrawn") or kind.to:
                continue
            entry = max(one.index for one in load(numbers[book]).acts)
            store.append("audit", numbers[book], floor.now, "op-1", {"act": kind.name, "as": "operator", **attacked(kind, entry), **LATER.get(kind.name, {})})
    floor.opened(title=ATTACK, lots=[ATTACK[:150]])
    for book, attrs in ((Book.PROCEDURE, {"title": ATTACK, "version": ATTACK}), (Book.AUDIT, {"title": ATTACK, "about": ATTACK, "type": "self-inspection", "due": "2026-12-01", "lead": "qa-1"})):
        open_record(floor.desk("qa-1"), {Book.PROCEDURE: "procedure", Book.AUDIT: "audit"}[book], attrs)
    open_by_program("alarm", {**ALARM, "title": ATTACK, "about": ATTACK, "response": ATTACK, "key": "other"}, floor.now, "lotproof")
    take_signals([Raised("k", "finding", "critical", ATTACK, "SN-01", ATTACK[:90], 1)], floor.now, "lotproof", full=True)
    for number in numbers.values():
        project(load(number))
    client, seen = visit("qa-1"), 0
    pages = [address for address, _ in addresses(numbers[Book.INCIDENT])] + [f"/{PLACES[book]}/{number}/" for book, number in numbers.items()]
    pages += [f"/{place}/?all=1" for place in PLACES.values()] + ["/signals/?state=", "/actions/?all=1", "/incidents/?q=<script>alert(1)</script>"]
    pages += [f"/find?q={ATTACK}", f"/files/?q={ATTACK}", f"/signals/?lot={ATTACK}", f"/{ATTACK}", "/incidents/INC-2026-0002/", "/procedures/PRO-2026-0002/", "/audits/AUD-2026-0002/", "/alarms/ALM-2026-0002/"]
    for address in dict.fromkeys(pages):
        answer = client.get(address)
        assert answer.status_code < 500 or address == "/ready", address
        if "html" in answer.headers.get("Content-Type", "") and answer.content:
            page = answer.content.decode()
            seen += "&lt;script&gt;alert(1)" in page
            assert active(page) == [], address
            assert "49{" not in page, address
    assert seen > 12, "the pages show what was typed"


def active(page: str) -> list[str]:
    """Tags and attributes of a page that would run or load something that a person typed."""
    tree = lxml.html.fromstring(page)
    scripts = [str(one.text) for one in tree.iter("script") if not one.get("src", "").startswith("/static/")]
    images = [one.get("src") for one in tree.iter("img") if not one.get("src", "").startswith(("/", "data:image/"))]
    return scripts + images + [name for one in tree.iter() for name in one.attrib if name.startswith("on")]


def attacked(kind: ActType, entry: int) -> dict[str, Any]:
    values = {"time": "2026-11-23T07:00:00Z", "day": "2026-11-20", "number": 1, "entry": entry, "entries": [entry], "person": "inv-2", "items": [ATTACK[:150]]}
    return {field.name: field.choices[0] if field.choices else values.get(field.kind, ATTACK) for field in kind.fields}


@pytest.mark.shows("ASVS-V5")
@pytest.mark.parametrize("text", ["=1", "+1", "-1", "@x", "\tx", "\rx", "\n=1"])
def test_cells_that_begin_a_formula_are_text(text):
    assert cell(text) == "'" + text


@pytest.mark.shows("ASVS-V5")
def test_the_plan_runs_no_formula_either(visit, floor):
    number = open_record(floor.desk("qa-1"), "audit", {"title": "=HYPERLINK(1)", "type": "self-inspection", "due": "2026-01-01", "lead": "qa-1"}).number
    assert number
    assert not re.search(r"(^|,)\"?=", visit("qa-1").get("/readiness/plan.csv").content.decode(), re.M)


@pytest.mark.shows("ASVS-V5")
def test_a_wildcard_is_a_letter(visit, floor):
    floor.opened()
    client = visit("qa-1")
    for asked in ("%", "_", "96%received", "9_ units", "' OR '1'='1"):
        assert "No incident here." in html.unescape(client.get("/incidents/", {"q": asked}).content.decode()), asked
    assert "INC-2026-0001" in client.get("/incidents/", {"q": "96 units"}).content.decode()


@pytest.mark.shows("ASVS-V5", "ASVS-V12")
def test_no_number_and_no_size_breaks_a_page(visit, floor, settings):
    number, client = floor.opened(), visit("op-1")
    for value in ("²", "9" * 40, "-1", "1e9", "٣", "0x10", ""):
        for address in (f"/trail/?before={value}", f"/incidents/?page={value}", f"/incidents/{number}/do/observation?seen={value}", f"/files/?page={value}"):
            assert client.get(address).status_code == 200, address
    assert client.get("/work/99999999999999999999999/").status_code == 404
    act = f"/incidents/{number}/do/observation"
    assert client.post(act, {"stream": "data", "what": "x" * 30_000}).status_code == 422
    assert client.post(act, {"stream": "data", "what": "x" * 3_000_000}).status_code == 400
    assert client.post(act, {f"f{n}": "x" for n in range(1100)}).status_code == 400
    assert client.post("/incidents/open", {"title": "x", "severity": "major", "lots": "\n".join(f"L{n:05}" + "x" * 60 for n in range(2000))}).status_code == 409
    (signal,) = take_signals([Raised("k", "finding", "major", "s", "SN-01", "L1", 1)], floor.now, "lotproof", full=True)
    for why in ("x" * 70_000, "a\x00b"):
        assert client.post(f"/signals/{signal.number}/triage", {"to": "explained", "why": why}).status_code == 409
    settings.UPLOAD_BYTES = 1_000_000
    large = {"files": SimpleUploadedFile("a.csv", b"a" * 2_200_000)}
    assert client.post("/files/", large).status_code == 413
    assert visit().post("/files/", {"files": SimpleUploadedFile("a.csv", b"a" * 2_700_000)}).status_code == 413, "who is nobody uploads nothing"


@pytest.mark.shows("ASVS-V5")
def test_nul_is_left_out_of_what_is_asked_for_and_no_page_has_it_in_its_address(visit):
    client = visit("qa-1")
    assert 'value="ab"' in client.get("/incidents/?q=a%00b").content.decode()
    for address in ("/find?q=%00", "/signals/?lot=%00", "/files/?q=%00", "/trail/?before=%00"):
        assert client.get(address).status_code == 200, address
    answer = client.get("/lots/a%00b/")
    assert (answer.status_code, "holds a character (NUL) that no text has" in answer.content.decode()) == (400, True)


@pytest.mark.shows("ASVS-V3")
def test_a_session_ends_after_twelve_hours_however_busy(visit, floor):
    client = visit("inv-1")
    for _ in range(12 * 6):
        floor.wait(10)
        assert client.get("/alive").status_code == 200
        last = client.get("/").status_code
    floor.wait(10)
    assert (last, client.get("/").status_code) == (200, 302)


@pytest.mark.shows("ASVS-V3", "P11-300c")
def test_another_password_ends_the_sessions_of_the_one_before(visit, floor):
    client, other = visit("inv-1"), visit("inv-2")
    credentials.reset_password(floor.workspace, "inv-1", "another long passphrase", "seen on a note", floor.now, "administrator")
    assert (client.get("/").status_code, other.get("/").status_code) == (302, 200)


@pytest.mark.shows("ASVS-V3", "P11-10d")
def test_who_is_retired_is_out_at_once(visit, floor):
    client = visit("inv-1")
    end("person-retired", "inv-1", "left", floor.now, "administrator")
    assert client.get("/").status_code == 302


@pytest.mark.shows("ASVS-V2")
def test_the_door_takes_as_long_over_a_name_that_there_is_not_and_says_the_same(visit, floor, monkeypatch):
    """Counted in hashes, not in seconds."""
    work: list[str] = []
    hasher = credentials.argon2.PasswordHasher

    class Counted:
        def hash(self, password):
            work.append("hash")
            return hasher().hash(password)

        def verify(self, hashed, password):
            work.append("verify")
            return hasher().verify(hashed, password)

    monkeypatch.setattr(credentials.argon2, "PasswordHasher", Counted)
    end("person-retired", "inv-2", "left", floor.now, "administrator")
    told = set()
    for user in ("inv-1", "nobody", "inv-2"):
        work.clear()
        answer = visit().post("/sign-in", {"user": user, "password": "not the right one"})
        told.add(re.search(r'role="alert">([^<]*)', answer.content.decode())[1])
        assert len(work) == 1, user
    assert told == {"Name, password or code is wrong."}


@pytest.mark.shows("ASVS-V14")
def test_an_unknown_host_gets_nothing(visit, floor):
    floor.opened(title="Of this desk alone")
    answer = visit("qa-1").get("/incidents/", headers={"Host": "elsewhere.example"})
    assert (answer.status_code, "Of this desk alone" in answer.content.decode()) == (400, False)
    assert "default-src 'self'" in answer.headers["Content-Security-Policy"]


@pytest.mark.shows("ASVS-V7", "ASVS-V14")
def test_what_breaks_is_told_to_the_log_and_not_to_the_browser(visit, monkeypatch, caplog):
    from lotproof.web.views import today

    client = visit("qa-1", raise_request_exception=False)

    def broken(*_):
        raise RuntimeError("inside /srv/secret")

    monkeypatch.setattr(today, "table", broken)
    answer = client.get("/")
    page = answer.content.decode()
    assert (answer.status_code, "Something broke" in page, "secret" in page, "Traceback" in page) == (500, True, False, False)
    assert "default-src 'self'" in answer.headers["Content-Security-Policy"]
    assert "inside /srv/secret" in caplog.text
    assert client.cookies["sessionid"].value not in caplog.text


def test_what_is_public_is_a_short_list():
    assert {"door", "leave", "choose_language", "alive", "drawings", "ready", "metrics", "leave_for_provider", "back_from_provider"} == PUBLIC


@pytest.mark.shows("ASVS-V5")
@pytest.mark.parametrize("target", ["https://elsewhere.example/", "//elsewhere.example/", "/\\elsewhere.example", "http:elsewhere.example", "\t//elsewhere.example"])
def test_a_choice_of_language_leads_nowhere_else(visit, target):
    assert visit().post("/language", {"language": "de", "next": target}).headers["Location"] == "/"
