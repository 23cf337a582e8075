"""Whole lots minute by minute: small tables for rules that look at all packs of a lot, those set aside included.

tick     lot, minute -> packs that ended as commissioned at the line: how many, the first and the last, and where the first stands
graded   lot, device, minute -> symbol grades: how many, sum, sum of squares, and time, position and source of the first
"""

from __future__ import annotations

_TICK = """
CREATE OR REPLACE TABLE tick AS
SELECT lot, minute, sum(n)::BIGINT AS n, min(first) AS first, max(last) AS last, min(first_at).source AS source, min(first_at).position AS position FROM (
  SELECT lot, epoch_us(at_utc) // 60000000 AS minute, count(*) AS n, min(at_utc) AS first, max(at_utc) AS last, min({'at': at_utc, 'position': position, 'source': source}) AS first_at
  FROM line_state WHERE level = 'unit' AND state = 'commissioned' AND at_utc IS NOT NULL GROUP BY lot, minute
  UNION ALL SELECT lot, minute, n, first, last, {'at': first, 'position': position, 'source': source} FROM aside_tick WHERE lot IN (SELECT lot FROM part_lot)) GROUP BY lot, minute
"""

_GRADED = """
CREATE OR REPLACE TABLE graded AS
SELECT lot, device, minute, sum(n)::BIGINT AS n, sum(total) AS total, sum(squares) AS squares, min(first_at) AS first_at FROM (
  SELECT c.lot, coalesce(p.device, c.device, '') AS device, epoch_us(c.at_utc) // 60000000 AS minute, count(*) AS n, sum(c.grade) AS total,
         sum(c.grade * c.grade) AS squares, min({'at': c.at_utc, 'position': c.position, 'source': c.source}) AS first_at
  FROM obs c LEFT JOIN (SELECT subject, min(device) AS device FROM obs WHERE kind = 'printer' AND step = 'encoded' GROUP BY subject) p ON p.subject = c.subject
  WHERE c.kind = 'camera' AND c.grade IS NOT NULL AND c.level = 'unit' AND c.at_utc IS NOT NULL GROUP BY ALL
  UNION ALL SELECT lot, device, minute, n, total, squares, {'at': at_utc, 'position': position, 'source': source} FROM aside_graded WHERE lot IN (SELECT lot FROM part_lot))
GROUP BY lot, device, minute
"""

BIN_SQL = (_TICK, _GRADED)
