import pytest
from epcis_documents import object_event, reading, sgtin, xml_document

GOOD = [object_event(sgtin(n)) for n in range(5)]


def end_of(data: bytes, bulk: bool) -> tuple[int, str]:
    found = reading(data, bulk)
    assert len(found.unreadable) == 1
    return len(found.events), found.unreadable[0].reason


@pytest.mark.parametrize("bulk", [True, False])
def test_a_truncated_document_keeps_what_came_before(bulk):
    data = xml_document(*GOOD)
    cut = data[: data.rindex(b"<action>")]
    begin = data.rindex(b"<ObjectEvent>")
    events, reason = end_of(cut, bulk)
    assert events == 4
    assert reason == (
        f"The document breaks off at byte {len(cut):,}, line 7: no element found inside the event that begins at byte "
        f"{begin:,}; the 4 events before it were kept."
    )


@pytest.mark.parametrize("bulk", [True, False])
def test_a_doctype_is_refused_before_anything_is_read(bulk):
    laughs = '<!DOCTYPE d [<!ENTITY a "ha"><!ENTITY b "&a;&a;"><!ENTITY x SYSTEM "file:///etc/hostname">]>'
    data = xml_document(object_event("&b;"), object_event("&x;"), head=laughs)
    assert end_of(data, bulk) == (
        0,
        "The document breaks off at byte 12, line 1: it holds a DOCTYPE, which EPCIS never needs and which can be used for "
        "attacks; remove it to read on; no event was read before it.",
    )


@pytest.mark.parametrize("bulk", [True, False])
@pytest.mark.parametrize(
    ("bad", "reason"),
    [
        ("\0", "not well-formed (invalid token)"),
        ("\x07", "not well-formed (invalid token)"),
        ("&nosuch;", "undefined entity"),
        ("a]]>b", "not well-formed (invalid token)"),
        ("</wrong>", "mismatched tag"),
        ("<x>" * 300, "its elements are nested deeper than 256"),
    ],
)
def test_bad_text_ends_the_reading_with_its_place(bad, reason, bulk):
    events, sentence = end_of(xml_document(*GOOD[:3], object_event(bad), *GOOD), bulk)
    assert events == 3
    assert sentence.startswith("The document breaks off at byte ")
    assert f", line 6: {reason}" in sentence
    assert sentence.endswith("; the 3 events before it were kept.")


@pytest.mark.parametrize("bulk", [True, False])
def test_bytes_that_are_not_utf_8_end_the_reading(bulk):
    data = xml_document(*GOOD).replace(sgtin(3).encode(), b"\xff\xfe")
    place = data.index(b"\xff")
    events, sentence = end_of(data, bulk)
    assert events == 3
    assert f"The document breaks off at byte {place:,}, line 6: not well-formed (invalid token)" in sentence


@pytest.mark.parametrize("bulk", [True, False])
def test_an_event_with_a_huge_text_is_left_out_and_the_rest_is_read(bulk):
    data = xml_document(*GOOD[:2], object_event("x" * 70_000), *GOOD[2:])
    begin = data.index(b"<ObjectEvent>", data.index(GOOD[1].encode()) + 10)
    events, sentence = end_of(data, bulk)
    assert events == 5
    assert sentence == f"The ObjectEvent that begins at byte {begin:,} holds a text of more than 65,536 characters; it was left out."


def test_one_endless_tag_ends_the_reading_in_bounded_time(monkeypatch):
    monkeypatch.setattr("lotproof.epcis.xml_machine.MAX_MARKUP", 1 << 20)
    monkeypatch.setattr("lotproof.epcis.xml_read.READ", 1 << 18)
    found = reading(xml_document(*GOOD, "<x a='" + "y" * (4 << 20) + "'/>"), bulk=False)
    assert len(found.events) == 5
    assert "a single tag or comment is longer than 1 MB; the 5 events before it were kept." in found.unreadable[0].reason


def test_an_encoding_that_nobody_knows_is_named():
    events, sentence = end_of(xml_document(*GOOD, head='<?xml version="1.0" encoding="klingon"?>'), True)
    assert events == 0
    assert "its encoding cannot be read (unknown encoding: klingon)" in sentence


@pytest.mark.parametrize("data", [b"", b"   ", b"hello", b"\0" * 100, b"<", b"\xff\xfe"])
def test_what_is_no_document_gives_one_sentence(data):
    found = reading(data)
    assert found.events == []
    assert len(found.unreadable) == 1
    assert found.unreadable[0].reason.endswith("; no event was read before it.")


@pytest.mark.parametrize("bulk", [True, False])
@pytest.mark.parametrize(("before", "after"), [("<!-- ", " -->"), ("<![CDATA[", "]]>"), ("<?x ", "?>"), ("<vendor>", "</vendor>")])
def test_what_looks_like_an_event_is_read_only_where_an_event_can_stand(before, after, bulk):
    found = reading(xml_document(*GOOD, before + GOOD[0] + "\n" + GOOD[1] + after, GOOD[2]), bulk)
    assert len(found.events) == (8 if before == "<vendor>" else 6)
