"""What a KPI counts in the tables of one connection: events and opportunities by lot, minute and shipment, small for any lot."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import duckdb

from lotproof.control.kpis.declaration import Kpi, select_of

RAW_MOST = 100_000
"""Measured values that one gathering keeps as they are; above it a median is that of the minutes' medians, and no X-bar chart is made."""

Cell = tuple[str, datetime | None, str, float]
"""(lot, minute, shipment, how many)."""


@dataclass(frozen=True)
class Shift:
    """One shift of the roster, however many people it was written for."""

    name: str
    """Day of its begin, and its word."""
    began: datetime
    """UTC."""
    ended: datetime
    """UTC, not in it any more."""


@dataclass
class Gathered:
    """The counts of one KPI; those of several partitions are brought together by `add`."""

    events: list[Cell] = field(default_factory=list)
    """Events."""
    opportunities: list[Cell] = field(default_factory=list)
    """Opportunities; of a measure nothing."""
    values: list[tuple[str, datetime | None, str, list[float]]] = field(default_factory=list)
    """Of a measure: (lot, minute, shipment, its values or, where they are too many, their statistic as often as there were values)."""
    thinned: bool = False
    """Whether values were too many to be kept."""

    def add(self, other: Gathered) -> None:
        """Take over what another partition gave."""
        self.events.extend(other.events)
        self.opportunities.extend(other.opportunities)
        self.values.extend(other.values)
        self.thinned = self.thinned or other.thinned


def gather(connection: duckdb.DuckDBPyConnection, kpi: Kpi) -> Gathered:
    """Count one KPI in the tables that the connection holds."""
    columns = _columns(connection, kpi.events)
    if kpi.kind == "measure":
        return _measured(connection, kpi, columns)
    return Gathered(_cells(connection, kpi.events, columns), _cells(connection, kpi.opportunity, _columns(connection, kpi.opportunity)))


def gather_all(connection: duckdb.DuckDBPyConnection, lots: Sequence[str], kpis: Sequence[Kpi]) -> dict[str, Gathered]:
    """Id -> counts; with ``lots`` and ``kpis`` bound it can be sent to another process as a visit of a partition."""
    return {kpi.id: gather(connection, kpi) for kpi in kpis}


def _cells(connection: duckdb.DuckDBPyConnection, sql: str, columns: set[str]) -> list[Cell]:
    shipment, n = ("shipment" if "shipment" in columns else "''"), ("n" if "n" in columns else "1")
    rows = connection.execute(
        f"SELECT coalesce(lot, ''), date_trunc('minute', at_utc), coalesce({shipment}, ''), sum({n})::DOUBLE "
        f"FROM ({select_of(sql)}) GROUP BY ALL ORDER BY ALL"
    ).fetchall()
    return [(lot, _time(at), shipment, n) for lot, at, shipment, n in rows]


def _measured(connection: duckdb.DuckDBPyConnection, kpi: Kpi, columns: set[str]) -> Gathered:
    shipment = "shipment" if "shipment" in columns else "''"
    head = f"SELECT coalesce(lot, '') AS lot, date_trunc('minute', at_utc) AS minute, coalesce({shipment}, '') AS shipment"
    source = f"FROM ({select_of(kpi.events)}) WHERE value IS NOT NULL"
    (count,) = connection.execute(f"SELECT count(*) {source}").fetchall()[0]
    thinned = count > RAW_MOST
    alike = f"list_resize([{kpi.statistic}(value)], count(*), {kpi.statistic}(value))"
    values = alike if thinned else "list(value ORDER BY at_utc, source, position)"
    rows = connection.execute(f"{head}, {values}::DOUBLE[] {source} GROUP BY ALL ORDER BY lot, minute, shipment").fetchall()
    return Gathered(values=[(lot, _time(at), shipment, found) for lot, at, shipment, found in rows], thinned=thinned)


def _columns(connection: duckdb.DuckDBPyConnection, sql: str) -> set[str]:
    return {str(name) for name, *_ in connection.execute(f"DESCRIBE ({select_of(sql)})").fetchall()}


def _time(value: Any) -> datetime | None:
    """A minute as DuckDB gives it; a TIMESTAMP alone, never a DATE."""
    return value if isinstance(value, datetime) else None


SHIFTS = """
WITH told AS (SELECT DISTINCT coalesce(category, '') AS word, started, ended FROM record WHERE record = 'shift' AND ended > started),
edge AS (SELECT *, coalesce(started > max(ended) OVER (PARTITION BY word ORDER BY started, ended
                                                      ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), true) AS fresh FROM told),
run AS (SELECT *, sum(fresh::INT) OVER (PARTITION BY word ORDER BY started, ended) AS k FROM edge)
SELECT word, min(started) AS began, max(ended) AS ended FROM run GROUP BY word, k ORDER BY began, word
"""
"""Rows of a roster that follow each other under one word are one shift."""


def shifts(connection: duckdb.DuckDBPyConnection) -> list[Shift]:
    """The shifts of the rosters in scope, by their begin."""
    return [Shift(f"{began:%Y-%m-%d} {word}".strip(), began, ended) for word, began, ended in connection.execute(SHIFTS).fetchall()]


def together(parts: Iterable[Mapping[str, Gathered]]) -> dict[str, Gathered]:
    """The counts of all partitions."""
    found: dict[str, Gathered] = {}
    for part in parts:
        for name, gathered in part.items():
            found.setdefault(name, Gathered()).add(gathered)
    return found
