"""GTINs of every length."""

import pytest

from lotproof.gs1.errors import UnreadableIdentifier
from lotproof.gs1.gtin import normalise_gtin


@pytest.mark.parametrize(
    ("text", "gtin", "notes"),
    [
        ("09521234543213", "09521234543213", ()),
        ("9521234543213", "09521234543213", ("gtin_padded",)),
        ("614141007349", "00614141007349", ("gtin_padded",)),
        ("02345673", "00000002345673", ("gtin_padded",)),
        (" 9521234543213\n", "09521234543213", ("trimmed", "gtin_padded")),
        ("9 521234 543213", "09521234543213", ("trimmed", "gtin_padded")),
        ("0109521234543213", "09521234543213", ("ai_prefix",)),
        ("(01)09521234543213", "09521234543213", ("ai_prefix",)),
    ],
)
def test_every_length_becomes_14_digits_and_says_how(text, gtin, notes):
    assert normalise_gtin(text) == (gtin, notes)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("09521234543214", "the check digit of this GTIN is 4 and would have to be 3"),
        ("614141007348", "the check digit of this GTIN is 8 and would have to be 9"),
        ("21234543213", "a GTIN has 8, 12, 13 or 14 digits and this has 11; leading zeros may have been lost"),
        ("095212345432130", "a GTIN has 8, 12, 13 or 14 digits and this has 15"),
        (
            "9.52123E+12",
            "a spreadsheet rounded the number and its digits cannot be restored; export the column as text",
        ),
        ("0952123454321X", "a GTIN holds the digits 0 to 9 only"),
        ("", "there is no GTIN in it"),
    ],
)
def test_what_is_no_gtin_is_refused_with_a_sentence(text, reason):
    with pytest.raises(UnreadableIdentifier) as caught:
        normalise_gtin(text)
    assert str(caught.value) == f'"{text}" cannot be read: {reason}.'
