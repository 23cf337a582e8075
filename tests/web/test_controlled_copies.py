"""Controlled copies: numbered, hashed, in the trail, found again by what stands on the paper."""

from __future__ import annotations

import hashlib
import json

import pytest

from lotproof.ledger import store
from lotproof.web.copies import text_of


def printed(client, path):
    return client.post("/copies/print", {"path": path})


def last_entry():
    return json.loads(store.entry(store.size() - 1))


@pytest.mark.shows("A11-8")
def test_a_copy_is_entered_with_the_hash_of_what_is_on_it_and_found_by_it(visit, floor):
    number = floor.opened()
    client = visit("qa-1")
    answer = printed(client, f"/incidents/{number}/")
    assert answer.status_code == 200 and number in answer.content.decode()
    entry = last_entry()
    assert (entry["stream"], entry["actor"], entry["body"]["type"], entry["body"]["path"]) == ("copies", "qa-1", "copy-printed", f"/incidents/{number}/")
    digest, copy = entry["body"]["sha256"], f"COPY-{store.size() - 1:06d}"
    assert f'href="/copies/{copy}/margin.css"' in answer.content.decode()
    margin = client.get(f"/copies/{copy}/margin.css").content.decode()
    assert f"SHA-256 {digest}" in margin and copy in margin and "qa-1" in margin
    text = client.get(f"/copies/{copy}/text").content
    assert hashlib.sha256(text).hexdigest() == digest and number in text.decode()
    for asked in (digest, digest.upper(), copy, copy.lower()):
        assert client.get("/find", {"q": asked}).headers["Location"] == f"/copies/{copy}/"
    assert client.get("/find", {"q": "f" * 64}).status_code == 200


@pytest.mark.shows("A11-8")
def test_a_copy_says_what_was_entered_since(visit, floor):
    number = floor.opened()
    client = visit("qa-1")
    printed(client, f"/incidents/{number}/")
    copy = f"COPY-{store.size() - 1:06d}"
    assert "Nothing was entered: the copy shows the record as it is." in client.get(f"/copies/{copy}/").content.decode()
    printed(client, "/trail/")
    floor.do(number, "op-1", "observation", stream="machine", what="The printer was warm.")
    assert f"1 further entries on {number}: the copy does not show them." in client.get(f"/copies/{copy}/").content.decode()
    assert client.get("/copies/").content.decode().count('href="/copies/COPY-') == 2


@pytest.mark.parametrize("path", ["/nothing/", "/incidents.csv", "https://evil.example.com/", "//evil.example.com/", "/work/99/", "/copies/print", "/sign-out"])
def test_what_is_no_page_is_not_printed_and_not_entered(visit, floor, path):
    client, before = visit("qa-1"), store.size()
    expected = 200 if "evil" in path else 404  # an address elsewhere is taken for the first page
    assert printed(client, path).status_code == expected
    assert store.size() == before + (expected == 200)


def test_nobody_prints_what_they_may_not_see(visit, floor):
    assert printed(visit(), "/").status_code == 302
    assert printed(visit("qa-1"), "/copies/COPY-000001/").status_code == 404


def test_the_text_is_what_a_person_reads(visit, floor):
    html = "<title>x</title><nav>menu</nav><header><p>INC</p><form>find</form></header>between<main><h1>A &amp; B</h1><p>one <b>two</b></p><table><tr><td>1</td><td>2</td></tr></table><form>no<button>no</button></form><svg><text>no</text></svg></main><p>after"
    assert text_of(html) == "INC\nA & B\none two\n1 2\n"
