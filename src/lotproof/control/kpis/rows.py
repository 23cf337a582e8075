"""The very rows behind a point: what it is, what it shows, and where it stands in the originals."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import duckdb

from lotproof.control.kpis.declaration import Kpi, select_of
from lotproof.control.kpis.gather import Shift
from lotproof.control.kpis.points import span
from lotproof.stats.problem import MethodProblem

MOST = 1_000
"""Rows that are shown of one point; their count goes on."""


def rows_behind(
    connection: duckdb.DuckDBPyConnection, kpi: Kpi, by: str, label: str, shifts: Sequence[Shift], most: int = MOST
) -> tuple[int, list[dict[str, Any]]]:
    """How many rows are behind the point in these tables, and the first of them in the order of time (of a measure: of its value)."""
    condition, values = _condition(by, label, shifts)
    source = f"FROM ({select_of(kpi.events)}) WHERE {condition}"
    (count,) = connection.execute(f"SELECT count(*) {source}", values).fetchall()[0]
    order = f"value {'DESC' if kpi.statistic == 'max' else ''}, at_utc" if kpi.kind == "measure" else "at_utc NULLS LAST"
    found = connection.execute(
        f"SELECT * REPLACE (strftime(at_utc, '%Y-%m-%dT%H:%M:%SZ') AS at_utc, source::VARCHAR AS source) {source} "
        f"ORDER BY {order}, source, position LIMIT {int(most)}",
        values,
    )
    names = [column[0] for column in found.description or []]
    return count, [dict(zip(names, row, strict=True)) for row in found.fetchall()]


def _condition(by: str, label: str, shifts: Sequence[Shift]) -> tuple[str, list[Any]]:
    if by in ("lot", "shipment"):
        return f"{by} = ?", [label]
    found = span(by, label, shifts)
    if found is None:
        written = {
            "day": "2026-03-09",
            "hour": '"2026-03-09 14:00"',
            "week": "2026-W11",
            "month": "2026-03",
            "shift": "as the points are named",
        }[by]
        raise MethodProblem(f'"{label}" is no {by}; write {written}.')
    return "at_utc >= ? AND at_utc < ?", list(found)
