"""The modulo-10 check digit."""

import biip.checksums
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lotproof.gs1.checkdigit import check_digit, has_valid_check_digit
from lotproof.gs1.errors import UnreadableIdentifier


@pytest.mark.parametrize(
    ("digits", "digit"),
    [("0952123454321", "3"), ("39512345678901234", "0"), ("401234500005", "4"), ("0234567", "3"), ("0", "0")],
)
def test_known_numbers_have_their_check_digit(digits, digit):
    assert check_digit(digits) == digit
    assert has_valid_check_digit(digits + digit)


@given(st.text("0123456789", min_size=1, max_size=20))
def test_check_digit_agrees_with_biip(digits):
    assert int(check_digit(digits)) == biip.checksums.gs1_standard_check_digit(digits)


@given(st.text("0123456789", min_size=1, max_size=20), st.integers(1, 9))
def test_any_other_last_digit_is_wrong(digits, shift):
    other = (int(check_digit(digits)) + shift) % 10
    assert not has_valid_check_digit(f"{digits}{other}")


@pytest.mark.parametrize("text", ["", "7", "12A", "１２３", "²²", "12 3", "-12"])
def test_what_is_no_number_has_no_valid_check_digit(text):
    assert not has_valid_check_digit(text)


def test_a_check_digit_of_letters_is_refused_with_a_sentence():
    with pytest.raises(UnreadableIdentifier) as caught:
        check_digit("12A")
    assert str(caught.value) == '"12A" cannot be read: a check digit is computed over the digits 0 to 9 only.'
