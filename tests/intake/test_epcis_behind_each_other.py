"""Several EPCIS documents in one file, in UTF-8 and in UTF-16, with and without byte order marks of their own."""

from __future__ import annotations

import codecs
import tempfile
from pathlib import Path

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lotproof.intake import epcis_parts
from lotproof.intake.epcis_parts import starts
from lotproof.intake.folder import Delivery, intake
from lotproof.lake.store import Lake


def document(serial: str, encoding: str, prefix: str = "epcis:") -> str:
    declared = f'<?xml version="1.0" encoding="{encoding}"?>\n' if encoding else ""
    return f"""{declared}<{prefix}EPCISDocument xmlns:epcis="urn:epcglobal:epcis:xsd:1" schemaVersion="1.2" creationDate="2026-03-09T12:00:00Z">
<EPCISBody><EventList><ObjectEvent><eventTime>2026-03-09T08:00:00Z</eventTime><eventTimeZoneOffset>+00:00</eventTimeZoneOffset>
<epcList><epc>urn:epc:id:sgtin:9512345.067890.{serial}</epc></epcList><action>ADD</action>
<bizStep>urn:epcglobal:cbv:bizstep:commissioning</bizStep></ObjectEvent></EventList></EPCISBody></{prefix}EPCISDocument>
"""


MARKS = {"utf-8": codecs.BOM_UTF8, "utf-16-le": codecs.BOM_UTF16_LE, "utf-16-be": codecs.BOM_UTF16_BE}


@pytest.mark.parametrize("encoding", MARKS)
@pytest.mark.parametrize("marked", ["none", "first", "each"])
def test_every_document_of_a_file_is_read(tmp_path: Path, encoding: str, marked: str) -> None:
    (tmp_path / "in").mkdir()
    named = "" if encoding == "utf-8" else "UTF-16"
    bodies = [document(serial, named).encode(encoding) for serial in ("A1", "A2", "A3")]
    data = b"".join((MARKS[encoding] if marked == "each" or (marked == "first" and not n) else b"") + body for n, body in enumerate(bodies))
    (tmp_path / "in" / "queue.xml").write_bytes(data)
    (receipt,) = intake(Delivery(tmp_path / "in"), Lake(tmp_path / "lake"))
    files = Lake(tmp_path / "lake").segment_files("observation", [receipt.sha256])
    found = duckdb.sql(f"SELECT serial, position FROM '{files[0]}' ORDER BY position").fetchall()
    assert [serial for serial, _ in found] == ["A1", "A2", "A3"]
    assert receipt.quarantined == 0


@pytest.mark.parametrize("encoding", MARKS)
def test_a_document_by_itself_and_one_cut_off_behind_it_begin_where_they_do(tmp_path: Path, encoding: str) -> None:
    whole = document("A1", "UTF-16").encode(encoding)
    (tmp_path / "one.xml").write_bytes(whole)
    assert starts(tmp_path / "one.xml") == [0]
    (tmp_path / "cut.xml").write_bytes(whole + whole[: len(whole) // 4 * 2])
    assert starts(tmp_path / "cut.xml") == [0, len(whole)]


PIECES = (
    "<?xml version='1.0'?>", "<EPCISDocument>", "</EPCISDocument>", "</a:EPCISDocument>", "<a:EPCISQueryDocument x='1'>", "\ufeff", "\n", " ",
    "</a:EPCISQueryDocument>", "EPCISD", "EPCIS", "<", "</", ">", "a:", "I", "é",
)  # fmt: skip


@settings(max_examples=300, deadline=None)
@given(st.lists(st.sampled_from(PIECES), min_size=1, max_size=14), st.integers(5, 40))
def test_documents_begin_where_the_pattern_finds_them_however_the_file_is_read(pieces: list[str], read: int) -> None:
    data = b"x" + "".join(pieces).encode()
    before, epcis_parts._READ = epcis_parts._READ, read
    try:
        with tempfile.NamedTemporaryFile() as file:
            Path(file.name).write_bytes(data)
            found = starts(Path(file.name))
    finally:
        epcis_parts._READ = before
    assert found == [0, *(border.end() for border in epcis_parts._NEXT[""].finditer(data))]
