"""Rows of a delimited text with the line on which each begins."""

from __future__ import annotations

import csv
import io
from collections import Counter, deque
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from lotproof.intake.text.encoding import encoding_of

LINE_LIMIT = 1 << 20
"""Characters of one line; a longer one is no row of any export and is quarantined."""
LINES = 200
"""Lines of one row at most; a quotation mark that opens more was never closed."""
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

    def __init__(self, path: Path, encoding: str | None = None, separator: str | None = None) -> None:
        self.path = path
        self.encoding = encoding or encoding_of(path)
        self.separator = separator or separator_of(self._first_lines(60))

    def _first_lines(self, count: int) -> list[str]:
        with self._open() as stream:
            lines = (stream.readline(LINE_LIMIT) for _ in range(count))
            return [line.rstrip("\r\n") for line in lines if line]

    def _open(self) -> io.TextIOWrapper:
        return self.path.open("r", encoding=self.encoding, errors="replace", newline="")

    def rows(self) -> Iterator[Row]:
        """Every row in order. A row that is too long or undecodable carries its trouble.

        Where a quotation mark is never closed, its line alone is troubled: the lines behind it are read again.
        """
        with self._open() as stream:
            yield from self.rows_of(stream, 1)

    def rows_from(self, line: int) -> Iterator[Row]:
        """The rows that begin on this line or behind it."""
        with self._open() as stream:
            at = 1
            while at < line and (read := stream.readline(LINE_LIMIT)):
                at += read.endswith(("\n", "\r"))
            yield from self.rows_of(stream, line)

    def rows_of(self, stream: io.TextIOBase, first: int) -> Iterator[Row]:
        """The rows of a stream whose first line has this number."""
        guard = _Guard(stream, first - 1)
        reader = csv.reader(guard, delimiter=self.separator)
        while True:
            guard.taken.clear()
            begins = guard.line + 1
            trouble = ""
            try:
                cells = next(reader)
            except StopIteration:
                return
            except (csv.Error, _Swallowed) as error:
                trouble = UNCLOSED if len(guard.taken) > 1 else f"the line cannot be split into cells ({error})"
            if trouble or guard.ended:  # the csv module hands out an open cell when the file ends
                cells = [guard.only_first().rstrip("\r\n")]
                reader = csv.reader(guard, delimiter=self.separator)
                yield Row(begins, cells, trouble or UNCLOSED)
            else:
                yield Row(begins, cells, guard.trouble())


UNCLOSED = "a quotation mark that opens on this line is not closed"


class _Swallowed(Exception):
    """A row runs over more lines than a row has."""


class _Guard:
    """Lines of a stream for the csv reader: counts them, cuts what is overlong, and can give them again."""

    def __init__(self, stream: io.TextIOBase, line: int = 0) -> None:
        self.stream = stream
        self.line = line
        self.taken: list[tuple[str, bool]] = []
        """Lines of the row under way, each with whether it was cut."""
        self.again: deque[tuple[str, bool]] = deque()
        self.ended = False

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        if len(self.taken) >= LINES:
            raise _Swallowed
        entry = self.again.popleft() if self.again else self._fresh()
        if not entry[0]:
            self.ended = True
            raise StopIteration
        self.line += 1
        self.taken.append(entry)
        return entry[0]

    def _fresh(self) -> tuple[str, bool]:
        line = self.stream.readline(LINE_LIMIT)
        if len(line) < LINE_LIMIT or line.endswith("\n"):
            return line, False
        while (rest := self.stream.readline(LINE_LIMIT)) and not rest.endswith("\n"):
            pass
        return line[:200].replace('"', "'") + "\n", True

    def only_first(self) -> str:
        """The first line of the row under way; the others will be given again."""
        self.again.extendleft(reversed(self.taken[1:]))
        self.line -= len(self.taken) - 1
        self.ended = False
        return self.taken[0][0]

    def trouble(self) -> str:
        """What is wrong with the lines of the row, if anything."""
        for line, cut in self.taken:
            if cut:
                return f"the line is longer than {LINE_LIMIT:,} characters"
            if "\ufffd" in line:
                return "the line holds bytes that are no text in this file's encoding"
        return ""
