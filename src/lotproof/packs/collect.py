"""Lists and figures of each partition, written while its tables are there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

import duckdb

from lotproof.control.kpis.declaration import Kpi
from lotproof.control.kpis.gather import Gathered, Shift, gather_all, shifts
from lotproof.lake.sql import quoted
from lotproof.packs.report.values import LotSummary
from lotproof.rules.numbers import safe
from lotproof.rules.part import Visit

LIST_CLASSES = ("unused", "invalidated", "label_scrapped", "label_sampled", "sampled", "destroyed", "inactive", "good", "orphans", "unaccounted")
CSV = "(FORMAT csv, HEADER, DELIMITER ',', QUOTE '\"')"


@dataclass(frozen=True)
class Collected:
    """What one partition gave."""

    lots: tuple[LotSummary, ...]
    """Figures of its lots."""
    lists: dict[str, dict[str, str]]
    """Lot -> class -> path of its list below data/."""
    controls: tuple[tuple[str, str], ...]
    """(text, lot) of packs without any finding that may serve as controls."""
    counted: tuple[dict[str, Gathered], list[Shift]]
    """What each KPI counts here, and the shifts of the rosters in scope."""


@dataclass
class Collector:
    """Brings together what was collected from each partition."""

    data: Path
    """Folder data/ of the pack."""
    lots: list[LotSummary] = field(default_factory=list)
    """Figures of the lots met so far."""
    lists: dict[str, dict[str, str]] = field(default_factory=dict)
    """Lot -> class -> path of its list below data/."""
    controls: list[tuple[str, str]] = field(default_factory=list)
    """(text, lot) of packs without any finding that may serve as controls."""
    kpis: Sequence[Kpi] = ()
    """KPIs to count."""
    counted: list[tuple[dict[str, Gathered], list[Shift]]] = field(default_factory=list)
    """What each partition gave of them."""

    @property
    def visit(self) -> Visit:
        """Writes the lists of a partition below ``data``; may be sent to another process."""
        return partial(collect, self.data, tuple(self.kpis))

    def take(self, seen: Collected) -> None:
        """Keep what a visit returned."""
        self.lots.extend(seen.lots)
        self.lists.update(seen.lists)
        self.controls.extend(seen.controls)
        self.counted.append(seen.counted)


def collect(data: Path, kpis: Sequence[Kpi], connection: duckdb.DuckDBPyConnection, lots: Sequence[str]) -> Collected:
    """Write what concerns the lots of one partition; return its figures."""
    lists: dict[str, dict[str, str]] = {}
    summaries = []
    for lot in sorted(name for name in lots if name):
        if connection.execute("SELECT 1 FROM number_class WHERE lot = ? LIMIT 1", [lot]).fetchone():
            lists[lot] = _class_lists(data, connection, lot)
            _containers(data, connection, lot)
        summaries.append(_summary(connection, lot))
    return Collected(tuple(summaries), lists, tuple(_controls(connection)), (gather_all(connection, lots, kpis), shifts(connection)))


def _class_lists(data: Path, connection: duckdb.DuckDBPyConnection, lot: str) -> dict[str, str]:
    folder = data / "reconciliation" / safe(lot)
    folder.mkdir(parents=True, exist_ok=True)
    paths = {}
    for name in LIST_CLASSES:
        condition = {"orphans": "c.class = 'orphan'", "unaccounted": "c.class IN ('orphan', 'unaccounted')"}.get(name, f"c.class = '{name}'")
        path = f"reconciliation/{safe(lot)}/{name}.csv"
        connection.execute(
            f"""COPY (SELECT t.text AS item, coalesce(l.state, 'no line row') AS line_state, coalesce(s.name, '') AS source,
                        coalesce(l.position, h.position) AS position
                 FROM number_class c JOIN thing t ON t.subject = c.subject LEFT JOIN line_state l ON l.subject = c.subject
                 LEFT JOIN hub_state h ON h.subject = c.subject LEFT JOIN source s ON s.source = coalesce(l.source, h.source)
                 WHERE c.lot = {quoted(lot)} AND {condition} ORDER BY t.text)
                TO {quoted(str(data / path))} {CSV}"""
        )
        paths[name] = path
    return paths


def _containers(data: Path, connection: duckdb.DuckDBPyConnection, lot: str) -> None:
    target = data / "aggregation" / f"{safe(lot)}.csv"
    target.parent.mkdir(exist_ok=True)
    connection.execute(
        f"""COPY (SELECT p.text AS container, t.text AS item, x.said_by, s.name AS source, x.position FROM (
                   SELECT subject, parent, lot, 'line' AS said_by, source, position FROM line_parent
                   UNION ALL SELECT subject, parent, lot, 'hub', source, position FROM hub_state WHERE parent IS NOT NULL) x
                 JOIN thing t ON t.subject = x.subject LEFT JOIN thing p ON p.subject = x.parent LEFT JOIN source s ON s.source = x.source
                 WHERE x.lot = {quoted(lot)} ORDER BY 1, 2, 3) TO {quoted(str(target))} {CSV}"""
    )


def _controls(connection: duckdb.DuckDBPyConnection) -> list[tuple[str, str]]:
    """Twenty good packs a partition, in the order of their keys: a hash, so drawn without anybody's choice."""
    return connection.execute(
        """SELECT t.text, c.lot FROM number_class c JOIN thing t ON t.subject = c.subject WHERE c.class = 'good'
           ORDER BY c.subject LIMIT 20"""
    ).fetchall()


_FIGURES = """
SELECT count(*) FILTER (kind = 'camera' AND step IN ('verified', 'rejected', 'no_read')), count(*) FILTER (kind = 'camera' AND step = 'verified'),
       count(*) FILTER (kind = 'camera' AND step = 'rejected'), count(*) FILTER (kind = 'camera' AND step = 'no_read'),
       count(*) FILTER (kind = 'camera' AND grade < 1.5),
       strftime(min(at_utc), '%Y-%m-%dT%H:%M:%SZ'), strftime(max(at_utc), '%Y-%m-%dT%H:%M:%SZ'), any_value(gtin)
FROM obs WHERE lot = ?
"""
_GRADES = (("F 0.0–0.4", 0.0, 0.5), ("D 0.5–1.4", 0.5, 1.5), ("C 1.5–2.4", 1.5, 2.5), ("B 2.5–3.4", 2.5, 3.5), ("A 3.5–4.0", 3.5, 5.0))
"""Letters of ISO/IEC 15415 by the lowest parameter."""


def _summary(connection: duckdb.DuckDBPyConnection, lot: str) -> LotSummary:
    figures = connection.execute(_FIGURES, [lot]).fetchone() or (0,) * 8
    order = connection.execute(
        "SELECT order_no, description, planned, gtin FROM order_master WHERE lot = ? ORDER BY order_no LIMIT 1", [lot]
    ).fetchone() or ("", "", None, None)
    levels = connection.execute(
        """SELECT t.level, count(*) FROM thing t WHERE t.lot = ? AND t.level IN ('bundle', 'case', 'pallet', 'container') GROUP BY t.level ORDER BY t.level""", [lot]
    ).fetchall()
    transforms = connection.execute(
        """SELECT coalesce(alias_transform, transform) AS name, count(*) FROM obs WHERE lot = ? AND coalesce(alias_transform, transform) IS NOT NULL
           GROUP BY name ORDER BY name""",
        [lot],
    ).fetchall()
    grades = [
        (name, connection.execute("SELECT count(*) FROM obs WHERE lot = ? AND grade >= ? AND grade < ?", [lot, low, high]).fetchall()[0][0])
        for name, low, high in _GRADES
    ]
    camera = dict(zip(("reads", "passed", "failed", "no_reads", "below_limit"), figures[:5], strict=True))
    names = {"z": "container"}
    return LotSummary(
        lot=lot, gtin=order[3] or figures[7] or "", order_no=order[0] or "", product=order[1] or "",
        planned=None if order[2] is None else int(order[2]), first=figures[5], last=figures[6],
        containers={names.get(level, level): count for level, count in levels}, camera=camera, grades=grades, transforms=dict(transforms),
    )  # fmt: skip
