"""How far it reaches: for each lot with a grave finding, the searches that an inspector asks for, over everything in scope.

21 CFR 211.192 wants an investigation extended to other batches that may have been associated; the searches that come back empty
are the proof that it was (DOMAIN 0, fact 7). Every query reads ``resolved``, so it sees all lots, whatever the partitions.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import duckdb
import pyarrow as pa

from lotproof.rules.finding import Finding
from lotproof.rules.hypothesis import Hypothesis
from lotproof.rules.search import LIMIT, Search

GRAVE = {"critical", "major"}

# The affected items and, up to four levels, the containers they are or were in.
_REACH = """
CREATE OR REPLACE TEMP TABLE reach AS
WITH RECURSIVE edge AS (SELECT DISTINCT item, parent FROM resolved WHERE parent IS NOT NULL AND item IS NOT NULL AND step IN ('aggregated', 'aggregation_observed')),
walk AS (SELECT item, item AS node, 0 AS depth FROM affected
         UNION SELECT w.item, e.parent, w.depth + 1 FROM walk w JOIN edge e ON e.item = w.node WHERE w.depth < 4)
SELECT DISTINCT item, node FROM walk
"""
SHIPMENTS = """
SELECT DISTINCT coalesce('delivery ' || r.reference, 'shipment') || coalesce(' to ' || r.place, '') AS hit FROM resolved r
WHERE r.step = 'shipped' AND r.item IN (SELECT node FROM reach) ORDER BY 1
"""
RECEIVED = """
SELECT DISTINCT coalesce(r.place, 'a place not stated') AS hit FROM resolved r
WHERE r.step IN ('received', 'dispensed', 'returned') AND r.item IN (SELECT node FROM reach) ORDER BY 1
"""
ALERTED = """
SELECT DISTINCT item_text(r.gtin, r.serial, r.sscc) || coalesce(' (' || r.reason || ')', '') AS hit FROM resolved r
WHERE r.step = 'alerted' AND r.item IN (SELECT item FROM affected) ORDER BY 1
"""
STILL_HERE = """
SELECT DISTINCT item_text(a.gtin, a.serial, a.sscc) AS hit FROM (
  SELECT f.item, any_value(r.gtin) AS gtin, any_value(r.serial) AS serial, any_value(r.sscc) AS sscc FROM affected f JOIN resolved r ON r.item = f.item GROUP BY f.item) a
WHERE a.item NOT IN (SELECT x.item FROM reach x JOIN resolved r ON r.item = x.node WHERE r.step IN ('shipped', 'destroyed')) ORDER BY 1
"""
SAME_CODE = "SELECT DISTINCT 'lot ' || lot AS hit FROM scope_finding WHERE lot <> $lot AND lot <> '' AND list_contains($codes, code) ORDER BY 1"
SAME_LINE = """
WITH own AS (SELECT DISTINCT line FROM order_master WHERE lot = $lot AND line IS NOT NULL)
SELECT DISTINCT 'lot ' || lot || ' on line ' || line AS hit FROM order_master WHERE lot <> $lot AND line IN (SELECT line FROM own) ORDER BY 1
"""
SAME_VALUE: Mapping[str, str] = {
    "printer": "r.kind = 'printer' AND r.device = $value",
    "material_lot": "r.kind = 'printer' AND r.reference = $value",
    "station": "r.kind = 'camera' AND r.device = $value",
    "operator": "r.kind IN ('camera', 'line') AND r.actor = $value",
}
_SAME_VALUE = "SELECT DISTINCT 'lot ' || r.home AS hit FROM resolved r WHERE r.home NOT IN ('', $lot) AND {condition} ORDER BY 1"


@dataclass(frozen=True)
class _Ground:
    connection: duckdb.DuckDBPyConnection
    sources: int
    rows: int

    def ask(self, lot: str, mode: str, question: str, sql: str, **values: object) -> Search:
        given = {name: value for name, value in {"lot": lot, **values}.items() if f"${name}" in sql}
        hits = [hit for (hit,) in self.connection.execute(sql, given).fetchall() if hit]
        stated = " ".join(sql.split())
        for name, value in given.items():
            stated = stated.replace(f"${name}", repr(value))
        return Search(lot, mode, question, self.sources, self.rows, tuple(hits[:LIMIT]), len(hits), stated)


def scope(connection: duckdb.DuckDBPyConnection, findings: Sequence[Finding], hypotheses: Sequence[Hypothesis]) -> list[Search]:
    """The searches for every lot that has a grave finding. ``connection`` holds what `resolve` made."""
    lots = sorted({found.lot for found in findings if found.severity in GRAVE and found.lot})
    if not lots:
        return []
    counted = connection.execute("SELECT (SELECT count(*) FROM source), (SELECT count(*) FROM resolved)").fetchone() or (0, 0)
    ground = _Ground(connection, *counted)
    _register(connection, "scope_finding", [(found.lot, found.code) for found in findings], ("lot", "code"))
    searches: list[Search] = []
    for lot in lots:
        searches.extend(_of_lot(ground, lot, [found for found in findings if found.lot == lot and found.severity in GRAVE]))
        searches.extend(search for one in hypotheses if one.lot == lot for search in _of_hypothesis(ground, one))
    return searches


def _of_lot(ground: _Ground, lot: str, findings: Sequence[Finding]) -> Iterator[Search]:
    codes = sorted({found.code for found in findings})
    items = sorted({item for found in findings for item in found.items if item.startswith("(")})
    _register(ground.connection, "affected_text", [(item,) for item in items], ("text",))
    ground.connection.execute("CREATE OR REPLACE TEMP TABLE affected AS SELECT DISTINCT item_key(text) AS item FROM affected_text")
    ground.connection.execute(_REACH)
    named = f"the {len(items):,} items that the findings of lot {lot} name" if len(items) != 1 else f"the one item that the findings of lot {lot} name"
    yield ground.ask(lot, "", f"Which other lots have one of the findings {', '.join(codes)}?", SAME_CODE, codes=codes)
    yield ground.ask(lot, "", f"Which other lots were made on the line of lot {lot}?", SAME_LINE)
    if items:
        yield ground.ask(lot, "", f"With which deliveries did {named}, or a container that holds them, leave?", SHIPMENTS)
        yield ground.ask(lot, "", f"Where did {named}, or a container that holds them, arrive?", RECEIVED)
        yield ground.ask(lot, "", f"On which of {named} has an authority raised an alert?", ALERTED)
        yield ground.ask(lot, "", f"Which of {named} neither left nor were destroyed, by the record?", STILL_HERE)


def _of_hypothesis(ground: _Ground, found: Hypothesis) -> Iterator[Search]:
    suspect = found.suspect
    if suspect is not None and suspect.field in SAME_VALUE:
        sql = _SAME_VALUE.format(condition=SAME_VALUE[suspect.field])
        what = f"{suspect.field.replace('_', ' ')} {suspect.value}"
        yield ground.ask(found.lot, found.mode, f"Which other lots bear the suspect, {what}?", sql, value=suspect.value)


def _register(connection: duckdb.DuckDBPyConnection, name: str, rows: Sequence[tuple[str, ...]], columns: tuple[str, ...]) -> None:
    cells = list(zip(*rows, strict=True)) or [()] * len(columns)
    connection.register("_rows", pa.table({column: pa.array(values, pa.string()) for column, values in zip(columns, cells, strict=True)}))
    connection.execute(f"CREATE OR REPLACE TEMP TABLE {name} AS SELECT * FROM _rows")
    connection.unregister("_rows")
