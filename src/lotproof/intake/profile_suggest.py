"""A mapping profile made from a file: what recognition found, its guesses as comments, and what a person must decide.

The text is TOML that `parse_profile` accepts as it stands; every question is a comment with values of the file beside it.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from lotproof.intake.fields import Field, Kind, Type, header_key, header_keys
from lotproof.intake.kinds import KINDS
from lotproof.intake.match import KNOWN_HEADERS, assign, fits, match_header
from lotproof.intake.problem import SourceProblem, clipped, quoted
from lotproof.intake.profile import Statement
from lotproof.intake.readers import table_of
from lotproof.intake.recognise import recognise
from lotproof.intake.table_source import Table
from lotproof.intake.text.header import LOOK, Header, find_header
from lotproof.intake.text.rows import Row, TextTable
from lotproof.intake.vocabulary import VOCABULARIES

SHOWN = 3
"""Values shown of a column."""
DISTINCT = 200
"""Distinct words looked at in a column."""


@dataclass(frozen=True)
class Columns:
    """The columns of a file, as far as they could be told."""

    titles: tuple[str, ...]
    """Header cells; made up where the file has no header."""
    values: Mapping[int, Sequence[str]]
    """Column index -> distinct values, in the order met."""
    kind: Kind | None
    found: Mapping[str, int]
    """Field -> column."""
    stated: bool
    """Whether the file has a header of its own."""


def suggest(path: Path, name: str, problems: Sequence[str]) -> str:
    """The profile for one file. ``problems`` are the questions that intake asks about it.

    Raises SourceProblem where the file is nothing that a profile could help with.
    """
    kind = recognise(path)
    table = table_of(path, kind, Statement())
    if table is None:
        what = _ARTICLE.get(kind, kind)
        raise SourceProblem(f"{name}: this is {what}, which is read without a profile or not at all; a profile maps tables.")
    columns = _columns(table, name)
    parts = (_head(name, table, columns, problems), _settings(columns, problems), _column_lines(columns), _word_lines(columns))
    return "".join(f"{line}\n" for part in parts for line in part)


_ARTICLE = {"epcis-xml": "an EPCIS document", "epcis-json": "an EPCIS document", "picture": "a picture", "pdf": "a PDF",
            "zip": "an archive", "profile": "a mapping profile", "table": "a text without columns", "empty": "an empty file"}  # fmt: skip


def _columns(table: Table, name: str) -> Columns:
    rows = table.rows()
    first = list(itertools.islice(rows, LOOK))
    header = find_header(first, KNOWN_HEADERS) or _unknown_header(first)
    stated = header.index >= 0
    values: dict[int, dict[str, None]] = {index: {} for index in range(len(header.cells))}
    for row in itertools.islice(itertools.chain(first[header.index + 1 :], rows), 200_000):
        for index, cell in enumerate(row.cells[: len(header.cells)]):
            if cell.strip() and len(values[index]) < DISTINCT:
                values[index].setdefault(cell.strip())
    distinct = {index: list(found) for index, found in values.items()}
    try:
        match = match_header(header.cells, name, {}, None, distinct)
        return Columns(header.cells, distinct, match.kind, match.columns, stated)
    except SourceProblem:
        kind = max(KINDS, key=lambda kind: len(assign(kind, header.cells, {}, distinct)))
        found = assign(kind, header.cells, {}, distinct)
        return Columns(header.cells, distinct, kind if fits(kind, found) else None, found, stated)


def _unknown_header(rows: Sequence[Row]) -> Header:
    """The first of the widest rows where it holds words only, else names made up: column1, column2."""
    width = max((len([cell for cell in row.cells if cell.strip()]) for row in rows), default=0)
    for index, row in enumerate(rows):
        cells = [cell.strip() for cell in row.cells]
        if len([cell for cell in cells if cell]) == width and width > 1:
            if not any(char.isdigit() for cell in cells for char in cell) and len(set(cells)) == len(cells):
                return Header(index, tuple(cells), None)
            break
    return Header(-1, tuple(f"column{number}" for number in range(1, width + 1)), None)


def _head(name: str, table: Table, columns: Columns, problems: Sequence[str]) -> Iterator[str]:
    separator = f", separator {quoted(table.separator)}" if isinstance(table, TextTable) else ""
    yield f"# Mapping profile for {clipped(name)}, suggested by lotproof profile suggest. Encoding {table.encoding}{separator}."
    yield "# Lines that begin with # are guesses and questions: check them, take the # away, then run lotproof profile test."
    for problem in problems:
        yield f"# asked: {clipped_line(problem)}"
    yield ""
    yield "[[file]]"
    yield f"match = {quoted(name)}"


def clipped_line(text: str) -> str:
    """A sentence on one line of a comment."""
    return " ".join(text.split())[:400]


def _settings(columns: Columns, problems: Sequence[str]) -> Iterator[str]:
    kinds = ", ".join(kind.name for kind in KINDS)
    if columns.kind is not None:
        yield f'kind = "{columns.kind.name}"                 # {columns.kind.title}'
    else:
        yield f'# kind = "?"                 # not recognised; one of {kinds}, batch_report'
    asked = " ".join(problems)
    if "have no zone" in asked:
        yield '# zone = "Area/City"         # times carry no zone, for example Europe/Berlin'
    if "tells day and month apart" in asked:
        yield '# dates = "DMY"              # or "MDY": no date tells day and month apart'
    if "can be read in two ways" in asked:
        yield '# decimal = ","              # or ".": numbers such as 1,234 can be read in two ways'
    if not columns.stated:
        listed = ", ".join(quoted(title) for title in columns.titles)
        yield f"# header = [{listed}]   # no row names the columns; name them here, in order"


def _column_lines(columns: Columns) -> Iterator[str]:
    by_column = {index: name for name, index in columns.found.items()}
    yield ""
    yield "[file.columns]                # header = field"
    for index, title in enumerate(columns.titles):
        if not title:
            continue
        shown = ", ".join(clipped(value) for value in columns.values[index][:SHOWN]) or "no values"
        field = by_column.get(index)
        if field is None:
            yield f'# {quoted(title)} = "?"   # not recognised; values: {shown}{_free_fields(columns)}'
        elif columns.kind is None or not _is_word(columns.kind.field_named(field), title):
            yield f'# {quoted(title)} = "{field}"   # a guess; values: {shown}'
        else:
            yield f'{quoted(title)} = "{field}"   # values: {shown}'


def _is_word(field: Field, title: str) -> bool:
    """Whether a title is a synonym of the field to the letter."""
    return not {header_key(word) for word in field.synonyms}.isdisjoint(header_keys(title))


def _free_fields(columns: Columns) -> str:
    if columns.kind is None:
        return ""
    needed = [group for group in columns.kind.requires if not any(name in columns.found for name in group)]
    return f"; still needed: {' or '.join(needed[0])}" if needed else ""


def _word_lines(columns: Columns) -> Iterator[str]:
    if columns.kind is None:
        return
    lines = []
    for field in columns.kind.fields:
        if field.type is not Type.WORD or field.name not in columns.found or field.vocabulary == "flag":
            continue
        known = VOCABULARIES[field.vocabulary]
        meanings = ", ".join(sorted(set(known.values())))
        at = columns.found[field.name]
        said = f"a word of {clipped(columns.titles[at])}; one of {meanings}"
        lines += [f'# {quoted(clipped(word))} = "?"   # {said}' for word in columns.values[at] if header_key(word) not in known]
    if lines:
        yield ""
        yield "[file.words]                  # word of the file = meaning"
        yield from lines
