"""The data-correction register: every change between two deliveries of the same facts, and every event declared an error.

correction    lot, gtin, what (item, document or order), kind of source, field, the value before and after with their places, what
              explains the change (null: nothing does, which is INT-03)

Of two sources of one kind the one whose latest time in the lot is later, else the one whose name sorts later, is the later delivery
(of papers of ERP, WMS and orders: whose name sorts later). Facts
are the same where they are of the same item and moment (rows of line, printer, camera and number lists), of the same event
(hub), of the same document (ERP, WMS) or of the same order.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

import duckdb

LIMIT = 100_000
"""Changes that an outcome holds; the count of INT-03 goes on."""

_DELIVERY = """
CREATE OR REPLACE TABLE delivery AS
SELECT source, lot, row_number() OVER (PARTITION BY lot ORDER BY latest NULLS FIRST, name) AS rank FROM (
  SELECT s.source, s.name, o.lot, max(coalesce(o.recorded_at, o.at_utc)) AS latest FROM obs o JOIN source s ON s.source = o.source GROUP BY s.source, s.name, o.lot)
"""

# Only what two sources of a kind speak of is looked at closely: nearly nothing where each export was delivered once.
_TWICE = """
CREATE OR REPLACE TABLE told_twice AS
SELECT subject, kind FROM obs WHERE kind IN ('line', 'numbers', 'printer', 'camera', 'inventory') AND subject IS NOT NULL
GROUP BY subject, kind HAVING min(source) <> max(source)
"""

_FIELDS = {
    "state": "string_agg(DISTINCT step, ' and ' ORDER BY step) FILTER (step <> 'aggregated')",
    "container": "string_agg(DISTINCT parent_text, ' and ' ORDER BY parent_text)",
    "lot": "string_agg(DISTINCT stated_lot, ' and ' ORDER BY stated_lot)",
    "expiry": "string_agg(DISTINCT expiry, ' and ' ORDER BY expiry)",
    "order": "string_agg(DISTINCT order_no, ' and ' ORDER BY order_no)",
    "quantity": "string_agg(DISTINCT quantity::VARCHAR, ' and ' ORDER BY quantity::VARCHAR)",
    "partial": "string_agg(DISTINCT partial::VARCHAR, ' and ' ORDER BY partial::VARCHAR)",
    "grade": "string_agg(DISTINCT grade::VARCHAR, ' and ' ORDER BY grade::VARCHAR)",
    "reason": "string_agg(DISTINCT reason, ' and ' ORDER BY reason)",
}
"""Field -> what one source says of it at one moment."""

_COLUMNS = ", ".join(f"{sql} AS f_{name}" for name, sql in _FIELDS.items())
_TIME = "string_agg(DISTINCT strftime(at_utc, '%Y-%m-%dT%H:%M:%SZ'), ' and ') AS f_time"
_OF_EVENT = (*(name for name in _FIELDS if name not in ("order", "reason", "grade", "partial")), "time")
_LONG = f"""SELECT key, kind, lot, at_utc, device, source, position, u.field, u.value
FROM {{wide}}, LATERAL (SELECT unnest([{", ".join(f"'{name}'" for name in _FIELDS)}]) AS field,
                               unnest([{", ".join(f"f_{name}" for name in _FIELDS)}]) AS value) u WHERE u.value IS NOT NULL"""

_PAIRED = """
SELECT b.lot, b.key, b.kind, b.field, b.at_utc, b.value AS before, a.value AS after, b.source AS before_source, b.position AS before_position,
       a.source AS after_source, a.position AS after_position
FROM (SELECT l.*, d.rank, lead(d.rank) OVER w AS next_rank FROM long l JOIN delivery d ON d.source = l.source AND d.lot = l.lot
      WINDOW w AS (PARTITION BY l.key, l.kind, l.field, l.at_utc, l.device ORDER BY d.rank)) b
JOIN (SELECT l.*, d.rank FROM long l JOIN delivery d ON d.source = l.source AND d.lot = l.lot) a
  ON a.key = b.key AND a.kind = b.kind AND a.field = b.field AND a.at_utc IS NOT DISTINCT FROM b.at_utc
  AND a.device IS NOT DISTINCT FROM b.device AND a.rank = b.next_rank
WHERE a.value <> b.value
"""
"""Each delivery of a fact beside the next one that speaks of it."""

_ITEMS = f"""
CREATE OR REPLACE TABLE changed_item AS
WITH wide AS (
  SELECT o.subject AS key, o.kind, min(o.lot) AS lot, o.at_utc, if(o.kind IN ('camera', 'printer'), o.device, NULL) AS device, o.source,
         min(o.position) AS position, {_COLUMNS}
  FROM obs o SEMI JOIN told_twice t ON t.subject = o.subject AND t.kind = o.kind
  GROUP BY o.subject, o.kind, o.at_utc, if(o.kind IN ('camera', 'printer'), o.device, NULL), o.source),
long AS ({_LONG.format(wide="wide")}),
later AS (SELECT subject, kind, source, max(at_utc) AS latest FROM obs SEMI JOIN told_twice USING (subject, kind) GROUP BY subject, kind, source)
SELECT p.*, CASE WHEN p.at_utc IS NULL AND p.field IN ('state', 'container', 'quantity', 'partial', 'reason')
                 THEN 'the rows carry no time, so a later step may explain it'
                 WHEN p.kind = 'line' AND l.latest > p.at_utc THEN 'a later step at ' || strftime(l.latest, '%Y-%m-%dT%H:%M:%SZ') END AS explained
FROM ({_PAIRED}) p LEFT JOIN later l ON l.subject = p.key AND l.kind = p.kind AND l.source = p.after_source
"""

_EVENTS = f"""
CREATE OR REPLACE TABLE changed_event AS
WITH again AS (SELECT event FROM obs WHERE kind = 'hub' AND event IS NOT NULL AND step <> 'voided' GROUP BY event HAVING min(source) <> max(source)),
wide AS (
  SELECT o.event AS key, o.subject, min(o.kind) AS kind, min(o.lot) AS lot, NULL::TIMESTAMP AS at_utc, o.source, min(o.position) AS position, {_COLUMNS}, {_TIME}
  FROM obs o SEMI JOIN again a ON a.event = o.event WHERE o.kind = 'hub' AND o.step <> 'voided' AND o.subject IS NOT NULL
  GROUP BY o.event, o.subject, o.source),
long AS (SELECT key || ' ' || subject::VARCHAR AS key, subject, kind, lot, at_utc, NULL AS device, source, position, u.field, u.value
         FROM wide, LATERAL (SELECT unnest([{", ".join(f"'{name}'" for name in _OF_EVENT)}]) AS field,
                                    unnest([{", ".join(f"f_{name}" for name in _OF_EVENT)}]) AS value) u WHERE u.value IS NOT NULL)
SELECT p.*, NULL::VARCHAR AS explained FROM ({_PAIRED.replace("SELECT b.lot", "SELECT b.subject, b.lot")}) p
"""

_PAPERS = """
CREATE OR REPLACE TABLE changed_paper AS
WITH wide AS (
  SELECT 'claim ' || claim || ' ' || CASE claim WHEN 'stock' THEN concat_ws(' ', lot, reference, place)
                                          WHEN 'pallet_cases' THEN concat_ws(' ', sscc, at_text)
           -- The reports of two lots name their counts alike and are two documents.
           ELSE concat_ws(' ', if(kind = 'batch_report', lot, NULL), if(kind = 'batch_report', unit, NULL), coalesce(reference, sscc)) END AS key,
         kind, min(lot) AS lot, source, min(position) AS position, string_agg(DISTINCT quantity::VARCHAR, ' and ' ORDER BY quantity::VARCHAR) AS f_quantity,
         string_agg(DISTINCT unit, ' and ' ORDER BY unit) AS f_unit, string_agg(DISTINCT lot, ' and ' ORDER BY lot) AS f_lot,
         NULL AS f_gtin, NULL AS f_expiry, NULL AS f_planned, NULL AS f_case, NULL AS f_pallet
  FROM claim WHERE coalesce(reference, sscc) IS NOT NULL AND lot IN (SELECT lot FROM part_lot) GROUP BY key, kind, source
  UNION ALL
  SELECT 'order ' || order_no, kind, min(lot), source, min(position), NULL, NULL, string_agg(DISTINCT lot, ' and ' ORDER BY lot),
         string_agg(DISTINCT gtin, ' and ' ORDER BY gtin), string_agg(DISTINCT expiry, ' and ' ORDER BY expiry),
         string_agg(DISTINCT planned::VARCHAR, ' and ' ORDER BY planned::VARCHAR), string_agg(DISTINCT units_per_case::VARCHAR, ' and '),
         string_agg(DISTINCT cases_per_pallet::VARCHAR, ' and ')
  FROM order_master WHERE order_no IN (SELECT order_no FROM order_master WHERE lot IN (SELECT lot FROM part_lot)) GROUP BY order_no, kind, source),
delivery AS (SELECT DISTINCT w.source, w.lot, s.name::VARCHAR AS rank FROM wide w JOIN source s ON s.source = w.source),
long AS (SELECT key, kind, lot, NULL::TIMESTAMP AS at_utc, NULL AS device, source, position, u.field, u.value
         FROM wide, LATERAL (SELECT unnest(['quantity', 'unit', 'lot', 'gtin', 'expiry', 'planned', 'units per case', 'cases per pallet']) AS field,
                                    unnest([f_quantity, f_unit, f_lot, f_gtin, f_expiry, f_planned, f_case, f_pallet]) AS value) u WHERE u.value IS NOT NULL)
SELECT p.*, if(p.key LIKE 'claim stock %', 'a list of stock is a picture of its moment', NULL) AS explained FROM ($paired) p
""".replace("$paired", _PAIRED)

# A record explains a change where it names the item, document or order.
_CORRECTION = """
CREATE OR REPLACE TABLE correction AS
WITH found AS (
  SELECT lot, key AS subject, NULL AS paper, NULL AS event, kind, field, at_utc, before, after, before_source, before_position, after_source, after_position, explained
  FROM changed_item
  UNION ALL SELECT lot, subject, NULL, key, kind, field, at_utc, before, after, before_source, before_position, after_source, after_position, explained FROM changed_event
  UNION ALL SELECT lot, NULL, key, NULL, kind, field, at_utc, before, after, before_source, before_position, after_source, after_position, explained FROM changed_paper
  UNION ALL
  SELECT d.lot, NULL, NULL, d.event, 'hub', 'event', d.at_utc, min(o.step)::VARCHAR || ' of ' || count(*) || if(count(*) = 1, ' item', ' items'), 'declared an error',
         v.source, v.position, d.source, d.position,
         'error declaration' || coalesce(' of ' || strftime(d.declared_at, '%Y-%m-%dT%H:%M:%SZ'), '') || coalesce(': ' || d.reason, '')
           || coalesce('; corrected by ' || d.corrective, '')
  FROM voided v JOIN declared d ON d.source = v.by_source AND d.position = v.by_position JOIN obs o ON o.source = v.source AND o.position = v.position
  GROUP BY ALL),
named AS (SELECT f.*, t.text AS item_text, t.gtin, coalesce(t.serial, t.sscc) AS code FROM found f LEFT JOIN thing t ON t.subject = f.subject)
SELECT n.lot, n.gtin, coalesce(n.item_text, n.paper, 'event ' || coalesce(n.event, '')) AS what, n.kind::VARCHAR AS kind, n.field,
       n.at_utc, n.before, n.after, n.before_source, b.name AS before_name, n.before_position, n.after_source, a.name AS after_name, n.after_position,
       coalesce(n.explained, (
         SELECT min(r.record || ' ' || coalesce(r.key, '') || ' (' || r.source_name::VARCHAR || ':' || r.position || ')') FROM record r
         WHERE r.record NOT IN ('message', 'shift', 'event', 'error_declaration')
           AND (r.serial = n.code OR r.sscc = n.code OR (length(n.code) >= 6 AND contains(r.text, n.code))
             OR (n.paper LIKE 'order %' AND contains(r.text, n.paper[7:]))))) AS explained
FROM named n LEFT JOIN source b ON b.source = n.before_source LEFT JOIN source a ON a.source = n.after_source
"""

CORRECTION_SQL = (_DELIVERY, _TWICE, _ITEMS, _EVENTS, _PAPERS, _CORRECTION)


@dataclass(frozen=True)
class Correction:
    """One change between two deliveries of the same fact, or one event declared an error."""

    lot: str
    """Lot."""
    what: str
    """Item, document, order or event that it is about."""
    kind: str
    """Kind of the sources."""
    field: str
    """What was changed: state, container, lot, expiry, order, quantity, ..., or event."""
    before: str
    """Value in the earlier delivery."""
    after: str
    """Value in the later delivery."""
    before_file: str
    """Name of the earlier file."""
    before_position: int | None
    """Line, row or byte offset in it."""
    after_file: str
    """Name of the later file."""
    after_position: int | None
    """Line, row or byte offset in it."""
    explained: str | None
    """What explains the change: a later step, an error declaration, a record. None: nothing does (INT-03)."""

    def place(self) -> tuple[str, ...]:
        """What changes are ordered by, so that the order is the same however the lots were grouped."""
        return (self.lot, self.what, self.field, self.before_file, f"{self.before_position or 0:020}", self.after_file, f"{self.after_position or 0:020}")

    def as_json(self) -> dict[str, Any]:
        """The change as a JSON object."""
        return vars(self).copy()


@dataclass(frozen=True)
class Declaration:
    """One error declaration of an EPCIS event."""

    event: str | None
    """Identifier of the event, None where it has none."""
    declared_at: str | None
    """When it was declared, UTC."""
    reason: str | None
    """Word of the reason, such as incorrect_data."""
    items: int
    """How many items the event has."""
    lot: str
    """Lot of the items."""
    file: str
    """Name of the file that holds the declaration."""
    position: int
    """Byte offset in it."""
    voids: tuple[str, ...]
    """Places, file:offset, of the events that it takes back; empty: the event is in no delivery."""
    corrected_by: tuple[str, ...]
    """Identifiers of the corrective events that were delivered."""
    dangling: tuple[str, ...]
    """Identifiers of corrective events that no delivery holds."""

    def place(self) -> tuple[str, int]:
        """What declarations are ordered by."""
        return self.file, self.position

    def as_json(self) -> dict[str, Any]:
        """The declaration as a JSON object."""
        return vars(self) | {name: list(getattr(self, name)) for name in ("voids", "corrected_by", "dangling")}


def corrections(connection: duckdb.DuckDBPyConnection) -> list[Correction]:
    """The changes of the partition, by lot and item."""
    rows = connection.execute(
        f"""SELECT coalesce(lot, ''), what, kind, field, before, after, coalesce(before_name::VARCHAR, ''), before_position,
                   coalesce(after_name::VARCHAR, ''), after_position, explained
            FROM correction ORDER BY 1, 2, 4, 7, 8, 9, 10 LIMIT {LIMIT}"""
    ).fetchall()
    return [Correction(*row) for row in rows]


def declarations(connection: duckdb.DuckDBPyConnection) -> list[Declaration]:
    """The error declarations of the partition, in the order of their files."""
    rows = connection.execute(
        """SELECT d.event, coalesce(strftime(d.declared_at, '%Y-%m-%dT%H:%M:%SZ'), d.declared_text), d.reason, d.items, coalesce(d.lot, ''), s.name::VARCHAR, d.position,
                  (SELECT list(x.name::VARCHAR || ':' || v.position ORDER BY x.name, v.position) FROM voided v JOIN source x ON x.source = v.source
                   WHERE v.by_source = d.source AND v.by_position = d.position), d.corrective
           FROM declared d JOIN source s ON s.source = d.source
           WHERE d.steps IS NOT NULL OR (d.source, d.position) IN (SELECT (by_source, by_position) FROM voided) ORDER BY s.name, d.position"""
    ).fetchall()
    wanted = sorted({name for row in rows for name in re.split(r"\s+", row[8] or "") if name})
    here = _delivered(connection, wanted)
    made = []
    for event, declared_at, reason, items, lot, file, position, voids, corrective in rows:
        named = [name for name in re.split(r"\s+", corrective or "") if name]
        found = tuple(name for name in named if name in here)
        dangling = tuple(name for name in named if name not in here)
        made.append(Declaration(event, declared_at, reason, items, lot, file, position, tuple(voids or ()), found, dangling))
    return made


def _delivered(connection: duckdb.DuckDBPyConnection, events: list[str]) -> set[str]:
    """Which of these events any source in scope holds; a corrective event may be of another lot, or come later."""
    if not events:
        return set()
    rows = connection.execute("SELECT DISTINCT event FROM resolved WHERE event IN (SELECT unnest(?))", [events]).fetchall()
    return {name for (name,) in rows}
