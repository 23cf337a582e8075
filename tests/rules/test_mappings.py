"""Every finding code in the words of other catalogues, in one place; where one has no word, it says so."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest

from lotproof.rules.mappings import MAPS, NONE, by_code, by_word, page
from lotproof.rules.register import RULES

ROOT = Path(__file__).parents[2]
DOMAIN = Path(os.environ.get("LOTPROOF_SHARED", ROOT.parent / "shared")) / "DOMAIN.md"
if not DOMAIN.exists():
    DOMAIN = Path("/work/shared/DOMAIN.md")
SHORT = {"Data": "Data Issue", "P&L": "Packaging and Labeling", "Unavail.": "Unavailable for Distribution", "PND": "PND", "DNP": "DNP"}


@pytest.mark.parametrize("name", MAPS)
def test_every_code_is_mapped_to_words_that_there_are_or_says_none(name: str) -> None:
    mapped = by_code(name)
    assert set(mapped) == set(RULES)
    for code, words in mapped.items():
        assert words == (NONE,) or set(words) <= set(MAPS[name].words), code
        assert len(set(words)) == len(words), code


@pytest.mark.parametrize("name", MAPS)
def test_both_directions_say_the_same(name: str) -> None:
    there = {(code, word) for code, words in by_code(name).items() for word in words if word != NONE}
    back = {(code, word) for word, codes in by_word(name).items() for code in codes if code != NONE}
    assert there == back
    assert set(by_word(name)) == set(MAPS[name].words)


def test_the_page_in_docs_is_made_of_the_rules() -> None:
    assert (ROOT / "docs/mappings.md").read_text(encoding="utf-8") == page(), "docs/mappings.md is out of date: run make docs"


def declared() -> dict[str, tuple[str, str, str]]:
    """Code -> HDA, symptom, 6M of the founders' table (DOMAIN A.8)."""
    found = {}
    text = DOMAIN.read_text(encoding="utf-8")
    for line in text[text.index("### A.8") : text.index("## B. ")].splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if len(cells) == 6 and (numbers := re.match(r"\**([A-Z]{2,3})-(\d\d(?:/\d\d)*)", cells[0])):
            for number in numbers[2].split("/"):
                found[f"{numbers[1]}-{number}"] = (cells[3], cells[4], cells[5])
    return found


SIX_M = {"Machine": "MACHINE", "Method": "METHOD", "Man": "MAN", "Material": "MATERIALS", "Measure": "MEASUREMENT", "Measurement": "MEASUREMENT",
         "Environment": "ENVIRONMENT", "Env": "ENVIRONMENT"}  # fmt: skip


@pytest.mark.skipif(not DOMAIN.exists(), reason="the founders' table is not here")
def test_the_words_are_those_of_the_founders_table() -> None:
    """Where the table has several words for a row of codes, a code has some of them; where it has none, a code may have its own."""
    table = declared()
    assert set(table) - set(RULES) == set()
    differing = []
    for code, (hda, symptom, six_m) in table.items():
        rule = RULES[code]
        categories = {SHORT[word] for word in re.split(r"[+/]", hda) if word in SHORT}
        if not set(MAPS["hda"].of(rule)) <= categories and categories:
            differing.append((code, hda, rule.hda))
        if symptom != "–" and not rule.symptom.startswith(symptom.split()[0]):
            differing.append((code, symptom, rule.symptom))
        if six_m != "–" and rule.six_m not in {SIX_M[word] for word in six_m.split("/")}:
            differing.append((code, six_m, rule.six_m))
    assert differing == [], "\n".join(map(str, differing))
