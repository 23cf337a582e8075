"""Batch reports: the counts that a line controller or a person states at the end of a lot, as claims.

Such a report is a list of facts (`Printed: 1.230`), with sections for levels or reject reasons, or a small matrix with one row or
column a level. Counts are claims of a document: they are compared with the rows of other sources and never stand for packs.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from lotproof.intake.batch_words import COUNTS, FACTS, LEVELS, REASON_SECTIONS
from lotproof.intake.fields import header_key
from lotproof.intake.text.rows import Row

FEWEST = 3
"""Counts that make a text a batch report, together with a lot or an order."""
LONGEST = 2_000
"""Rows; a report is a page or ten."""
_FACT = re.compile(r"^\s*(?P<key>[^:=|;\t]*?[^\s:=|;\t.])\s*(?:[:=|;\t]|\.{3,}|\s{3,})[\s.:|;]*(?P<value>\S.*?)\s*$")
_NUMBER = re.compile(r"^[+-]?\d{1,3}(?:[.,' \u00a0\u202f]\d{3})+$|^[+-]?\d+(?:[.,]0+)?$")
_UNIT = re.compile(r"\s*(?:EA|ST|Stk\.?|Stück|pcs?\.?|pieces|units?|packs?|pz|szt\.?|st\.?|x)$", re.I)


@dataclass
class Report:
    """What a batch report states."""

    facts: dict[str, str] = field(default_factory=dict)
    """lot, order_no, gtin, material, line, started, ended as written."""
    claims: list[dict[str, Any]] = field(default_factory=list)
    """claim, quantity, unit (the level), reference (as written), position."""
    used: set[int] = field(default_factory=set)
    """Positions of the rows that said one of these."""
    refused: list[tuple[Row, str]] = field(default_factory=list)
    """Rows that name a count whose value is none."""

    @property
    def is_one(self) -> bool:
        """Whether the text is a batch report at all."""
        return len(self.claims) >= FEWEST and bool({"lot", "order_no"} & self.facts.keys())


@dataclass
class _Place:
    """Where in the report the next row stands."""

    level: str | None = None
    reasons: bool = False
    columns: list[tuple[str, str]] = field(default_factory=list)
    """Of a matrix: for each column ("level", level) or ("count", claim) or ("", "")."""


def read_report(rows: Iterable[Row]) -> Report:
    """What the rows of a text or a sheet state; rows of one cell are taken apart at a colon, an equals sign or wide blanks."""
    report, place = Report(), _Place()
    for row in rows:
        cells = [cell.strip() for cell in row.cells if cell.strip()]
        if len(cells) == 1 and (found := _FACT.match(cells[0])):
            cells = [found["key"], found["value"], *re.split(r"\s{3,}|[|;\t]", found["value"])[1:]]
            cells[1] = cells[1] if len(cells) == 2 else re.split(r"\s{3,}|[|;\t]", found["value"])[0]
        if cells and set("".join(cells)) <= set("-=_*+| "):
            continue
        if len(cells) == 1:
            _section(cells[0], place)
        elif cells:
            _take(report, place, row, cells)
    return report


def _section(title: str, place: _Place) -> None:
    key = header_key(title.strip("[]*=- :#"))
    place.columns = []
    place.reasons = key in REASON_SECTIONS
    if key in LEVELS:
        place.level = LEVELS[key]


def _take(report: Report, place: _Place, row: Row, cells: Sequence[str]) -> None:
    key = header_key(cells[0])
    if len(cells) > 2 and _head(place, cells):
        return
    if place.columns and len(cells) == len(place.columns):
        _matrix_row(report, place, row, cells)
        return
    fact = FACTS.get(key)
    if fact and fact not in report.facts:
        report.facts[fact] = cells[1]
        report.used.add(row.line)
        return
    level, claim = _counted(cells[0], place)
    if claim is None and key in REASON_SECTIONS and not _is_number(cells[1]):
        place.reasons = True
    elif claim is None and place.reasons and _is_number(cells[1]):
        _add(report, row, "report_rejected_reason", level, cells[0], cells[1])
    elif claim is not None:
        _add(report, row, claim, level, cells[0], cells[1])


def _counted(title: str, place: _Place) -> tuple[str | None, str | None]:
    """Level and claim that a title names: "Cases - full", "Printed", "Rejected (no read)"."""
    key = header_key(title)
    if key in COUNTS:
        claim, level = COUNTS[key]
        return level or place.level, claim
    words = [header_key(part) for part in re.split(r"[\s,;:/()\[\]\-–]+", title) if part.strip()]
    level = next((LEVELS[word] for word in words if word in LEVELS), None)
    rest = "".join(word for word in words if word not in LEVELS)
    if rest in COUNTS:
        claim, own = COUNTS[rest]
        return level or own or place.level, claim
    first = words[0] if words else ""
    if COUNTS.get(first, ("", None))[0] == "report_rejected" and len(words) > 1:
        return level or place.level, "report_rejected_reason"
    return level or place.level, None


def _head(place: _Place, cells: Sequence[str]) -> bool:
    """Whether a row heads a matrix: counts by level either way."""
    kinds: list[tuple[str, str]] = []
    for cell in cells[1:]:
        key = header_key(cell)
        _, claim = _counted(cell, _Place())
        kinds.append(("count", cell) if claim else ("level", LEVELS[key]) if key in LEVELS else ("", ""))
    if sum(1 for kind, _ in kinds if kind) < 2 or any(_is_number(cell) for cell in cells[1:]):
        return False
    place.columns = [("", ""), *kinds]
    return True


def _matrix_row(report: Report, place: _Place, row: Row, cells: Sequence[str]) -> None:
    level = LEVELS.get(header_key(cells[0]))
    for (kind, name), cell in zip(place.columns[1:], cells[1:], strict=True):
        if kind == "count":
            own, claim = _counted(name, _Place(level=level))
            if claim and level:
                _add(report, row, claim, level or own, f"{cells[0]}: {name}", cell)
        elif kind == "level":
            _, claim = _counted(cells[0], _Place())
            if claim:
                _add(report, row, claim, name, f"{cells[0]}: {name}", cell)


def _add(report: Report, row: Row, claim: str, level: str | None, written: str, value: str) -> None:
    quantity = _quantity(value)
    if quantity is None:
        if value not in ("-", "–", "n/a", "N/A"):
            report.refused.append((row, f'the count "{written[:80]}" has the value "{value[:80]}", which is no whole number'))
        return
    report.used.add(row.line)
    report.claims.append({"claim": claim, "quantity": quantity, "unit": level or "unit", "reference": written, "position": row.line})


def _is_number(text: str) -> bool:
    return _quantity(text) is not None


def _quantity(text: str) -> float | None:
    """A whole number with or without marks of groups and a unit behind it; 1.5 is none."""
    bare = _UNIT.sub("", text.strip())
    if not _NUMBER.match(bare):
        return None
    whole = re.sub(r"[.,]0+$", "", bare) if re.fullmatch(r"[+-]?\d+[.,]0{1,2}|0[.,]0+", bare) else bare
    return float(re.sub(r"[^\d+-]", "", whole))
