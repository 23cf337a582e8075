"""A delimited text or a sheet into the tables of the lake."""

from __future__ import annotations

import contextlib
import itertools
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import duckdb
import pyarrow as pa

from lotproof.intake import raw_table, typed
from lotproof.intake.columns.held import Held
from lotproof.intake.columns.read import is_worth_while, read_columns
from lotproof.intake.completed import Completed, complete
from lotproof.intake.damage import SSCC_MACRO
from lotproof.intake.fields import header_key
from lotproof.intake.match import KNOWN_HEADERS, Match, match_header
from lotproof.intake.problem import SourceProblem, clipped, quoted
from lotproof.intake.profile import Statement
from lotproof.intake.raw_table import furniture, quarantine_rows
from lotproof.intake.readings import note_readings
from lotproof.intake.tally import Tally
from lotproof.intake.text.header import LOOK, WIDEST, Header, find_header
from lotproof.intake.text.rows import Row, TextTable
from lotproof.intake.time_doubts import doubt_times
from lotproof.intake.times import TIME_MACROS
from lotproof.lake.schema import TABLES


class Table(Protocol):
    """What gives rows: TextTable or SheetTable."""

    encoding: str

    def rows(self) -> Iterator[Row]: ...


@dataclass(frozen=True)
class Context:
    """What is known about a file besides its bytes."""

    name: str
    """Path in the delivery."""
    stated: Statement
    """What profiles and export notes state."""
    zone: str | None
    """Zone for times without one, from the command line."""
    progress: Callable[[int], None] = lambda _rows: None
    """Told the number of rows read so far."""
    folder: Path = Path()
    """Where segments may be written straight to."""
    sha256: str = ""
    """Of the bytes."""
    spill: Path = Path("rows.arrow")
    """Where rows may be held until all are read; removed when they are."""


def read_table(connection: duckdb.DuckDBPyConnection, table: Table, context: Context) -> Tally:
    """Read a table into the tables ``out_*`` of the connection. SourceProblem where it is no known kind."""
    connection.execute(TIME_MACROS)
    connection.execute(SSCC_MACRO)
    tally = Tally(notes=[f"encoding {table.encoding}"])
    rows = table.rows()
    first = list(itertools.islice(rows, LOOK))
    header = _header(first, context)
    before = first[: max(header.index, 0)]
    samples = {i: [row.cells[i] for row in first[header.index + 1 :] if len(row.cells) > i] for i in range(len(header.cells))}
    match = match_header(header.cells, context.name, context.stated.columns, context.stated.kind, samples)
    tally.kind = match.kind.name
    if header.index >= 0:
        _set_before(connection, before, header, tally)
    with contextlib.closing(Held(match.kind, match.columns, len(header.cells), context.spill)) as held:
        _load(raw_table.Loader(connection, header, tally, context.progress, furniture(before), held.add), table, first, rows, header)
        _read(connection, held, match, header, before, tally, context)
    return tally


def _read(
    connection: duckdb.DuckDBPyConnection, held: Held, match: Match, header: Header, before: list[Row], tally: Tally, context: Context
) -> None:
    """The rows by columns, or where they are of no plain shape all at once."""
    zone = header.zone or context.stated.zone or context.zone
    if is_worth_while(held):
        _raw(connection, itertools.islice(held.as_read(), 1), len(header.cells))
        whole = complete(connection, match, header.cells, before)
        if read_columns(connection, held, whole, tally, context.name, context.stated, zone, context.folder, context.sha256):
            _note(whole, tally)
            return
    _raw(connection, held.as_read(), len(header.cells))
    held.close()
    whole = complete(connection, match, header.cells, before)
    _note(whole, tally)
    _build(connection, whole, header, tally, context)


def _raw(connection: duckdb.DuckDBPyConnection, rows: Iterator[pa.Table], width: int) -> None:
    raw_table.make_raw(connection, width)
    for some in rows:
        raw_table.insert_raw(connection, some)


def _note(whole: Completed, tally: Tally) -> None:
    if whole.match.unused:
        tally.notes.append("columns not used: " + ", ".join(clipped(title) for title in whole.match.unused[:50]))
    tally.notes += whole.notes


def _load(loader: raw_table.Loader, table: Table, first: list[Row], rows: Iterator[Row], header: Header) -> None:
    """What stands behind the header: a long text in blocks, all else row by row."""
    if isinstance(table, TextTable) and len(first) == LOOK:
        loader.rows(iter(first[header.index + 1 :]))
        loader.text(table, next(rows, Row(0, [])).line)
    else:
        loader.rows(itertools.chain(first[header.index + 1 :], rows))


def _header(first: list[Row], context: Context) -> Header:
    """The header that the profile states or that one of the first rows is."""
    if context.stated.header:
        return Header(-1, context.stated.header, None)
    header = find_header(first, KNOWN_HEADERS | {header_key(title) for title in context.stated.columns})
    if header is None:
        raise SourceProblem(_too_wide(context.name, first) or _no_header(context.name, first))
    return header


def _build(connection: duckdb.DuckDBPyConnection, whole: Completed, header: Header, tally: Tally, context: Context) -> None:
    zone = header.zone or context.stated.zone or context.zone
    made = typed.build(connection, whole.match, whole.titles, context.name, context.stated, zone, "raw")
    tally.problems += made.problems + typed.unknown_words(connection, whole.match.kind, context.name, whole.titles, whole.match)
    _emit(connection, whole.match, len(header.cells), tally)
    note_readings(connection, whole.match, tally, context.name)
    doubt_times(connection, made, tally, context.name)


def _set_before(connection: duckdb.DuckDBPyConnection, rows: list[Row], header: Header, tally: Tally) -> None:
    """Count what stands before the header and the header itself; a row as full as data is no preamble."""
    full = max(3, len(header.cells) // 2)
    bad = [row for row in rows if sum(1 for cell in row.cells if cell.strip()) > full or row.trouble]
    quarantine_rows(connection, [(row, row.trouble or "the row stands before the one that names the columns") for row in bad])
    tally.rows += len(rows) + 1
    tally.quarantined += len(bad)
    tally.no_data += len(rows) + 1 - len(bad)


def _emit(connection: duckdb.DuckDBPyConnection, match: Match, width: int, tally: Tally) -> None:
    """Put the unreadable rows of ``typed`` into quarantine and the others through the kind's SELECTs."""
    cells = ", ".join(f"coalesce(r.c{index}, '')" for index in range(width))
    connection.execute(
        f"""INSERT INTO out_quarantine BY NAME
            SELECT t.row_reason AS reason, concat_ws(chr(9), {cells})[1:2000] AS raw, t.position
            FROM typed t JOIN raw r USING (position) WHERE t.row_reason <> ''"""
    )
    counts = connection.execute("SELECT count(*) FILTER (row_reason = ''), count(*) FILTER (row_reason <> '') FROM typed").fetchone()
    assert counts is not None
    tally.stored += counts[0]
    tally.quarantined += counts[1]
    least = "".join(f", least({', '.join(of)}) AS {name}" for name, of in match.kind.least)
    connection.execute(f"CREATE OR REPLACE VIEW t AS SELECT *{least} FROM typed WHERE row_reason = ''")
    for table, select in match.kind.emits:
        connection.execute(f"INSERT INTO out_{table} BY NAME {select}")


def _too_wide(name: str, rows: list[Row]) -> str | None:
    widest = max((len(row.cells) for row in rows), default=0)
    if widest <= WIDEST:
        return None
    return f"{name}: it has {widest:,} columns where an export has {WIDEST:,} at most, so it was not read; export it again with fewer."


def _no_header(name: str, rows: list[Row]) -> str:
    filled = (cell.strip() for row in rows for cell in row.cells if cell.strip())
    cell = clipped(next(filled, ""))
    return (
        f'{name}: no row of the first {LOOK} names known columns (it begins "{cell}"); if it is an export, name its kind and its '
        f'columns in a mapping profile: [[file]] match = {quoted(name)} kind = "line" columns = {{ {quoted(cell or "Column")} = "code" }}.'
    )


def make_out_tables(connection: duckdb.DuckDBPyConnection) -> None:
    """Create the empty tables ``out_*``."""
    for table, columns in TABLES.items():
        connection.execute(f"DROP TABLE IF EXISTS out_{table}")
        connection.execute(f"CREATE TABLE out_{table} ({', '.join(f'{name} {kind}' for name, kind in columns.items())})")


