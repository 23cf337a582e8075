"""What keyboards do to scans, and that it is undone and explained: layouts, Caps Lock, Shift Lock, separators in every dress."""

from __future__ import annotations

import pytest
import zxingcpp
from hypothesis import given
from hypothesis import strategies as st

from lotproof.gs1.reading import read
from lotproof.gs1.separators import GS
from lotproof.gs1.wedge import LAYOUTS, PAIRS, is_clean, mended
from lotproof.gs1.wedge_report import TEST_SYMBOLS, remarks, signs

SCAN = f"]d2010952123454321321yzYZ-a/7{GS}10LOT-A1{GS}17271231"
SEPARATORS, LETTERS, CASE = TEST_SYMBOLS


def typed(text: str, scanner: str, computer: str) -> str:
    """The same keys on another keyboard. AltGr is no key of the tables, so a bracket comes as nothing there, as on a real one."""
    of, to = LAYOUTS[scanner], LAYOUTS[computer]
    keys = {mine: theirs for row in (0, 1) for mine, theirs in zip(of[row], to[row], strict=True)}
    return "".join(keys.get(char, "" if char == "]" else char) for char in text)


def told(text: str, *keys: str) -> list[str]:
    return [one.told for one in remarks(text, keys)]


@pytest.mark.parametrize("name", LAYOUTS)
def test_every_key_of_a_layout_is_in_it_once(name):
    plain, shifted = LAYOUTS[name]
    assert len(plain) == len(shifted) == 47
    assert len(set(plain)) == 47
    assert len(set(shifted)) == 47


@pytest.mark.parametrize(("scanner", "computer"), PAIRS)
def test_a_wrong_layout_is_undone_and_named(scanner, computer):
    came = typed(SCAN, scanner, computer)
    assert came != SCAN
    found = mended(came)
    assert (found.text, found.damages) == (SCAN, (f"layout:{scanner}:{computer}",))


def test_caps_lock_and_shift_lock_are_undone():
    caps = SCAN.swapcase()
    assert (mended(caps).text, mended(caps).damages) == (SCAN, ("caps",))
    both = typed(SCAN, "US", "German").swapcase().replace("SS", "ß")
    assert mended(both).damages == ("caps", "layout:US:German")
    shifted = "".join(dict(zip(*LAYOUTS["German"], strict=True)).get(char, char) for char in "010952123454321321abc")
    assert (mended(shifted).text, mended(shifted).damages) == ("010952123454321321abc", ("shift",))


@pytest.mark.parametrize("text", [SCAN, "(01)09521234543213(21)x", "00395011015300000011", "ABC123", "", "Gruß", "urn:epc:id:sgtin:952123.0454321.A1"])
def test_what_reads_or_cannot_be_helped_stays(text):
    assert mended(text).text == text


@given(st.text(max_size=60))
def test_undoing_never_fails_and_is_done_once(text):
    once = mended(text)
    assert mended(once.text).text == once.text
    assert not once.damages or is_clean(once.text)


@pytest.mark.parametrize("mark", ["^]", "<GS>", "{GS}", "\\x1d", "|", "~1", "␝"])
def test_a_separator_in_printed_characters_is_understood(mark):
    text = SEPARATORS.content.replace(GS, mark)
    assert (read(text).serial, read(text).lot) == ("SER-7", "LOT-A1")
    assert "The group separator came as printed characters, and was understood." in told(f"]d2{text}")


@pytest.mark.parametrize("one", TEST_SYMBOLS, ids=lambda one: one.name)
def test_a_good_scanner_hears_that_it_is_good(one):
    assert all(remark.good for remark in remarks(one.identifier + one.content))
    assert told(one.identifier + one.content)[-1] == f"Every character of “{one.title}” came through."


@pytest.mark.parametrize("one", TEST_SYMBOLS, ids=lambda one: one.name)
def test_the_symbols_hold_what_the_page_says(one):
    """Drawn and read again by zxing-cpp."""
    form = getattr(zxingcpp.BarcodeFormat, one.carrier)
    drawn = zxingcpp.write_barcode_to_image(zxingcpp.create_barcode(one.brackets, form, gs1=True, force_square=True), scale=5)
    (found,) = zxingcpp.read_barcodes(drawn, text_mode=zxingcpp.TextMode.Plain)
    assert (found.text, found.symbology_identifier) == (one.content, one.identifier)


def test_a_lost_separator_a_lost_identifier_and_silence_are_explained():
    assert "2 of 2 group separators were lost." in told("]d2" + SEPARATORS.content.replace(GS, ""))
    assert "1 of 1 group separators were lost." in told(LETTERS.content.replace(GS, ""))
    assert "No symbology identifier came; it works without, but then a lost separator is harder to notice." in told(SEPARATORS.content)
    assert told("  ") == ["Nothing came through."]
    assert "The group separator came as F8 and ALT 029, and was understood." in told("]d2" + SEPARATORS.content, "F8", "ALT 029")
    assert told("]d2" + SEPARATORS.content.replace("SER", "SRR"))[-1].startswith("Characters of “Data Matrix with two group separators”")


@pytest.mark.parametrize(("scanner", "computer"), PAIRS)
def test_a_wrong_layout_is_seen_in_the_letters_even_where_the_digits_are_right(scanner, computer):
    came = typed(LETTERS.content, scanner, computer)
    assert told(came)[0] == f"The scanner types for a keyboard with the layout {scanner}, this computer has the layout {computer}."
    assert told(LETTERS.content.swapcase())[0] == "Large and small letters are exchanged: Caps Lock is on."


def test_each_character_is_shown_with_what_cannot_be_seen():
    assert [(one.shown, one.kind) for one in signs("A ß\x1d\x07")] == [
        ("A", "plain"), ("space", "blank"), ("ß", "foreign"), ("GS", "separator"), ("U+0007", "control")]  # fmt: skip
