"""Columns that a table does not have as such: facts that stand above it, and times whose day stands in a column of its own."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

import duckdb

from lotproof.intake import fields as f
from lotproof.intake.fields import Type, header_keys
from lotproof.intake.match import Match
from lotproof.intake.problem import clipped
from lotproof.intake.text.rows import Row

_ABOVE = {
    name: frozenset(f.header_key(word) for word in f.text(name, *words).synonyms)
    for name, words in (("lot", f.LOT_WORDS), ("order_no", f.ORDER_WORDS), ("gtin", f.GTIN_WORDS), ("expiry", f.EXPIRY_WORDS))
}
"""Field -> labels by which it may stand once above a table."""
_DAYS = frozenset(f.header_key(word) for word in f.text("day", "Date", "Datum", "Day", "Tag").synonyms)
"""Ends of the headers of columns that hold a day."""
_CLOCK = r"^\d{1,2}:\d{2}(:\d{2}([.,]\d+)?)?(\s*[aApP]\.?\s?[mM]\.?)?$"


@dataclass(frozen=True)
class Completed:
    """A table with all its columns."""

    match: Match
    titles: tuple[str, ...]
    """The header's cells and the titles of the columns that were added."""
    notes: tuple[str, ...]
    """What was added, for the receipt."""
    facts: tuple[tuple[str, str], ...] = ()
    """(field, text) of the columns that were added with one text throughout, in their order."""


def complete(connection: duckdb.DuckDBPyConnection, match: Match, header: tuple[str, ...], before: Sequence[Row]) -> Completed:
    """Add to ``raw`` the columns that can be had from the rows before the header and from its own day columns."""
    titles, columns, notes = list(header), dict(match.columns), _read_otherwise(match, header)
    facts: list[tuple[str, str]] = []
    for name, (label, value) in _facts_above(before).items():
        if name not in columns and any(field.name == name for field in match.kind.fields):
            columns[name] = len(titles)
            connection.execute(f"ALTER TABLE raw ADD COLUMN c{len(titles)} VARCHAR")
            connection.execute(f"UPDATE raw SET c{len(titles)} = ?", [value])
            titles.append(label)
            facts.append((name, value))
            notes.append(f"{clipped(label)} {clipped(value)} stands above the table and was taken for each row")
    days = _split_times(connection, match, header)
    for name, day in days.items():
        at = len(titles)
        connection.execute(f"ALTER TABLE raw ADD COLUMN c{at} VARCHAR")
        bare = f"regexp_replace(c{day}, '[T ]0{{1,2}}:00(:00)?(\\.0+)?$', '')"  # a typed date of a sheet has a clock of its own
        connection.execute(f"UPDATE raw SET c{at} = {bare} || ' ' || c{columns[name]}")
        titles.append(f"{header[day]} {header[columns[name]]}")
        columns[name] = at
    used = {*match.columns.values(), *days.values()}
    unused = tuple(cell for index, cell in enumerate(header) if cell and index not in used)
    return Completed(replace(match, columns=columns, unused=unused), tuple(titles), tuple(notes), tuple(facts))


def _read_otherwise(match: Match, header: Sequence[str]) -> list[str]:
    """What the receipt says of columns whose header is no known word of the field."""
    return [f"{clipped(header[match.columns[name]])} was read as {name}, by its words and values" for name in match.told]


def _facts_above(before: Sequence[Row]) -> dict[str, tuple[str, str]]:
    """Field -> (label, value) of what the rows before the header state once: "Lot: AB12", or two cells."""
    found: dict[str, tuple[str, str]] = {}
    doubtful: set[str] = set()
    for row in before:
        cells = [cell.strip() for cell in row.cells if cell.strip()]
        pairs = [tuple(re.split(r"\s*[:=]\s*", cell, maxsplit=1)) for cell in cells if re.search(r"[:=]\s*\S", cell)]
        if not pairs and len(cells) % 2 == 0:
            pairs = [(label.rstrip(":= "), value) for label, value in zip(cells[::2], cells[1::2], strict=True)]
        for label, value in (pair for pair in pairs if len(pair) == 2):
            for name, words in _ABOVE.items():
                if not words.isdisjoint(header_keys(label.lstrip("# "))):
                    doubtful |= {name} if found.setdefault(name, (label, value))[1] != value else set()
    return {name: fact for name, fact in found.items() if name not in doubtful}


def _split_times(connection: duckdb.DuckDBPyConnection, match: Match, header: Sequence[str]) -> dict[str, int]:
    """Time field -> index of the column with its day, where the field's own column holds nothing but clock times."""
    split: dict[str, int] = {}
    taken = dict(match.columns)
    times = {field.name for field in match.kind.fields if field.type is Type.TIME and field.name in taken}
    free = [index for index, cell in enumerate(header) if index not in taken.values() and _is_day(cell)]
    for name in sorted(times, key=lambda name: taken[name]):
        if not free or not _holds(connection, taken[name], _CLOCK):
            continue
        day = min(free, key=lambda index: (not _alike(header[index], header[taken[name]]), abs(index - taken[name])))
        if not _holds(connection, day, _CLOCK):
            split[name] = day
    return split


def _is_day(title: str) -> bool:
    return any(key.endswith(tuple(_DAYS)) or key.startswith(tuple(_DAYS)) for key in header_keys(title))


def _alike(one: str, other: str) -> bool:
    """Whether "Print Date" and "Print Time" begin with the same word."""
    return one.split()[:1] == other.split()[:1] if len(one.split()) > 1 else one[:4].lower() == other[:4].lower()


def _holds(connection: duckdb.DuckDBPyConnection, index: int, pattern: str) -> bool:
    """Whether the column has values and each is of this shape."""
    row = connection.execute(
        f"SELECT count(*), count(*) FILTER (regexp_full_match(c{index}, ?)) FROM raw WHERE c{index} IS NOT NULL", [pattern.strip("^$")]
    ).fetchone()
    return bool(row and row[0] and row[0] == row[1])
