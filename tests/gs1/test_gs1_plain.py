"""GTIN and serial without application identifiers."""

import pytest

from lotproof.gs1.plain import parse_plain, plain_reason

GTIN = "09521234543213"


@pytest.mark.parametrize("separator", [".", ":", "|", "/", " ", ";", "\t", " / ", " : ", "  "])
def test_gtin_and_serial_are_parted_by_any_common_separator(separator):
    assert parse_plain(f"{GTIN}{separator}AB.1") == ({"01": GTIN, "21": "AB.1"}, ("plain",))


@pytest.mark.parametrize(
    ("text", "elements", "notes"),
    [
        ("9521234543213.S", {"01": GTIN, "21": "S"}, ("gtin_padded",)),
        ("614141007349:S", {"01": "00614141007349", "21": "S"}, ("gtin_padded",)),
        ("02345673/S", {"01": "00000002345673", "21": "S"}, ("gtin_padded",)),
        (GTIN, {"01": GTIN}, ()),
        ("9521234543213", {"01": GTIN}, ("gtin_padded",)),
        ("395123456789012340", {"00": "395123456789012340"}, ()),
        (f"{GTIN}.A#B", {"01": GTIN, "21": "A#B"}, ("not_cset82",)),
    ],
)
def test_a_valid_check_digit_makes_a_plain_number_readable(text, elements, notes):
    assert parse_plain(text) == (elements, ("plain", *notes))


@pytest.mark.parametrize(
    "text", ["", "ABC", "123", "9521234543214.S", "395123456789012345", f"{GTIN}\x1d21A", f"{GTIN}21A", f"{GTIN}."]
)
def test_other_texts_are_not_plain_numbers(text):
    assert parse_plain(text) is None


def test_a_wrong_check_digit_is_told_in_words():
    assert plain_reason("9521234543214.S") == "the check digit of this GTIN is 4 and would have to be 3"
    assert plain_reason("395123456789012345") == "the check digit of this SSCC is 5 and would have to be 0"
    assert plain_reason("9521234543213.S") is None
    assert plain_reason("12345") is None
