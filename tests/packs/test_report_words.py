"""Texts made safe, times and nouns of the report."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from lotproof.packs.report import figures
from lotproof.packs.report.blocks import cut
from lotproof.packs.report.book import below_data
from lotproof.packs.report.sections import CONTENTS, MAKERS
from lotproof.packs.report.words import count, printed, shown, utc, visible, when


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("plain ünïcode 中文", "plain ünïcode 中文"), ("a\x1db", "a⟨GS⟩b"), ("a\u202eb", "a⟨U+202E⟩b"), ("\u00a0", "⟨U+00A0⟩"), ("\ud800",
            "⟨U+D800⟩"),
        ("⟨GS⟩", "⟨U+27E8⟩GS⟩"), ("", ""), ("\x7f", "⟨U+007F⟩"),
    ],
)  # fmt: skip
def test_unseen_characters_are_written_out(text, expected):
    assert visible(text) == expected


def test_a_name_in_data_cannot_pretend_to_be_a_written_out_character():
    assert printed("⟨GS⟩") != printed("\x1d") and visible("⟨GS⟩") != visible("\x1d")


def test_a_long_text_is_cut_with_the_number_of_characters_left_out():
    assert shown("x" * 601) == "x" * 600 + " … and 1 more characters"
    assert shown("x" * 600) == "x" * 600


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("2026-03-02T08:00:00Z", "2026-03-02T08:00:00Z"), ("2026-03-02T08:00:00.000Z", "2026-03-02T08:00:00Z"),
        ("2026-03-02T08:00:00.250Z", "2026-03-02T08:00:00.250Z"), ("2026-03-02 08:00:00", "2026-03-02T08:00:00Z"),
        ("2026-03-02T08:00:00+02:00", "2026-03-02T06:00:00Z"), (datetime(2026, 3, 2, 8), "2026-03-02T08:00:00Z"), ("yesterday",
            "yesterday"), (None, None),
    ],
)  # fmt: skip
def test_times_are_utc_with_z_and_what_is_no_time_stays(value, expected):
    assert utc(value) == expected


def test_what_is_no_time_is_nowhere_on_the_line():
    assert when("yesterday") is None and when(17) is None
    assert when("2026-03-02T08:00:00Z") == datetime(2026, 3, 2, 8, tzinfo=UTC)


def test_numbers_agree_with_their_nouns():
    assert (count(1, "lot"), count(0, "lot"), count(1234, "lot"), count(2, "is", "are")) == ("1 lot", "0 lots", "1,234 lots", "2 are")


def test_a_cut_list_says_how_much_is_shown():
    rows, more = cut([("a",), ("b",), ("c",)], 2, "x.csv")
    assert rows == [("a",), ("b",)] and more == ("Shown are the first 2 of 3; the whole list is in ", "x.csv", ".")
    assert cut([("a",)], 2, "x.csv") == ([("a",)], "")


def test_a_path_becomes_a_link_whatever_its_name():
    assert below_data("raw/a b#1?%2f.csv") == "../raw/a%20b%231%3F%252f.csv"


def test_every_section_is_made_or_says_what_is_missing_and_who_would_supply_it():
    assert list(CONTENTS) == list(range(28))
    for number, entry in CONTENTS.items():
        assert (number in MAKERS or number in (1, 24)) != bool(entry.missing), number
        assert not entry.missing or "would supply" in entry.missing, number


def test_a_class_that_is_there_is_never_invisible_in_the_bar_of_a_lot():
    svg = figures.partition([("good", "good", 1_000_000), ("unaccounted", "other unaccounted", 1)], "alt", str)
    widths = [float(part.split('"')[0]) for part in svg.split('width="')[2:4]]
    assert min(widths) > 2 and sum(widths) < 720


def test_a_drawing_escapes_what_comes_from_data():
    first = datetime(2026, 3, 2, tzinfo=UTC)
    svg = figures.timeline([figures.Band("<b>&", first, first, [first], [first])], 'say "x" <y>', visible)
    assert "&lt;b&gt;&amp;" in svg and "<b>" not in svg and "<y>" not in svg
