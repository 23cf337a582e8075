"""The points of a chart from the columns of a table."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

import numpy as np

from lotproof.control.table import Table
from lotproof.stats.charts.kinds import KINDS
from lotproof.stats.charts.values import Series
from lotproof.stats.problem import MethodProblem


@dataclass(frozen=True)
class Mapping:
    """Which column is what; empty where the usual name is looked for."""

    value: str = ""
    """Measurement, or gap between events."""
    count: str = ""
    """Events or defectives."""
    size: str = ""
    """Units looked at."""
    columns: tuple[str, ...] = ()
    """Measurements of a subgroup, a column each."""
    label: str = ""
    """Name of the point."""
    time: str = ""
    """Time of the point, for limit sets."""
    part: str = ""
    """Product."""
    target: str = ""
    """Nominal value."""
    stage: str = ""
    """Stage: new limits where it changes."""


OTHERS = ("label", "time", "part", "target", "stage")


def series_of(table: Table, kind: str, mapping: Mapping) -> Series:
    """The points that ``kind`` needs."""
    labels = words(table, mapping.label, "label") or words(table, mapping.time, "time")
    needs = KINDS[kind].columns
    parts = words(table, mapping.part, "part") if "part" in needs else ()
    target = np.array(table.numbers(mapping.target or "target")) if "target" in needs else None
    if needs.startswith("count"):
        counts, size = _column(table, mapping.count, "count", kind), None
        if "size" in needs:
            size = np.array(_column(table, mapping.size, "size", kind))
        return Series(np.array(counts), size, labels, parts)
    if needs == "subgroup" or (needs.endswith("subgroup") and not mapping.value and (mapping.columns or not table.has("value"))):
        return Series(_subgroups(table, mapping), None, labels)
    return Series(np.array(_column(table, mapping.value, "value", kind)), None, labels, parts, target)


def times(table: Table, named: str) -> tuple[str, ...]:
    """The times of the points as UTC text that sorts, as limit sets have it; nothing where there is no such column."""
    found = []
    for line, cell in zip(table.lines, words(table, named, "time"), strict=False):
        try:
            read = datetime.fromisoformat(cell)
        except ValueError:
            raise MethodProblem(
                f'{table.name}, line {line}: "{cell[:40]}" is no time, and limits hold from a time on; '
                "write 2026-03-09T10:00Z or 2026-03-09."
            ) from None
        found.append((read if read.tzinfo else read.replace(tzinfo=UTC)).astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"))
    return tuple(found)


def words(table: Table, named: str, usual: str) -> tuple[str, ...]:
    """A column of words: the one that was named, else the one of the usual name, else nothing."""
    if named:
        return table.words(named)
    return table.words(usual) if table.has(usual) else ()


def _column(table: Table, named: str, usual: str, kind: str) -> list[float]:
    if named or table.has(usual):
        return table.numbers(named or usual)
    if len(table.columns) == 1:
        return table.numbers(table.columns[0])
    raise MethodProblem(
        f'A chart {kind} needs a column "{usual}"; {table.name} has {", ".join(table.columns)}. Name the right one with --{usual}.'
    )


def _subgroups(table: Table, mapping: Mapping) -> np.ndarray:
    taken = {name.lower() for usual in OTHERS for name in (getattr(mapping, usual), usual) if name}
    chosen = mapping.columns or tuple(name for name in table.columns if name.lower() not in taken)
    if not chosen:
        raise MethodProblem(f"{table.name} has no column of measurements; name them with --columns a,b,c.")
    return np.column_stack([np.array(table.numbers(name, empty=True)) for name in chosen])
