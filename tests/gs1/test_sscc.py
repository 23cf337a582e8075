"""SSCCs with and without their identifier."""

import pytest

from lotproof.gs1.errors import UnreadableIdentifier
from lotproof.gs1.sscc import normalise_sscc


@pytest.mark.parametrize(
    ("text", "notes"),
    [
        ("395123456789012340", ()),
        ("00395123456789012340", ("sscc_prefix",)),
        ("(00)395123456789012340", ("sscc_prefix",)),
        ("3 95123456 789012340 ", ("trimmed",)),
    ],
)
def test_the_18_digits_come_out_and_the_prefix_is_told(text, notes):
    assert normalise_sscc(text) == ("395123456789012340", notes)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("395123456789012345", "the check digit of this SSCC is 5 and would have to be 0"),
        ("39512345678901234", "an SSCC has 18 digits, or 20 with its (00), and this has 17"),
        ("3.95E+17", "a spreadsheet rounded the number and its digits cannot be restored; export the column as text"),
        ("39512345678901234O", "an SSCC holds the digits 0 to 9 only"),
        (" ", "there is no SSCC in it"),
    ],
)
def test_what_is_no_sscc_is_refused_with_a_sentence(text, reason):
    with pytest.raises(UnreadableIdentifier) as caught:
        normalise_sscc(text)
    assert str(caught.value) == f'"{text}" cannot be read: {reason}.'
