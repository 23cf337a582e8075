"""A CSV table for the statistics: named columns, numbers that say where they stand when they are none."""

from __future__ import annotations

import csv
import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from lotproof.stats.problem import MethodProblem

LARGEST = 50_000_000
"""Bytes: a table of points, not the data of a site."""


@dataclass(frozen=True)
class Table:
    """A table as it was read."""

    name: str
    """Name of the file, for sentences."""
    columns: tuple[str, ...]
    """Header words."""
    rows: tuple[tuple[str, ...], ...]
    """Cells as text, stripped."""
    lines: tuple[int, ...]
    """Line of the file on which each row begins."""
    comma: bool
    """Whether numbers may have a decimal comma: where columns are parted by something else."""

    def has(self, column: str) -> bool:
        """Whether there is such a column, in small or capital letters."""
        return column.lower() in [name.lower() for name in self.columns]

    def words(self, column: str) -> tuple[str, ...]:
        """The cells of a column."""
        at = self._index(column)
        return tuple(row[at] for row in self.rows)

    def numbers(self, column: str, empty: bool = False) -> list[float]:
        """The cells of a column as numbers; with ``empty`` an empty cell is not a number and no mistake."""
        at = self._index(column)
        return [self._number(row[at], line, self.columns[at], empty) for row, line in zip(self.rows, self.lines, strict=True)]

    def _index(self, column: str) -> int:
        names = [name.lower() for name in self.columns]
        if column.lower() not in names:
            raise MethodProblem(f'{self.name} has no column "{column}"; it has {", ".join(self.columns)}.')
        return names.index(column.lower())

    def _number(self, cell: str, line: int, column: str, empty: bool) -> float:
        if empty and not cell:
            return math.nan
        try:
            value = float(cell.replace(",", ".") if self.comma else cell)
        except ValueError:
            value = math.nan
        if not math.isfinite(value):
            shown = f'"{cell[:40]}" is no number' if cell else "the cell is empty"
            raise MethodProblem(f'{self.name}, line {line}, column "{column}": {shown}; mend the cell or leave the row out.')
        return value


def read_table(path: Path, needs_rows: bool = True) -> Table:
    """The table of a CSV file: UTF-8, columns parted by comma, semicolon or tab, names in the first line, empty lines skipped."""
    if path.stat().st_size > LARGEST:
        raise MethodProblem(f"{path.name} has more than {LARGEST // 1_000_000} MB; a table of points is smaller: count the events first.")
    try:
        content = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        raise MethodProblem(f"{path.name} is no UTF-8 text; save it as CSV in UTF-8.") from None
    first = content.partition("\n")[0]
    delimiter = max(",;\t", key=first.count)
    try:
        return _table(path.name, content, delimiter, needs_rows)
    except csv.Error as error:
        raise MethodProblem(f"{path.name} cannot be read as CSV ({error}); save it as CSV in UTF-8.") from None


def _table(name: str, content: str, delimiter: str, needs_rows: bool) -> Table:
    reader = csv.reader(content.splitlines(keepends=True), delimiter=delimiter)
    columns: tuple[str, ...] = ()
    rows, lines, begun = [], [], 1
    for cells in reader:
        row, line, begun = tuple(cell.strip() for cell in cells), begun, reader.line_num + 1
        if not any(row):
            continue
        if not columns:
            columns = _header(name, row)
        elif len(row) != len(columns):
            raise MethodProblem(f"{name}, line {line}: {len(row)} cells, but the header has {len(columns)} columns; mend the line.")
        else:
            rows.append(row)
            lines.append(line)
    if not rows and needs_rows:
        raise MethodProblem(f"{name} has no rows; it needs a line with the names of columns and one line a point.")
    return Table(name, columns, tuple(rows), tuple(lines), delimiter != ",")


def _header(name: str, row: Sequence[str]) -> tuple[str, ...]:
    lowered = [word.lower() for word in row]
    twice = next((word for at, word in enumerate(row) if lowered.index(word.lower()) != at), None)
    if twice is not None:
        raise MethodProblem(f'{name}, line 1: the column "{twice}" is there twice; give each column a name of its own.')
    return tuple(row)
