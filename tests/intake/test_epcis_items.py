"""Identifiers taken apart in bulk are what the tolerant reader says of each of them."""

from __future__ import annotations

import hashlib

import pyarrow as pa
from hypothesis import given, settings
from hypothesis import strategies as st

from lotproof.intake.epcis_items import KEPT, MAX_FAMILIES, Spellings

URN = "urn:epc:id:sgtin:9506000.013435."
LINK = "https://id.gs1.org/01/09506000134352/21/"


def rows_of(texts: list[str], spellings: Spellings | None = None) -> list[tuple[object, ...]]:
    items = (spellings or Spellings()).items(pa.array(texts, pa.string()))
    names = ("gtin", "serial", "sscc", "level", "transform", "class_lot")
    columns = [items.columns[name].to_pylist() for name in names]
    return [*zip(*columns, [bytes(key) for key in items.keys], items.prefix.tolist(), strict=True)]


def singly(text: str) -> tuple[object, ...]:
    part = Spellings().parts(text)
    return (part.gtin, part.serial, part.sscc, part.level, part.transform, part.lot, part.key, int.from_bytes(part.key[:8], "big") >> 4)


heads = st.sampled_from(
    [
        URN,
        "urn:epc:id:sgtin:0614141.107346.",
        LINK,
        "https://example.com/x/01/09506000134352/10/LOT1/21/",
        "urn:epc:id:sscc:9506000.",
        "urn:epc:class:lgtin:9506000.013435.",
        "(01)09506000134352(21)",
        "",
    ]
)
tails = st.text(alphabet="AZ09.-/%2F?#ü ", max_size=24)


@settings(max_examples=150, deadline=None)
@given(st.lists(st.builds(str.__add__, heads, tails), min_size=1, max_size=40))
def test_a_list_of_any_spellings_reads_as_each_of_them_alone(texts: list[str]) -> None:
    assert rows_of(texts) == [singly(text) for text in texts]


def test_the_key_is_sha256_of_the_canonical_text() -> None:
    ((_, serial, _, level, _, _, key, prefix),) = rows_of([URN + "A1"])
    digest = hashlib.sha256(b"(01)09506000134352(21)A1").digest()
    assert (serial, level, key) == ("A1", "unit", digest[:16])
    assert prefix == int.from_bytes(digest[:8], "big") >> 4


def test_what_is_known_of_one_batch_serves_the_next() -> None:
    spellings = Spellings()
    rows_of([URN + "1", LINK + "2"], spellings)
    assert [family.head for family in spellings.families] == [URN, LINK]
    assert rows_of([LINK + "3", URN + "4"], spellings) == [singly(LINK + "3"), singly(URN + "4")]


def test_more_trade_items_than_families_are_read_all_the_same() -> None:
    texts = [f"urn:epc:id:sgtin:9506000.{number:06d}.S{number}" for number in range(MAX_FAMILIES + 30)] * 2
    spellings = Spellings()
    assert rows_of(texts, spellings) == [singly(text) for text in texts]
    assert len(spellings.families) == MAX_FAMILIES


def test_distinct_texts_are_not_remembered_without_end() -> None:
    spellings = Spellings()
    for start in range(0, KEPT + 20_000, 10_000):
        spellings.items(pa.array([f"nothing:{number}" for number in range(start, start + 10_000)]))
    assert len(spellings._single) <= KEPT


def test_no_identifiers_give_no_rows() -> None:
    assert rows_of([]) == []
