"""How the desk finds a text in a catalog: exact words, sentences with values, nothing where nothing is; only languages that are there are offered."""

from __future__ import annotations

import re

from django.test import RequestFactory

from lotproof.web import language
from lotproof.web.language import Catalog, _pattern, language_of, offered
from lotproof.web.words import texts

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
    assert (catalog().lacks("Something else."), catalog().lacks("The incident is open.")) == (True, False)


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
