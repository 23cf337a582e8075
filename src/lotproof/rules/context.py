"""The tables that rules select from, made once for each partition.

obs           every observation of the partition; ``subject`` is the item after format-only matching, ``lot`` its home lot
thing         subject -> text, gtin, lot, level
alias         stray item -> canonical item, with the transform that makes them equal
char_map      see ``charmap``
line_state    subject -> last state at the line controller, with time
line_parent   subject -> last container at the line controller
as_of         the moment up to which observations are taken; null: all
declared, voided   see ``declared``; correction   see ``corrections``
hub_event     events held by the hub, once each however often delivered, voided ones left out
hub_state     subject -> whether commissioned, ended, live parent
violation     what the replay of hub events did not allow
lot_info      lot -> gtin, order, pack sizes, which kinds of sources speak of it, and whether any of them puts packs into cases
number_class  unit -> its one class of the lot equation
expiry_day    expiry as written -> the day it means
inside, gone, fact   see ``facts``
recorded_in, audit_pack, audit_case, clock_offset   see ``audit``
tick, graded  see ``bins``
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

import duckdb
import pyarrow as pa

from lotproof.rules.alias import ALIAS_SQL
from lotproof.rules.audit import AUDIT_SQL
from lotproof.rules.bins import BIN_SQL
from lotproof.rules.charmap import find_maps
from lotproof.rules.corrections import CORRECTION_SQL
from lotproof.rules.declared import VOID_SQL
from lotproof.rules.facts import FACT_SQL
from lotproof.rules.replay import Event, replay
from lotproof.rules.transitions import END_STEPS, MOVES

STATES = ("commissioned", "label_scrapped", "label_sampled", "sampled", "destroyed", "inactivated", "returned_unused", "invalidated", "encoded")
ON_PRODUCT = ("commissioned", "sampled", "destroyed", "inactivated")


def prepare(connection: duckdb.DuckDBPyConnection, lots: Sequence[str], at: datetime | None = None) -> None:
    """Make the tables for the observations whose home is one of ``lots``; ``at`` leaves out what is later (UTC) or has no time."""
    connection.execute("CREATE OR REPLACE TABLE part_lot (lot VARCHAR)")
    connection.executemany("INSERT INTO part_lot VALUES (?)", [[lot] for lot in lots])
    connection.execute("CREATE OR REPLACE TABLE as_of AS SELECT ?::TIMESTAMP AS moment", [at])
    observed = _OBS if at is None else f"{_OBS} WHERE p.at_utc <= (SELECT moment FROM as_of)"
    for statement in (_PART, *ALIAS_SQL):
        connection.execute(statement)
    find_maps(connection)
    for statement in (observed, _THING, _LINE_STATE, _LINE_PARENT, *VOID_SQL, _HUB_EVENT, _HUB_COUNT, _EXPIRY_DAY):
        connection.execute(statement)
    _replay_hub(connection)
    for statement in (_HUB_STATE, _LOT_INFO, _NUMBER_CLASS, *AUDIT_SQL, *CORRECTION_SQL, *FACT_SQL, *BIN_SQL):
        connection.execute(statement)


_PART = "CREATE OR REPLACE VIEW part AS SELECT * EXCLUDE (lot), lot AS stated_lot FROM resolved WHERE home IN (SELECT lot FROM part_lot)"

_OBS = """
CREATE OR REPLACE TABLE obs AS
SELECT p.* EXCLUDE (home), coalesce(a.lot, p.home) AS lot, coalesce(a.canonical, p.item) AS subject, a.transform AS alias_transform
FROM part p LEFT JOIN alias a USING (item)
"""

_THING = """
CREATE OR REPLACE TABLE thing AS
SELECT subject, item_text(gtin, serial, sscc) AS text, gtin, lot, level, serial, sscc FROM (
  SELECT subject, any_value(gtin) AS gtin, any_value(lot) AS lot, coalesce(min(nullif(level, 'container')), 'container')::VARCHAR AS level,
         any_value(serial) AS serial, any_value(sscc) AS sscc FROM obs WHERE subject = item AND item IS NOT NULL GROUP BY subject)
UNION ALL
SELECT k.item, unit_text(k.gtin, k.serial), k.gtin, k.lot, 'unit', k.serial, NULL FROM known k
WHERE k.item NOT IN (SELECT item FROM obs WHERE subject = item AND item IS NOT NULL)
UNION ALL
SELECT parent, min(parent_text), NULL, min(lot), 'container', NULL, if(min(parent_text) LIKE '(00)%', min(parent_text)[5:], NULL) FROM obs
WHERE parent IS NOT NULL AND parent NOT IN (SELECT subject FROM obs WHERE subject IS NOT NULL) GROUP BY parent
"""

_EXPIRY_DAY = """
CREATE OR REPLACE TABLE expiry_day AS
SELECT expiry, day_of_expiry(expiry) AS day FROM (
  SELECT expiry FROM obs WHERE expiry IS NOT NULL UNION SELECT reason FROM obs WHERE step = 'text_read' AND reason IS NOT NULL
  UNION SELECT expiry FROM order_master WHERE expiry IS NOT NULL)
"""

_LINE_STATE = f"""
CREATE OR REPLACE TABLE line_state AS
SELECT subject, lot, step AS state, at_utc, reason, level, quantity, partial, source, position
FROM obs WHERE kind = 'line' AND step IN {STATES} AND subject IS NOT NULL
QUALIFY row_number() OVER (PARTITION BY subject ORDER BY at_utc DESC NULLS LAST, position DESC, source) = 1
"""

_LINE_PARENT = """
CREATE OR REPLACE TABLE line_parent AS
SELECT subject, lot, parent, parent_text, at_utc, level, source, position FROM obs
WHERE kind = 'line' AND step = 'aggregated' AND subject IS NOT NULL
QUALIFY row_number() OVER (PARTITION BY subject ORDER BY at_utc DESC NULLS LAST, position DESC, source) = 1
"""

_HUB_EVENT = """
CREATE OR REPLACE TABLE hub_event AS
SELECT *, row_number() OVER (ORDER BY at_utc, source_name, ordinal) AS replay_order,
       row_number() OVER (ORDER BY recorded_at, source_name, ordinal) AS written_order
FROM (SELECT subject, item, lot, level, step, at_utc, recorded_at, parent, event, gtin, serial, sscc, alias_transform, source_name, source, position, ordinal
      FROM obs WHERE kind = 'hub' AND subject IS NOT NULL AND step NOT IN ('voided', 'linked', 'observed', 'aggregation_observed')
        AND (source, position) NOT IN (SELECT (source, position) FROM voided)
      QUALIFY row_number() OVER (PARTITION BY subject, step, at_utc, parent ORDER BY recorded_at, source_name, ordinal) = 1)
"""

_HUB_COUNT = f"""
CREATE OR REPLACE TABLE hub_count AS
SELECT subject, count(*) FILTER (step = 'aggregated') AS adds, count(*) FILTER (step = 'disaggregated') AS removals,
       count(*) FILTER (step = 'commissioned') AS commissions,
       count(*) FILTER (step IN {END_STEPS}) AS ends,
       count(*) FILTER (step IN {MOVES}) AS moves, count(*) FILTER (step = 'dispensed') AS supplies,
       bool_or(parent IN (SELECT subject FROM hub_event WHERE step = 'emptied')) AS emptied
FROM hub_event WHERE step <> 'emptied' GROUP BY subject
"""

_COMPLEX = (
    "adds + removals + ends > 1 OR removals > 0 OR emptied OR (ends > 0 AND moves + commissions > 1) OR (ends > 0 AND moves > 0) "
    "OR (supplies > 0 AND moves > 1)"
)

_REPLAY_EVENTS = f"""
WITH complex AS (SELECT subject FROM hub_count WHERE {_COMPLEX}),
     own AS (SELECT * FROM hub_event SEMI JOIN complex USING (subject)),
     emptied AS (SELECT parent_of.subject, 'emptied' AS step, e.subject AS parent, e.replay_order, e.written_order, e.recorded_at, e.source, e.position, e.at_utc
                 FROM hub_event e JOIN (SELECT DISTINCT subject, parent FROM own WHERE step = 'aggregated') parent_of ON parent_of.parent = e.subject
                 WHERE e.step = 'emptied')
SELECT subject::VARCHAR, step, parent::VARCHAR, replay_order, written_order, recorded_at IS NOT NULL, source, position,
       strftime(at_utc, '%Y-%m-%dT%H:%M:%SZ')
FROM (SELECT subject, step, parent, replay_order, written_order, recorded_at, source, position, at_utc FROM own WHERE step <> 'emptied'
      UNION ALL SELECT subject, step, parent, replay_order, written_order, recorded_at, source, position, at_utc FROM emptied)
ORDER BY 1, 4
"""

_VIOLATION = pa.schema(
    [(name, pa.string()) for name in ("code", "subject", "parent", "other", "note", "source")] + [("position", pa.int64())]
)
_LIFE = pa.schema([("subject", pa.string()), ("parent", pa.string()), ("ended", pa.string())])


def _replay_hub(connection: duckdb.DuckDBPyConnection) -> None:
    """Make ``violation`` and ``replayed`` from the items that need a replay."""
    violations: list[dict[str, object]] = []
    lives: list[dict[str, object]] = []
    for subject, events in _grouped(connection):
        life = replay(events)
        lives.append({"subject": subject, "parent": life.parent, "ended": life.ended})
        violations.extend(
            {"code": found.code, "subject": subject, "parent": found.event.parent, "other": found.other, "note": found.note,
             "source": found.event.source, "position": found.event.position}
            for found in life.violations
        )  # fmt: skip
    _store(connection, "violation", violations, _VIOLATION, "code, subject::UUID AS subject, parent::UUID AS parent, other::UUID AS other, note, source, position")
    _store(connection, "replayed", lives, _LIFE, "subject::UUID AS subject, parent::UUID AS parent, ended")


def _grouped(connection: duckdb.DuckDBPyConnection) -> Iterator[tuple[str, list[Event]]]:
    reader = connection.execute(_REPLAY_EVENTS)
    current: str | None = None
    events: list[Event] = []
    rows = reader.fetchall()
    for subject, step, parent, order, written, recorded, source, position, when in rows:
        if subject != current and current is not None:
            yield current, events
            events = []
        current = subject
        events.append(Event(step, parent, order, written, recorded, source, position, when or "a time unknown"))
    if current is not None:
        yield current, events


def _store(connection: duckdb.DuckDBPyConnection, table: str, rows: list[dict[str, object]], schema: pa.Schema, select: str) -> None:
    connection.register("_rows", pa.Table.from_pylist(rows, schema=schema))
    connection.execute(f"CREATE OR REPLACE TABLE {table} AS SELECT {select} FROM _rows")
    connection.unregister("_rows")


_HUB_STATE = f"""
CREATE OR REPLACE TABLE hub_state AS
SELECT h.subject, any_value(h.lot) AS lot, any_value(h.level) AS level,
       min(h.at_utc) FILTER (h.step = 'commissioned') AS commissioned_at, bool_or(h.step = 'commissioned') AS commissioned,
       coalesce(any_value(r.ended), max(h.step) FILTER (h.step IN {END_STEPS} AND r.subject IS NULL)) AS ended,
       if(bool_or(r.subject IS NOT NULL), any_value(r.parent), any_value(h.parent) FILTER (h.step = 'aggregated')) AS parent,
       bool_or(h.step = 'aggregated') AS aggregated, arg_min(h.source, h.replay_order) AS source, arg_min(h.position, h.replay_order) AS position
FROM hub_event h LEFT JOIN replayed r ON r.subject = h.subject GROUP BY h.subject
"""

_LOT_INFO = """
CREATE OR REPLACE TABLE lot_info AS
WITH spoken AS (
  SELECT lot, min(gtin) AS gtin, bool_or(has_line) AS has_line, bool_or(has_hub) AS has_hub, bool_or(has_camera) AS has_camera,
         bool_or(has_printer) AS has_printer, bool_or(has_numbers) AS has_numbers, bool_or(has_inventory) AS has_inventory,
         bool_or(line_packs) AS line_packs, bool_or(hub_commissions_containers) AS hub_commissions_containers, bool_or(packed) AS packed FROM (
    SELECT lot, min(gtin) AS gtin, bool_or(kind = 'line' AND level = 'unit') AS has_line, bool_or(kind = 'hub') AS has_hub,
           bool_or(kind = 'camera') AS has_camera, bool_or(kind = 'printer') AS has_printer, bool_or(kind = 'numbers') AS has_numbers,
           bool_or(kind = 'inventory') AS has_inventory, bool_or(kind = 'line' AND step = 'aggregated' AND level = 'unit') AS line_packs,
           bool_or(kind = 'hub' AND step = 'commissioned' AND level IN ('bundle', 'case', 'pallet', 'container')) AS hub_commissions_containers,
           bool_or(kind IN ('line', 'hub') AND step = 'aggregated' AND level = 'unit') AS packed
    FROM obs WHERE lot <> '' GROUP BY lot
    UNION ALL SELECT lot, gtin, in_line OR line_packs, in_hub OR hub_packs, in_camera, in_printer, in_numbers, false, line_packs, false, line_packs OR hub_packs
    FROM aside_lot WHERE lot IN (SELECT lot FROM part_lot)
    UNION ALL SELECT lot, gtin, true, false, in_camera, in_printer, in_numbers, false, false, false, false
    FROM aside_scrapped WHERE lot IN (SELECT lot FROM part_lot)) GROUP BY lot),
ordered AS (SELECT lot, min(order_no) AS order_no, min(gtin) AS gtin, max(units_per_case) AS units_per_case,
                   max(cases_per_pallet) AS cases_per_pallet FROM order_master WHERE lot IN (SELECT lot FROM part_lot) GROUP BY lot)
SELECT coalesce(s.lot, o.lot) AS lot, coalesce(s.gtin, o.gtin) AS gtin, o.order_no, o.units_per_case, o.cases_per_pallet,
       coalesce(has_line, false) AS has_line, coalesce(has_hub, false) AS has_hub, coalesce(has_camera, false) AS has_camera,
       coalesce(has_printer, false) AS has_printer, coalesce(has_numbers, false) AS has_numbers,
       coalesce(has_inventory, false) AS has_inventory, coalesce(line_packs, false) AS line_packs,
       coalesce(hub_commissions_containers, false) AS hub_commissions_containers, coalesce(packed, false) AS packed,
       EXISTS (SELECT 1 FROM source WHERE kind = 'hub') AS site_has_hub
FROM spoken s FULL JOIN ordered o ON o.lot = s.lot
"""

_NUMBER_CLASS = """
CREATE OR REPLACE TABLE number_class AS
WITH site AS (SELECT DISTINCT subject, lot FROM obs WHERE level = 'unit' AND kind IN ('numbers', 'line') AND subject IS NOT NULL),
     universe AS (
       SELECT subject, lot FROM site
       UNION SELECT subject, lot FROM hub_state WHERE level = 'unit' AND commissioned AND lot NOT IN (SELECT lot FROM site)
         AND lot NOT IN (SELECT lot FROM aside_lot WHERE in_numbers OR in_line) AND lot NOT IN (SELECT lot FROM aside_scrapped))
SELECT u.subject, u.lot, l.state, h.ended AS hub_ended, coalesce(p.parent, if(i.line_packs, NULL, h.parent)) AS parent,
  CASE l.state WHEN 'returned_unused' THEN 'unused' WHEN 'invalidated' THEN 'invalidated' WHEN 'label_scrapped' THEN 'label_scrapped'
    WHEN 'label_sampled' THEN 'label_sampled' WHEN 'sampled' THEN 'sampled' WHEN 'destroyed' THEN 'destroyed'
    WHEN 'inactivated' THEN 'inactive' WHEN 'encoded' THEN 'unaccounted'
    WHEN 'commissioned' THEN if(i.packed AND coalesce(p.parent, if(i.line_packs, NULL, h.parent)) IS NULL, 'orphan', 'good')
    ELSE CASE WHEN h.ended = 'destroyed' THEN 'destroyed' WHEN h.ended = 'sampled' THEN 'sampled' WHEN h.ended = 'inactivated' THEN 'inactive'
              WHEN h.commissioned AND (h.parent IS NOT NULL OR NOT i.packed) THEN 'good' WHEN h.commissioned THEN 'orphan' ELSE 'unaccounted' END
  END AS class
FROM universe u JOIN lot_info i ON i.lot = u.lot
LEFT JOIN line_state l ON l.subject = u.subject LEFT JOIN line_parent p ON p.subject = u.subject
LEFT JOIN hub_state h ON h.subject = u.subject
"""
