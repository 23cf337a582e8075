"""Access to every address, by everybody; sessions, forms and headers (OWASP ASVS 4.0.3, level 2: V2, V3, V4, V13, V14)."""

from __future__ import annotations

import re

import pytest
from case_kit import PASSWORD, PEOPLE
from django.urls import URLPattern

from lotproof.quality.book import Book
from lotproof.quality.register import ACTS
from lotproof.quality.shell import load
from lotproof.web.guard import PUBLIC
from lotproof.web.urls import urlpatterns

FILLED = {"index": "0", "kind": "lot-waiver", "place": "incidents", "name": "observation", "ending": "csv", "code": "SN-01", "point": "L1",
          "level": "unit", "at": "0", "signal": "SIG-2026-0001", "sha256": "0" * 64, "what": "reply"}  # fmt: skip
ELSEWHERE = {"partners/": "EXC-2026-0001", "signals/": "SIG-2026-0001", "work/": "1", "copies/": "1", "lots/": "4"}
NAMES = {"packs/": "EP-site-1.zip", "kpis/": "no-read", "lots/": "B7-2231"}


def fitting(value: str, pattern: str) -> str:
    """The value where the pattern takes it, else the first of its choices."""
    return value if re.fullmatch(pattern, value) else pattern.split("|")[0]


def addresses(number: str) -> list[tuple[str, URLPattern]]:
    """An address for each route."""
    found = []
    for one in urlpatterns:
        text = str(one.pattern).strip("^$")
        part = text.split("/")[0] + "/"
        name = NAMES.get(part, "incidents" if text.startswith("(?P<name>") else "observation")
        filled = {**FILLED, "number": ELSEWHERE.get(part, number), "name": name}
        filled["place"] = "audits" if "(?P<place>incidents" not in text else "incidents"
        text = re.sub(r"<\w+:(\w+)>", lambda match, filled=filled: filled[match[1]], text)
        text = re.sub(r"\(\?P<(\w+)>([^()]*)\)", lambda match, filled=filled: fitting(filled[match[1]], match[2]), text).replace("\\.", ".")
        found.append((f"/{text}", one))
    return found


@pytest.mark.shows("P11-10d", "ASVS-V4", "A11-12")
def test_nobody_sees_a_page_without_signing_in(visit, floor):
    """A new route that forgets its guard fails here."""
    number = floor.opened()
    client = visit()
    for address, route in addresses(number):
        if route.callback.__name__ not in PUBLIC:
            for answer in (client.get(address), client.post(address)):
                assert (answer.status_code, answer.headers["Location"][:9]) == (302, "/sign-in?"), address


@pytest.mark.parametrize("user", PEOPLE)
@pytest.mark.shows("ASVS-V4")
def test_every_role_gets_an_answer_from_every_page_and_no_page_breaks(visit, floor, user):
    number = floor.contained()
    client = visit(user)
    for address, _ in addresses(number):
        # no worker is there, and nobody comes back from a provider
        good = {"/ready": (200, 503), "/sign-in/provider/return": (403,)}.get(address, (200, 302, 404, 405))
        assert client.get(address).status_code in good, address
    for name, kind in ACTS.items():
        possible = Book.INCIDENT in kind.books and not kind.opens
        assert client.get(f"/incidents/{number}/do/{name}").status_code == (200 if possible else 404)


@pytest.mark.parametrize("name", [name for name, kind in ACTS.items() if Book.INCIDENT in kind.books and not kind.opens])
@pytest.mark.shows("P11-10g", "ASVS-V4")
def test_a_reader_changes_nothing(visit, floor, name):
    number = floor.contained()
    before = load(number)
    fields = {field.name: field.choices[0] if field.choices else "1" for field in ACTS[name].fields if field.kind not in ("time", "day")}
    dates = {field.name: "2026-11-23T09:00" if field.kind == "time" else "2026-12-01" for field in ACTS[name].fields if field.kind in ("time", "day")}
    answer = visit("read-1").post(f"/incidents/{number}/do/{name}", {**fields, **dates, "password": PASSWORD})
    assert answer.status_code in (409, 422)
    assert load(number) == before


@pytest.mark.shows("ASVS-V3")
def test_a_session_begins_anew_at_sign_in_and_ends_at_sign_out(visit):
    client = visit()
    client.get("/sign-in")
    client.session["planted"] = True
    client.session.save()
    before = client.session.session_key
    client.post("/sign-in", {"user": "inv-1", "password": PASSWORD})
    after = client.session.session_key
    assert before != after
    kept = client.cookies["sessionid"].value
    client.post("/sign-out")
    client.cookies["sessionid"] = kept
    assert client.get("/").status_code == 302


@pytest.mark.shows("ASVS-V3", "P11-10d")
def test_a_session_ends_when_no_human_used_it(visit, floor):
    client = visit("inv-1")
    for _ in range(4):
        floor.wait(5)
        assert client.get("/").status_code == 200
    for _ in range(2):
        floor.wait(7)
        client.get("/", headers={"X-Lotproof-Poll": "1"})
    floor.wait(2)
    assert client.get("/").status_code == 302


@pytest.mark.shows("ASVS-V2", "P11-300d")
def test_wrong_names_and_wrong_passwords_sound_alike_and_too_many_lock(visit):
    client = visit()
    told = [client.post("/sign-in", {"user": user, "password": "not the right one"}) for user in ("inv-1", "nobody")]
    sentences = {re.search(r'role="alert">([^<]*)', answer.content.decode())[1] for answer in told}
    assert sentences == {"Name, password or code is wrong."}
    for _ in range(10):
        last = client.post("/sign-in", {"user": "inv-1", "password": "not the right one"})
    assert "inv-1 is locked after" in last.content.decode()
    assert "inv-1 is locked after" in client.post("/sign-in", {"user": "inv-1", "password": PASSWORD}).content.decode()


@pytest.mark.parametrize("target", ["https://elsewhere.example/", "//elsewhere.example/", "javascript:alert(1)", "/\\elsewhere.example"])
@pytest.mark.shows("ASVS-V5")
def test_the_door_leads_nowhere_else(visit, target):
    answer = visit().post("/sign-in", {"user": "inv-1", "password": PASSWORD, "next": target})
    assert answer.headers["Location"] == "/"


@pytest.mark.shows("ASVS-V4")
def test_a_form_from_elsewhere_is_refused_with_a_sentence(visit, floor):
    number = floor.opened()
    client = visit("inv-1", enforce_csrf_checks=False)
    client.handler.enforce_csrf_checks = True
    answer = client.post(f"/incidents/{number}/do/observation", {"stream": "data", "what": "x"})
    assert answer.status_code == 403
    assert "does not come from this desk" in answer.content.decode()
    assert len(load(number).acts) == 1


@pytest.mark.shows("ASVS-V14", "ASVS-V8")
def test_every_answer_carries_the_headers_and_nothing_inline(visit, floor):
    number = floor.opened()
    client = visit("qa-1")
    for address, _ in addresses(number):
        answer = client.get(address)
        assert "default-src 'self'" in answer.headers["Content-Security-Policy"]
        assert (answer.headers["X-Frame-Options"], answer.headers["X-Content-Type-Options"]) == ("DENY", "nosniff")
        assert answer.headers["Cache-Control"] == ("max-age=3600" if address == "/drawings.css" else "no-store")
        page = answer.content.decode() if "html" in answer.headers.get("Content-Type", "") else ""
        assert not re.search(r"<script(?![^>]*src=)|<style|\son\w+=|style=", page), address
        assert not re.search(r'(src|href)="(https?:)?//', page), address


@pytest.mark.shows("ASVS-V5")
def test_what_people_wrote_is_text_and_stays_so(visit, floor):
    number = floor.opened(title="<script>alert(1)</script> & {{ 7 }}")
    page = visit("qa-1").get(f"/incidents/{number}/").content.decode()
    assert "<script>alert(1)" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt; &amp; {{ 7 }}" in page


@pytest.mark.shows("ASVS-V5")
def test_a_cell_that_a_spreadsheet_would_run_is_shown_as_text(visit, floor):
    floor.opened(title='=HYPERLINK("http://elsewhere.example")')
    assert "'=HYPERLINK" in visit("qa-1").get("/incidents.csv").content.decode()
