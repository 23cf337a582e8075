"""How far it reaches: for each lot with a grave finding, the searches that an inspector asks for, over everything in scope.

21 CFR 211.192 wants an investigation extended to other batches that may have been associated; the searches that come back empty
are the proof that it was (DOMAIN 0, fact 7). What items and their containers reach is asked in their partition, which holds every
observation of them (`lake.parting`); what concerns other lots is asked at the end, of all. The answers do not depend on partitions.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

import duckdb
import pyarrow as pa

from lotproof.rules.finding import Finding
from lotproof.rules.hypothesis import Hypothesis
from lotproof.rules.search import LIMIT, Around, Ground, Search

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
_BEARERS = " UNION ".join(
    f"SELECT '{field}' AS field, r.{condition.split(' = $')[0].rsplit('r.', 1)[1]} AS value, r.home AS lot FROM resolved r "
    f"WHERE r.home <> '' AND {condition.replace('= $value', 'IS NOT NULL')}"
    for field, condition in SAME_VALUE.items()
) + " ORDER BY ALL"


def look_around(connection: duckdb.DuckDBPyConnection, findings: Sequence[Finding]) -> Around:
    """What the grave findings of a partition reach, and what its lots bear. ``connection`` holds ``resolved`` of the partition."""
    searches: list[Search] = []
    for lot in sorted({found.lot for found in findings if found.severity in GRAVE and found.lot}):
        searches.extend(_reached(connection, lot, [found for found in findings if found.lot == lot and found.severity in GRAVE]))
    return Around(tuple(searches), tuple(connection.execute(_BEARERS).fetchall()))


def _reached(connection: duckdb.DuckDBPyConnection, lot: str, findings: Sequence[Finding]) -> Iterator[Search]:
    items = sorted({item for found in findings for item in found.items if item.startswith("(")})
    if not items:
        return
    _register(connection, "affected_text", [(item,) for item in items], ("text",))
    connection.execute("CREATE OR REPLACE TEMP TABLE affected AS SELECT DISTINCT item_key(text) AS item FROM affected_text")
    connection.execute(_REACH)
    named = f"the {len(items):,} items that the findings of lot {lot} name" if len(items) != 1 else f"the one item that the findings of lot {lot} name"
    for question, sql in (
        (f"With which deliveries did {named}, or a container that holds them, leave?", SHIPMENTS),
        (f"Where did {named}, or a container that holds them, arrive?", RECEIVED),
        (f"On which of {named} has an authority raised an alert?", ALERTED),
        (f"Which of {named} neither left nor were destroyed, by the record?", STILL_HERE),
    ):
        yield _ask(connection, lot, "", question, sql)


def scope(connection: duckdb.DuckDBPyConnection, ground: Ground) -> list[Search]:
    """The searches for every lot that has a grave finding. ``connection`` holds ``source`` and ``order_master`` of the whole site."""
    lots = sorted({found.lot for found in ground.findings if found.severity in GRAVE and found.lot})
    if not lots:
        return []
    ((sources,),) = connection.execute("SELECT count(*) FROM source").fetchall()
    _register(connection, "scope_finding", [(found.lot, found.code) for found in ground.findings], ("lot", "code"))
    _register(connection, "bearer", [row for around in ground.around for row in around.bearers], ("field", "value", "lot"))
    reached: dict[str, list[Search]] = {}
    for search in (search for around in ground.around for search in around.searches):
        reached.setdefault(search.lot, []).append(search)
    searches: list[Search] = []
    for lot in lots:
        searches.extend(_of_lot(connection, lot, ground.findings))
        searches.extend(reached.get(lot, ()))
        searches.extend(search for one in ground.hypotheses if one.lot == lot for search in _of_hypothesis(connection, one))
    return [replace(search, sources=sources, rows=ground.rows) for search in searches]


def _of_lot(connection: duckdb.DuckDBPyConnection, lot: str, findings: Sequence[Finding]) -> Iterator[Search]:
    codes = sorted({found.code for found in findings if found.lot == lot and found.severity in GRAVE})
    yield _ask(connection, lot, "", f"Which other lots have one of the findings {', '.join(codes)}?", SAME_CODE, codes=codes)
    yield _ask(connection, lot, "", f"Which other lots were made on the line of lot {lot}?", SAME_LINE)


def _of_hypothesis(connection: duckdb.DuckDBPyConnection, found: Hypothesis) -> Iterator[Search]:
    suspect = found.suspect
    if suspect is not None and suspect.field in SAME_VALUE:
        what = f"{suspect.field.replace('_', ' ')} {suspect.value}"
        given = {"field": suspect.field, "value": suspect.value}
        answer = _ask(connection, found.lot, found.mode, f"Which other lots bear the suspect, {what}?", _BEARING, **given)
        # Each partition was asked already; the query that is told is the one over all observations.
        yield replace(answer, sql=_stated(_SAME_VALUE.format(condition=SAME_VALUE[suspect.field]), {"lot": found.lot, **given}))


_BEARING = "SELECT DISTINCT 'lot ' || lot AS hit FROM bearer WHERE lot <> $lot AND field = $field AND value = $value ORDER BY 1"


def _ask(connection: duckdb.DuckDBPyConnection, lot: str, mode: str, question: str, sql: str, **values: object) -> Search:
    given = {name: value for name, value in {"lot": lot, **values}.items() if f"${name}" in sql}
    hits = [hit for (hit,) in connection.execute(sql, given).fetchall() if hit]
    return Search(lot, mode, question, 0, 0, tuple(hits[:LIMIT]), len(hits), _stated(sql, given))


def _stated(sql: str, given: Mapping[str, object]) -> str:
    stated = " ".join(sql.split())
    for name, value in given.items():
        stated = stated.replace(f"${name}", repr(value))
    return stated


def _register(connection: duckdb.DuckDBPyConnection, name: str, rows: Sequence[tuple[str, ...]], columns: tuple[str, ...]) -> None:
    cells = list(zip(*rows, strict=True)) or [()] * len(columns)
    connection.register("_rows", pa.table({column: pa.array(values, pa.string()) for column, values in zip(columns, cells, strict=True)}))
    connection.execute(f"CREATE OR REPLACE TEMP TABLE {name} AS SELECT * FROM _rows")
    connection.unregister("_rows")
