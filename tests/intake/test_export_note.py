"""Export notes: zones, date forms, decimal signs and words, stated by the site for its own files."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest
from intake_helper import take_texts

from lotproof.intake.definitions import state_from_definition
from lotproof.intake.export_note import is_export_note, read_export_note
from lotproof.intake.profile import combined

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


@pytest.mark.parametrize(
    ("stated", "said", "zone", "dates", "step"),
    [
        ("Site time zone: Europe/Rome", "local time of the site, DD/MM/YYYY", "Europe/Rome", "DMY", "good, on product"),
        ("Zeitzone des Werks: Europe/Vienna", "Ortszeit des Werks, TT.MM.JJJJ", "Europe/Vienna", "DMY", "gut, auf dem Produkt"),
        ("Fuseau horaire de l'usine : Europe/Paris", "heure locale, JJ/MM/AAAA", "Europe/Paris", "DMY", "bon, sur produit"),
        ("Zona horaria de la planta: America/Bogota", "hora local, DD/MM/AAAA", "America/Bogota", "DMY", "bueno, en el producto"),
        ("Fuso orario dello stabilimento: Europe/Rome", "ora locale, GG/MM/AAAA", "Europe/Rome", "DMY", "buono, sul prodotto"),
        ("Tijdzone van de vestiging: Europe/Amsterdam", "lokale tijd, DD-MM-JJJJ", "Europe/Amsterdam", "DMY", "goed, op product"),
        ("Strefa czasowa: Europe/Warsaw", "czas lokalny, DD.MM.RRRR", "Europe/Warsaw", "DMY", "dobry, na produkcie"),
        ("Fuso horário da planta: America/Sao_Paulo", "horário local, DD/MM/AAAA", "America/Sao_Paulo", "DMY", "boa, no produto"),
        ("Tesis saat dilimi: Europe/Istanbul", "yerel saat, GG.AA.YYYY", "Europe/Istanbul", "DMY", "iyi, ürün üzerinde"),
    ],
)
def test_a_note_may_be_written_in_the_language_of_the_site(stated: str, said: str, zone: str, dates: str, step: str) -> None:
    note = f"Export 4711\n{stated}\n\na.csv: {said}\n\n  X1 = {step}\n"
    assert is_export_note(note)
    read = combined(read_export_note(note), "a.csv")
    assert (read.zone, read.dates, read.words) == (zone, dates, {"X1": "commissioned"})
