"""The shapes of delimited text: separators, encodings, preambles, headers, quotation marks, rows of another shape."""

from __future__ import annotations

import codecs
from pathlib import Path

import pytest
from intake_helper import Taken, take_texts

HEADER = ["SerialNumber", "Level", "Status", "RejectReason", "PackTime"]
ROWS = [["A1", "EA", "Good", "", "2026-03-01T10:00:00Z"], ["A2", "EA", "Rejected", "Prüfung", "2026-03-01T10:00:01Z"]]
EXPECTED = [("A1", "commissioned", None), ("A2", "label_scrapped", "Prüfung")]
WANTED = "serial step reason"
LINES = "SerialNumber;Level;Status;PackTime\n"
GOOD = "{};EA;Good;2026-03-01T10:00:00Z\n"


def serials(taken: Taken) -> list[tuple[object, ...]]:
    return taken.rows("observation", "position serial")


def quarantine(taken: Taken) -> list[tuple[object, ...]]:
    return taken.rows("quarantine", "position reason raw")


@pytest.mark.parametrize("separator", [";", ",", "\t", "|"], ids=["semicolon", "comma", "tab", "bar"])
def test_each_separator_is_found(separator: str, tmp_path: Path) -> None:
    taken = take_texts(tmp_path, {"x.csv": "".join(separator.join(row) + "\n" for row in [HEADER, *ROWS])})
    assert taken.rows("observation", WANTED) == EXPECTED


@pytest.mark.parametrize(
    ("encoding", "mark", "said"),
    [
        ("utf-8", b"", "utf-8"),
        ("utf-8", codecs.BOM_UTF8, "utf-8-sig"),
        ("utf-16-le", codecs.BOM_UTF16_LE, "utf-16"),
        ("utf-16-be", codecs.BOM_UTF16_BE, "utf-16"),
        ("utf-16-le", b"", "utf-16-le"),
        ("utf-16-be", b"", "utf-16-be"),
        ("utf-32-le", codecs.BOM_UTF32_LE, "utf-32"),
        ("cp1252", b"", "cp1252"),
    ],
)
def test_each_encoding_is_found_and_said(encoding: str, mark: bytes, said: str, tmp_path: Path) -> None:
    text = "".join(";".join(row) + "\r\n" for row in [HEADER, *ROWS])
    taken = take_texts(tmp_path, {"x.csv": mark + text.encode(encoding)})
    assert taken.rows("observation", WANTED) == EXPECTED
    assert taken.only.notes == (f"encoding {said}",)


def test_a_few_damaged_bytes_leave_a_file_in_utf8(tmp_path: Path) -> None:
    """One bad byte must not turn every umlaut of the file into two wrong letters."""
    text = "Seriennummer;Ebene;Zustand;Prüfzeit\nA1;ST;Geprüft;2026-03-01T10:00:00Z\nA".encode() + b"\xff;ST;Gut;2026-03-01T10:00:00Z\n"
    taken = take_texts(tmp_path, {"x.csv": text})
    assert serials(taken) == [(2, "A1")]
    assert quarantine(taken) == [(3, "the line holds bytes that are no text in this file's encoding", "A\ufffd\tST\tGut\t2026-03-01T10:00:00Z")]
    assert taken.only.problems == ()


def test_a_file_that_ends_within_a_character_loses_that_line_alone(tmp_path: Path) -> None:
    text = ("Seriennummer;Ebene;Zustand;Grund\nA1;ST;Gut;geprüft\nA2;ST;Gut;gepr").encode() + "ü".encode()[:1]
    taken = take_texts(tmp_path, {"x.csv": text})
    assert (serials(taken), taken.only.quarantined) == ([(2, "A1")], 1)


def test_lines_before_the_header_are_no_data_and_positions_are_line_numbers(tmp_path: Path) -> None:
    text = f"sep=;\nReport;line_export\nPlant;DE10\n\n{LINES}{GOOD.format('A1')}\n{GOOD.format('A2')}"
    taken = take_texts(tmp_path, {"x.csv": text})
    assert serials(taken) == [(6, "A1"), (8, "A2")]
    assert (taken.only.rows, taken.only.stored, taken.only.no_data) == (8, 2, 6)


def test_the_header_may_stand_as_far_down_as_line_forty(tmp_path: Path) -> None:
    assert serials(take_texts(tmp_path, {"x.csv": "note\n" * 39 + LINES + GOOD.format("A1")})) == [(41, "A1")]


def test_a_row_of_data_above_the_header_is_quarantined_not_passed_over(tmp_path: Path) -> None:
    text = "A0;EA;Good;2026-03-01T09:00:00Z\n" + LINES + GOOD.format("A1")
    taken = take_texts(tmp_path, {"x.csv": text})
    assert serials(taken) == [(3, "A1")]
    assert quarantine(taken) == [(1, "the row stands before the one that names the columns", "A0\tEA\tGood\t2026-03-01T09:00:00Z")]


def test_totals_repeated_headers_blank_lines_and_comments_are_no_data(tmp_path: Path) -> None:
    noise = "\n;;;\n# page 2\nTotal;1;;\nSumme: 2\n---\n" + LINES
    taken = take_texts(tmp_path, {"x.csv": LINES + GOOD.format("A1") + noise + GOOD.format("A2") + "End of report\n"})
    assert [serial for _, serial in serials(taken)] == ["A1", "A2"]
    assert (taken.only.rows, taken.only.stored, taken.only.no_data) == (11, 2, 9)


@pytest.mark.parametrize("first", ["TOTAL", "***", "---", "SUM"])
def test_a_full_row_is_data_whatever_its_first_cell_says(first: str, tmp_path: Path) -> None:
    """Otherwise a pack could hide behind a word."""
    taken = take_texts(tmp_path, {"x.csv": LINES + GOOD.format(first)})
    assert serials(taken) == [(2, first)]


def test_a_quoted_line_end_stays_in_its_cell_and_the_position_is_the_first_line(tmp_path: Path) -> None:
    text = 'SerialNumber;Level;Status;RejectReason\nA1;EA;Rejected;"torn\nand ""wet"""\nA2;EA;Good;\n'
    taken = take_texts(tmp_path, {"x.csv": text})
    assert taken.rows("observation", "position serial reason") == [(2, "A1", 'torn\nand "wet"'), (4, "A2", None)]


@pytest.mark.parametrize("behind", [5, 150, 1000], ids=["short-file", "within-limit", "beyond-limit"])
def test_a_quotation_mark_that_is_never_closed_costs_its_own_line_only(behind: int, tmp_path: Path) -> None:
    text = LINES + '"' + GOOD.format("A1") + "".join(GOOD.format(f"B{number}") for number in range(behind))
    taken = take_texts(tmp_path, {"x.csv": text})
    assert serials(taken) == [(number + 3, f"B{number}") for number in range(behind)]
    assert quarantine(taken) == [
        (2, "a quotation mark that opens on this line is not closed", '"A1;EA;Good;2026-03-01T10:00:00Z')
    ]


def test_an_open_quotation_mark_on_the_last_line_is_said(tmp_path: Path) -> None:
    taken = take_texts(tmp_path, {"x.csv": LINES + GOOD.format("A1") + 'A2;EA;Good;"2026'})
    assert (serials(taken), quarantine(taken)) == (
        [(2, "A1")], [(3, "a quotation mark that opens on this line is not closed", 'A2;EA;Good;"2026')],
    )  # fmt: skip


def test_quoted_cells_without_end_do_not_gather_in_memory(tmp_path: Path) -> None:
    """A row of quoted line ends, each closed, could otherwise grow to the size of the file."""
    taken = take_texts(tmp_path, {"x.csv": LINES + '"a\nb";' * 400 + "\n" + GOOD.format("A1")})
    assert [serial for _, serial in serials(taken)] == ["A1"]
    assert taken.only.quarantined > 0


def test_rows_of_another_shape_are_quarantined_with_the_counts_of_their_cells(tmp_path: Path) -> None:
    text = LINES + "A1;EA\n" + "A2;EA;Good;2026-03-01T10:00:00Z;more\n" + GOOD.format("A3").rstrip() + ";;\n"
    taken = take_texts(tmp_path, {"x.csv": text})
    assert serials(taken) == [(4, "A3")]
    assert quarantine(taken) == [
        (2, "the row has 2 cells where the header has 4", "A1\tEA"),
        (3, "the row has 5 cells where the header has 4", "A2\tEA\tGood\t2026-03-01T10:00:00Z\tmore"),
    ]


def test_a_header_that_ends_in_separators_takes_rows_that_do_not(tmp_path: Path) -> None:
    taken = take_texts(tmp_path, {"x.csv": LINES.strip() + ";;\n" + GOOD.format("A1") + GOOD.format("A2").strip() + ";;\n"})
    assert serials(taken) == [(2, "A1"), (3, "A2")]


def test_an_unreadable_row_is_quarantined_whole(tmp_path: Path) -> None:
    """The columns that nothing reads are evidence too."""
    taken = take_texts(tmp_path, {"x.csv": "SerialNumber;Level;Status;Remark;Zebra\nA1;EA;Foo;;striped\n"})
    assert quarantine(taken) == [(2, 'column "Status": "Foo" is no known word for state', "A1\tEA\tFoo\t\tstriped")]
    assert taken.only.notes == ("encoding utf-8", "columns not used: Remark, Zebra")


def test_blanks_of_all_kinds_around_a_cell_are_dropped(tmp_path: Path) -> None:
    taken = take_texts(tmp_path, {"x.csv": LINES + "\u00a0 A1\u00a0 ; EA ;Good\u00a0; 2026-03-01T10:00:00Z \n"})
    assert serials(taken) == [(2, "A1")]


def test_line_ends_of_a_mac_are_line_ends(tmp_path: Path) -> None:
    taken = take_texts(tmp_path, {"x.csv": (LINES + GOOD.format("A1") + GOOD.format("A2")).replace("\n", "\r")})
    assert serials(taken) == [(2, "A1"), (3, "A2")]


def test_headers_are_matched_without_case_accents_and_punctuation(tmp_path: Path) -> None:
    taken = take_texts(tmp_path, {"x.csv": "SERIAL-NUMBER;packaging_level;STATUS ;prüf zeit\n" + GOOD.format("A1")})
    assert (taken.only.kind, serials(taken)) == ("line", [(2, "A1")])


def test_the_order_of_the_columns_does_not_matter(tmp_path: Path) -> None:
    text = "".join(";".join(reversed(row)) + "\n" for row in [HEADER, *ROWS])
    assert take_texts(tmp_path, {"x.csv": text}).rows("observation", WANTED) == EXPECTED


def test_a_prose_text_is_kept_as_a_document(tmp_path: Path) -> None:
    taken = take_texts(tmp_path, {"letter.txt": "Dear colleagues,\n\nthe lot is on its way; please confirm.\nYours, A.\n"})
    assert (taken.only.kind, taken.only.rows, taken.only.notes) == ("document", 0, ("a text, kept as it is",))
    assert taken.lake.original(taken.only.sha256).read_bytes().startswith(b"Dear")


def test_an_unknown_table_is_asked_about_in_one_sentence_and_quarantined_row_by_row(tmp_path: Path) -> None:
    taken = take_texts(tmp_path, {"data/odd.csv": "Foo;Bar;Baz\n1;2;3\n\n4;5;6\n"})
    assert taken.only.problems == (
        'data/odd.csv: no row of the first 40 names known columns (it begins "Foo"); if it is an export, name its kind and its '
        'columns in a mapping profile: [[file]] match = "data/odd.csv" kind = "line" columns = { "Foo" = "code" }.',
    )
    assert (taken.only.kind, taken.only.rows, taken.only.quarantined, taken.only.no_data) == ("unreadable", 4, 3, 1)
    reason = "the file could not be read as a whole; its receipt says why"
    assert quarantine(taken) == [(1, reason, "Foo\tBar\tBaz"), (2, reason, "1\t2\t3"), (4, reason, "4\t5\t6")]


def test_a_table_that_lacks_one_column_is_asked_for_it(tmp_path: Path) -> None:
    taken = take_texts(tmp_path, {"x.csv": "SerialNumber;Level;Zebra;PackTime\nA1;EA;Good;2026-03-01T10:00:00Z\n"})
    assert taken.only.problems == (
        'x.csv: nothing says which column holds the state of a line controller export; if it is "Zebra", put this into a '
        'mapping profile: [[file]] match = "x.csv" kind = "line" columns = { "Zebra" = "state" }.',
    )
    assert taken.only.quarantined == 2


def test_a_narrow_table_with_known_headers_is_asked_about_not_shelved(tmp_path: Path) -> None:
    taken = take_texts(tmp_path, {"x.csv": "SerialNumber;Result\nA1;OK\nA2;OK\n"})
    assert (taken.only.kind, taken.only.quarantined) == ("unreadable", 3)
    assert "put this into a mapping profile" in taken.only.problems[0]


def test_a_header_without_rows_is_an_empty_table(tmp_path: Path) -> None:
    taken = take_texts(tmp_path, {"x.csv": LINES})
    assert (taken.only.kind, taken.only.rows, taken.only.no_data, taken.only.problems) == ("line", 1, 1, ())


def test_two_columns_of_one_name_do_not_hide_the_header(tmp_path: Path) -> None:
    taken = take_texts(tmp_path, {"x.csv": "SerialNumber;Level;Status;Lot;Operator;Operator\nA1;EA;Good;L1;U1;U2\n"})
    assert taken.rows("observation", "serial lot actor") == [("A1", "L1", "U1")]


def test_a_row_without_its_identifier_is_quarantined(tmp_path: Path) -> None:
    taken = take_texts(tmp_path, {"x.csv": LINES + GOOD.format("") + GOOD.format("A2")})
    assert quarantine(taken) == [(2, 'the column "SerialNumber" is empty', "\tEA\tGood\t2026-03-01T10:00:00Z")]
