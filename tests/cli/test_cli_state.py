"""lotproof state, corrections and reconcile --at on the small site."""

from __future__ import annotations

import json
from typing import Any

import pytest
from small_site import Site, invoke


def document(site: Site, *arguments: object) -> Any:
    result = invoke(*arguments, "--workspace", site.home, "--json")
    return json.loads(result.stdout)


def test_the_state_of_a_lot_and_that_of_each_item_are_one(site: Site) -> None:
    told = document(site, "state", "--lot", site.lot)["states"]
    packed = next(row for row in told if row["item"].startswith("(01)") and row["item_state"] in ("received", "in_transit") and len(row["containers"]) == 2)
    alone = document(site, "state", packed["item"])
    for key in ("item", "number_state", "item_state", "parent", "containers", "place", "flags"):
        assert alone[key] == packed[key], key
    assert alone["from"]["parent"]["step"] == "aggregated"


def test_the_state_before_and_after_packing(site: Site) -> None:
    told = document(site, "state", "--lot", site.lot)["states"]
    packed = next(row["item"] for row in told if row["parent"] and row["item"].startswith("(01)") and row["item_state"] == "received")
    states = document(site, "trace", packed)["states"]
    first = next(row for row in states if row["parent"])
    assert states.index(first) > 0
    assert document(site, "state", packed, "--at", first["after"])["parent"] == first["parent"]
    assert states[0]["parent"] is None
    text = invoke("state", packed, "--workspace", site.home).output
    assert "  item     received" in text
    assert "  flags    none" in text
    assert "State after each moment:" in invoke("trace", packed, "--workspace", site.home).output


def test_a_lot_in_words_counts_its_items_by_state(site: Site) -> None:
    text = invoke("state", "--lot", site.lot, "--at", "2099-01-01T00:00Z", "--workspace", site.home).output
    assert text.startswith("As of 2099-01-01T00:00Z. Left out, because they have no time: ")
    assert "item received" in text


@pytest.mark.parametrize(
    ("arguments", "code", "sentence"),
    [((), 2, "Name either one ITEM, or a lot with --lot."), (("X", "--lot", "Y"), 2, "Name either one ITEM, or a lot with --lot."),
     (("--lot", "NOSUCH"), 2, 'no source of the workspace tells anything of the lot "NOSUCH"'),
     (("(01)04012345123456(21)NOSUCH",), 1, "no source of the workspace tells anything of (01)04012345123456(21)NOSUCH; lotproof trace shows"),
     (("(01)04012345123456(21)NOSUCH", "--at", "noon"), 2, "--at noon: this is no time; write UTC as 2026-03-09T10:00Z.")],
)  # fmt: skip
def test_what_cannot_be_answered_gets_a_sentence(site: Site, arguments: tuple[str, ...], code: int, sentence: str) -> None:
    result = invoke("state", *arguments, "--workspace", site.home)
    assert (result.exit_code, sentence in result.output) == (code, True), result.output


def test_the_equations_as_of_a_moment_say_what_was_left_out(site: Site) -> None:
    now = document(site, "reconcile", site.lot)
    assert {(e["level"], e["number"]) for e in now["equations"][site.lot]} >= {("unit", n) for n in range(1, 10)} | {("case", 5), ("pallet", 8)}
    assert now["rows_without_time"] == {}
    before = document(site, "reconcile", site.lot, "--at", "2000-01-01T00:00Z")
    assert before["equations"] == {}
    text = invoke("reconcile", site.lot, "--at", "2099-01-01T00:00Z", "--workspace", site.home).output
    assert text.startswith("As of 2099-01-01T00:00Z. Left out, because they have no time: ")


def test_every_item_that_does_not_fit_is_listed_where_it_is_asked_for(site: Site) -> None:
    result = invoke("reconcile", site.lot, "--items", "--workspace", site.home)
    assert result.exit_code == 1
    (orphans,) = [e for e in document(site, "reconcile", site.lot, "--items")["equations"][site.lot] if (e["level"], e["number"]) == ("unit", 3)]
    named = [r for r in orphans["residues"] if r["name"] == "O: orphans, in no container"]
    assert len(named[0]["items"]) == named[0]["count"]
    assert all(item in result.output for item in named[0]["items"])


def test_the_register_is_the_same_in_the_pack(site: Site) -> None:
    told = document(site, "corrections")
    assert told == json.loads((site.pack / "data" / "corrections.json").read_text(encoding="utf-8"))
    assert (site.pack / "data" / "corrections.csv").read_text(encoding="utf-8").startswith("lot,what,kind,field,before,after,")
    assert invoke("corrections", "--lot", site.lot, "--workspace", site.home).exit_code == 0


def test_the_pack_holds_the_equations_and_the_report_shows_them(site: Site) -> None:
    held = json.loads((site.pack / "data" / "reconciliation.json").read_text(encoding="utf-8"))["reconciliation"][site.lot]["equations"]
    assert held == document(site, "reconcile", site.lot)["equations"][site.lot]
    pages = "".join(page.read_text(encoding="utf-8") for page in (site.pack / "data" / "html").rglob("*.html"))
    assert "The nine equations" in pages
    assert "Data-correction register" in pages
    assert "no record of labels issued delivered" in pages
