"""Export notes: zones, date forms, decimal signs and words, stated by the site for its own files."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest
from intake_helper import take_texts

from lotproof.intake.export_note import is_export_note, read_export_note
from lotproof.intake.profile import combined
from lotproof.intake.vocabulary import state_from_definition

NOTE = """Site extract, plant DE10
Plant time zone: Europe/Berlin

a.csv: times plant local time, DD.MM.YYYY, decimal comma
sub/b.csv: times ISO 8601, UTC
c.csv: times ISO 8601 with offset
d.csv: times Asia/Tokyo, MM/DD/YYYY
e [1].csv: times UTC+1

Line status words:
  Gut = verified and on product
  Schrott = destroyed after commissioning
  Rätsel = something else
"""


@pytest.mark.parametrize(
    ("name", "zone", "dates", "decimal"),
    [
        ("a.csv", "Europe/Berlin", "DMY", ","),
        ("line/a.csv", "Europe/Berlin", "DMY", ","),
        ("sub/b.csv", "UTC", "YMD", None),
        ("c.csv", None, "YMD", None),
        ("d.csv", "Asia/Tokyo", "MDY", None),
        ("e [1].csv", "Etc/GMT-1", None, None),
        ("other.csv", None, None, None),
    ],
)
def test_a_note_states_zone_form_and_sign_of_each_file(name: str, zone: str | None, dates: str | None, decimal: str | None) -> None:
    stated = combined(read_export_note(NOTE), name)
    assert (stated.zone, stated.dates, stated.decimal) == (zone, dates, decimal)


def test_a_note_states_words_for_all_files_and_passes_over_what_it_does_not_define() -> None:
    assert combined(read_export_note(NOTE), "other.csv").words == {"Gut": "commissioned", "Schrott": "destroyed"}


@pytest.mark.parametrize(
    ("definition", "step"),
    [
        ("verified and on product", "commissioned"),
        ("rejected at print or verification, label destroyed, never commissioned", "label_scrapped"),
        ("taken as sample after commissioning", "sampled"),
        ("destroyed after commissioning", "destroyed"),
        ("inactive, kept but not for sale", "inactivated"),
        ("never printed, returned to the pool", "returned_unused"),
        ("number invalidated, never printed", "invalidated"),
        ("label retained as set-up sample, no product", "label_sampled"),
        ("Nummer ungültig, nie gedruckt", "invalidated"),
        ("nobody knows", None),
    ],
)
def test_a_definition_in_words_names_a_state(definition: str, step: str | None) -> None:
    assert state_from_definition(definition) == step


@pytest.mark.parametrize("text", ["", "Plant time zone: UTC", "a.csv: times UTC\n", "Hello\nTime zone is UTC\n"])
def test_a_text_without_zone_and_statement_is_no_note(text: str) -> None:
    assert not is_export_note(text)


def test_a_german_note_is_one_too(tmp_path: Path) -> None:
    note = "Werkzeitzone: Europe/Berlin\r\n\r\nx.csv: Ortszeit, TT.MM.JJJJ, Dezimalkomma\r\n"
    text = "Seriennummer;Ebene;Zustand;Packzeit\nA1;ST;Gut;02.03.2026 10:00\n"
    taken = take_texts(tmp_path, {"LIESMICH.txt": note, "x.csv": text})
    assert taken["LIESMICH.txt"].kind == "export-note"
    assert taken.column("observation", "at_utc", "x.csv") == [datetime(2026, 3, 2, 9)]
