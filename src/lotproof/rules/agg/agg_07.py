"""AGG-07: a container without content, one used again after it left, or one number on two containers."""

from __future__ import annotations

from lotproof.rules.rule import Rule, Severity

RULE = Rule(
    code="AGG-07",
    title="Empty or reused container",
    severity=Severity.MAJOR,
    symptom="Aggregation errors",
    six_m="MACHINE",
    hda="Data Issue",
    pdg="data_misalignment",
    emvs=(),
    vrs=(),
    sentence="{count} containers of lot {lot} are empty in the record or were used again: {note}",
    hint="Look whether the label is on a container at all; a number that left must never come back on another one.",
    sql="""
WITH held AS (SELECT parent AS subject FROM line_parent UNION SELECT parent FROM calm UNION SELECT pallet FROM stacked UNION SELECT parent FROM hub_event WHERE step = 'aggregated' AND parent IS NOT NULL),
empty AS (
  SELECT s.subject, 'commissioned at the line, and nothing was ever put into it' AS note, s.source, s.position FROM line_state s
  WHERE s.level IN ('case', 'pallet') AND s.state = 'commissioned' AND s.subject NOT IN (SELECT subject FROM held)),
left_at AS (SELECT subject, min(at_utc) AS gone, min_by(source, (at_utc, ordinal, source)) AS source, min_by(ordinal, (at_utc, ordinal, source)) AS ordinal FROM hub_event WHERE step IN ('shipped', 'destroyed', 'inactivated') GROUP BY subject),
reused AS (
  SELECT e.parent AS subject, 'filled at ' || strftime(min(e.at_utc), '%Y-%m-%dT%H:%M:%SZ') || ', after it had left or ended' AS note,
         min_by(e.source, (e.position, e.source)) AS source, min(e.position) AS position
  FROM hub_event e JOIN left_at l ON l.subject = e.parent WHERE e.step = 'aggregated' AND e.at_utc > l.gone
    -- Where one document states both the other way round, a clock is wrong and nothing was used again.
    AND (e.source <> l.source OR e.ordinal > l.ordinal) GROUP BY e.parent),
-- One number on two containers: it holds more than a container can, and another one was filled from first to last in between.
filled AS (
  SELECT parent AS subject, lot, count(*) AS n, min(at_utc) AS began, max(at_utc) AS ended FROM line_parent
  WHERE level = 'unit' AND at_utc IS NOT NULL AND parent NOT IN (SELECT parent FROM calm) GROUP BY parent, lot),
usual AS (
  SELECT i.lot, coalesce(i.units_per_case, mode(f.n)) AS size FROM lot_info i
  JOIN (SELECT lot, n FROM filled UNION ALL SELECT lot, n FROM calm WHERE lot IN (SELECT lot FROM part_lot)) f ON f.lot = i.lot
  GROUP BY i.lot, i.units_per_case HAVING i.units_per_case IS NOT NULL OR count(*) >= 3),
pause AS (
  SELECT p.parent AS subject, p.at_utc AS after, lag(p.at_utc) OVER (PARTITION BY p.parent ORDER BY p.at_utc, p.position) AS before, p.source, p.position
  FROM line_parent p JOIN filled f ON f.subject = p.parent JOIN usual u ON u.lot = f.lot
  WHERE p.level = 'unit' AND p.at_utc IS NOT NULL AND f.n >= 1.5 * u.size),
others AS (SELECT subject, lot, began, ended FROM filled UNION ALL SELECT parent, lot, began, began FROM calm WHERE began IS NOT NULL),
twice AS (
  SELECT p.subject, 'filled twice, until ' || strftime(p.before, '%H:%M:%S') || ' and again from ' || strftime(p.after, '%H:%M:%S') || ': '
         || f.n || ' packs in all, where a container holds ' || u.size::BIGINT AS note, p.source, p.position
  FROM pause p JOIN filled f ON f.subject = p.subject JOIN usual u ON u.lot = f.lot
  WHERE EXISTS (SELECT 1 FROM others o WHERE o.lot = f.lot AND o.subject <> p.subject AND o.began > p.before AND o.ended < p.after)
  QUALIFY row_number() OVER (PARTITION BY p.subject ORDER BY p.after) = 1)
SELECT t.lot, t.gtin, t.text AS item, f.note, f.source, f.position
FROM (SELECT * FROM empty UNION ALL SELECT * FROM reused UNION ALL SELECT * FROM twice) f
JOIN thing t ON t.subject = f.subject
""",
)
