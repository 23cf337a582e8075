"""The header row of a table, and what the lines before it state."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from lotproof.intake.fields import header_key, header_keys
from lotproof.intake.text.rows import SEPARATORS, Row
from lotproof.intake.zones import zone_in

LOOK = 40
"""Rows looked at for a header."""

_ZONE_LABELS = {"timezone", "zeitzone", "tz", "zone", "planttimezone", "timezoneofplant", "uhrzeitzone"}
WIDEST = 1000
"""Columns of a header at most; no export has more."""


@dataclass(frozen=True)
class Header:
    """Where a table begins."""

    index: int
    """Index of the header among the rows looked at."""
    cells: tuple[str, ...]
    """Its cells, trimmed."""
    zone: str | None
    """Time zone that the lines before it state."""


def find_header(rows: Sequence[Row], known: frozenset[str]) -> Header | None:
    """The first of the widest rows that holds two or more known headers; None where no row does."""
    best: tuple[int, int] | None = None
    for index, row in enumerate(rows):
        if row.trouble or len(row.cells) > WIDEST:
            continue
        keys = [header_key(cell) for cell in row.cells if cell.strip()]
        hits = sum(1 for cell in dict.fromkeys(row.cells) if cell.strip() and not known.isdisjoint(header_keys(cell)))
        # Two columns of one name are common in exports, in a row of data two equal cells are more so.
        if hits >= (2 if len(set(keys)) == len(keys) else 4) and (best is None or hits > best[0]):
            best = (hits, index)
    if best is None:
        return None
    index = best[1]
    cells = tuple(cell.strip().strip("\ufeff") for cell in rows[index].cells)
    return Header(index, cells, _zone_before(rows[:index]))


def names_columns(text: str, known: frozenset[str]) -> bool:
    """Whether one of the first lines of a text is the header of a table: three known headers at least."""
    lines = text[: 1 << 16].splitlines()[:LOOK]
    return any(sum(header_key(cell) in known for cell in line.split(mark)) >= 3 for line in lines for mark in SEPARATORS)


def _zone_before(rows: Sequence[Row]) -> str | None:
    for row in rows:
        cells = [cell.strip() for cell in row.cells if cell.strip()]
        label, *rest = re.split(r"\s*[:;=\t]\s*", " : ".join(cells), maxsplit=1)
        if rest and header_key(label.lstrip("# ")) in _ZONE_LABELS and (zone := zone_in(rest[0])):
            return zone
    return None


_TOTALS = {
    "total", "totals", "summe", "sum", "gesamt", "gesamtsumme", "subtotal", "zwischensumme", "endofreport", "endoffile",
    "eof", "recordcount", "rowcount", "anzahldatensaetze", "records", "rows", "datensaetze", "ende", "end", "grandtotal",
    "anzahlzeilen", "zeilen", "totalrows", "totalrecords", "berichtsende", "summary",
}  # fmt: skip


_BEGINNINGS = {word[:3] for word in _TOTALS}


def is_no_data(cells: Sequence[str], header: tuple[str, ...]) -> bool:
    """Whether a row is blank, a repeated header, a comment or a line of totals."""
    first = next((cell.strip() for cell in cells if cell and not cell.isspace()), "")
    begins = first[:3]
    if begins.isalnum() and begins.lower() not in _BEGINNINGS and first not in header:
        return False  # by far the most rows
    if not first or first.startswith("#") or [cell.strip() for cell in cells] == list(header):
        return True
    # A row with most of its cells filled is data, whatever its first cell says.
    few = sum(1 for cell in cells if cell.strip()) <= max(3, len(header) // 2)
    return few and (first.startswith(("---", "===", "***")) or header_key(re.split(r"[:=]", first)[0]) in _TOTALS)
