"""Exports as other vendors, languages and tools write them: the same rows whatever the form."""

from __future__ import annotations

import gzip
import io
import json
import zipfile
from datetime import datetime
from pathlib import Path

import pytest
from intake_helper import Taken, take_texts

ROWS = [("A1", "EA", "Good", "2026-03-01 10:00:00"), ("00A2", "EA", "Rejected", "2026-03-01 10:00:01")]
EXPECTED = [("A1", "unit", "commissioned", datetime(2026, 3, 1, 10)), ("00A2", "unit", "label_scrapped", datetime(2026, 3, 1, 10, 0, 1))]
TITLES = ("SerialNumber", "Level", "Status", "PackTime")
RECORDS = [dict(zip(TITLES, row, strict=True)) for row in ROWS]
WANTED = "serial level step at_utc"


def aligned(*rows: tuple[str, ...], ruler: bool) -> str:
    lines = ["  ".join(cell.ljust(20) for cell in row).rstrip() for row in (TITLES, *rows)]
    return "\n".join([lines[0], *(["  ".join(["-" * 20] * 4)] if ruler else []), *lines[1:]]) + "\n"


def listed(*rows: tuple[str, ...]) -> str:
    def line(row: tuple[str, ...]) -> str:
        return "|" + "|".join(cell.ljust(20) for cell in row) + "|"

    rule = "-" * len(line(TITLES))
    pages = [f"Plant DE10                 Page {number}\n{rule}\n{line(TITLES)}\n{rule}\n{line(row)}\n{rule}\n" for number, row in enumerate(rows, 1)]
    return "\x0c".join(pages)


def excel_xml() -> str:
    def row(cells: tuple[str, ...]) -> str:
        return "<Row>" + "".join(f'<Cell ss:Index="{i}"><Data ss:Type="String">{cell}</Data></Cell>' for i, cell in enumerate(cells, 1)) + "</Row>"

    space = "urn:schemas-microsoft-com:office:spreadsheet"
    return f'<?xml version="1.0"?><Workbook xmlns="{space}" xmlns:ss="{space}"><Worksheet ss:Name="x"><Table>{row(TITLES)}{"".join(map(row, ROWS))}</Table></Worksheet></Workbook>'


def html() -> str:
    rows = "".join("<tr>" + "".join(f"<td>{cell}</td>" for cell in row) + "</tr>\n" for row in ROWS)
    return f"<html><body><table><tr><td>a layout</td></tr></table><table><tr>{''.join(f'<th>{t}</th>' for t in TITLES)}</tr>{rows}</table></body></html>"


FORMS = {
    "columns of fixed width": aligned(*ROWS, ruler=False),
    "columns under a ruler": aligned(*ROWS, ruler=True),
    "an SAP list with pages": listed(*ROWS),
    "a JSON array": json.dumps(RECORDS, indent=1),
    "rows somewhere in JSON": json.dumps({"meta": {"by": "x"}, "result": {"rows": RECORDS}}),
    "one object a line": "".join(json.dumps(record) + "\n" for record in RECORDS),
    "flat XML": "<Export><Rows>" + "".join("<Row>" + "".join(f"<{k}>{v}</{k}>" for k, v in r.items()) + "</Row>" for r in RECORDS) + "</Rows></Export>",
    "XML attributes": "<Export>" + "".join("<Row " + " ".join(f'{k}="{v}"' for k, v in r.items()) + "/>" for r in RECORDS) + "</Export>",
    "an HTML table": html(),
    "Excel's XML": excel_xml(),
    "day and time apart": "Serial;Level;Status;Pack Date;Pack Time\n" + "".join(f"{s};{lv};{st};{t[:10]};{t[11:]}\n" for s, lv, st, t in ROWS),
    "kept from a spreadsheet": "SerialNumber;Level;Status;PackTime\n" + "".join(f'="{s}";{lv};{st};"=""{t}"""\n' for s, lv, st, t in ROWS),
    "two languages in a header": "Seriennummer / Serial number;Level (UOM);Status [last];Pack Time\n" + "".join(";".join(row) + "\n" for row in ROWS),
}


@pytest.mark.parametrize("name", FORMS)
def test_the_same_rows_are_read_from_each_form(name: str, tmp_path: Path) -> None:
    taken = take_texts(tmp_path, {"x": FORMS[name]}, zone="UTC")
    assert taken.rows("observation", WANTED) == EXPECTED
    assert (taken.only.kind, taken.only.quarantined, taken.only.problems) == ("line", 0, ())


def test_a_form_in_zip_in_zip_and_gzip_is_found(tmp_path: Path) -> None:
    def zipped(name: str, content: bytes) -> bytes:
        stream = io.BytesIO()
        with zipfile.ZipFile(stream, "w") as archive:
            archive.writestr(name, content)
        return stream.getvalue()

    inner = gzip.compress(FORMS["one object a line"].encode(), mtime=0)
    taken = take_texts(tmp_path, {"a.zip": zipped("b.zip", zipped("c.ndjson.gz", inner))}, zone="UTC")
    assert taken.rows("observation", WANTED, "a.zip!/b.zip!/c.ndjson.gz!/c.ndjson") == EXPECTED


@pytest.mark.parametrize(
    ("header", "row"),
    [
        ("Numéro de série;Niveau;Statut;Heure d'emballage", "A1;Étui;Conforme;1 mars 2026 10:00:00"),
        ("Número de serie;Nivel;Estado;Fecha de empaque;Hora de empaque", "A1;Estuche;Aceptado;01/03/2026;10:00:00"),
        ("Número de serie;Nivel;Estado;Hora de empaque", "A1;Estuche;Aceptado;1 de marzo de 2026 10:00:00"),
        ("Numero di serie;Livello;Stato;Ora di imballo", "A1;Astuccio;Accettato;1 marzo 2026 10:00:00"),
        ("Serienummer;Niveau;Status;Verpakkingstijd", "A1;Doosje;Goedgekeurd;1 maart 2026 10:00:00"),
        ("Numer seryjny;Poziom;Stan;Czas pakowania", "A1;Opakowanie;Prawidłowy;1 marca 2026 10:00:00"),
        ("Seriennummer;Ebene;Zustand;Packzeit", "A1;Faltschachtel;Gut;1. März 2026 10:00:00 Uhr"),
        ("Serial Number;Level;Status;Pack Time", "A1;Each;Good;Mar 1, 2026 10:00:00 AM"),
    ],
)
def test_each_language_is_understood(header: str, row: str, tmp_path: Path) -> None:
    taken = take_texts(tmp_path, {"x.csv": f"{header}\n{row}\n", "p.toml": '[[file]]\nmatch = "*"\ndates = "DMY"\n'}, zone="UTC")
    assert taken.rows("observation", WANTED, "x.csv") == [EXPECTED[0]]


@pytest.mark.parametrize(
    ("written", "utc"),
    [("1772359200", "2026-03-01T10:00"), ("1772359200000", "2026-03-01T10:00"), ("/Date(1772359200000)/", "2026-03-01T10:00"),
     ("25.03.26 10:00", "2026-03-25T10:00"), ("03/25/26 2:05 p. m.", "2026-03-25T14:05"),
     ("Sonntag, 1. März 2026 10:00", "2026-03-01T10:00"), ("202603011000", "2026-03-01T10:00"), ("01-Mar-26 10.00.30", "2026-03-01T10:00:30"),
     ("20260301100000123", "2026-03-01T10:00:00.123"), ("2026-3-1 10:00", "2026-03-01T10:00"), ("1er mars 2026 à 10h00", "2026-03-01T10:00")],
)  # fmt: skip
def test_odd_times_are_read(written: str, utc: str, tmp_path: Path) -> None:
    taken = take_texts(tmp_path, {"x.csv": f'SerialNumber;Level;Status;PackTime\nA1;EA;Good;"{written}"\n'}, zone="UTC")
    assert taken.rows("observation", "at_utc at_text") == [(datetime.fromisoformat(utc), written)]


def test_short_dates_that_cannot_be_told_apart_are_asked_about_with_file_column_and_key(tmp_path: Path) -> None:
    taken = take_texts(tmp_path, {"x.csv": "SerialNumber;Level;Status;PackTime\nA1;EA;Good;02/03/26 10:00\n"}, zone="UTC")
    assert taken.only.problems == (
        'x.csv: no date in the column "PackTime" tells day and month apart; say which comes first in a mapping profile: '
        '[[file]] match = "x.csv" dates = "DMY" (or "MDY").',
    )
    assert taken.rows("observation", "at_utc at_text") == [(None, "02/03/26 10:00")]


def test_what_stands_once_above_a_table_holds_for_its_rows(tmp_path: Path) -> None:
    taken = take_texts(tmp_path, {"x.csv": "Lot: L1;;\nOrder;4711;\nSerialNumber;Level;Status\nA1;EA;Good\n"})
    assert taken.rows("observation", "serial lot order_no") == [("A1", "L1", "4711")]
    assert "Lot L1 stands above the table and was taken for each row" in taken.only.notes


def test_two_lots_above_a_table_hold_for_none(tmp_path: Path) -> None:
    taken = take_texts(tmp_path, {"x.csv": "Lot: L1;;\nLot: L2;;\nSerialNumber;Level;Status\nA1;EA;Good\n"})
    assert taken.column("observation", "lot") == [None]


def damaged(*serials: str) -> str:
    return "SerialNumber;Level;Status\n" + "".join(f"{serial};EA;Good\n" for serial in serials)


def flags(taken: Taken) -> dict[object, object]:
    return dict(taken.rows("observation", "serial transform"))


def test_zeros_that_a_spreadsheet_dropped_are_flagged_from_the_whole_column_and_not_repaired(tmp_path: Path) -> None:
    whole = [str(100000000 + number * 7654321 % 899999999) for number in range(40)]
    taken = take_texts(tmp_path, {"x.csv": damaged(*whole, "1234567", "34567890")})
    found = flags(taken)
    assert (found["1234567"], found["34567890"], found[whole[0]]) == ("zeros_lost", "zeros_lost", None)
    assert taken.only.problems == (
        'x.csv: 2 values of the column "SerialNumber" have fewer than the 9 digits of all others and probably lost zeros in front, as a '
        'spreadsheet does (for example "34567890"); they are flagged and not repaired, export the column again as text.',
    )


def test_numbers_in_sequence_lost_nothing(tmp_path: Path) -> None:
    taken = take_texts(tmp_path, {"x.csv": damaged(*(str(number) for number in range(999_995, 1_000_095)))})
    assert (set(flags(taken).values()), taken.only.problems) == ({None}, ())


def test_digits_behind_the_fifteenth_are_flagged(tmp_path: Path) -> None:
    taken = take_texts(tmp_path, {"x.csv": damaged("1234567890123450", "9876543210987650", "1111111111111110")})
    assert set(flags(taken).values()) == {"rounded"}
    assert 'lost every digit behind the fifteenth' in taken.only.problems[0]


GTIN = "04012345678901"


def test_a_lost_separator_is_settled_by_the_lots_of_the_file_and_all_readings_are_kept(tmp_path: Path) -> None:
    text = f"Timestamp;CaseSSCC;ScannedCode;Lot\n2026-03-01T10:00:00Z;004012345000000012;01{GTIN}21AB10L1;L1\n"
    taken = take_texts(tmp_path, {"x.csv": text})
    assert taken.rows("observation", "serial lot transform") == [("AB", "L1", "gs_missing")]
    assert taken.rows("record", "record key serial state position") == [("reading", f"01{GTIN}21AB10L1", "AB10L1", "settled", 2)]


def test_readings_that_nothing_settles_are_kept_and_said(tmp_path: Path) -> None:
    text = f"Timestamp;CaseSSCC;ScannedCode\n2026-03-01T10:00:00Z;004012345000000012;01{GTIN}21AB10L1\n"
    taken = take_texts(tmp_path, {"x.csv": text})
    assert taken.rows("observation", "serial lot transform") == [("AB10L1", None, None)]
    assert taken.rows("record", "record serial lot state") == [("reading", "AB", "L1", "open")]
    assert any(note.startswith("1 codes can be read in more than one way") for note in taken.only.notes)


def test_a_file_with_one_object_on_one_line_is_read(tmp_path: Path) -> None:
    taken = take_texts(tmp_path, {"serials.jsonl": json.dumps(RECORDS[0]) + "\n"}, zone="UTC")
    assert taken.rows("observation", WANTED) == EXPECTED[:1]
    assert (taken.only.rows, taken.only.stored) == (2, 1)


def test_a_line_that_is_no_object_behind_the_only_one_that_is_goes_into_quarantine(tmp_path: Path) -> None:
    taken = take_texts(tmp_path, {"serials.jsonl": json.dumps(RECORDS[0]) + '\n{"SerialNumber": "00A'}, zone="UTC")
    assert taken.rows("observation", WANTED) == EXPECTED[:1]
    assert taken.rows("quarantine", "position reason") == [(2, "the line is no JSON object")]


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ('{"theme": "dark", "depth": 3}\n', "a document whose records hold none of the known facts, kept as it is"),
        ('{"Lot": "B7", "SerialNumber": ["A1", "A2"]}\n', "a document without records, kept as it is"),
    ],
    ids=["nothing known", "a list in one object"],
)
def test_a_document_of_one_object_is_kept_and_that_is_told(tmp_path: Path, content: str, told: str) -> None:
    taken = take_texts(tmp_path, {"one.json": content})
    assert (taken.only.kind, taken.only.rows, taken.only.notes) == ("json", 0, (told,))
