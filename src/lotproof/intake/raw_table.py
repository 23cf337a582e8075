"""Rows into the table ``raw``: the position and one column of text a cell of the header."""

from __future__ import annotations

import io
import itertools
import re
from collections.abc import Callable, Iterator, Sequence

import duckdb
import numpy as np
import pyarrow as pa

from lotproof.intake.tally import Tally
from lotproof.intake.text.bulk import Blocks, blocks
from lotproof.intake.text.header import Header, is_no_data
from lotproof.intake.text.rows import Row, TextTable

CHUNK = 20_000
_BLANKS = "' ' || chr(9) || chr(10) || chr(11) || chr(12) || chr(13) || chr(160)"
"""What is cut from both ends of a cell. GS (29) is not among it: a scan may begin or end with it."""
_TRIMMED = f"if(?[1:2] = '=\"', regexp_replace(trim(?, {_BLANKS}), '^=\"([^\"]*)\"$', '\\1'), trim(?, {_BLANKS}))"
"""A cell trimmed; ="00123" is how a text is kept from a spreadsheet that would take it for a number, and says 00123."""
_PAGE = re.compile(r"^(page|seite|p[áa]gina|pagina|strona|blatt|side|folio)\b.*\d|^\d+\s*(/|of|von|de|di|van|z)\s*\d+$", re.I)


class Loader:
    """Hands on rows: position and one text column a header cell; rows of another shape go to quarantine."""

    def __init__(
        self, connection: duckdb.DuckDBPyConnection, header: Header, tally: Tally, progress: Callable[[int], None],
        paper: frozenset[str] = frozenset(), to: Callable[[pa.Table], None] | None = None,
    ) -> None:  # fmt: skip
        """``paper`` is what each page of a printed list repeats, as `furniture` has it; ``to`` takes the rows, else the table ``raw``."""
        self.connection, self.tally, self.progress, self.paper = connection, tally, progress, paper
        self.header = header.cells
        self.names = [f"c{index}" for index in range(len(header.cells))]
        self._trimmed = ", ".join(f"nullif({_TRIMMED.replace('?', n)}, '') AS {n}" for n in self.names)
        if to is None:
            make_raw(connection, len(self.names))
        self._to = to or (lambda rows: insert_raw(connection, rows))

    def text(self, table: TextTable, first: int) -> None:
        """A delimited text from this line on (0 for none): plain blocks at once, all else row by row."""
        if not first:
            return
        split = Blocks(table.separator, self.header, self._is_data)
        for line, text in blocks(table.path, table.encoding, first - 1):
            columns = split.table(text)
            if columns is not None:
                self._plain(line, columns)
            elif '"' in text:
                self.rows(table.rows_from(line))  # a quoted cell may run into the next block
                return
            else:
                self.rows(table.rows_of(io.StringIO(text, newline=""), line))

    def _plain(self, first: int, columns: pa.Table) -> None:
        positions = pa.array(np.arange(first, first + columns.num_rows))
        self._to(pa.table([positions, *columns.columns], ["position", *self.names]))
        self.tally.rows += columns.num_rows
        self.progress(self.tally.rows)

    def _is_data(self, cells: Sequence[str]) -> bool:
        return not is_no_data(cells, self.header) and not (self.paper and is_furniture(cells, self.header, self.paper))

    def rows(self, rows: Iterator[Row]) -> None:
        """Rows one by one."""
        for chunk in iter(lambda: list(itertools.islice(rows, CHUNK)), []):
            positions: list[int] = []
            kept: list[list[str]] = []
            bad: list[tuple[Row, str]] = []
            self.tally.rows += len(chunk)
            for row in chunk:
                if not row.trouble and not self._is_data(row.cells):
                    self.tally.no_data += 1
                elif row.trouble or not (cells := _fit(row.cells, self.header)):
                    bad.append((row, row.trouble or f"the row has {len(row.cells)} cells where the header has {len(self.header)}"))
                else:
                    positions.append(row.line)
                    kept.append(cells)
            self.tally.quarantined += len(bad)
            quarantine_rows(self.connection, bad)
            if kept:
                columns = [pa.array(positions, pa.int64()), *(pa.array(column, pa.string()) for column in zip(*kept, strict=True))]
                self._to(self._trim(pa.Table.from_arrays(columns, ["position", *self.names])))
            self.progress(self.tally.rows)

    def _trim(self, batch: pa.Table) -> pa.Table:
        self.connection.register("_chunk", batch)
        trimmed = self.connection.execute(f"SELECT position, {self._trimmed} FROM _chunk").to_arrow_table()
        self.connection.unregister("_chunk")
        return trimmed


def make_raw(connection: duckdb.DuckDBPyConnection, width: int) -> None:
    """Make the empty table ``raw``."""
    connection.execute("DROP TABLE IF EXISTS raw")
    connection.execute(f"CREATE TABLE raw (position BIGINT, {', '.join(f'c{index} VARCHAR' for index in range(width))})")


def insert_raw(connection: duckdb.DuckDBPyConnection, rows: pa.Table) -> None:
    """Put rows into ``raw``."""
    connection.register("_chunk", rows)
    connection.execute("INSERT INTO raw SELECT * FROM _chunk")
    connection.unregister("_chunk")


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
            # JSON may spell half a character (\ud800), which no table takes.
            "raw": ["\t".join(row.cells)[:2000].encode("utf-8", "replace").decode() for row, _ in rows],
            "position": [row.line for row, _ in rows],
        }
    )
    connection.register("_bad", table)
    connection.execute("INSERT INTO out_quarantine BY NAME SELECT * FROM _bad")
    connection.unregister("_bad")


def furniture(before: Sequence[Row]) -> frozenset[str]:
    """What the rows before a header say, without its figures: a printed list says it again on each page."""
    return frozenset(_without_figures(row.cells) for row in before) | {_WITHOUT}


_WITHOUT = "\0"
"""Is in every set, so that page numbers are looked for even where nothing stands before the header."""


def is_furniture(cells: Sequence[str], header: Sequence[str], paper: frozenset[str]) -> bool:
    """Whether a row is of the paper and not of the table: a page number, or what the first page says above the header."""
    filled = [cell.strip() for cell in cells if cell.strip()]
    if len(filled) * 2 > len(header) and len(filled) > 3:
        return False
    return bool(filled) and (any(_PAGE.search(cell) for cell in filled) or _without_figures(cells) in paper)


def _without_figures(cells: Sequence[str]) -> str:
    return re.sub(r"[\d\s]+", "", "".join(cells))
