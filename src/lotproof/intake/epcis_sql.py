"""The SQL that turns a batch of events into observations. ``_events``, ``_epcs``, ``_links`` are the batch."""

from __future__ import annotations

CLASS_KEY = "split_part(epc, '.', 1) || '.' || split_part(epc, '.', 2)"
"""urn:epc:id:sgtin:PREFIX.ITEM of an SGTIN: few in a file, so its GTIN is computed once."""

PLAIN_SGTIN = "starts_with(epc, 'urn:epc:id:sgtin:') AND NOT contains(epc, '%')"
PLAIN_LINK = r"starts_with(epc, 'https://id.gs1.org/01/') AND regexp_full_match(epc[23:], '\d{14}/21/[^/?#%]+')"

ROWS = """(SELECT seq, role, epc FROM _epcs
  UNION ALL SELECT seq, 'parent', parent FROM _events WHERE parent IS NOT NULL AND seq NOT IN (SELECT seq FROM _epcs))"""
"""One row an identifier; an event that names only its parent is about that parent."""

NEW_CLASSES = f"SELECT DISTINCT {CLASS_KEY} FROM {ROWS} WHERE {PLAIN_SGTIN} EXCEPT SELECT class FROM epc_class"

NEW_PARTS = f"""
SELECT epc FROM (
  SELECT DISTINCT epc FROM {ROWS} WHERE NOT ({PLAIN_LINK})
    AND NOT ({PLAIN_SGTIN} AND {CLASS_KEY} IN (SELECT class FROM epc_class WHERE gtin IS NOT NULL))
  UNION SELECT DISTINCT parent FROM _events WHERE parent IS NOT NULL)
EXCEPT SELECT epc FROM epc_part
"""

AT = r"""coalesce(
  if(event_time[-1:] = 'Z' OR regexp_matches(event_time[-6:], '[+-]\d\d:?\d\d$'), timezone('UTC', try_cast(event_time AS TIMESTAMPTZ)), NULL),
  if(zone_offset IS NULL OR regexp_matches(event_time[-6:], '(Z|[+-]\d\d:?\d\d)$'), NULL,
     timezone('UTC', try_cast(event_time || zone_offset AS TIMESTAMPTZ))),
  $zone)"""

EVENT_ROWS = f"""
SELECT e.seq, {AT} AS at_utc, event_time AS at_text, e.zone_offset, timezone('UTC', try_cast(record_time AS TIMESTAMPTZ)) AS recorded_at,
       coalesce(e.read_point, e.biz_location) AS place, e.disposition AS result, e.event_id AS event, coalesce(e.error_reason, e.biz_step) AS reason,
       e."offset" AS position, e.lot, e.expiry, k.reference, e.type, e.action, e.biz_step, e.error_reason IS NOT NULL OR e.error_time IS NOT NULL AS wrong,
       if(p.epc IS NULL, NULL, coalesce(item_text(p.gtin, p.serial, p.sscc), '(21)' || p.epc)) AS parent_text
FROM _events e LEFT JOIN epc_part p ON p.epc = e.parent
LEFT JOIN (SELECT seq, string_agg(type || ' ' || value, ' ' ORDER BY type, value) AS reference FROM _links GROUP BY seq) k ON k.seq = e.seq
ORDER BY e.seq
"""

ITEM_ROWS = f"""
SELECT seq, role, gtin, serial, sscc, level, transform, class_lot, unhex(sha[1:32]) AS item, ('0x' || sha[1:15])::BIGINT AS item_prefix, known FROM (
  SELECT *, sha256(item_text(gtin, serial, sscc)) AS sha FROM (
    SELECT x.seq, x.role, CASE WHEN x.link THEN x.epc[23:36] WHEN c.gtin IS NOT NULL THEN c.gtin ELSE p.gtin END AS gtin,
           CASE WHEN x.link THEN x.epc[41:] WHEN c.gtin IS NOT NULL THEN x.epc[length(c.class) + 2:]
                WHEN p.sscc IS NOT NULL THEN NULL ELSE coalesce(p.serial, x.epc) END AS serial,
           p.sscc, p.lot AS class_lot, p.transform, x.link OR c.gtin IS NOT NULL OR p.epc IS NOT NULL AS known,
           CASE WHEN p.sscc IS NOT NULL THEN 'container' WHEN x.link OR c.gtin IS NOT NULL OR p.gtin IS NOT NULL THEN 'unit' ELSE 'other' END AS level
    FROM (SELECT seq, role, epc, if({PLAIN_SGTIN}, {CLASS_KEY}, NULL) AS class, {PLAIN_LINK} AS link FROM {ROWS}) x
    LEFT JOIN epc_class c ON c.class = x.class AND c.gtin IS NOT NULL LEFT JOIN epc_part p ON p.epc = x.epc))
"""
"""``known`` is false where a class or another spelling has not been learned yet: learn, and ask again."""

BARE_EVENTS = f"""
INSERT INTO out_record BY NAME
SELECT 'event' AS record, e.event_id AS key, {AT} AS started, event_time AS at_text, e.lot, e.type AS subject,
       concat_ws(' ', e.action, e.biz_step, e.disposition) AS category, e.error_reason AS text, e."offset" AS position
FROM _events e WHERE e.parent IS NULL AND e.seq NOT IN (SELECT seq FROM _epcs)
"""
"""Events that name no item (quantities only): kept as records, so that no event is lost."""

DOUBTS = f"""
INSERT INTO out_time_doubt BY NAME
SELECT 'eventTime' AS column_name, count(*) AS rows, min(event_time) AS example,
       if(try_cast(event_time AS TIMESTAMP) IS NULL, 'no time', 'no zone') AS doubt, min("offset") AS position
FROM (SELECT *, {AT} AS at_utc FROM _events) WHERE at_utc IS NULL GROUP BY ALL
"""
