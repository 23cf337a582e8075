"""How the desk finds a text in a catalog: exact words, sentences with values, nothing where nothing is; only languages that are there are offered."""

from __future__ import annotations

import json
import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
from django.test import RequestFactory
from test_who_may_enter import addresses

from lotproof.quality import register
from lotproof.web import language
from lotproof.web.language import Catalog, _pattern, language_of, offered
from lotproof.web.script_words import of_scripts
from lotproof.web.words import texts

SCRIPTS = list((Path(language.__file__).parent / "static/web").glob("*.js"))

GERMAN = {
    "open": "offen",
    "closed": "geschlossen",
    "The incident is {state}.": "Der Vorfall ist {state}.",
    "{actor} opened the incident: {title}": "{actor} hat den Vorfall eröffnet: {title}",
}


def catalog() -> Catalog:
    holes = sorted((text for text in GERMAN if "{" in text), key=lambda text: -len(text))
    return Catalog(GERMAN, tuple((_pattern(text), GERMAN[text]) for text in holes))


def test_a_sentence_is_found_by_its_pattern_and_its_words_are_translated_too():
    assert catalog().say("The incident is closed.") == "Der Vorfall ist geschlossen."
    assert catalog().say("inv-1 opened the incident: 96 units {short}") == "inv-1 hat den Vorfall eröffnet: 96 units {short}"


def test_what_the_catalog_lacks_is_shown_as_it_is():
    assert catalog().say("Something else.") == "Something else."
    assert (catalog().lacks("Something else."), catalog().lacks("The incident is {state}.")) == (True, False)


def test_a_language_without_words_is_not_offered(monkeypatch):
    monkeypatch.setattr(language, "catalog", lambda code: catalog() if code == "de" else Catalog({}, ()))
    assert [code for code, _ in offered()] == ["en", "de"]
    asked = RequestFactory().get("/", headers={"Accept-Language": "fr-CH, de;q=0.8, en;q=0.5"})
    assert language_of(asked) == "de"
    asked.COOKIES["lotproof_language"] = "en"
    assert language_of(asked) == "en"
    monkeypatch.setattr(language, "catalog", lambda code: Catalog({}, ()))
    assert offered() == []
    assert language_of(RequestFactory().get("/", headers={"Accept-Language": "de"})) == "en"


def test_what_can_be_shown_is_collected_with_its_values_by_name():
    found = texts()
    assert "The incident is not contained yet" in found
    assert "“{button}” is not possible while the {noun} is {state}; it is while it is {states}." in found
    assert "Record a step" in found
    assert not [text for text in found if re.search(r"\{\W", text)]


LANGUAGES = ("de", "fr")
SAME = {"Code", "Menu", "Name", "Version", "Plan", "Session", "Type", "Text", "Signal", "CAPA", "Photo", "Scan", "Scans", "Symbol", "Person", "Audit",
        "Incidents", "Incident", "Question", "Note", "Causes", "Cause", "Points", "Condition", "Contact", "Date", "Lots", "Lot", "lots", "lot", "Position",
        "Page", "Action", "action", "process", "NDC", "GTIN", "IT", "EU", "US", "Alarm", "Start", "Index", "Sessions", "System", "Sources", "Actions",
        "Protocols", "critical", "notices", "Audits", "audit", "Signals", "Investigation", "Impact", "machine", "correction",
        "Description", "Type of report", "maintenance", "observations", "5-Why", "corrective", "Menü", "Remarks", "Quantity", "supplier", "points", "charts",
        "cause", "major", "minor", "Requirement", "Conclusion", "Procedure", "entry", "Export", "Priority", "environment", "product", "excluded", "SOP-PK-014 v7",
        "INC-2026-0012", "O-3", "B7-2231", "21 CFR 11.10(e)", "{at} UTC · {actor} · {via}", "{number} {became}.", "Lot {name}", "Incident {number}",
        "Lot {lot}", "Lot {lots}", "Remark", "incident", "Indicators", "Classification", "materials", "partner", "Condition:", "Triage", "In",
        "Partner", "Material", "Problem", "Messages", "Message", "Origin", "Marked", "new", "imprimante", "Machine", "Alarms", "Notes", "○ possible", "lot {about}", "hub", "Hub"}  # fmt: skip
"""Words that are the same in one of the languages."""


def holes(text: str) -> set[str]:
    return set(re.findall(r"\{(\w+)\}", text))


@pytest.mark.parametrize("code", LANGUAGES)
def test_a_catalog_lacks_no_text_and_loses_no_value(code):
    found = language.catalog(code)
    assert [text for text in texts() if found.lacks(text)] == []
    assert [(text, said) for text, said in found.exact.items() if holes(text) != holes(said)] == []
    same = {text for text, said in found.exact.items() if text == said}
    assert same <= SAME, same - SAME


@pytest.mark.parametrize("code", LANGUAGES)
def test_a_catalog_has_nothing_that_the_program_does_not_say(code):
    assert set(language.catalog(code).exact) <= set(texts())


class Words(HTMLParser):
    """The texts of a page, and what is read to people who do not see it."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self.lang = ""
        self._code = 0

    def handle_starttag(self, tag, attrs):
        told = dict(attrs)
        self.lang = told.get("lang", self.lang) if tag == "html" else self.lang
        self._code += tag in ("code", "script", "style")
        self.found += [told[name] for name in ("placeholder", "aria-label", "title", "alt") if told.get(name)]

    def handle_endtag(self, tag):
        self._code -= tag in ("code", "script", "style")

    def handle_data(self, data):
        if not self._code and data.strip():
            self.found.append(" ".join(data.split()))


def words_of(client, address, code):
    client.cookies["lotproof_language"] = code
    answer = client.get(address)
    if not answer.headers["Content-Type"].startswith("text/html") or not answer.content:
        return None
    reader = Words()
    reader.feed(answer.content.decode())
    assert reader.lang == code, address
    return reader.found


@pytest.mark.parametrize("user", ["op-1", "qa-1"])
def test_no_word_of_the_program_stays_english_on_any_page(visit, floor, user):
    number = floor.approved()
    client = visit(user)
    known, faults = set(texts()), []
    for address, _ in addresses(number):
        english = words_of(client, address, "en")
        for code in LANGUAGES if english else ():
            left = {word for word in set(english) & set(words_of(client, address, code)) if word in known} - SAME - OF_PEOPLE
            if left:
                faults.append((address, code, left))
    assert faults == []


OF_PEOPLE = {"96 units shipped, not received", "administrator", "people"}
"""Words of the program that are also what somebody entered in these records: a title, an actor, a stream."""


def test_what_a_person_wrote_stays_although_it_is_a_word_of_the_program(visit, floor):
    number = floor.opened(title="Missing")
    floor.do(number, "op-1", "observation", stream="machine", what="The last run found nothing.")
    client = visit("qa-1")
    client.cookies["lotproof_language"] = "de"
    page = client.get(f"/incidents/{number}/").content.decode()
    assert "<h1>Missing</h1>" in page and "beobachtete: The last run found nothing." in page
    assert "eröffnete den Vorfall: Missing" in page


def test_the_language_is_kept_by_a_cookie_and_follows_the_browser_before(visit):
    client = visit()
    assert "Anmelden" in client.get("/sign-in", headers={"Accept-Language": "de-AT,de;q=0.9"}).content.decode()
    client.post("/language", {"language": "fr", "next": "/sign-in"})
    answer = client.get("/sign-in", headers={"Accept-Language": "de"})
    assert "Se connecter" in answer.content.decode() and answer.headers["Content-Language"] == "fr"


def test_what_is_signed_is_said_in_the_words_that_are_signed(visit, floor):
    number = floor.opened()
    client = visit("inv-1")
    client.cookies["lotproof_language"] = "de"
    page = client.get(f"/incidents/{number}/do/contain").content.decode()
    assert "Sie unterschreiben: „" in page and register.ACTS["contain"].meaning in page.replace("&#x27;", "'")


@pytest.mark.parametrize("code", LANGUAGES)
def test_scripts_get_their_words(visit, floor, code):
    client = visit("op-1")
    client.cookies["lotproof_language"] = code
    page = client.get("/photo").content.decode()
    given = json.loads(re.search(r'<script id="words" type="application/json">(.*?)</script>', page)[1])
    assert set(given) == set(of_scripts()) and given["Stop the camera"] == language.catalog(code).exact["Stop the camera"]
    assert all(not re.search(r'(textContent|confirm\()\s*=?\s*"[A-Z]', path.read_text()) for path in SCRIPTS)
