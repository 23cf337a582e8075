"""Messages of partners, read and written, and threads folded: no workspace is needed."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from partner_kit import CORPUS, EXAMPLES, OTHER, OURS, PARTNER, SETTINGS, agrees, missing_data, name, report

from lotproof.exchange.partners import compose, settings
from lotproof.exchange.partners.compose import Head, Side, Told
from lotproof.exchange.partners.facts import day, references
from lotproof.exchange.partners.match import _says
from lotproof.exchange.partners.message import REPORT, RESPONSE, Answer, Named, read_message
from lotproof.exchange.partners.problem import PartnerError
from lotproof.exchange.partners.thread import fold, next_number
from lotproof.exchange.partners.words import in_all_words, scenario, section_of, words_of
from lotproof.gs1.item import Item
from lotproof.rules.register import RULES

NOW = "2026-11-23T09:00:00Z"
PACK = "(01)09528862577757(21)A1"
HEAD = Head(name("ours"), 0, NOW, "PO-1", {"gln": OURS, "email": "exceptions@site.example"})


@pytest.mark.skipif(not CORPUS.is_dir(), reason="PDG's examples are not at hand")
@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_pdgs_own_examples_are_read_whole(path: Path) -> None:
    message = read_message(path.read_bytes())
    assert message is not None
    assert (message.odd, message.po, message.form) == ((), "ABD1234", RESPONSE if "response" in path.stem else REPORT)
    assert message.resolved is path.stem.endswith("report_2")
    assert len(message.items) + len(message.answers) == (0 if message.resolved else 1)


@pytest.mark.skipif(not CORPUS.is_dir(), reason="PDG's examples are not at hand")
def test_scenarios_are_those_that_pdgs_examples_are_named_after() -> None:
    found = {path.stem: scenario(read_message(path.read_bytes()).items[0]) for path in EXAMPLES if path.stem.endswith("_report")}
    assert found == {stem: "-".join(stem.split("_")[1:3]) for stem in found}
    assert set(found.values()) == {"1-1A", "1-1B", "1-4A"}


@pytest.mark.parametrize(
    "content", [b"", b"{}", b"[1]", b'{"exception_case_uuid"', b'["exception_case_uuid"]', b'"exception_case_uuid"', b"\xff\xfe", b'{"a": "exception_case_uuid"}',
                b'{"x":{"exception_case_uuid":"1"}}', b"[" * 100_000 + b'"exception_case_uuid"'],
)  # fmt: skip
def test_what_is_no_notification_is_none(content: bytes) -> None:
    assert read_message(content) is None


@pytest.mark.parametrize("case", [None, 7, "", "  ", "x" * 101, ["a"]])
def test_a_notification_without_a_name_for_its_thread_is_refused_with_a_sentence(case: Any) -> None:
    with pytest.raises(PartnerError, match=r"has no usable exception_case_uuid .*; ask the partner to send it with one"):
        read_message(report(exception_case_uuid=case))


def test_what_departs_from_the_format_is_noted_and_the_rest_is_taken() -> None:
    rows = [{**missing_data(PACK)["missing_product_data"][0], "resolution_request": "Please hurry"}, "not an object", {"product_gtin": 12345, "product_serial": "B\x002"}]
    message = read_message(report(exceptions={"missing_product_data": rows, "overages": {"gtin": "1"}}, timestamp="soon", sender_information=None, case_resolved="no"))
    assert message is not None
    assert [(one.item.gtin, one.item.serial) for one in message.items] == [("09528862577757", "A1"), ("00000000012345", "B2")]
    assert set(message.odd) == {
        "case_resolved is missing; the case is taken as unresolved.",
        "sender_information is missing, so nobody says who sent it.",
        "timestamp is no number of seconds since 1970.",
        "resolution_request is “Please hurry”, which is none of Send new data, Send product, Return product, Send back product, Credit account, Debit account.",
        "entry 2 of missing_product_data is no object and was left out.",
        "exception_item_uuid is missing.",
        "product_gtin is no text.",
        "overages is no list.",
    }


def test_every_section_is_read() -> None:
    exceptions = {
        **missing_data(PACK),
        "missing_product": [{"exception_item_uuid": "b", "file_id": "ship.xml", "product_gtin": "9528862577757", "product_serial": "B", "resolution_request": "Send product"}],
        "data_misalignment": [{"exception_item_uuid": "c", **{f"{side}_{part}": f"{side[0]}{part[0]}" for side in ("received_product", "product_data") for part in ("gtin", "lot", "expiry", "serial")}, "resolution_request": "Send new data"}],
        "overages": [{"exception_item_uuid": "d", "gtin": "09528862577757", "quantity_ordered": 16, "quantity_received": 17, "resolution_request": "Return product"}],
        "master_data_errors": {"gln_errors": [{"exception_item_uuid": "e", "invalid_gln": "1", "proposed_gln": "2"}], "gtin_errors": [{"exception_item_uuid": "f", "invalid_gtin": "3"}]},
    }  # fmt: skip
    message = read_message(report(exceptions=exceptions, other_errors=["One\nmore."]))
    assert message is not None
    assert [one.kind for one in message.items] == ["missing_product_data", "missing_product", "data_misalignment", "overages", "gln_errors", "gtin_errors"]
    assert [item.text for item in message.packs] == [PACK, "(01)09528862577757(21)B", "(01)rg(21)rs", "(01)pg(21)ps"]
    assert (message.items[2].lots, message.items[3].ordered, message.items[4].proposed, message.errors) == (("rl", "pl"), 16, "2", ("One more.",))
    assert (message.sender, message.time[:4]) == (PARTNER, "2026")


def test_one_finding_has_the_words_of_all_catalogues_at_once() -> None:
    assert in_all_words(RULES["SN-01"]) == {"hda": ("PND",), "pdg": ("missing_product_data",), "emvs": ("A3", "A2"), "vrs": ("No_match_GTIN_Serial",)}
    assert in_all_words(RULES["TIM-03"])["vrs"] == ("none",)


def test_an_exception_of_a_partner_has_them_too() -> None:
    told = Named("1", "data_misalignment", Item("1", "a"), Item("1", "a"), ("L1", "L2"))
    words = words_of(told, RULES)
    assert (words["hda"], words["pdg"]) == (("Data Issue", "scenario 1-2"), ("data_misalignment",))
    assert {"A68", "A52"} <= set(words["emvs"])
    assert {"DAT-01", "DAT-02"} <= set(words["findings"])
    assert words_of(Named("1", "gln_errors", wrong="1"), RULES)["pdg"] == ("master_data_errors",)


@pytest.mark.parametrize(
    ("code", "serial", "counted", "section"),
    [("SN-01", True, False, "missing_product_data"), ("SN-01", False, False, ""), ("PHY-01", True, False, "missing_product_data"), ("PHY-01", True, True, "overages"),
     ("PHY-02", True, False, "missing_product"), ("AGG-02", False, False, ""), ("AGG-02", False, True, "underages"), ("IDT-01", False, False, "master_data_errors"),
     ("DAT-01", True, False, "data_misalignment"), ("SN-03", True, False, "")],
)  # fmt: skip
def test_a_finding_goes_into_the_section_of_its_mapping(code: str, serial: bool, counted: bool, section: str) -> None:
    assert section_of(RULES[code], serial, counted) == section


def test_a_report_with_every_section_is_what_the_schema_takes_and_reads_back() -> None:
    told = [
        Told("missing_product_data", Side("09528862577757", "A1")),
        Told("missing_product", Side("09528862577757", ""), Side("09528862577757", "B1"), "ship.xml"),
        Told("data_misalignment", Side("09528862577757", "C1", "L1", "2027-12-31"), Side("09528862577757", "C1", "L2", "2027-12-31")),
        Told("overages", Side("09528862577757"), ordered=16, received=17),
        Told("underages", Side("09528862577757"), ordered=16, received=15),
        Told("master_data_errors", Side("09528862577758"), proposed="09528862577757"),
        Told("missing_product_data", Side("09528862577757", "A1")),
    ]
    document = compose.report(HEAD, told, ("In words.",), "")
    assert agrees(document)
    message = read_message(compose.as_bytes(document))
    assert message is not None
    assert (message.odd, len(message.items), message.sender, message.time) == ((), 6, OURS, NOW), "the same pack is told of once"
    assert [one.asks for one in message.items] == ["Send new data", "Send product", "Send new data", "Return product", "Send product", ""]
    assert document["sender_information"] == {"gln": OURS, "email": "exceptions@site.example"}
    again = compose.report(Head(HEAD.case, 1, NOW, "PO-1", HEAD.contact), told[:1], (), "Credit account")
    assert again["message_uuid"] != document["message_uuid"]
    assert again["exceptions"]["missing_product_data"][0]["exception_item_uuid"] == document["exceptions"]["missing_product_data"][0]["exception_item_uuid"]


def test_a_response_is_what_the_schema_takes() -> None:
    answers = [Answer("a", "Accept"), Answer("b", "Reject", "Not ours.", "Credit account")]
    document = compose.response(Head("a case that is no UUID", 3, NOW, "", HEAD.contact), answers, "See mail.")
    assert agrees(document)
    message = read_message(compose.as_bytes(document))
    assert message is not None
    assert (message.answers, message.notes) == ((Answer("a", "Accept"), Answer("b", "Reject", "Not ours.", "Credit account")), "See mail.")


@pytest.mark.parametrize(
    ("answer", "told"), [(Answer("a", "Maybe"), "answered by Accept or Reject, not by “Maybe”"), (Answer("a", "Reject", "", "Flowers"), "“Flowers” is no resolution")]
)
def test_an_answer_that_the_format_does_not_have_is_refused(answer: Answer, told: str) -> None:
    with pytest.raises(PartnerError, match=told):
        compose.response(HEAD, [answer], "")


@pytest.mark.parametrize(
    ("text", "found"),
    [("80632171", [("", "80632171")]), ("desadv urn:epcglobal:cbv:bt:9528862570017:80632171 owning_party urn:epc:id:sgln:9529999.00001.0", [("desadv", "80632171")]),
     ("po https://id.gs1.org/bt/952/4711 desadv urn:epcglobal:cbv:bt:9:8", [("po", "4711"), ("desadv", "8")]), ("two words", []), ("", [])],
)  # fmt: skip
def test_references_of_events_and_of_tables(text: str, found: list[tuple[str, str]]) -> None:
    assert references(text) == found


@pytest.mark.parametrize(("text", "iso"), [("271231", "2027-12-31"), ("2027-12-31", "2027-12-31"), ("12/2027", "12/2027"), ("", "")])
def test_an_expiry_date_is_written_as_a_day_where_it_is_one(text: str, iso: str) -> None:
    assert day(text) == iso


def test_a_pack_that_nobody_knows_leads_to_one_that_is_spelled_almost_like_it() -> None:
    pack = {"known": False, "near": [{"item": PACK, "why": "one character differs", "lot": "L"}]}
    assert _says(pack) == f"No source of ours knows it; known is {PACK}: one character differs."
    assert _says({**pack, "near": []}) == "No source of ours knows it."


def entry(act: str, **body: Any) -> tuple[int, str, str, dict[str, Any]]:
    facts = {"act": act, "thread": "EXC-2026-0001", "case": "c", "form": "report", "partner": PARTNER, "po": "", "resolved": False, "counts": {}, "items": []}
    return body.pop("index", 0), NOW, "who", {**facts, **body}


def states(*entries: tuple[int, str, str, dict[str, Any]]) -> list[str]:
    return [fold(entries[: end + 1])["EXC-2026-0001"].state for end in range(len(entries))]


def test_a_partners_thread_goes_from_to_answer_to_resolved() -> None:
    report_, answer = entry("taken", counts={"overages": 1}), entry("written", form="response", index=5)
    sent, update, done = entry("sent", entry=5, how="by mail"), entry("taken", counts={"overages": 2}), entry("taken", resolved=True)
    assert states(report_, answer, sent, update, done) == ["to answer", "to send", "answered", "to answer", "resolved"]
    assert fold([report_, update])["EXC-2026-0001"].count == 2


def test_a_thread_of_ours_waits_for_the_partner_and_is_resolved_when_the_closure_is_sent() -> None:
    told, sent, answer = entry("written", index=1), entry("sent", entry=1, how="x"), entry("taken", form="response")
    close, closed = entry("written", index=2, resolved=True), entry("sent", entry=2, how="x")
    assert states(told, sent, answer, close, closed) == ["to send", "waiting", "answered", "to send", "resolved"]


def test_a_report_of_the_partner_in_our_case_is_for_us_to_read_and_closes_nothing() -> None:
    assert states(entry("written", index=1), entry("sent", entry=1, how="x"), entry("taken", resolved=True))[-1] == "answered"


def test_somebody_else_closes_nothing() -> None:
    assert states(entry("taken"), entry("taken", resolved=True, partner=OTHER)) == ["to answer", "to answer"]


def test_numbers_go_on_within_a_year() -> None:
    assert (next_number([], "2026"), next_number(["EXC-2026-0009", "EXC-2025-0100"], "2026"), next_number(["EXC-2026-9999"], "2026")) == (
        "EXC-2026-0001", "EXC-2026-0010", "EXC-2026-10000",
    )  # fmt: skip


def test_settings_name_us_and_our_partners(tmp_path: Path) -> None:
    assert settings.read_settings(tmp_path) == settings.Settings()
    (tmp_path / "partners.toml").write_text(SETTINGS)
    found = settings.read_settings(tmp_path)
    assert found.contact == {"gln": OURS, "email": "exceptions@site.example", "phone": "+32 2 555 01 00"}
    assert (found.name_of(PARTNER), found.name_of(OTHER)) == ("Depot Four Winds", OTHER)
    assert found.changed(email="other@site.example").contact["email"] == "other@site.example"


@pytest.mark.parametrize(
    ("text", "told"),
    [('gln = "123"', "Our own GLN is “123”, which is no GLN: write 13 digits"), ('email = "nobody"', "The e-mail address “nobody” is none"), ("mail = 1", "partners.toml has “mail”, which means nothing here"),
     ("gln = ", "is no TOML"), ('[[partner]]\nname = "x"', "each \\[\\[partner\\]\\] needs gln"), ('[[partner]]\ngln = "1"\nname = "Depot"', "the GLN of Depot is “1”")],
)  # fmt: skip
def test_settings_that_cannot_be_are_refused_with_a_sentence(tmp_path: Path, text: str, told: str) -> None:
    (tmp_path / "partners.toml").write_text(text)
    with pytest.raises(PartnerError, match=told):
        settings.read_settings(tmp_path)


def test_a_message_without_contact_is_not_written() -> None:
    with pytest.raises(PartnerError, match="The format demands an e-mail address of the sender; write email = "):
        _ = settings.Settings().contact


def test_messages_are_bytes_that_do_not_change() -> None:
    document = compose.report(HEAD, [Told("missing_product_data", Side("09528862577757", "A1"))], (), "")
    assert compose.as_bytes(document) == compose.as_bytes(json.loads(compose.as_bytes(document)))
