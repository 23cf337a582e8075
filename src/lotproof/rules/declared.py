"""Events that a later message of the same hub declares to be errors (EPCIS 2.0, 7.4.1.2).

declared   each error declaration: its place, the event's identifier, when and why it was declared, the corrective events it names
voided     places of the events that are so taken back: by their identifier, else by equal content

A declaration repeats its event: the same identifier, or, where there is none, the same time, container, items and step. What
matches nothing voids nothing; it stays in ``declared``, so that it can be told.
"""

from __future__ import annotations

_DECLARED = """
CREATE OR REPLACE TABLE declared AS
SELECT o.source, o.position, o.event, r.started AS declared_at, r.at_text AS declared_text, coalesce(r.category, o.reason) AS reason,
       r.text AS corrective, r.state AS steps, o.at_utc, o.parent, o.parent_text, o.items, o.print, o.lot
FROM (SELECT source, position, any_value(event) AS event, any_value(reason) AS reason, min(at_utc) AS at_utc, min(parent) AS parent,
             min(parent_text) AS parent_text, count(*) AS items, bit_xor(hash(subject)) AS print, min(lot) AS lot
      FROM obs WHERE kind = 'hub' AND step = 'voided' GROUP BY source, position) o
LEFT JOIN record r ON r.record = 'error_declaration' AND r.source = o.source AND r.position = o.position
WHERE r.source IS NOT NULL OR o.event IS NOT NULL
"""

_BY_NAME = """
CREATE OR REPLACE TABLE voided AS
SELECT DISTINCT o.source, o.position, d.source AS by_source, d.position AS by_position
FROM obs o JOIN declared d ON d.event = o.event WHERE o.kind = 'hub' AND o.step <> 'voided' AND o.event IS NOT NULL
"""

_BY_CONTENT = """
INSERT INTO voided
WITH open AS (SELECT * FROM declared WHERE steps IS NOT NULL AND (source, position) NOT IN (SELECT (by_source, by_position) FROM voided)),
told AS (
  SELECT o.source, o.position, any_value(o.event) AS event, min(o.at_utc) AS at_utc, min(o.parent) AS parent, min(o.step) AS step,
         count(*) AS items, bit_xor(hash(o.subject)) AS print
  FROM obs o WHERE o.kind = 'hub' AND o.step <> 'voided' AND o.at_utc IN (SELECT at_utc FROM open) GROUP BY o.source, o.position)
SELECT t.source, t.position, d.source, d.position
FROM told t JOIN open d ON d.at_utc = t.at_utc AND d.parent IS NOT DISTINCT FROM t.parent AND d.items = t.items AND d.print = t.print
  AND list_contains(string_split(d.steps, ' '), t.step::VARCHAR) AND (d.event IS NULL OR t.event IS NULL)
"""

VOID_SQL = (_DECLARED, _BY_NAME, _BY_CONTENT)
