"""Files made to do harm: each costs one sentence, the rest of the delivery is read, nothing is executed or fetched."""

from __future__ import annotations

import io
import resource
import socket
import struct
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from intake_helper import Taken, take_texts
from test_sheet import opendocument, workbook

OK = "SerialNumber;Level;Status\nOK1;EA;Good\n"
MAIN = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'


@pytest.fixture(autouse=True)
def no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("intake asked for the network")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)


@pytest.fixture(autouse=True)
def bounded_memory() -> Iterator[None]:
    """No file of this module may cost more than a gigabyte above what the process had at its worst before."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    yield
    scale = 1 if sys.platform == "darwin" else 1024
    assert (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - peak) * scale < 1 << 30


def beside(tmp_path: Path, content: str | bytes, name: str = "bad.csv") -> Taken:
    """Take the content in beside a sound file, which must be read."""
    taken = take_texts(tmp_path, {name: content, "ok.csv": OK})
    assert taken.column("observation", "serial", "ok.csv") == ["OK1"]
    return taken


def sentence(taken: Taken, name: str = "bad.csv") -> str:
    (problem,) = taken[name].problems
    return problem


def container(sheet: str, shared: str = "") -> bytes:
    """A workbook of one sheet, from its XML."""
    relation = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    package = "http://schemas.openxmlformats.org/package/2006"
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", f'<Types xmlns="{package}/content-types"><Default Extension="xml" ContentType="application/xml"/></Types>')
        archive.writestr("_rels/.rels", f'<Relationships xmlns="{package}/relationships"><Relationship Id="r1" Type="{relation}/officeDocument" Target="xl/workbook.xml"/></Relationships>')
        archive.writestr("xl/workbook.xml", f'<workbook {MAIN} xmlns:r="{relation}"><sheets><sheet name="S" sheetId="1" r:id="r1"/></sheets></workbook>')
        archive.writestr(
            "xl/_rels/workbook.xml.rels",
            f'<Relationships xmlns="{package}/relationships"><Relationship Id="r1" Type="{relation}/worksheet" Target="worksheets/sheet1.xml"/>'
            f'<Relationship Id="r2" Type="{relation}/sharedStrings" Target="sharedStrings.xml"/></Relationships>',
        )
        archive.writestr("xl/sharedStrings.xml", shared or f"<sst {MAIN}/>")
        archive.writestr("xl/worksheets/sheet1.xml", f"<worksheet {MAIN}><sheetData>{sheet}</sheetData></worksheet>")
    return stream.getvalue()


def declaring(content: bytes, name: str, size: int) -> bytes:
    """The container with another unpacked size for one member, in its own head and in the directory."""
    raw = name.encode()
    out = bytearray(content)
    for mark, offset, at_name in ((b"PK\x01\x02", 24, 46), (b"PK\x03\x04", 22, 30)):
        at = out.find(mark)
        while at >= 0:
            if out[at + at_name : at + at_name + len(raw)] == raw:
                out[at + offset : at + offset + 4] = struct.pack("<I", size)
            at = out.find(mark, at + 4)
    return bytes(out)


# Workbooks


def test_a_workbook_that_declares_gigabytes_is_not_opened(tmp_path: Path) -> None:
    bomb = declaring(workbook([["SerialNumber"]]), "xl/worksheets/sheet1.xml", 0xF0000000)
    said = sentence(beside(tmp_path, bomb, "bad.xlsx"), "bad.xlsx")
    assert said.startswith("bad.xlsx: the workbook unpacks to 4,02")
    assert said.endswith("that is more than an export needs, so it was not opened. Ask its sender for a smaller or a plain text export.")


def test_a_workbook_that_unpacks_to_more_than_it_declares_is_not_opened(tmp_path: Path) -> None:
    bomb = declaring(container(" " * 70_000_000), "xl/worksheets/sheet1.xml", 10)
    said = sentence(beside(tmp_path, bomb, "bad.xlsx"), "bad.xlsx")
    assert said.startswith("bad.xlsx: the workbook unpacks to ") and " bytes or more from " in said


def test_a_workbook_with_two_cells_in_opposite_corners_is_not_opened(tmp_path: Path) -> None:
    bomb = container('<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>1</v></c></row>')
    assert sentence(beside(tmp_path, bomb, "bad.xlsx"), "bad.xlsx") == (
        "bad.xlsx: the workbook spreads 2 cells over an area of 17,179,869,184, so it was not opened; remove what stands far outside "
        "the table, or export it as text."
    )


def test_a_stray_cell_not_too_far_out_does_no_harm(tmp_path: Path) -> None:
    book = container(
        '<row r="1"><c r="A1" t="str"><v>SerialNumber</v></c><c r="B1" t="str"><v>Level</v></c><c r="C1" t="str"><v>Status</v></c></row>'
        '<row r="2"><c r="A2" t="str"><v>A1</v></c><c r="B2" t="str"><v>EA</v></c><c r="C2" t="str"><v>Good</v></c></row>'
        '<row r="5000"><c r="AB5000"/></row>'
    )
    assert beside(tmp_path, book, "far.xlsx")["far.xlsx"].stored == 1


def test_a_workbook_that_repeats_a_long_text_is_not_opened(tmp_path: Path) -> None:
    cells = "".join(f'<row r="{row}"><c r="A{row}" t="s"><v>0</v></c></row>' for row in range(1, 6001))
    bomb = container(cells, f'<sst {MAIN}><si><t>{"x" * 200_000}</t></si></sst>')
    assert sentence(beside(tmp_path, bomb, "bad.xlsx"), "bad.xlsx").startswith("bad.xlsx: the cells of the workbook repeat 1,20")


def test_a_workbook_with_a_cell_longer_than_cells_are_is_not_opened(tmp_path: Path) -> None:
    bomb = container('<row r="1"><c r="A1" t="s"><v>0</v></c></row>', f'<sst {MAIN}><si><t>{"x" * 3_000_000}</t></si></sst>')
    assert sentence(beside(tmp_path, bomb, "bad.xlsx"), "bad.xlsx") == (
        "bad.xlsx: a cell of the workbook holds more text than a cell can, so it was not opened; export it as text."
    )


def test_an_opendocument_sheet_of_repeated_cells_is_not_opened(tmp_path: Path) -> None:
    bomb = opendocument("1048570", "16380", "<text:p>x</text:p>")
    assert sentence(beside(tmp_path, bomb, "bad.ods"), "bad.ods").startswith("bad.ods: the workbook spreads 10 cells over an area of 17,")


def test_a_workbook_in_which_bytes_were_changed_is_damaged(tmp_path: Path) -> None:
    content = bytearray(workbook([["SerialNumber", "Level", "Status"], *([f"A{number}", "EA", "Good"] for number in range(500))]))
    middle = content.find(b"xl/worksheets/sheet1.xml") + 400
    content[middle : middle + 8] = b"\xff" * 8
    said = sentence(beside(tmp_path, bytes(content), "bad.xlsx"), "bad.xlsx")
    assert said.startswith("bad.xlsx: the workbook is damaged (") and said.endswith("); export it again or as text.")


@pytest.mark.parametrize("size", [4, 100, 1000, 3000])
def test_a_truncated_workbook_is_one_sentence(size: int, tmp_path: Path) -> None:
    taken = beside(tmp_path, workbook([["SerialNumber", "Level", "Status"], ["A1", "EA", "Good"]])[:size], "bad.xlsx")
    assert sentence(taken, "bad.xlsx") == (
        "bad.xlsx: this begins as a workbook or archive but cannot be opened, it may be cut short; deliver it again."
    )


def test_a_container_of_the_old_office_that_is_no_workbook_is_one_sentence(tmp_path: Path) -> None:
    said = sentence(beside(tmp_path, b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 5000, "bad.xls"), "bad.xls")
    assert said.startswith("bad.xls: the workbook ") and said.endswith(("without a password, or as text.", "export it again or as text."))


def test_a_binary_workbook_is_refused_with_what_to_do(tmp_path: Path) -> None:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("xl/workbook.bin", b"\0" * 64)
    assert sentence(beside(tmp_path, stream.getvalue(), "bad.xlsb"), "bad.xlsb") == (
        "bad.xlsb: the workbook is of the binary kind (XLSB), which is not read; save it as XLSX or as text."
    )


def test_external_entities_of_a_workbook_are_not_fetched(tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("SECRET")
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("content.xml", f'<!DOCTYPE x [<!ENTITY e SYSTEM "file://{secret}">]><x>&e;</x>')
    taken = beside(tmp_path, stream.getvalue(), "bad.ods")
    assert "SECRET" not in str(taken.receipts)
    assert len(taken["bad.ods"].problems) == 1


# Archives


def test_a_zip_with_paths_that_lead_elsewhere_leads_nowhere(tmp_path: Path) -> None:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("../../../tmp/lotproof-evil", "x")
        archive.writestr("/lotproof-evil", "x")
    taken = beside(tmp_path, stream.getvalue(), "bad.zip")
    assert {receipt.name for receipt in taken.receipts} >= {"bad.zip!/../../../tmp/lotproof-evil", "bad.zip!/lotproof-evil"}
    assert not Path("/tmp/lotproof-evil").exists()
    assert not Path("/lotproof-evil").exists()
    assert not any(path.name == "lotproof-evil" for path in tmp_path.rglob("*"))


# Texts


def test_a_single_line_of_ten_megabytes_is_one_row(tmp_path: Path) -> None:
    taken = beside(tmp_path, b"x" * 10_000_000)
    assert taken.rows("quarantine", "position reason", "bad.csv") == [(1, "the line is longer than 1,048,576 characters")]
    assert sentence(taken).startswith('bad.csv: no row of the first 40 names known columns (it begins "xxxx')


def test_a_long_line_within_a_table_costs_that_line_alone(tmp_path: Path) -> None:
    taken = beside(tmp_path, OK + f"B1;EA;{'x' * 1_200_000}\nB2;EA;Good\n")
    assert taken.rows("observation", "position serial", "bad.csv") == [(2, "OK1"), (4, "B2")]
    assert taken.column("quarantine", "reason", "bad.csv") == ["the line is longer than 1,048,576 characters"]


def test_a_hundred_thousand_columns_are_refused(tmp_path: Path) -> None:
    header = "SerialNumber;Level;Status;" + ";".join(f"x{number}" for number in range(100_000))
    taken = beside(tmp_path, header + "\n" + "A1;EA;Good" + ";" * 100_000 + "\n")
    assert sentence(taken) == (
        "bad.csv: it has 100,003 columns where an export has 1,000 at most, so it was not read; export it again with fewer."
    )
    assert taken["bad.csv"].quarantined == 2


def test_a_thousand_columns_are_read(tmp_path: Path) -> None:
    header = "SerialNumber;Level;Status;" + ";".join(f"Remark about matter {number}" for number in range(997))
    assert beside(tmp_path, header + "\nA1;EA;Good" + ";" * 997 + "\n")["bad.csv"].stored == 1


def test_zero_bytes_in_a_text_stay_in_their_cell(tmp_path: Path) -> None:
    taken = beside(tmp_path, "SerialNumber;Level;Status\nA\x001;EA;Good\nA2;E\0X;Good\n" + "A3;EA;Good\n" * 5)
    assert taken.column("observation", "serial", "bad.csv")[0] == "A\x001"
    assert taken.rows("quarantine", "position reason", "bad.csv") == [(3, 'column "Level": "E\x00X" is no known word for level')]


def test_blank_lines_by_the_hundred_thousand_take_no_time(tmp_path: Path) -> None:
    """A pattern that looks over blank lines from each of them would take hours."""
    taken = beside(tmp_path, "Plant time zone: UTC" + "\n" * 400_000 + " x")
    assert taken["bad.csv"].kind in ("document", "unreadable")


@pytest.mark.parametrize("text", [pytest.param("a = " + "[" * 50_000, marks=pytest.mark.slow), "a" + ".a" * 20_000 + " = 1", "[[file]]\na = " + "{b=" * 20_000, "[[file]]\na" + ".a" * 20_000 + " = 1"])
def test_toml_nested_without_end_is_no_trap(text: str, tmp_path: Path) -> None:
    taken = beside(tmp_path, text, "bad.toml")
    assert len(taken["bad.toml"].problems) <= 1


def test_brackets_and_quotation_marks_without_end_are_a_text(tmp_path: Path) -> None:
    taken = beside(tmp_path, '"' * 99_999 + "\n" + ";" * 500 + "\n" + '";"' * 9_999)
    assert taken["bad.csv"].stored == 0


def test_words_of_sql_in_names_headers_and_cells_are_words(tmp_path: Path) -> None:
    name = "x'); DROP TABLE out_observation; --.csv"
    header = "SerialNumber,Level,Status,x'); DROP TABLE raw; --,\"a\"\"b\",{},%s,?\n"
    rows = "\"A'); DROP TABLE raw; --\",EA,Good,\"'\",\"\"\"\",{},%s,?\nA2,EA,'; DELETE FROM out_observation; --,,,,,\n"
    taken = beside(tmp_path, header + rows, name)
    assert taken.column("observation", "serial", name) == ["A'); DROP TABLE raw; --"]
    assert taken.column("quarantine", "reason", name) == [
        """column "Status": "'; DELETE FROM out_observation; --" is no known word for state"""
    ]


@pytest.mark.parametrize("title", ["Status'", 'Sta"tus', "Sta{}tus", "Status; --", "Sta\\tus", "St'||'atus"])
def test_a_matched_header_with_signs_of_sql_is_a_header(title: str, tmp_path: Path) -> None:
    cell = '"' + title.replace('"', '""') + '"'
    taken = beside(tmp_path, f"SerialNumber,Level,{cell},RejectReason\nA1,EA,Good,x\nA2,EA,Foo,x\n")
    assert taken.column("observation", "serial", "bad.csv") == ["A1"]
    assert taken.column("quarantine", "reason", "bad.csv") == [f'column "{title}": "Foo" is no known word for state']


def test_a_sentence_stays_on_one_line_whatever_the_cells_hold(tmp_path: Path) -> None:
    taken = beside(tmp_path, 'SerialNumber;Level;Status\nA1;EA;"x\nforged.csv: all is well\x1b[31m"\n')
    assert "\n" not in sentence(taken) and "\x1b" not in sentence(taken)


# Profiles and notes


def test_a_zone_in_a_profile_cannot_carry_sql(tmp_path: Path) -> None:
    taken = beside(tmp_path, "[[file]]\nmatch = \"*\"\nzone = \"UTC') ; DROP TABLE raw; --\"\n", "p.toml")
    assert sentence(taken, "p.toml").endswith("is no time zone; write Area/City, for example Europe/Berlin, or UTC.")


# EPCIS in looks


HEAD = '<?xml version="1.0"?>'
OPEN = '<epcis:EPCISDocument xmlns:epcis="urn:epcglobal:epcis:xsd:1" schemaVersion="1.2"><EPCISBody><EventList>'
CLOSE = "</EventList></EPCISBody></epcis:EPCISDocument>"
EVENT = (
    "<ObjectEvent><eventTime>2026-03-01T10:00:00Z</eventTime><eventTimeZoneOffset>+00:00</eventTimeZoneOffset><epcList><epc>{}</epc></epcList>"
    "<action>ADD</action><bizStep>urn:epcglobal:cbv:bizstep:commissioning</bizStep></ObjectEvent>"
)


def test_a_billion_laughs_are_not_laughed(tmp_path: Path) -> None:
    entities = '<!ENTITY a0 "ha">' + "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 10))
    taken = beside(tmp_path, f"{HEAD}<!DOCTYPE x [{entities}]>{OPEN}{EVENT.format('&a9;')}{CLOSE}", "bad.xml")
    assert taken["bad.xml"].problems
    assert not any("haha" in str(row) for row in taken.rows("observation", "serial", "bad.xml"))


def test_external_entities_are_not_fetched(tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("SECRET")
    text = f'{HEAD}<!DOCTYPE x [<!ENTITY e SYSTEM "file://{secret}"><!ENTITY w SYSTEM "http://example.com/x">]>{OPEN}{EVENT.format("&e;&w;")}{CLOSE}'
    taken = beside(tmp_path, text, "bad.xml")
    assert taken["bad.xml"].problems
    assert "SECRET" not in str(taken.rows("observation", "serial event at_text", "bad.xml"))


def test_xml_that_breaks_off_is_one_sentence_and_keeps_what_came_before(tmp_path: Path) -> None:
    good = EVENT.format("urn:epc:id:sgtin:4012345.067890.A1")
    taken = beside(tmp_path, f"{HEAD}{OPEN}{good}{EVENT.format('x')[:60]}", "bad.xml")
    assert len(taken["bad.xml"].problems) == 1
    assert taken.column("observation", "serial", "bad.xml") in ([], ["A1"])


@pytest.mark.parametrize(
    "text",
    [
        '{"type": "EPCISDocument", "epcisBody": {"eventList": [' + "[" * 100_000,
        '{"type": "EPCISDocument", "epcisBody": {"eventList": [{"type": "ObjectEvent", "a": ' + '{"a":' * 100_000,
        '{"type": "EPCISDocument", "epcisBody": {"eventList": [{"type": "ObjectEvent", "n": 1' + "0" * 1_000_000 + "}]}}",
        '{"type": "EPCISDocument", "epcisBody": {"eventList": [{"type": "ObjectEvent", "n": 1e999999999}]}}',
        '{"type": "EPCISDocument", "epcisBody": {"eventList": "no list"}}',
        '{"type": "EPCISDocument", "epcisBody": null}',
        '{"type": "EPCISDocument", "x": "\\ud800"}',
        '{"type": "EPCISDocument"',
    ],
    ids=["brackets", "braces", "long-number", "huge-exponent", "no-list", "null", "half-a-character", "cut"],
)  # fmt: skip
def test_json_made_to_overflow_leaves_the_others_alone(text: str, tmp_path: Path) -> None:
    assert beside(tmp_path, text, "bad.json")["bad.json"].observations == 0


@pytest.mark.parametrize("text", ["[" * 200_000, '{"a":' * 200_000, "[1" + "0" * 2_000_000 + "]", "{" + '"a":1,' * 100_000])
def test_other_json_is_kept_unread(text: str, tmp_path: Path) -> None:
    assert beside(tmp_path, text, "bad.json")["bad.json"].kind == "json"
