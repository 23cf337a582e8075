"""Text in columns of fixed width: where the columns are is found from a ruler, or from the blanks that all lines share.

A list report (SAP and its kin) repeats its head on each page; what stands between the pages is no data.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path

from lotproof.intake.fields import header_key
from lotproof.intake.text.encoding import encoding_of
from lotproof.intake.text.rows import LINE_LIMIT, Row

SAMPLE = 400
"""Lines that the columns are found from."""
FEWEST = 3
"""Columns of a table; two are a list of facts."""
_RULER = re.compile(r"^\s*(?:[-=_]{2,}\s+)+[-=_]{2,}\s*$")
Span = tuple[int, int]
"""First character of a column and the first behind it."""


class FixedTable:
    """A text in columns of fixed width as rows."""

    def __init__(self, path: Path, spans: Sequence[Span], encoding: str | None = None) -> None:
        self.path = path
        self.encoding = encoding or encoding_of(path)
        self.spans = tuple(spans)

    def rows(self) -> Iterator[Row]:
        """Every line cut into its columns; rulers and page feeds are rows without cells."""
        for number, line in enumerate(_lines(self.path, self.encoding), 1):
            if "\ufffd" in line:
                yield Row(number, [line], "the line holds bytes that are no text in this file's encoding")
            elif _RULER.match(line) or not line.strip():
                yield Row(number, [])
            else:
                cells, torn = _cut(line, self.spans)
                yield Row(number, [line] if torn else cells)


def _cut(line: str, spans: Sequence[Span]) -> tuple[list[str], bool]:
    """The cells of a line, and whether text runs over the edge of a column: such a line is none of the table."""
    cells = [line[start:end].strip() for start, end in spans]
    torn = any(line[end - 1 : end].strip() and line[end : end + 1].strip() for _, end in spans[:-1])
    return cells, torn


def _lines(path: Path, encoding: str) -> Iterator[str]:
    with path.open("r", encoding=encoding, errors="replace") as stream:
        while line := stream.readline(LINE_LIMIT):
            yield line.rstrip("\n").replace("\f", "")


def by_widths(path: Path, widths: Sequence[int], encoding: str | None = None) -> FixedTable:
    """The table whose columns have these widths, as a profile states them."""
    spans, start = [], 0
    for width in widths:
        spans.append((start, start + width))
        start += width
    return FixedTable(path, [*spans[:-1], (spans[-1][0], LINE_LIMIT)], encoding)


def find_fixed(path: Path, known: frozenset[str], encoding: str | None = None) -> FixedTable | None:
    """The table that the first lines show; None where they show none: a header of known words above aligned columns."""
    encoding = encoding or encoding_of(path)
    sample = [line.expandtabs() for line in islice(_lines(path, encoding), SAMPLE)]
    for number, line in enumerate(sample[:40]):
        if sum(header_key(word) in known for word in re.split(r"\s{2,}", line.strip())) < 2 and not _ruled(sample, number):
            continue
        spans = _from_ruler(sample, number) or _from_blanks(line, sample[number + 1 :])
        titles = [line[start:end].strip() for start, end in spans]
        if len(spans) >= FEWEST and sum(header_key(title) in known for title in titles) >= 2:
            return FixedTable(path, spans, encoding)
    return None


def _ruled(sample: Sequence[str], number: int) -> bool:
    return number + 1 < len(sample) and _RULER.match(sample[number + 1]) is not None


def _from_ruler(sample: Sequence[str], number: int) -> list[Span]:
    """The columns that a line of dashes under the header marks."""
    if not _ruled(sample, number):
        return []
    spans = [found.span() for found in re.finditer(r"[-=_]+", sample[number + 1])]
    return [*spans[:-1], (spans[-1][0], LINE_LIMIT)]


def _from_blanks(header: str, below: Sequence[str]) -> list[Span]:
    """The columns between the blanks that the header and nearly all lines below it share."""
    filled = [line for line in below if line.strip() and not _RULER.match(line) and len(line.rstrip()) > len(header.rstrip()) // 2]
    width = max([len(header), *(len(line) for line in filled)]) + 1
    table = [line for line in filled if _fits(line, header)] or filled
    blank = [header[at : at + 1] in ("", " ") and all(line[at : at + 1] in ("", " ") for line in table) for at in range(width)]
    edges = [at for at in range(1, width) if blank[at - 1] and not blank[at]]
    starts = sorted({0, *edges})
    spans = [(start, end) for start, end in zip(starts, [*starts[1:], LINE_LIMIT], strict=True)]
    return _headed(header, spans)


def _fits(line: str, header: str) -> bool:
    """Whether a line is probably a row: it has at least half as many words apart as the header."""
    return len(re.split(r"\s{2,}", line.strip())) * 2 >= len(re.split(r"\s{2,}", header.strip()))


def _headed(header: str, spans: Sequence[Span]) -> list[Span]:
    """Columns with no title belong to the one before them: a time behind its date."""
    joined: list[Span] = []
    for start, end in spans:
        if joined and not header[start:end].strip():
            joined[-1] = (joined[-1][0], end)
        else:
            joined.append((start, end))
    return joined
