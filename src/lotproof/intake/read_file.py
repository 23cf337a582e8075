"""One file into its segments and its receipt. Whatever a file holds, the rest of the delivery goes on."""

from __future__ import annotations

import contextlib
import itertools
import shutil
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path

import duckdb
import pyarrow as pa

from lotproof.intake.checksums import actual_digest, parse_checksums
from lotproof.intake.epcis_source import EpcisSource
from lotproof.intake.match import KNOWN_HEADERS
from lotproof.intake.partner_notice import read_partner_notice
from lotproof.intake.problem import SourceProblem, clipped
from lotproof.intake.profile import Statement
from lotproof.intake.receipt import Receipt
from lotproof.intake.segments import new_folder, write_segments
from lotproof.intake.table_source import Context, Table, Tally, make_out_tables, quarantine_rows, read_table
from lotproof.intake.text.encoding import encoding_of
from lotproof.intake.text.header import LOOK, find_header
from lotproof.intake.text.rows import TextTable
from lotproof.intake.text.sheet import SheetTable
from lotproof.intake.times import TIME_MACROS
from lotproof.lake.engine import connect
from lotproof.lake.index import write_index
from lotproof.lake.store import Lake, publish_segment
from lotproof.lake.writer import ObservationWriter

MEMORY = "384MB"
STREAM_MEMORY = "96MB"
"""For EPCIS, which passes through in batches: more threads or memory would only raise the peak."""
SENTENCES = {
    "empty": "the file is empty; if it should hold data, export it again.",
    "damaged-zip": "this begins as a workbook or archive but cannot be opened, it may be cut short; deliver it again.",
    "archive": "this is a packed archive of a kind that is not unpacked here; unpack it and deliver the files in it.",
    "binary": "this is no text, no spreadsheet and no EPCIS document; it is kept as it is and not read.",
    "xml": "this XML is no EPCIS document; it is kept as it is and not read.",
}
KEPT = {"pdf", "document", "picture", "json", "profile", "export-note", "zip"}
"""Kinds that are kept as documents and have no rows to read."""


def read_file(
    lake: Lake, sha: str, name: str, kind: str, stated: Statement, zone: str | None, files: Mapping[str, Path]
) -> Receipt:
    """Read the original with this digest; publish its segments; return its receipt."""
    path = lake.original(sha)
    context = Context(name=name, stated=stated, zone=zone)
    try:
        tally, built, observations = _fill(lake, sha, kind, lambda db, folder: _read(db, path, kind, context, files, folder))
    except (OSError, duckdb.IOException):
        raise  # the disk is full or gone: nothing is acknowledged
    except Exception as error:
        sentence = _sentence(name, error)
        tally, built, observations = _fill(lake, sha, kind, lambda db, _folder: _unread(db, path, kind, sentence))
    write_index(built)
    segment = publish_segment(lake, sha, built) if any(built.iterdir()) else {}
    with contextlib.suppress(OSError):
        built.rmdir()
    return Receipt(
        name=name, sha256=sha, size=path.stat().st_size, kind=tally.kind, rows=tally.rows, stored=tally.stored,
        quarantined=tally.quarantined, no_data=tally.no_data, observations=observations,
        problems=tuple(tally.problems), notes=tuple(tally.notes), segment=segment,
    )  # fmt: skip


def _fill(lake: Lake, sha: str, kind: str, read: Callable[[duckdb.DuckDBPyConnection, Path], Tally]) -> tuple[Tally, Path, int]:
    """Let ``read`` fill the tables of a connection of its own; the tally, the folder of segments, the observations."""
    spill = Path(tempfile.mkdtemp(dir=lake.scratch, prefix="spill-"))
    built = new_folder(lake)
    try:
        with contextlib.closing(connect(spill, *_limits(kind))) as connection:
            make_out_tables(connection)
            tally = read(connection, built)
            return tally, *write_segments(connection, lake, sha, built)
    except BaseException:
        shutil.rmtree(built, ignore_errors=True)
        raise
    finally:
        shutil.rmtree(spill, ignore_errors=True)


def _sentence(name: str, error: Exception) -> str:
    if isinstance(error, SourceProblem):
        return str(error) if str(error).startswith(f"{name}: ") else f"{name}: {error}"
    what = clipped(f"{type(error).__name__}: {error}")
    return f"{name}: reading it failed ({what}); it is kept as it is, its rows are in quarantine. Report this file, it should be readable."


def _limits(kind: str) -> tuple[str, int]:
    return (STREAM_MEMORY, 1) if kind.startswith("epcis") else (MEMORY, 0)


def _read(connection: duckdb.DuckDBPyConnection, path: Path, kind: str, context: Context, files: Mapping[str, Path], built: Path) -> Tally:
    if kind in ("epcis-xml", "epcis-json"):
        connection.execute(TIME_MACROS)
        with ObservationWriter(built / "observation.parquet", path.name) as writer:
            return EpcisSource(connection, context, kind, writer).read(path)
    if kind == "checksum-list":
        return _read_checksums(connection, path, context, files)
    if kind == "partner-notice":
        return _read_notice(connection, path)
    if kind == "sheet":
        return _read_sheet(connection, path, context)
    if kind == "table":
        return _read_text(connection, path, context)
    if kind in KEPT:
        return Tally(kind=kind)
    return Tally(kind=kind, problems=[f"{context.name}: {SENTENCES[kind]}"])


def _read_sheet(connection: duckdb.DuckDBPyConnection, path: Path, context: Context) -> Tally:
    table = SheetTable(path)
    tally = read_table(connection, table, context)
    tables = [title for title, rows in table.others.items() if find_header(rows, KNOWN_HEADERS)]
    if tables:
        tally.problems.append(
            f"{context.name}: the workbook holds further tables that were not read ({', '.join(map(clipped, tables[:20]))}); "
            "deliver each sheet as a file of its own."
        )
    if others := [clipped(title) for title in table.others if title not in tables]:
        tally.notes.append("further sheets, not read: " + ", ".join(others[:50]))
    return tally


def _read_text(connection: duckdb.DuckDBPyConnection, path: Path, context: Context) -> Tally:
    table = TextTable(path)
    rows = list(itertools.islice(table.rows(), LOOK))
    filled = [row for row in rows if any(row.cells)]
    wide = sum(len(row.cells) > 2 for row in filled)
    plain = wide * 2 < len(filled) and not any(row.trouble for row in rows) and not context.stated.kind
    if plain and find_header(rows, KNOWN_HEADERS) is None:
        return Tally(kind="document", notes=["a text, kept as it is"])
    return read_table(connection, table, context)


def _unread(connection: duckdb.DuckDBPyConnection, path: Path, kind: str, sentence: str) -> Tally:
    """A source that is no known kind: each of its rows is put into quarantine, so that the receipt still adds up."""
    tally = Tally(kind="unreadable", problems=[sentence])
    rows: Table | None = TextTable(path) if kind == "table" else None
    if kind == "sheet":
        with contextlib.suppress(SourceProblem):
            rows = SheetTable(path)
    if rows is None:
        return tally
    every = rows.rows()
    while chunk := list(itertools.islice(every, 5000)):
        filled = [row for row in chunk if any(cell.strip() for cell in row.cells) or row.trouble]
        tally.rows += len(chunk)
        tally.no_data += len(chunk) - len(filled)
        tally.quarantined += len(filled)
        quarantine_rows(connection, [(row, row.trouble or "the file could not be read as a whole; its receipt says why") for row in filled])
    return tally


def _read_notice(connection: duckdb.DuckDBPyConnection, path: Path) -> Tally:
    notice = read_partner_notice(path.read_bytes().decode(encoding_of(path), errors="replace"))
    for table, rows in (("observation", notice.rows), ("claim", notice.claims)):
        if rows:
            connection.register("_rows", pa.Table.from_pylist(rows, schema=_NOTICE[table]))
            connection.execute(f"INSERT INTO out_{table} BY NAME SELECT * FROM _rows")
            connection.unregister("_rows")
    for entry, reason in notice.refused:
        connection.execute("INSERT INTO out_quarantine BY NAME SELECT ? AS reason, ? AS position", [reason, entry])
    return Tally(kind="partner-notice", rows=notice.entries, stored=notice.entries - len(notice.refused), quarantined=len(notice.refused))


_TEXTS = ("gtin", "serial", "level", "step", "at_text", "lot", "expiry", "reference", "reason")
_NOTICE = {
    "observation": pa.schema([*((name, pa.string()) for name in _TEXTS), ("at_utc", pa.timestamp("us")), ("position", pa.int64())]),
    "claim": pa.schema([("claim", pa.string()), ("gtin", pa.string()), ("reference", pa.string()), ("quantity", pa.float64()),
                        ("position", pa.int64())]),
}  # fmt: skip


def _read_checksums(connection: duckdb.DuckDBPyConnection, path: Path, context: Context, files: Mapping[str, Path]) -> Tally:
    text = path.read_bytes().decode(encoding_of(path), errors="replace")
    stated, _ = parse_checksums(text)
    folder = context.name.rpartition("/")[0]
    for line in stated:
        connection.execute(
            "INSERT INTO out_fixity BY NAME SELECT ? AS name, ? AS algorithm, ? AS stated, ? AS actual, ? AS position",
            [line.name, line.algorithm, line.digest, actual_digest(line, folder, files), line.line],
        )
    rows = len(text.splitlines())
    return Tally(kind="checksum-list", rows=rows, stored=len(stated), no_data=rows - len(stated))
