"""How each kind of file is read: one function a kind, in plain sight."""

from __future__ import annotations

import contextlib
import itertools
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import duckdb

from lotproof.intake.epcis_source import EpcisSource
from lotproof.intake.match import KNOWN_HEADERS
from lotproof.intake.problem import SourceProblem, clipped
from lotproof.intake.profile import Statement
from lotproof.intake.raw_table import quarantine_rows
from lotproof.intake.report_source import read_as_report
from lotproof.intake.side_files import read_checksums, read_notice, read_picture
from lotproof.intake.table_source import Context, Table, read_table
from lotproof.intake.tally import Tally
from lotproof.intake.text.fixed import by_widths, find_fixed
from lotproof.intake.text.header import LOOK, find_header
from lotproof.intake.text.records import find_json, find_xml
from lotproof.intake.text.rows import Row, TextTable
from lotproof.intake.text.sheet import SheetTable
from lotproof.intake.times import TIME_MACROS
from lotproof.lake.writer import ObservationWriter

SENTENCES = {
    "empty": "the file is empty; if it should hold data, export it again.",
    "damaged-zip": "this begins as a workbook or archive but cannot be opened, it may be cut short; deliver it again.",
    "archive": "this is a packed archive of a kind that is not unpacked here; unpack it and deliver the files in it.",
    "binary": "this is no text, no spreadsheet and no EPCIS document; it is kept as it is and not read.",
    "xml": "this XML is no EPCIS document; it is kept as it is and not read.",
}


@dataclass(frozen=True)
class Job:
    """One file to read and where to."""

    connection: duckdb.DuckDBPyConnection
    path: Path
    kind: str
    """As `recognise` has it."""
    context: Context
    files: Mapping[str, Path]
    """Every file of the delivery, for checksum lists."""
    built: Path
    """Folder of the segments."""


def _epcis(job: Job) -> Tally:
    job.connection.execute(TIME_MACROS)
    with ObservationWriter(job.built / "observation.parquet", job.path.name) as writer:
        return EpcisSource(job.connection, job.context, job.kind, writer).read(job.path)


def _sheet(job: Job) -> Tally:
    table = SheetTable(job.path)
    if report := read_as_report(job.connection, table.rows(), job.context):
        return report
    tally = read_table(job.connection, table, job.context)
    if table.tables:
        shown = ", ".join(clipped(title) for title in table.tables[:20])
        tally.notes.append(f"further sheets, each read as a file of its own: {shown}")
    if table.others:
        tally.notes.append("further sheets, not read: " + ", ".join(clipped(title) for title in table.others[:50]))
    return tally


def _text(job: Job) -> Tally:
    stated = job.context.stated
    if stated.widths:
        return read_table(job.connection, by_widths(job.path, stated.widths, stated.encoding), job.context)
    table = TextTable(job.path, stated.encoding, stated.separator)
    rows = list(itertools.islice(table.rows(), LOOK))
    if stated.header or stated.separator:
        return read_table(job.connection, table, job.context)
    header = find_header(rows, KNOWN_HEADERS)
    if (header is None or len(header.cells) < 3) and (fixed := find_fixed(job.path, KNOWN_HEADERS, stated.encoding)):
        return read_table(job.connection, fixed, job.context)
    short = header is None or len(header.cells) < 3 or len(rows) < LOOK  # a matrix of counts may look like a table of cases
    if short and (report := read_as_report(job.connection, _facts(table), job.context)):
        return report
    filled = [row for row in rows if any(row.cells)]
    wide = sum(len(row.cells) > 2 for row in filled)
    if header is None and wide * 2 < len(filled) and not any(row.trouble for row in rows) and not stated.kind:
        return Tally(kind="document", notes=["a text, kept as it is"])
    return read_table(job.connection, table, job.context)


def _facts(table: TextTable) -> Iterator[Row]:
    """Rows for a batch report: a line that states one fact is not cut at the mark of groups in its number."""
    for row in table.rows():
        one = any(sign in row.cells[0] for sign in ":=") if row.cells else False
        yield Row(row.line, [table.separator.join(row.cells).rstrip(table.separator)], row.trouble) if one else row


def _json(job: Job) -> Tally:
    table = find_json(job.path)
    if table is None:
        return Tally(kind="json", notes=["a document without records, kept as it is"])
    if job.context.stated.kind is None and find_header([Row(0, table.titles())], KNOWN_HEADERS) is None:
        return Tally(kind="json", notes=["a document whose records hold none of the known facts, kept as it is"])
    return read_table(job.connection, table, job.context)


def _xml(job: Job) -> Tally:
    table = find_xml(job.path)
    if table is None:
        return _unreadable(job)
    if job.context.stated.kind is None and find_header(list(itertools.islice(table.rows(), LOOK)), KNOWN_HEADERS) is None:
        return _unreadable(job)
    return read_table(job.connection, table, job.context)


def _kept(job: Job) -> Tally:
    return Tally(kind=job.kind)


def _unreadable(job: Job) -> Tally:
    return Tally(kind=job.kind, problems=[f"{job.context.name}: {SENTENCES[job.kind]}"])


def table_of(path: Path, kind: str, stated: Statement) -> Table | None:
    """The rows of a file as a profile would have to map them; None where it has none."""
    if kind == "sheet":
        return SheetTable(path)
    if kind == "json":
        return find_json(path)
    if kind == "xml":
        return find_xml(path)
    if kind != "table":
        return None
    table = TextTable(path, stated.encoding, stated.separator)
    rows = list(itertools.islice(table.rows(), LOOK))
    if find_header(rows, KNOWN_HEADERS) is None and (fixed := find_fixed(path, KNOWN_HEADERS, stated.encoding)):
        return fixed
    return table if any(sum(1 for cell in row.cells if cell.strip()) > 1 for row in rows) else None


READERS: Mapping[str, Callable[[Job], Tally]] = {
    "epcis-xml": _epcis,
    "epcis-json": _epcis,
    "sheet": _sheet,
    "table": _text,
    "json": _json,
    "xml": _xml,
    "picture": lambda job: read_picture(job.connection, job.path, job.context.name),
    "checksum-list": lambda job: read_checksums(job.connection, job.path, job.context.name, job.files),
    "partner-notice": lambda job: read_notice(job.connection, job.path, job.context.name),
    **dict.fromkeys(("pdf", "document", "profile", "export-note", "alert-message", "zip"), _kept),
    **dict.fromkeys(("empty", "damaged-zip", "archive", "binary"), _unreadable),
}
"""Kind of `recognise` -> how it is read."""


def keep_unread(job: Job, sentence: str) -> Tally:
    """A source that is no known kind: each of its rows is put into quarantine, so that the receipt still adds up."""
    tally = Tally(kind="unreadable", problems=[sentence])
    every: Iterator[Row] = iter(())
    with contextlib.suppress(SourceProblem):
        every = _rows(job)
    while chunk := list(itertools.islice(every, 5000)):
        filled = [row for row in chunk if any(cell.strip() for cell in row.cells) or row.trouble]
        tally.rows += len(chunk)
        tally.no_data += len(chunk) - len(filled)
        tally.quarantined += len(filled)
        reason = "the file could not be read as a whole; its receipt says why"
        quarantine_rows(job.connection, [(row, row.trouble or reason) for row in filled])
    return tally


def _rows(job: Job) -> Iterator[Row]:
    if job.kind == "table":
        return TextTable(job.path, job.context.stated.encoding, job.context.stated.separator).rows()
    if job.kind == "sheet":
        return SheetTable(job.path).rows()
    table = find_json(job.path) if job.kind == "json" else find_xml(job.path) if job.kind == "xml" else None
    return table.rows() if table is not None else iter(())
