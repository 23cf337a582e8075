"""KPIs as declared queries on the observations of the lake: counts a point, the chart that fits, thresholds, and the rows behind.

Thresholds are starting values of DOMAIN G, to be replaced by the site's own baseline; none of them is a legal limit.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import duckdb
import numpy as np

from lotproof.stats.charts.values import Series
from lotproof.stats.problem import MethodProblem

KEYS = MappingProxyType({"lot": "lot", "day": "strftime(at_utc, '%Y-%m-%d')", "hour": "strftime(at_utc, '%Y-%m-%d %H:00')"})
"""What a point is -> its name as SQL. Points stand in the order of their first row."""


@dataclass(frozen=True)
class Kpi:
    """One KPI."""

    name: str
    """Word for the command line."""
    title: str
    """What it is, for a person."""
    kinds: tuple[str, ...]
    """Kinds of source whose rows are counted."""
    counted: str
    """SQL condition of a row that counts as an opportunity."""
    event: str
    """SQL condition of a row that counts as an event."""
    first_only: bool = False
    """Whether the first such row of each item alone counts."""
    chart: str = "laney-p"
    """Kind of chart: lots have thousands of units, so that limits from chance alone are too tight."""
    alert: float | None = None
    """Share above which a point is an alert."""
    action: float | None = None
    """Share above which a point needs action."""


_READS = "step IN ('verified', 'rejected', 'no_read', 'misread')"
KPIS: Mapping[str, Kpi] = MappingProxyType({
    kpi.name: kpi
    for kpi in (
        Kpi("no-read", "camera reads without a code, of all camera reads", ("camera",), _READS, "step = 'no_read'",
            alert=0.005, action=0.02),
        Kpi("reject", "camera reads that were refused, of all camera reads", ("camera",), _READS, "step <> 'verified'",
            alert=0.01, action=0.03),
        Kpi("first-pass", "packs refused at their first read, of all packs read", ("camera",), f"{_READS} AND item IS NOT NULL",
            "step <> 'verified'", first_only=True, alert=0.005),
        Kpi("below-c", "symbols graded below C (1.5), of all graded", ("camera", "printer"), "grade IS NOT NULL", "grade < 1.5",
            action=0.0),
    )
})  # fmt: skip
"""Name -> KPI."""


@dataclass(frozen=True)
class Points:
    """A KPI over its points."""

    kpi: Kpi
    """What was counted."""
    series: Series
    """Events and opportunities, a point each."""
    alarms: tuple[tuple[str, str, float], ...]
    """(point, alert or action, share) where a threshold is exceeded."""

    def rows(self) -> list[tuple[str, float, float]]:
        """(point, events, opportunities)."""
        assert self.series.sizes is not None
        return list(zip(self.series.labels, self.series.values.tolist(), self.series.sizes.tolist(), strict=True))


def kpi_named(name: str) -> Kpi:
    """The KPI of this name."""
    if name not in KPIS:
        raise MethodProblem(f'There is no KPI "{name}"; known are {", ".join(KPIS)}.')
    return KPIS[name]


def points(connection: duckdb.DuckDBPyConnection, relation: str, kpi: Kpi, by: str) -> Points:
    """Count ``kpi`` over the rows of ``relation`` (observations of its kinds of source), a point each lot, day or hour."""
    rows = connection.execute(
        f"SELECT name, count(*) FILTER ({kpi.event}), count(*) FROM ({_counted(relation, kpi, by)}) "
        "WHERE name IS NOT NULL GROUP BY name ORDER BY min(at_utc) NULLS LAST, name"
    ).fetchall()
    if not rows:
        raise MethodProblem(f"No row of the workspace counts for {kpi.name}: it needs sources of the kind {' or '.join(kpi.kinds)}.")
    labels, events, sizes = (list(column) for column in zip(*rows, strict=True))
    series = Series(np.array(events, dtype=float), np.array(sizes, dtype=float), tuple(str(label) for label in labels))
    shares = [(str(label), count / size) for label, count, size in rows]
    return Points(kpi, series, tuple((label, level, share) for label, share in shares if (level := _level(kpi, share))))


def rows_behind(
    connection: duckdb.DuckDBPyConnection, relation: str, kpi: Kpi, by: str, point: str, most: int = 1000
) -> list[dict[str, Any]]:
    """The rows that are events of one point, each with its place in the original, in the order of time."""
    found = connection.execute(
        f"SELECT at_text, gtin, serial, sscc, step, grade, device, reason, source, position FROM ({_counted(relation, kpi, by)}) "
        f"WHERE name = ? AND ({kpi.event}) ORDER BY at_utc, source, position LIMIT {int(most)}",
        [point],
    )
    names = [column[0] for column in found.description or []]
    return [dict(zip(names, row, strict=True)) for row in found.fetchall()]


def _counted(relation: str, kpi: Kpi, by: str) -> str:
    if by not in KEYS:
        raise MethodProblem(f'A point is a {", a ".join(KEYS)}; there is no "{by}".')
    inner = f"SELECT *, {KEYS[by]} AS name FROM {relation} WHERE {kpi.counted}"
    first = " QUALIFY row_number() OVER (PARTITION BY item ORDER BY at_utc, source, ordinal, position) = 1"
    return inner + (first if kpi.first_only else "")


def _level(kpi: Kpi, share: float) -> str:
    if kpi.action is not None and share > kpi.action:
        return "action"
    return "alert" if kpi.alert is not None and share > kpi.alert else ""
