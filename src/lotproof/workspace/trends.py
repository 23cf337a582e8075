"""What a workspace tells of findings, alerts and deviations, each with its time, lot, line, product, partner and place."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

import duckdb

from lotproof.control.kpis.points import LATEST
from lotproof.control.trends import SORTS, Event, Made
from lotproof.intake.odd_times import read_time
from lotproof.lake.engine import connect
from lotproof.lake.resolve import Source, rule_kind
from lotproof.lake.schema import empty_table_sql
from lotproof.lake.sql import parquet, quoted
from lotproof.stats.problem import MethodProblem
from lotproof.workspace.outcomes import outcome_file
from lotproof.workspace.place import Workspace, open_workspace
from lotproof.workspace.sources import in_scope, receipts_of


def told(home: Path, sort: str, time: str, actor: str, packs: bool = True) -> tuple[list[Event], list[Made]]:
    """The events of one sort, by time, and the packs made, unless nobody wants them: counting packs reads all observations."""
    if sort not in SORTS:
        raise MethodProblem(f'A trend is one of {", ".join(f"{word}s" for word in SORTS)}; there is no "{sort}".')
    workspace = open_workspace(home, time, actor, create=False)
    with tempfile.TemporaryDirectory(prefix="lotproof-trend-") as spill:
        connection = connect(Path(spill))
        try:
            _tables(connection, workspace, in_scope(receipts_of()))
            events = (
                _findings(connection, workspace)
                if sort == "finding"
                else _alerts(connection)
                if sort == "alert"
                else _deviations(connection)
            )
            made = [Made(*row) for row in connection.execute(_MADE).fetchall()] if packs else []
        finally:
            connection.close()
    return sorted(events, key=lambda event: (event.at or LATEST, event.code, event.source, event.position or 0)), made


def _tables(connection: duckdb.DuckDBPyConnection, workspace: Workspace, sources: Sequence[Source]) -> None:
    connection.execute("CREATE TABLE source (source VARCHAR, name VARCHAR, kind VARCHAR)")
    if sources:
        connection.executemany("INSERT INTO source VALUES (?, ?, ?)", [(one.sha256, one.name, rule_kind(one.kind)) for one in sources])
    for table in ("observation", "record", "order_master"):
        files = workspace.lake.segment_files(table, [source.sha256 for source in sources])
        read = f"SELECT * FROM {parquet(files)}" if files else empty_table_sql(table)
        connection.execute(
            f"CREATE VIEW {table} AS SELECT x.*, s.kind, s.name AS source_name FROM ({read}) x JOIN source s ON s.source = x.source"
        )
    for statement in (_LOT, _CONSIGNEE):
        connection.execute(statement)


_LOT = """
CREATE TABLE lot AS
SELECT lot, min(gtin) AS gtin, coalesce(min(line), '') AS line, coalesce(min(description), min(gtin), '') AS product,
       min(order_no) AS order_no
FROM order_master WHERE lot IS NOT NULL GROUP BY lot
"""
_CONSIGNEE = """
CREATE TABLE consignee AS
SELECT lot, string_agg(DISTINCT place, ', ' ORDER BY place) AS partner FROM observation
WHERE kind = 'issues' AND step = 'shipped' AND place IS NOT NULL AND lot IS NOT NULL GROUP BY lot
"""
_MADE = """
WITH packs AS (
  SELECT coalesce(o.lot, l.lot, '') AS lot, date_trunc('minute', o.at_utc) AS at_utc, o.kind FROM observation o
  LEFT JOIN lot l ON o.lot IS NULL AND l.order_no = o.order_no
  WHERE o.level = 'unit' AND o.item IS NOT NULL
    AND ((o.kind = 'line' AND o.step IN ('commissioned', 'sampled', 'destroyed', 'inactivated'))
         OR (o.kind = 'hub' AND o.step = 'commissioned')))
SELECT lot, at_utc, count(*)::DOUBLE FROM packs WHERE kind = 'line' OR lot NOT IN (SELECT lot FROM packs WHERE kind = 'line')
GROUP BY ALL ORDER BY ALL
"""
"""Packs on product by the line's word; by the hub's for lots of which no line speaks."""
_FINDINGS = """
WITH row_time AS (
  SELECT source, position, min(at_utc) AS at_utc FROM observation
  SEMI JOIN (SELECT DISTINCT source, position FROM read_parquet({file})) f USING (source, position) GROUP BY source, position)
SELECT 'finding', f.code, coalesce(f.lot, ''), t.at_utc, coalesce(l.line, ''), coalesce(l.product, nullif(f.gtin, ''), ''),
       coalesce(c.partner, ''), concat_ws(' ', f.item, f.note), f.name, f.position
FROM (SELECT DISTINCT ON (code, lot, item, if(item = '', note, '')) * FROM read_parquet({file})
      ORDER BY code, lot, item, note, source, position) f
LEFT JOIN row_time t ON t.source = f.source AND t.position = f.position
LEFT JOIN lot l ON l.lot = f.lot LEFT JOIN consignee c ON c.lot = f.lot
"""
_ALERTS = """
SELECT 'alert', coalesce(r.category, 'no code'), coalesce(r.lot, ''), r.started, coalesce(l.line, ''), coalesce(l.product, r.gtin, ''),
       coalesce(r.subject, ''), concat_ws(' ', r.key, r.text, r.serial), r.source_name, r.position
FROM record r LEFT JOIN lot l ON l.lot = r.lot WHERE r.record = 'alert'
"""
_DEVIATIONS = """
SELECT r.at_text, coalesce(r.lot, ''), coalesce(r.subject, l.line, ''), coalesce(l.product, ''), coalesce(r.key, ''), coalesce(r.text, ''),
       r.source_name, r.position FROM record r LEFT JOIN lot l ON l.lot = r.lot WHERE r.record = 'deviation'
"""


def _findings(connection: duckdb.DuckDBPyConnection, workspace: Workspace) -> list[Event]:
    file = outcome_file(workspace)
    if not file.exists():
        raise MethodProblem(f"No finding is kept in {workspace.root}; run lotproof check first.")
    return [Event(*row) for row in connection.execute(_FINDINGS.format(file=quoted(file))).fetchall()]


def _alerts(connection: duckdb.DuckDBPyConnection) -> list[Event]:
    return [Event(*row) for row in connection.execute(_ALERTS).fetchall()]


def _deviations(connection: duckdb.DuckDBPyConnection) -> list[Event]:
    """Deviations; the code is the cause that the register states, its second part."""
    rows = connection.execute(_DEVIATIONS).fetchall()
    orders = {name: _order([row[0] for row in rows if row[6] == name]) for name in {row[6] for row in rows}}
    return [
        Event("deviation", _cause(text), lot, day_of(at, orders[source]), line, product, "", f"{key} {text}".strip(), source, position)
        for at, lot, line, product, key, text, source, position in rows
    ]


def _cause(text: str) -> str:
    parts = [part.strip() for part in text.split(";")]
    return (parts[1] if len(parts) > 1 else parts[0]) or "no cause stated"


def _order(texts: Sequence[str | None]) -> str:
    """Whether day or month comes first in a register: the order in which all of its dates are dates; '' where both would do."""
    read = {order: all(_read(text, order) for text in texts if text) for order in ("DMY", "MDY")}
    same = all(_read(text, "DMY") == _read(text, "MDY") for text in texts if text)
    return "DMY" if same or (read["DMY"] and not read["MDY"]) else "MDY" if read["MDY"] and not read["DMY"] else ""


def _read(text: str, order: str) -> datetime | None:
    packed = text.strip()
    if len(packed) == 8 and packed.isdigit():
        text = f"{packed[:4]}-{packed[4:6]}-{packed[6:]}"
    found = read_time(text, order)
    return found[0] if found else None


def day_of(text: str | None, order: str) -> datetime | None:
    """A day as it is written; None where it is none, or where its register leaves open whether day or month comes first."""
    return _read(text, order) if text and order else None
