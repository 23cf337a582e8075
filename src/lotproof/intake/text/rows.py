"""Rows of a delimited text with the line on which each begins."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from lotproof.intake.text.encoding import encoding_of

LINE_LIMIT = 1 << 20
"""Characters of one line; a longer one is no row of any export and is quarantined."""
SEPARATORS = (";", "\t", ",", "|")

csv.field_size_limit(LINE_LIMIT)


@dataclass(frozen=True)
class Row:
    """One row as read."""

    line: int
    """Line on which it begins, from 1."""
    cells: list[str]
    """Its cells, untrimmed."""
    trouble: str = ""
    """Why it cannot be a row; empty when it can."""


def separator_of(lines: list[str]) -> str:
    """The separator that splits most lines into the same number of cells, more than one."""
    best, best_score = ",", (0, 0)
    filled = [line for line in lines if line.strip()]
    for candidate in SEPARATORS:
        counts = Counter(len(next(csv.reader([line], delimiter=candidate), [])) for line in filled)
        del counts[1]
        if counts:
            width, agreeing = max(counts.items(), key=lambda pair: (pair[1] * (pair[0] - 1), pair[0]))
            if (agreeing * (width - 1), width) > best_score:
                best, best_score = candidate, (agreeing * (width - 1), width)
    return best


class TextTable:
    """A delimited text file as rows."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.encoding = encoding_of(path)
        self.separator = separator_of(self._first_lines(60))

    def _first_lines(self, count: int) -> list[str]:
        with self._open() as stream:
            lines = (stream.readline(LINE_LIMIT) for _ in range(count))
            return [line.rstrip("\r\n") for line in lines if line]

    def _open(self) -> io.TextIOWrapper:
        return self.path.open("r", encoding=self.encoding, errors="replace", newline="")

    def rows(self) -> Iterator[Row]:
        """Every row in order. A row that is too long or undecodable carries its trouble."""
        with self._open() as stream:
            guard = _Guard(stream)
            reader = csv.reader(guard, delimiter=self.separator)
            while True:
                begins = guard.line + 1
                try:
                    cells = next(reader)
                except StopIteration:
                    return
                except csv.Error as error:
                    yield Row(begins, [], f"the line cannot be split into cells ({error})")
                    reader = csv.reader(guard, delimiter=self.separator)
                    continue
                yield _row(begins, cells, guard)


def _row(begins: int, cells: list[str], guard: _Guard) -> Row:
    if guard.overlong:
        guard.overlong = False
        return Row(begins, cells, f"the line is longer than {LINE_LIMIT:,} characters")
    if guard.damaged:
        guard.damaged = False
        return Row(begins, cells, "the line holds bytes that are no text in this file's encoding")
    if guard.line - begins > 200:
        return Row(begins, cells[:1], f"a quotation mark opened here swallows {guard.line - begins + 1} lines")
    return Row(begins, cells)


class _Guard:
    """Lines of a stream for the csv reader: counts them and cuts what is overlong."""

    def __init__(self, stream: io.TextIOWrapper) -> None:
        self.stream = stream
        self.line = 0
        self.overlong = False
        self.damaged = False

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        line = self.stream.readline(LINE_LIMIT)
        if not line:
            raise StopIteration
        self.line += 1
        if len(line) >= LINE_LIMIT and not line.endswith("\n"):
            self.overlong = True
            while (rest := self.stream.readline(LINE_LIMIT)) and not rest.endswith("\n"):
                pass
            line = line[:200].replace('"', "'") + "\n"
        if "\ufffd" in line:
            self.damaged = True
        return line
