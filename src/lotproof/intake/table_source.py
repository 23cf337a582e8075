"""A delimited text or a sheet into the tables of the lake."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Protocol

import duckdb
import pyarrow as pa

from lotproof.intake import typed
from lotproof.intake.fields import header_key
from lotproof.intake.match import KNOWN_HEADERS, Match, match_header
from lotproof.intake.problem import SourceProblem, clipped, quoted
from lotproof.intake.profile import Statement
from lotproof.intake.text.header import LOOK, WIDEST, Header, find_header, is_no_data
from lotproof.intake.text.rows import Row
from lotproof.intake.times import TIME_MACROS
from lotproof.lake.schema import TABLES

CHUNK = 20_000


class Table(Protocol):
    """What gives rows: TextTable or SheetTable."""

    encoding: str

    def rows(self) -> Iterator[Row]: ...


@dataclass
class Tally:
    """Counts of one source while it is read."""

    rows: int = 0
    no_data: int = 0
    stored: int = 0
    quarantined: int = 0
    problems: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    kind: str = "unknown"


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


def read_table(connection: duckdb.DuckDBPyConnection, table: Table, context: Context) -> Tally:
    """Read a table into the tables ``out_*`` of the connection. SourceProblem where it is no known kind."""
    connection.execute(TIME_MACROS)
    tally = Tally(notes=[f"encoding {table.encoding}"])
    rows = table.rows()
    first = list(itertools.islice(rows, LOOK))
    header = find_header(first, KNOWN_HEADERS | {header_key(title) for title in context.stated.columns})
    if header is None:
        raise SourceProblem(_too_wide(context.name, first) or _no_header(context.name, first))
    samples = {i: [row.cells[i] for row in first[header.index + 1 :] if len(row.cells) > i] for i in range(len(header.cells))}
    match = match_header(header.cells, context.name, context.stated.columns, context.stated.kind, samples)
    tally.kind = match.kind.name
    if match.unused:
        tally.notes.append("columns not used: " + ", ".join(clipped(title) for title in match.unused[:50]))
    _set_before(connection, first[: header.index], header, tally)
    _load(connection, itertools.chain(first[header.index + 1 :], rows), header, tally, context)
    zone = header.zone or context.stated.zone or context.zone
    made = typed.build(connection, match, header.cells, context.name, context.stated, zone, "raw")
    tally.problems += made.problems + typed.unknown_words(connection, match.kind, context.name, header.cells, match)
    _emit(connection, match, len(header.cells), tally)
    _doubt_times(connection, made, tally, context)
    return tally


def _set_before(connection: duckdb.DuckDBPyConnection, rows: list[Row], header: Header, tally: Tally) -> None:
    """Count what stands before the header and the header itself; a row as full as data is no preamble."""
    full = max(3, len(header.cells) // 2)
    bad = [row for row in rows if sum(1 for cell in row.cells if cell.strip()) > full or row.trouble]
    quarantine_rows(connection, [(row, row.trouble or "the row stands before the one that names the columns") for row in bad])
    tally.rows += len(rows) + 1
    tally.quarantined += len(bad)
    tally.no_data += len(rows) + 1 - len(bad)


def _load(
    connection: duckdb.DuckDBPyConnection, rows: Iterator[Row], header: Header, tally: Tally, context: Context
) -> None:
    """Fill ``raw`` with position and one text column a header cell; rows of another shape go to quarantine."""
    width = len(header.cells)
    names = [f"c{index}" for index in range(width)]
    connection.execute("DROP TABLE IF EXISTS raw")
    connection.execute(f"CREATE TABLE raw (position BIGINT, {', '.join(f'{n} VARCHAR' for n in names)})")
    blanks = "' ' || chr(9) || chr(10) || chr(11) || chr(12) || chr(13) || chr(160)"  # GS (29) is none: a scan may begin or end with it
    trimmed = ", ".join(f"nullif(trim({n}, {blanks}), '') AS {n}" for n in names)
    for chunk in iter(lambda: list(itertools.islice(rows, CHUNK)), []):
        positions: list[int] = []
        kept: list[list[str]] = []
        bad: list[tuple[Row, str]] = []
        tally.rows += len(chunk)
        for row in chunk:
            if not row.trouble and is_no_data(row.cells, header.cells):
                tally.no_data += 1
            elif row.trouble or not (cells := _fit(row.cells, header.cells)):
                bad.append((row, row.trouble or f"the row has {len(row.cells)} cells where the header has {width}"))
            else:
                positions.append(row.line)
                kept.append(cells)
        tally.quarantined += len(bad)
        quarantine_rows(connection, bad)
        if kept:
            columns = [pa.array(positions, pa.int64()), *(pa.array(column, pa.string()) for column in zip(*kept, strict=True))]
            batch = pa.Table.from_arrays(columns, ["position", *names])
            connection.register("_chunk", batch)
            connection.execute(f"INSERT INTO raw SELECT position, {trimmed} FROM _chunk")
            connection.unregister("_chunk")
        context.progress(tally.rows)


def _fit(cells: list[str], header: tuple[str, ...]) -> list[str]:
    """Cells cut where the rest is empty, filled where the rest of the header is; [] where it is another shape."""
    width = len(header)
    if len(cells) == width:
        return cells
    if len(cells) > width:
        return cells[:width] if not any(cell.strip() for cell in cells[width:]) else []
    return [*cells, *[""] * (width - len(cells))] if not any(header[len(cells) :]) else []


def quarantine_rows(connection: duckdb.DuckDBPyConnection, rows: list[tuple[Row, str]]) -> None:
    """Put rows that cannot be read into quarantine, each with its reason and its place."""
    if not rows:
        return
    table = pa.table(
        {
            "reason": [reason for _, reason in rows],
            "raw": ["\t".join(row.cells)[:2000] for row, _ in rows],
            "position": [row.line for row, _ in rows],
        }
    )
    connection.register("_bad", table)
    connection.execute("INSERT INTO out_quarantine BY NAME SELECT * FROM _bad")
    connection.unregister("_bad")


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
    connection.execute("CREATE OR REPLACE VIEW t AS SELECT * FROM typed WHERE row_reason = ''")
    for table, select in match.kind.emits:
        connection.execute(f"INSERT INTO out_{table} BY NAME {select}")


def _doubt_times(connection: duckdb.DuckDBPyConnection, made: typed.TypedTable, tally: Tally, context: Context) -> None:
    """Write down times that stayed without zone, and local times that the change of the clocks makes doubtful."""
    for name, title in made.time_columns.items():
        row = connection.execute(
            f"""SELECT count(*), min(position), arg_min({name}_text, position) FROM t
                WHERE {name}_text IS NOT NULL AND {name}_offset IS NULL AND {name} IS NULL AND {name}_local IS NOT NULL"""
        ).fetchone()
        if row and row[0] and made.plan.zone is None:
            _doubt(connection, title, row, "no zone")
        if made.plan.zone:
            _doubt_clock_change(connection, name, title, made.plan.zone)
    doubted = connection.execute("SELECT column_name FROM out_time_doubt WHERE doubt = 'no zone' LIMIT 1").fetchone()
    if doubted:
        tally.problems.append(
            f'{context.name}: the times in the column "{clipped(doubted[0])}" have no zone and nobody states one; say it with --zone '
            f"Area/City or in a mapping profile: [[file]] match = {quoted(context.name)} zone = \"Europe/Berlin\"."
        )


def _doubt_clock_change(connection: duckdb.DuckDBPyConnection, name: str, title: str, zone: str) -> None:
    back = f"timezone('{zone}', timezone('UTC', {name} - INTERVAL 1 HOUR))"
    row = connection.execute(
        f"""SELECT count(*), min(position), arg_min({name}_text, position) FROM t
            WHERE {name}_offset IS NULL AND {name} IS NOT NULL
              AND ({back} = {name}_local OR timezone('{zone}', timezone('UTC', {name} + INTERVAL 1 HOUR)) = {name}_local
                   OR timezone('{zone}', timezone('UTC', {name})) <> {name}_local)"""
    ).fetchone()
    if row and row[0]:
        _doubt(connection, title, row, "clock change")


def _doubt(connection: duckdb.DuckDBPyConnection, title: str, row: tuple[int, int, str], doubt: str) -> None:
    connection.execute(
        "INSERT INTO out_time_doubt BY NAME SELECT ? AS column_name, ? AS rows, ? AS example, ? AS doubt, ? AS position",
        [title, row[0], row[2], doubt, row[1]],
    )


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


