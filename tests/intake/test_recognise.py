"""What a file is, by its content and never by its name."""

from __future__ import annotations

import gzip
import io
import zipfile
from pathlib import Path

import pytest
from intake_helper import take_texts
from test_sheet import workbook

from lotproof.intake.recognise import HEAD, recognise

TABLE = "SerialNumber;Level;Status\nA1;EA;Good\n"
XML = '<?xml version="1.0"?><e:EPCISDocument xmlns:e="urn:epcglobal:epcis:xsd:1" schemaVersion="1.2"><EPCISBody/></e:EPCISDocument>'


def packed(**members: str) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for name, text in members.items():
            archive.writestr(name, text)
    return stream.getvalue()


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (b"", "empty"), (b" \r\n\t\n", "empty"), (b"\xef\xbb\xbf", "empty"), (b"\xff\xfe", "empty"), (b"\0" * 100_000, "empty"),
        (b" " * HEAD + TABLE.encode(), "table"),
        (TABLE.encode(), "table"), (TABLE.encode("utf-16"), "table"), (b"%PDF-1.7\n", "pdf"), (b"\x89PNG\r\n\x1a\n", "picture"),
        (b"\xff\xd8\xff\xe0\0\x10JFIF", "picture"), (gzip.compress(b"x", mtime=0), "zip"), (b"7z\xbc\xaf\x27\x1c", "archive"),
        (XML.encode(), "epcis-xml"), (XML.encode("utf-16"), "epcis-xml"), (b"<html><body/></html>", "xml"),
        (b'{"type": "EPCISDocument", "epcisBody": {"eventList": []}}', "epcis-json"), (b'{"a": 1}', "json"), (b"[1, 2]", "json"),
        (b'[[file]]\nmatch = "x"\n', "profile"), (b'\xef\xbb\xbf[[file]]\nmatch = "x"\n', "profile"), (b"a = 1\n", "table"),
        (b"Plant time zone: UTC\nx.csv: times plant local time\n", "export-note"), (b"Time zone: UTC\nA;B\n1;2\n", "table"),
        (b"d41d8cd98f00b204e9800998ecf8427e  x.csv\n", "checksum-list"),
        (bytes(range(256)) * 40, "binary"), (b"\x00\x01\x02\x03" * 500, "binary"),
        (packed(**{"[Content_Types].xml": "<Types/>", "word/document.xml": "<x/>"}), "document"), (packed(a="x"), "zip"), (b"PK\x03\x04broken", "damaged-zip"),
    ],
)  # fmt: skip
def test_the_content_tells_the_kind(content: bytes, kind: str, tmp_path: Path) -> None:
    path = tmp_path / "file.xlsx"
    path.write_bytes(content)
    assert recognise(path) == kind


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "the file is empty; if it should hold data, export it again."),
        (b"\n \n", "the file is empty; if it should hold data, export it again."),
        (bytes(range(256)) * 40, "this is no text, no spreadsheet and no EPCIS document; it is kept as it is and not read."),
        (b"Rar!" + bytes(60), "this is a packed archive of a kind that is not unpacked here; unpack it and deliver the files in it."),
        (workbook([["SerialNumber", "Level", "Status"]])[:900], "this begins as a workbook or archive but cannot be opened, it may be cut short; deliver it again."),
        (b"<html><body>hello</body></html>", "this XML is no EPCIS document; it is kept as it is and not read."),
    ],
)  # fmt: skip
def test_what_is_not_read_is_kept_and_said_in_one_sentence(content: bytes, sentence: str, tmp_path: Path) -> None:
    taken = take_texts(tmp_path, {"a.csv": content, "ok.csv": TABLE})
    assert taken["a.csv"].problems == (f"a.csv: {sentence}",)
    assert taken.lake.original(taken["a.csv"].sha256).read_bytes() == content
    assert taken["ok.csv"].stored == 1
    assert sorted(path.name for path in tmp_path.iterdir()) == ["delivery", "lake"]


@pytest.mark.parametrize(("content", "kind"), [(b"%PDF-1.7\n", "pdf"), (b'{"notice": {"lot": "L1"}}', "json")])
def test_documents_are_kept_without_a_word(content: bytes, kind: str, tmp_path: Path) -> None:
    taken = take_texts(tmp_path, {"x": content})
    assert (taken.only.kind, taken.only.problems, taken.only.rows) == (kind, (), 0)


def test_a_table_with_a_zone_above_it_is_no_export_note(tmp_path: Path) -> None:
    text = "Plant time zone: UTC\nSerialNumber;Level;Status;PackTime;ImageRef\nA1;EA;Good;2026-03-01 10:00;cam.jpg: 7\n x = 1;;;;\n"
    assert take_texts(tmp_path, {"x.csv": text}).only.kind == "line"
