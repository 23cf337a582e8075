"""The trail in sentences: every kind of entry that this program writes has one."""

from __future__ import annotations

import json
import re
from importlib.resources import files

import pytest

from lotproof.ledger import store
from lotproof.web.sentences import SENTENCES


@pytest.mark.shows("P11-10e", "A11-9")
def test_the_trail_says_what_people_and_the_program_did(visit, floor):
    number = floor.opened()
    floor.do(number, "op-1", "observation", stream="machine", what="The printer was warm.")
    page = visit("qa-1").get("/trail/").content.decode()
    text = " ".join(re.sub(r"<[^>]+>", " ", page).split())
    assert "op-1 opened the incident: " in text
    assert "The printer was warm." in text
    assert re.search(r"enrolled op-1, .*, as operator", text)
    assert "…" not in text.partition("What happened")[2]


def test_an_entry_is_shown_byte_for_byte(visit, floor):
    last = store.size() - 1
    client = visit("qa-1")
    assert client.get(f"/trail/{last}.json").content == store.entry(last)
    assert client.get(f"/trail/{last + 5}.json").status_code == 404


def test_every_type_that_is_written_has_its_sentence():
    """A new kind of entry fails here until somebody says it in words."""
    written = set()
    for path in files("lotproof").rglob("*.py"):
        text = path.read_text(encoding="utf-8")
        if "store.append(" in text:
            written |= set(re.findall(r'"type": "([a-z0-9-]+)"', text))
    assert written, "nothing was found: the test looks in the wrong place"
    assert written <= {name.partition("/")[2] for name in SENTENCES}, written - {name.partition("/")[2] for name in SENTENCES}


def test_a_sentence_names_only_what_such_an_entry_holds(floor):
    """Of the entries that a floor has: none lacks a value that its sentence names."""
    seen = set()
    for data in store.entries():
        entry = json.loads(data)
        body = entry["body"]
        name = f"{entry['kind']}/{body.get('act') or body.get('type') or ''}"
        if name in SENTENCES and entry["kind"] != "esign":
            seen.add(name)
            assert set(re.findall(r"\{(\w+)\}", SENTENCES[name])) <= set(body) | {"why"}
    assert {"audit/person-enrolled", "key/log-key"} <= seen
