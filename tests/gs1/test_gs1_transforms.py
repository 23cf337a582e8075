"""Differences of format only."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lotproof.gs1.serial import CSET_82
from lotproof.gs1.transforms import (
    CONFUSABLES,
    azerty_digits,
    fold_case,
    fold_confusables,
    is_scientific,
    strip_zeros,
    swallowed,
    swap_yz,
)

SERIAL = st.text(CSET_82, min_size=1, max_size=20)


@given(SERIAL)
def test_swaps_undo_themselves(serial):
    assert swap_yz(swap_yz(serial)) == serial
    assert azerty_digits(azerty_digits(serial)) == serial


@given(SERIAL)
def test_folds_change_nothing_the_second_time(serial):
    for fold in (fold_case, strip_zeros, fold_confusables):
        assert fold(fold(serial)) == fold(serial)


def test_each_transform_explains_its_kind_of_damage():
    assert fold_case("aBc1ß") == "ABC1ß"
    assert swap_yz("XYZxyz1") == "XZYxzy1"
    assert azerty_digits("&é\"'(-è_çà") == "1234567890"
    assert azerty_digits("AB12") == "AB&é"
    assert strip_zeros("00012") == "12"
    assert strip_zeros("000") == "0"
    assert strip_zeros("") == ""
    assert fold_confusables("OIlBE") == "01183"


def test_every_confusable_folds_to_its_digit():
    assert all(fold_confusables(letter) == digit and digit.isdigit() for letter, digit in CONFUSABLES.items())


@pytest.mark.parametrize("text", ["1.2345E+13", "1,2345E+13", "9E+12", "1.5e20", "9.52123E12"])
def test_spreadsheet_damage_is_recognised(text):
    assert is_scientific(text)


@pytest.mark.parametrize("text", ["12E5", "1234567", "ABC", "", "1.5", "E+12", "1.5E+"])
def test_a_serial_is_not_taken_for_spreadsheet_damage(text):
    assert not is_scientific(text)


@pytest.mark.parametrize(
    ("serial", "candidates"),
    [
        ("ABC12310LOT", [("ABC123", "LOT", None)]),
        ("ABC17261231", [("ABC", None, "261231")]),
        ("ABC1726123110LOT", [("ABC17261231", "LOT", None), ("ABC", "LOT", "261231")]),
        ("ABC17261331", []),
        ("ABC", []),
        ("", []),
        (
            "123456789012" + "17261231" + "10LOT1",
            [("12345678901217261231", "LOT1", None), ("123456789012", "LOT1", "261231")],
        ),
    ],
)
def test_a_serial_that_swallowed_its_neighbours_gives_candidates(serial, candidates):
    assert swallowed(serial) == candidates
