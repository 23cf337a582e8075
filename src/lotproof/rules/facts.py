"""One row for each number, case and pallet of a lot with everything that the nine equations ask of it.

fact   subject, lot, level (unit, case, pallet), and for each set of the equations whether the item is in it:
       known (not by the hub alone), received, unused, invalidated, encoded, label_scrapped, label_sampled, on_product, at_line (on
       product by the line's own word), uploaded (the hub commissioned it), sampled, destroyed, inactive, good, orphan, ended_at_hub, parents
       (how many containers line and hub have it in), live_elsewhere (ended, and still good or in a container elsewhere), counted and
       recorded_there, unscanned, misplaced (physical scans, box by box), gone (left the site)

Units and cases that were set aside as ordinary are in it as rows that stand for ``n`` of them, without subject; all other rows have n = 1. ``gone`` follows containers and is read by QTY-03 as well.
"""

from __future__ import annotations

ON = ("commissioned", "sampled", "destroyed", "inactivated")
"""States at the line in which a number is on product."""

_SEEN = """
CREATE OR REPLACE TABLE seen AS
SELECT subject, bool_or(kind = 'numbers') AS listed, bool_or(kind = 'printer' AND step = 'encoded') AS printed,
       bool_or(kind = 'inventory' AND step = 'counted') AS counted
FROM obs WHERE subject IS NOT NULL GROUP BY subject
"""

_INSIDE = """
CREATE OR REPLACE TABLE inside AS
-- What the hub took out of the line's container and put elsewhere (a case re-labelled in the warehouse) is where the hub has it.
WITH repacked AS (
  SELECT DISTINCT r.subject, r.parent FROM replayed r JOIN line_parent l ON l.subject = r.subject
  JOIN hub_event e ON e.subject = r.subject AND e.step = 'aggregated' AND e.parent = l.parent
  WHERE r.parent IS DISTINCT FROM l.parent AND r.subject NOT IN (SELECT subject FROM violation))
SELECT subject, parent FROM line_parent WHERE subject NOT IN (SELECT subject FROM repacked)
UNION SELECT subject, parent FROM repacked WHERE parent IS NOT NULL
UNION SELECT subject, parent FROM hub_state WHERE parent IS NOT NULL AND subject NOT IN (SELECT subject FROM line_parent)
UNION SELECT parent, pallet FROM calm WHERE pallet IS NOT NULL AND lot IN (SELECT lot FROM part_lot)
"""

_GONE = """
CREATE OR REPLACE TABLE gone AS
WITH RECURSIVE declared_wrong AS (
  SELECT event FROM obs WHERE kind = 'hub' AND event IS NOT NULL GROUP BY event HAVING bool_or(step = 'voided') AND bool_or(step <> 'voided')),
moved AS (
  SELECT subject, bool_or(step = 'shipped') AS sent, max(at_utc) FILTER (step = 'shipped') AS sent_at, max(at_utc) FILTER (step <> 'shipped') AS back_at
  FROM obs WHERE step IN ('shipped', 'returned', 'voided') AND subject IS NOT NULL AND (event IS NULL OR event NOT IN (SELECT event FROM declared_wrong))
  GROUP BY subject),
away AS (SELECT subject, sent_at FROM moved WHERE sent AND coalesce(sent_at > back_at, back_at IS NULL)
         UNION SELECT i.subject, g.sent_at FROM inside i JOIN away g ON i.parent = g.subject LEFT JOIN moved m ON m.subject = i.subject
         WHERE coalesce(g.sent_at > m.back_at, m.back_at IS NULL))
SELECT subject, max(sent_at) AS sent_at FROM away GROUP BY subject
"""

# A container whose level nobody states is what it holds: a case holds packs, a pallet holds containers.
_BOX = """
CREATE OR REPLACE TABLE box AS
WITH holds AS (SELECT subject, bool_or(boxes) AS boxes FROM (
  SELECT i.parent AS subject, t.level <> 'unit' AS boxes FROM inside i JOIN thing t ON t.subject = i.subject
  UNION ALL SELECT parent, false FROM calm UNION ALL SELECT pallet, true FROM stacked) GROUP BY subject),
emptied AS (SELECT DISTINCT subject FROM hub_event WHERE step = 'emptied')
SELECT t.subject, t.lot, CASE WHEN t.level IN ('case', 'pallet', 'bundle') THEN t.level WHEN coalesce(c.boxes, false) THEN 'pallet' ELSE 'case' END AS level,
       c.subject IS NOT NULL AS holding, l.state, h.ended, coalesce(h.commissioned, false) AS uploaded, e.subject IS NOT NULL AS emptied,
       coalesce(p.parent, h.parent) AS parent
FROM thing t LEFT JOIN holds c ON c.subject = t.subject LEFT JOIN line_state l ON l.subject = t.subject LEFT JOIN hub_state h ON h.subject = t.subject
LEFT JOIN emptied e ON e.subject = t.subject LEFT JOIN line_parent p ON p.subject = t.subject
WHERE t.lot <> '' AND (t.level IN ('bundle', 'case', 'pallet', 'container') OR c.subject IS NOT NULL) AND t.level <> 'unit'
"""

_BOX_CLASS = """
CREATE OR REPLACE TABLE box_class AS
WITH stacked AS (SELECT lot, level, bool_or(parent IS NOT NULL) AS any_parent FROM (
  SELECT lot, level, parent FROM box UNION ALL SELECT lot, 'case', pallet FROM stacked) GROUP BY lot, level)
SELECT b.*, CASE WHEN b.state = 'returned_unused' THEN 'unused' WHEN b.state = 'invalidated' THEN 'invalidated' WHEN b.state = 'label_scrapped' THEN 'label_scrapped'
    WHEN b.state = 'label_sampled' THEN 'label_sampled' WHEN b.state = 'destroyed' OR b.ended = 'destroyed' THEN 'destroyed'
    WHEN b.state = 'sampled' OR b.ended = 'sampled' THEN 'sampled' WHEN b.state = 'inactivated' OR b.ended = 'inactivated' OR b.emptied THEN 'inactive'
    WHEN b.state = 'commissioned' OR b.uploaded OR b.holding THEN if(s.any_parent AND b.parent IS NULL AND b.level <> 'pallet', 'orphan', 'good')
    ELSE 'unaccounted' END AS class
FROM box b JOIN stacked s ON s.lot = b.lot AND s.level = b.level
"""

_FACT = f"""
CREATE OR REPLACE TABLE fact AS
WITH held AS (SELECT subject, count(DISTINCT parent) AS parents, bool_or(parent IN (SELECT box FROM audit_pack)) AS recorded_there
              FROM recorded_in GROUP BY subject),
scanned AS (SELECT DISTINCT subject FROM audit_pack
            UNION SELECT DISTINCT parent FROM obs WHERE kind = 'inventory' AND step = 'counted' AND parent IS NOT NULL),
unscanned AS (SELECT r.subject FROM recorded_in r JOIN (SELECT DISTINCT box FROM audit_pack) b ON b.box = r.parent
              LEFT JOIN audit_pack a ON a.subject = r.subject AND a.box = r.parent WHERE a.subject IS NULL),
number AS (
  SELECT subject, lot, 'unit' AS level, class, state, hub_ended AS ended, parent FROM number_class
  UNION ALL SELECT subject, lot, level, class, state, ended, parent FROM box_class
  -- What the hub alone knows is no number of a lot whose numbers the site states; it is uploaded too much.
  UNION ALL SELECT subject, lot, 'unit', 'foreign', NULL, ended, parent FROM hub_state
  WHERE level = 'unit' AND commissioned AND subject NOT IN (SELECT subject FROM number_class))
SELECT n.subject, n.lot, n.level, n.class <> 'foreign' AS known, coalesce(s.listed, false) AS received, n.class = 'unused' AS unused, n.class = 'invalidated' AS invalidated,
       coalesce(s.printed, false) OR coalesce(n.state NOT IN ('returned_unused', 'invalidated'), false) OR (coalesce(h.commissioned, false) AND n.class <> 'foreign') AS encoded,
       n.class = 'label_scrapped' AS label_scrapped, n.class = 'label_sampled' AS label_sampled,
       coalesce(n.state IN {ON}, (coalesce(h.commissioned, false) AND n.class <> 'foreign') OR (n.level <> 'unit' AND n.class IN ('good', 'orphan'))) AS on_product,
       coalesce(n.state IN {ON}, n.level <> 'unit' AND (coalesce(h.commissioned, false) OR n.class IN ('good', 'orphan'))) AS at_line,
       coalesce(h.commissioned, false) AS uploaded, n.class = 'sampled' AS sampled, n.class = 'destroyed' AS destroyed, n.class = 'inactive' AS inactive,
       n.class = 'good' AS good, n.class = 'orphan' AS orphan, n.ended IS NOT NULL AS ended_at_hub,
       coalesce(p.parents, 0) AS parents,
       (n.class IN ('sampled', 'destroyed', 'inactive') AND h.parent IS NOT NULL) OR (n.class IN ('good', 'orphan') AND n.ended IS NOT NULL) AS live_elsewhere,
       coalesce(s.counted, false) OR n.subject IN (SELECT subject FROM scanned) AS counted,
       coalesce(p.recorded_there, false) AS recorded_there,
       n.subject IN (SELECT subject FROM unscanned) AS unscanned, n.subject IN (SELECT subject FROM audit_pack WHERE NOT recorded) AS misplaced, n.subject IN (SELECT subject FROM gone) AS gone, 1 AS n
FROM number n LEFT JOIN seen s ON s.subject = n.subject LEFT JOIN hub_state h ON h.subject = n.subject LEFT JOIN held p ON p.subject = n.subject
"""

# The packs set aside are good packs, uploaded where there is a hub, in their one container where packs are in containers.
_ASIDE_FACT = """
INSERT INTO fact BY NAME
WITH own AS (SELECT * FROM aside_lot WHERE lot IN (SELECT lot FROM part_lot)),
away AS (SELECT lot, gtin, sum(n)::BIGINT AS n FROM calm WHERE parent IN (SELECT subject FROM gone) GROUP BY lot, gtin),
share AS (SELECT o.*, least(coalesce(a.n, 0), o.n - o.loose) AS sent FROM own o LEFT JOIN away a ON a.lot = o.lot AND a.gtin = o.gtin)
SELECT s.lot, 'unit' AS level, true AS known, s.in_numbers AS received, false AS unused, false AS invalidated, true AS encoded, false AS label_scrapped, false AS label_sampled,
       s.in_line OR s.in_hub AS on_product, s.in_line AS at_line, s.in_hub AS uploaded, false AS sampled, false AS destroyed, false AS inactive, true AS good, false AS orphan,
       false AS ended_at_hub, (s.line_packs OR s.hub_packs)::INT AS parents, false AS live_elsewhere, false AS counted,
       false AS recorded_there, false AS unscanned, false AS misplaced, g.gone, g.n
FROM share s, unnest([{'gone': true, 'n': s.sent}, {'gone': false, 'n': s.n - s.sent}]) AS t(g) WHERE g.n > 0
"""

# The rejects set aside were encoded and their labels scrapped.
_SCRAPPED_FACT = """
INSERT INTO fact BY NAME
SELECT lot, 'unit' AS level, true AS known, in_numbers AS received, false AS unused, false AS invalidated, true AS encoded, true AS label_scrapped,
       false AS label_sampled, false AS on_product, false AS at_line, false AS uploaded, false AS sampled, false AS destroyed, false AS inactive, false AS good,
       false AS orphan, false AS ended_at_hub, 0 AS parents, false AS live_elsewhere, false AS counted, false AS recorded_there, false AS unscanned,
       false AS misplaced, false AS gone, n FROM aside_scrapped WHERE lot IN (SELECT lot FROM part_lot)
"""

# The cases set aside are good cases, each on its one pallet.
_STACKED_FACT = """
INSERT INTO fact BY NAME
SELECT s.lot, 'case' AS level, true AS known, s.in_numbers AS received, false AS unused, false AS invalidated, s.in_line OR s.in_hub AS encoded, false AS label_scrapped,
       false AS label_sampled, true AS on_product, true AS at_line, s.in_hub AS uploaded, false AS sampled, false AS destroyed, false AS inactive, true AS good,
       false AS orphan, false AS ended_at_hub, 1 AS parents, false AS live_elsewhere, false AS counted, false AS recorded_there, false AS unscanned, false AS misplaced,
       s.pallet IN (SELECT subject FROM gone) AS gone, s.n FROM stacked s WHERE s.lot IN (SELECT lot FROM part_lot)
"""

FACT_SQL = (_SEEN, _INSIDE, _GONE, _BOX, _BOX_CLASS, _FACT, _ASIDE_FACT, _SCRAPPED_FACT, _STACKED_FACT)
