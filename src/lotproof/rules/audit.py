"""Opened containers held against their record: whose content is really in them.

recorded_in   pack -> every container that line or hub has it in
audit_pack    box, pack scanned in it, whether it is recorded there
audit_case    box with what was scanned, recorded, missing and extra; the container whose record its content matches best, how far
              that one is away in the order of packing, and a verdict

Verdicts: ``same``; ``swapped`` (two boxes hold each other's content); ``shifted`` (the content is another box's, and that
one's is not here); ``substituted`` (as many strange packs as missing ones); ``differs``. A match is a match where the packs in
both are at least four fifths of the packs in either (Jaccard).
"""

from __future__ import annotations

_RECORDED = """
CREATE OR REPLACE TABLE recorded_in AS
SELECT DISTINCT subject, parent FROM (
  SELECT subject, parent FROM line_parent WHERE parent NOT IN (SELECT subject FROM hub_event WHERE step = 'emptied')
    AND subject NOT IN (SELECT subject FROM hub_state WHERE ended IS NOT NULL)
    AND (subject, parent) NOT IN (SELECT (e.subject, e.parent) FROM hub_event e WHERE e.step = 'disaggregated' AND e.parent IS NOT NULL)
  UNION ALL SELECT subject, parent FROM hub_state WHERE parent IS NOT NULL AND ended IS NULL)
"""

_PACK = """
CREATE OR REPLACE TABLE audit_pack AS
SELECT a.box, a.subject, a.lot, a.source, a.position, r.subject IS NOT NULL AS recorded
FROM (SELECT parent AS box, subject, min(lot) AS lot, min_by(source, (position, source)) AS source, min(position) AS position
      FROM obs WHERE step = 'inspected' AND parent IS NOT NULL AND subject IS NOT NULL
        -- Serials that a sheet turned into numbers (IDT-04) say nothing of what is in the box.
        AND parent NOT IN (SELECT parent FROM obs WHERE step = 'inspected' AND parent IS NOT NULL AND regexp_matches(serial, '^\\d[.,]\\d+[eE]\\+?\\d+$'))
      GROUP BY parent, subject) a
LEFT JOIN recorded_in r ON r.subject = a.subject AND r.parent = a.box
"""

_CASE = """
CREATE OR REPLACE TABLE audit_case AS
WITH audited AS (SELECT DISTINCT lot FROM audit_pack),
scanned AS (SELECT box, min(lot) AS lot, count(*) AS scanned, count(*) FILTER (recorded) AS own, min_by(source, (position, source)) AS source,
                        min(position) AS position FROM audit_pack GROUP BY box),
held AS (SELECT parent AS box, count(*) AS n FROM recorded_in GROUP BY parent),
overlap AS (
  SELECT a.box, r.parent AS best, count(*) AS n FROM audit_pack a JOIN recorded_in r ON r.subject = a.subject AND r.parent <> a.box GROUP BY a.box, r.parent
  QUALIFY row_number() OVER (PARTITION BY a.box ORDER BY count(*) DESC, r.parent) = 1),
packed AS (SELECT parent AS box, lot, min(at_utc) AS began, min(position) AS position FROM line_parent WHERE level = 'unit' GROUP BY parent, lot
           UNION ALL SELECT parent, lot, began, position FROM calm WHERE lot IN (SELECT lot FROM audited)),
ranked AS (SELECT box, row_number() OVER (PARTITION BY lot ORDER BY began, position, box) AS k FROM packed),
matched AS (
  SELECT s.*, coalesce(h.n, 0) AS recorded, o.best, o.n AS best_n, kb.k - ka.k AS shift,
         o.n >= 0.8 * (s.scanned + hb.n - o.n) AND o.n > s.own AS moved
  FROM scanned s LEFT JOIN held h ON h.box = s.box LEFT JOIN overlap o ON o.box = s.box LEFT JOIN held hb ON hb.box = o.best
  LEFT JOIN ranked ka ON ka.box = s.box LEFT JOIN ranked kb ON kb.box = o.best)
SELECT m.box, m.lot, m.source, m.position, m.scanned, m.recorded, m.own, m.scanned - m.own AS extra, m.recorded - m.own AS missing, m.best, m.shift,
  CASE WHEN m.own = m.scanned AND m.own = m.recorded THEN 'same'
       WHEN m.moved AND EXISTS (SELECT 1 FROM matched x WHERE x.box = m.best AND x.moved AND x.best = m.box) THEN 'swapped'
       WHEN m.moved AND m.best NOT IN (SELECT box FROM matched)
            AND NOT EXISTS (SELECT 1 FROM matched x WHERE x.box <> m.box AND x.lot = m.lot AND x.moved AND x.shift = m.shift)
            -- The label left over by a run of shifted ones sits at its other end: far off, and against the direction of the run.
            AND NOT EXISTS (SELECT x.shift FROM matched x WHERE x.box <> m.box AND x.lot = m.lot AND x.moved AND sign(x.shift) <> sign(m.shift)
                            GROUP BY x.shift HAVING count(*) > 1) THEN 'swapped'
       WHEN m.moved THEN 'shifted'
       WHEN m.extra_same AND m.own * 2 >= m.scanned THEN 'substituted'
       ELSE 'differs' END AS verdict
FROM (SELECT *, scanned - own = recorded - own AND scanned > own AS extra_same FROM matched) m
"""

_DELAY = """
CREATE OR REPLACE TABLE delay AS
WITH seen AS (
  SELECT subject, lot, min(at_utc) FILTER (kind = 'printer' AND step = 'encoded') AS printer,
         max(at_utc) FILTER (kind = 'camera' AND step = 'verified') AS camera, min({'position': position, 'source': source}) FILTER (kind = 'camera' AND step = 'verified') AS camera_at,
         max(at_utc) FILTER (kind = 'line' AND step = 'commissioned') AS line, min({'position': position, 'source': source}) FILTER (kind = 'line' AND step = 'commissioned') AS line_at,
         min(at_utc) FILTER (kind = 'hub' AND step = 'commissioned') AS hub, min({'position': position, 'source': source}) FILTER (kind = 'hub' AND step = 'commissioned') AS hub_at,
         min(at_utc) FILTER (kind = 'line' AND step = 'aggregated') AS line_packed, min(at_utc) FILTER (kind = 'hub' AND step = 'aggregated') AS hub_packed,
         min({'position': position, 'source': source}) FILTER (kind = 'line' AND step = 'aggregated') AS line_packed_at,
         min({'position': position, 'source': source}) FILTER (kind = 'hub' AND step = 'aggregated') AS hub_packed_at
  FROM obs WHERE level = 'unit' AND subject IS NOT NULL AND at_utc IS NOT NULL AND kind IN ('printer', 'camera', 'line', 'hub') GROUP BY subject, lot),
pair AS (
  SELECT lot, 'printer' AS left_kind, 'camera' AS right_kind, epoch_us(camera) - epoch_us(printer) AS d, camera_at AS first_at FROM seen
  UNION ALL SELECT lot, 'camera', 'line', epoch_us(line) - epoch_us(camera), line_at FROM seen
  UNION ALL SELECT lot, 'line', 'hub', epoch_us(hub) - epoch_us(line), hub_at FROM seen
  -- Packs wait for their case as long as they like: only minutes that a clock may be wrong by are told apart.
  UNION ALL SELECT lot, 'commissioning', 'packing', if(abs(d // 1000000) < 600, 0, d), first_at FROM (
    SELECT lot, coalesce(epoch_us(line_packed) - epoch_us(line), epoch_us(hub_packed) - epoch_us(hub)) AS d,
           if(line_packed IS NULL OR line IS NULL, hub_packed_at, line_packed_at) AS first_at FROM seen)),
counted AS (
  SELECT lot, left_kind, right_kind, d // 1000000 AS seconds, count(*) AS n, min(first_at) AS first_at FROM pair WHERE d IS NOT NULL GROUP BY ALL
  UNION ALL SELECT lot, left_kind, right_kind, seconds, n, {'position': position, 'source': source} FROM aside_delay WHERE lot IN (SELECT lot FROM part_lot))
SELECT lot, left_kind, right_kind, seconds, sum(n)::BIGINT AS n, min(first_at) AS first_at FROM counted GROUP BY lot, left_kind, right_kind, seconds
"""
"""Whole seconds from one source to the next, over the packs that both have; at the rate of seconds it stays small for any lot."""

_CLOCK = """
CREATE OR REPLACE TABLE clock_offset AS
WITH ranked AS (
  SELECT *, sum(n) OVER (PARTITION BY lot, left_kind, right_kind ORDER BY seconds) AS upto, sum(n) OVER (PARTITION BY lot, left_kind, right_kind) AS whole FROM delay)
SELECT lot, left_kind, right_kind, any_value(whole)::BIGINT AS n, min(seconds) FILTER (upto >= 0.5 * whole) AS seconds,
       min(seconds) FILTER (upto >= 0.1 * whole) AS low, min(seconds) FILTER (upto >= 0.9 * whole) AS high, min(first_at).source AS source, min(first_at).position AS position
FROM ranked GROUP BY lot, left_kind, right_kind
"""
"""How far the clocks of neighbouring sources are apart, seconds: median, first and last tenth over the packs seen by both."""

AUDIT_SQL = (_RECORDED, _PACK, _CASE, _DELAY, _CLOCK)
