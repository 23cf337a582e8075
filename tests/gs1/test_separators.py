"""Symbology identifiers and spellings of the group separator."""

import pytest

from lotproof.gs1.separators import respell, split_symbology, trim
from lotproof.gs1.serial import CSET_82

SPELLINGS = [
    "<GS>", "<gs>", "{GS}", "[GS]", "<FNC1>", "{FNC1}", "[FNC1]", "<0x1D>", "\\u001d", "\\u001D", "\\x1d", "\\F",
    "^]", "^", "~1", "~d029", "|", "\u241d",
]  # fmt: skip


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_every_spelling_becomes_the_separator_and_is_noted(spelling):
    assert respell(f"21ABC{spelling}10L") == ("21ABC\x1d10L", ("gs_respelled",))


def test_a_real_separator_is_left_alone_without_a_note():
    assert respell("21ABC\x1d10L") == ("21ABC\x1d10L", ())


@pytest.mark.parametrize("char", CSET_82)
def test_no_single_character_of_set_82_is_taken_for_a_separator(char):
    assert respell(f"A{char}B") == (f"A{char}B", ())


@pytest.mark.parametrize(
    ("text", "parts"),
    [("]d201", ("]d2", "01")), ("]C1", ("]C1", "")), ("]X", ("", "]X")), ("01", ("", "01")), ("", ("", ""))],
)
def test_the_symbology_identifier_is_cut_off(text, parts):
    assert split_symbology(text) == parts


def test_trimming_keeps_the_group_separator():
    assert trim("\ufeff \u00a0\x1d01\x1d\r\n") == "\x1d01\x1d"
