"""The vectors of the GS1 syntax engine, and identifiers of public documents; skipped where the corpus is absent."""

import json
import os
import re
from pathlib import Path

import pytest

from lotproof.gs1.brackets import parse_brackets
from lotproof.gs1.element_string import parse_element_string
from lotproof.gs1.errors import UnreadableIdentifier
from lotproof.gs1.gln import parse_gln
from lotproof.gs1.reading import read

CORPORA = Path(os.environ.get("LOTPROOF_SHARED", Path(__file__).parents[3] / "shared")) / "corpora"
VECTORS = CORPORA / "gs1-vectors" / "syntax_engine_ai_and_scan.json"

# The engine wants FNC1 in front (line 1708) and verifies the check digit inside a GRAI (line 1764); a reader of rows
# is handed data without FNC1 and leaves assets alone.
MORE_TOLERANT = {1708, 1764}
HARMLESS = {"leading_gs", "trailing_gs", "gs_after_fixed", "brackets"}


def rows(name):
    """The vectors of one function whose input is a literal; none where the corpus is absent."""
    if not VECTORS.exists():
        return []
    return [row for row in json.loads(VECTORS.read_text())[name] if isinstance(row["args"][1], str)]


def verdict(parse, text):
    """True when the text is read without anything that breaks the standard."""
    try:
        elements, notes = parse(text)
        if "01" in elements or "00" in elements:
            notes += read("".join(f"({code}){value}" for code, value in elements.items())).transforms
    except UnreadableIdentifier:
        return False
    return set(notes) <= HARMLESS


@pytest.mark.skipif(not VECTORS.exists(), reason="the corpus gs1-vectors is not on this machine")
def test_element_strings_are_judged_as_the_syntax_engine_judges_them():
    found = rows("ai.c:test_processAIdata")
    differing = {
        row["line"]
        for row in found
        if verdict(lambda text: parse_element_string(text)[0], row["args"][1].replace("^", "\x1d")) != row["args"][0]
    }
    assert len(found) > 70
    assert differing == MORE_TOLERANT


@pytest.mark.skipif(not VECTORS.exists(), reason="the corpus gs1-vectors is not on this machine")
def test_bracketed_strings_are_read_as_the_syntax_engine_reads_them():
    found = rows("ai.c:test_parseAIdata")
    assert {row["line"] for row in found if verdict(parse_brackets, row["args"][1]) != row["args"][0]} == set()
    for row in found:
        good, text, element_string = row["args"]
        if good:
            assert parse_brackets(text)[0] == parse_element_string(element_string.replace("^", "\x1d"))[0][0]
    assert len(found) > 20


@pytest.mark.skipif(not VECTORS.exists(), reason="the corpus gs1-vectors is not on this machine")
def test_scans_with_gs1_data_are_read_and_wrong_ones_are_not():
    judged = 0
    for row in rows("scandata.c:test_testProcessScanData"):
        good, text = row["args"][:2]
        if good and not re.search(r"[0-9]{8}", text):
            continue  # free text in a symbol without FNC1 is valid for the engine and no identifier for us
        judged += 1
        try:
            read(text)
        except UnreadableIdentifier:
            assert not good, text
        else:
            assert good, text
    assert judged > 30


@pytest.mark.skipif(not CORPORA.exists(), reason="the corpora are not on this machine")
def test_every_item_and_place_in_the_public_documents_is_read():
    pattern = re.compile(r"urn:epc:(?:id|idpat|class):(?:sgtin|sscc|lgtin|sgln|pgln):[^\"<'\s,\\]+")
    texts = {
        match
        for path in CORPORA.rglob("*")
        if path.suffix in {".xml", ".json", ".jsonld"}
        for match in pattern.findall(path.read_text(encoding="utf-8", errors="ignore"))
    }
    for text in texts:
        if "gln" in text:
            assert len(parse_gln(text)[0]) == 13
        else:
            assert read(text).item is not None
    assert len(texts) > 100
