"""Identifiers in every spelling that files hold them in, and what only looks like one."""

from __future__ import annotations

from pathlib import Path

import pytest
from intake_helper import take_texts

GTIN = "04012345678901"
CASE = "004012345000000012"
HEADER = "ScanTime;CaseSSCC;ScannedCode;User\n"


def scan(*codes: str) -> str:
    return HEADER + "".join(f"2026-03-06T06:00:00Z;{CASE};{code};U1\n" for code in codes)


PACKS = [
    (f"01{GTIN}21A1", GTIN, "A1", None, None),
    (f"]d201{GTIN}21A1", GTIN, "A1", None, "symbology_id"),
    (f"01{GTIN}21A1\x1d10L1", GTIN, "A1", "L1", None),
    (f"01{GTIN}21A1<GS>10L1", GTIN, "A1", "L1", "gs_respelled"),
    (f"01{GTIN}21A1<gs>10L1", GTIN, "A1", "L1", "gs_respelled"),
    (f"01{GTIN}21A1{{GS}}10L1", GTIN, "A1", "L1", "gs_respelled"),
    (f"01{GTIN}21A1^]10L1", GTIN, "A1", "L1", "gs_respelled"),
    (f"01{GTIN}21A1\\u001d10L1", GTIN, "A1", "L1", "gs_respelled"),
    (f"01{GTIN}21A1~110L1", GTIN, "A1", "L1", "gs_respelled"),
    (f"01{GTIN}21A1\\F10L1", GTIN, "A1", "L1", "gs_respelled"),
    (f"\x1d01{GTIN}21A1", GTIN, "A1", None, "leading_gs"),
    (f"01{GTIN}10L121A1", GTIN, "A1", "L1", "gs_missing"),
    (f"01{GTIN}21A110L1", GTIN, "A1", "L1", "gs_missing"),  # the other codes of the column tell the lot
    (f"01{GTIN}21A110L9", GTIN, "A110L9", None, None),
    (f"(01){GTIN}(21)A1(10)L1", GTIN, "A1", "L1", "brackets"),
    ("urn:epc:id:sgtin:4012345.067890.A%2F1", GTIN, "A/1", None, "urn"),
    ("URN:EPC:ID:SGTIN:4012345.067890.A1", GTIN, "A1", None, "urn"),
    (f"https://id.gs1.org/01/{GTIN}/21/A1", GTIN, "A1", None, "digital_link"),
    (f"https://example.com/01/{GTIN}/10/L1/21/A1", GTIN, "A1", "L1", "digital_link"),
    ("A1", None, "A1", None, None),
    ("0012345", None, "0012345", None, None),
    ("a(b)", None, "a(b)", None, None),
]
"""Code, GTIN, serial, lot, transform."""


def test_each_spelling_gives_the_same_pack(tmp_path: Path) -> None:
    taken = take_texts(tmp_path, {"x.csv": scan(*(pack[0] for pack in PACKS))})
    assert taken.rows("observation", "position gtin serial lot transform level") == [
        (line, *pack[1:], "unit") for line, pack in enumerate(PACKS, 2)
    ]


def test_each_spelling_gives_the_same_case(tmp_path: Path) -> None:
    cases = [CASE, "00" + CASE, f"(00){CASE}", f"]C100{CASE}", f"https://id.gs1.org/00/{CASE}", "urn:epc:id:sscc:0401234.0500000001"]
    text = HEADER + "".join(f"2026-03-06T06:00:00Z;{case};A1;U1\n" for case in cases)
    assert take_texts(tmp_path, {"x.csv": text}).column("observation", "parent_text") == [f"(00){CASE}"] * len(cases)


NUMERIC = [
    "123456789012345675",  # a valid SSCC as far as its check digit goes
    "00123456789012345675",
    "0112345678901234",  # begins as AI 01, without check digit: one in a hundred numeric serials of 16 digits
    "0104012345678901",  # begins as AI 01, with check digit
    "01123456789012342134",  # looks like AI 01 and AI 21
]


def test_a_numeric_serial_number_of_a_pack_stays_one(tmp_path: Path) -> None:
    text = "SerialNumber;GTIN;Level;Status\n" + "".join(f"{serial};{GTIN};EA;Good\n" for serial in NUMERIC)
    assert take_texts(tmp_path, {"x.csv": text}).rows("observation", "gtin serial sscc level") == [(GTIN, serial, None, "unit") for serial in NUMERIC]


def test_a_level_tells_the_case_from_the_pack(tmp_path: Path) -> None:
    text = f"SerialNumber;Level;Status\n{CASE};EA;Good\n{CASE};CSE;Good\n"
    assert take_texts(tmp_path, {"x.csv": text}).rows("observation", "serial sscc level") == [(CASE, None, "unit"), (None, CASE, "case")]


@pytest.mark.parametrize(
    ("code", "says"),
    [
        ("urn:epc:id:sgtin:4012345.A1", "urn:epc:id:sgtin:4012345.A1"),
        ("https://example.com/no/identifier", "https://example.com/no/identifier"),
        ("]d299999999999999999999999", "]d299999999999999999999999"),
    ],
)
def test_a_code_that_cannot_be_read_is_quarantined_with_its_text(code: str, says: str, tmp_path: Path) -> None:
    taken = take_texts(tmp_path, {"x.csv": scan(code)})
    assert (taken.only.stored, taken.only.quarantined) == (0, 1)
    reason = str(taken.column("quarantine", "reason")[0])
    assert says in reason and reason.endswith(".")


def test_a_formula_is_a_text_like_any_other(tmp_path: Path) -> None:
    formulas = ["=cmd|' /C calc'!A0", "@SUM(1+1)", "+1", "-1", '=HYPERLINK("http://x")']
    cells = ['"' + formula.replace('"', '""') + '"' for formula in formulas]
    taken = take_texts(tmp_path, {"x.csv": "SerialNumber;Level;Status\n" + "".join(f"{cell};EA;Good\n" for cell in cells)})
    assert taken.column("observation", "serial") == formulas


GTINS = {"4012345678901": GTIN, "04012345678901": GTIN, "(01)04012345678901": GTIN, "0104012345678901": GTIN, "40123455": "00000040123455"}
NO_GTINS = ["4.01235E+12", "ABC", "123", "040123456789012345"]


def test_a_gtin_has_fourteen_digits_however_it_is_written_and_nothing_else_is_one(tmp_path: Path) -> None:
    text = "SerialNumber;GTIN;Level;Status\n" + "".join(f"A{number};{gtin};EA;Good\n" for number, gtin in enumerate([*GTINS, *NO_GTINS]))
    taken = take_texts(tmp_path, {"x.csv": text})
    assert taken.column("observation", "gtin") == list(GTINS.values())
    assert taken.column("quarantine", "reason") == [f'column "GTIN": "{gtin}" is no GTIN' for gtin in NO_GTINS]


def test_a_code_as_long_as_a_page_does_not_make_a_reason_as_long(tmp_path: Path) -> None:
    taken = take_texts(tmp_path, {"x.csv": scan("(01)" + "9" * 300_000)})
    assert len(str(taken.column("quarantine", "reason")[0])) < 400
