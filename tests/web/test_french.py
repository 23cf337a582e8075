"""The French catalog: no value lost, nothing left in English, spaces as French has them; page and label say one and the same word."""

from __future__ import annotations

import re
from importlib.resources import files

import pytest
from babel.messages.pofile import read_po

SAME = {"hub", "21 CFR 11.10(e)", "Action", "Audits", "B7-2231", "CAPA", "Cause", "Causes", "Classification", "Code", "Conclusion",
        "Condition", "Contact", "GTIN", "INC-2026-0012", "Incident", "Incident {number}", "Incidents", "Investigation", "Lot",
        "Lot {lots}", "Lot {lot}", "Lot {name}", "Lots", "Machine", "Menu", "Message", "Messages", "NDC", "Note", "O-3", "Page",
        "Photo", "Plan", "Points", "Question", "SOP-PK-014 v7", "Scans", "Session", "Sessions", "Signal", "Sources", "Type",
        "US", "Version", "action", "audit", "cause", "correction", "corrective", "incident", "lot", "lot {about}", "lots",
        "machine", "maintenance", "observations", "points", "{at} UTC · {actor} · {via}", "{number} {became}.", "○ possible"}  # fmt: skip
"""Words that are the same in French, and codes."""
SETTING = "Keyboard layout (country):"
"""The name of a setting in manuals of scanners, which are in English."""


@pytest.fixture(scope="module")
def entries():
    with files("lotproof.web").joinpath("locale/fr.po").open("rb") as file:
        return [one for one in read_po(file, locale="fr") if one.id]


def names(text: str) -> set[str]:
    return set(re.findall(r"\{(\w*)\}", text))


def edges(text: str) -> tuple[str, str]:
    return text[: len(text) - len(text.lstrip())], text[len(text.rstrip()) :]


def test_the_names_in_braces_are_those_of_the_english(entries):
    assert entries
    assert [one.id for one in entries if names(one.id) != names(one.string)] == []


def test_only_words_that_are_the_same_in_french_stay_as_they_are(entries):
    assert {one.id for one in entries if one.id == one.string} - SAME == set()


def test_no_entry_is_fuzzy_or_empty(entries):
    assert [one.id for one in entries if one.fuzzy or not one.string] == []


def test_spaces_at_the_ends_are_those_of_the_english(entries):
    assert [one.id for one in entries if edges(one.id) != edges(one.string)] == []


def test_a_no_break_space_stands_before_double_signs_and_inside_quotation_marks(entries):
    told = [one.string.replace(SETTING, "") for one in entries]
    assert [text for text in told if re.search(r"[^\u00a0][?!;»]|[^\u00a0\d]:(?=\s|$)|[ ][:%]|«(?!\u00a0)|[“”]", text)] == []


def test_the_state_of_an_incident_agrees_with_it(entries):
    said = {one.id: one.string for one in entries}
    assert (said["open"], said["closed"], said["Open an incident"]) == ("ouvert", "clos", "Ouvrir un incident")
    assert f"«\u00a0{said['Reason']}\u00a0»" in said["“Reason” is missing: write what explains it, so that an inspector can follow."]
