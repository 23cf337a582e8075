"""Workbooks: typed cells, positions, several sheets, and what Excel does to numbers."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path

import openpyxl
from intake_helper import take_texts

HEADER = ["SerialNumber", "Level", "Status", "PackTime", "ChildCount"]


def workbook(rows: Sequence[Sequence[object]], start: tuple[int, int] = (1, 1), others: Sequence[str] = ()) -> bytes:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "Export"
    for down, row in enumerate(rows):
        for across, value in enumerate(row):
            sheet.cell(start[0] + down, start[1] + across, value)
    for name in others:
        book.create_sheet(name).append(["note"])
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def test_typed_cells_are_read_as_they_are_meant(tmp_path: Path) -> None:
    rows = [
        HEADER,
        ["A1", "EA", "Good", datetime(2026, 3, 1, 10, 0, 0, 500000), None],
        ["00123", "EA", "Good", date(2026, 3, 1), None],
        [123456789012, "EA", "Good", 46082.25, None],
        ["004012345000000012", "CSE", "Good", "2026-03-01T10:00:00Z", 24],
    ]
    taken = take_texts(tmp_path, {"x.xlsx": workbook(rows)}, zone="UTC")
    assert taken.rows("observation", "position serial sscc at_utc quantity") == [
        (2, "A1", None, datetime(2026, 3, 1, 10, 0, 0, 500000), None),
        (3, "00123", None, datetime(2026, 3, 1), None),
        (4, "123456789012", None, datetime(2026, 3, 1, 6), None),
        (5, None, "004012345000000012", datetime(2026, 3, 1, 10), 24.0),
    ]
    assert taken.only.notes == ("encoding spreadsheet",)


def test_a_table_that_begins_further_down_and_right_keeps_the_sheet_s_row_numbers(tmp_path: Path) -> None:
    taken = take_texts(tmp_path, {"x.xlsx": workbook([HEADER, ["A1", "EA", "Good", None, None]], start=(4, 3))})
    assert taken.rows("observation", "position serial") == [(5, "A1")]
    assert (taken.only.rows, taken.only.no_data) == (5, 4)


def test_a_number_that_excel_damaged_is_kept_flagged_and_never_repaired(tmp_path: Path) -> None:
    rows = [HEADER, [1.2345678901234567e16, "EA", "Good", None, None], ["1.2345E+13", "EA", "Good", None, None], ["1,2345E+13", "EA", "Good", None, None]]
    taken = take_texts(tmp_path, {"x.xlsx": workbook(rows)})
    assert taken.rows("observation", "serial transform") == [
        ("1.2345678901E+16", "scientific"), ("1.2345E+13", "scientific"), ("1,2345E+13", "scientific"),
    ]  # fmt: skip


def test_a_serial_number_that_only_looks_scientific_is_not_flagged(tmp_path: Path) -> None:
    text = "SerialNumber;Level;Status\n1E5;EA;Good\n12E99;EA;Good\n3E4567890123;EA;Good\n"
    assert take_texts(tmp_path, {"x.csv": text}).rows("observation", "serial transform") == [
        ("1E5", None), ("12E99", None), ("3E4567890123", None),
    ]  # fmt: skip


def test_a_typed_number_has_no_doubt_about_its_decimal_sign(tmp_path: Path) -> None:
    """1.125 as a text could be a thousand with a point; as a typed cell it is one and an eighth, whatever a profile says."""
    profile = '[[file]]\nmatch = "*"\ndecimal = ","\n'
    rows = [["Material", "Batch", "Unrestricted"], ["M1", "L1", 1.125], ["M1", "L2", 2.5], ["M1", "L3", 1200]]
    taken = take_texts(tmp_path, {"x.xlsx": workbook(rows), "p.toml": profile})
    assert (taken["x.xlsx"].problems, taken.column("claim", "quantity", "x.xlsx")) == ((), [1.125, 2.5, 1200.0])


def test_the_largest_sheet_is_read_and_the_others_are_named(tmp_path: Path) -> None:
    taken = take_texts(tmp_path, {"x.xlsx": workbook([HEADER, ["A1", "EA", "Good", None, None]], others=["Info", "Legend"])})
    assert taken.only.notes == ("encoding spreadsheet", "further sheets, not read: Info, Legend")
    assert taken.only.stored == 1


def test_each_table_of_a_workbook_is_read_as_a_file_of_its_own(tmp_path: Path) -> None:
    """A cover sheet is none; positions are the row numbers of the sheet, also behind a cell with a line end."""
    book = openpyxl.load_workbook(io.BytesIO(workbook([HEADER, *([f"A{n}", "EA", "Good", None, None] for n in range(9))], others=["Cover"])))
    numbers = book.create_sheet("Numbers")
    for row in (["Note\nof two lines"], ["OrderNo", "SerialNumber", "RequestId"], ["O1", "A1", "R1"], ["O1", "00123", "R1"]):
        numbers.append(row)
    stream = io.BytesIO()
    book.save(stream)
    taken = take_texts(tmp_path, {"x.xlsx": stream.getvalue()})
    assert [(r.name, r.kind) for r in taken.receipts] == [("x.xlsx", "line"), ("x.xlsx!/Numbers.csv", "numbers")]
    assert taken.rows("observation", "position serial order_no", "x.xlsx!/Numbers.csv") == [(3, "A1", "O1"), (4, "00123", "O1")]
    assert taken["x.xlsx"].notes[1:] == ("further sheets, each read as a file of its own: Numbers", "further sheets, not read: Cover")


def test_an_empty_workbook_says_that_it_names_no_columns(tmp_path: Path) -> None:
    taken = take_texts(tmp_path, {"x.xlsx": workbook([])})
    assert taken.only.problems[0].startswith("x.xlsx: no row of the first 40 names known columns")
    assert taken.only.rows == 0


def test_an_opendocument_sheet_is_read_with_its_repeated_cells(tmp_path: Path) -> None:
    taken = take_texts(tmp_path, {"x.ods": opendocument("1048570", "16380")})
    assert taken.only.kind == "line"
    assert taken.rows("observation", "position serial") == [(2, "A1"), (3, "A2")]


def opendocument(rows: str, columns: str, content: str = "") -> bytes:
    spaces = 'xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"'

    def row(*cells: str) -> str:
        inner = "".join(f'<table:table-cell office:value-type="string"><text:p>{cell}</text:p></table:table-cell>' for cell in cells)
        return f'<table:table-row>{inner}<table:table-cell table:number-columns-repeated="{columns}"/></table:table-row>'

    last = f'<table:table-row table:number-rows-repeated="{rows}"><table:table-cell table:number-columns-repeated="{columns}">{content}</table:table-cell></table:table-row>'
    body = row("SerialNumber", "Level", "Status") + row("A1", "EA", "Good") + row("A2", "EA", "Good") + last
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("META-INF/manifest.xml", '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"/>')
        archive.writestr(
            "content.xml",
            f'<?xml version="1.0"?><office:document-content {spaces}><office:body><office:spreadsheet><table:table table:name="S">{body}'
            "</table:table></office:spreadsheet></office:body></office:document-content>",
        )
    return stream.getvalue()
