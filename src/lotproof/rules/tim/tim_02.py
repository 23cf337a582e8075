"""TIM-02: an order of events that cannot be."""

from __future__ import annotations

from lotproof.rules.rule import Rule, Severity

RULE = Rule(
    code="TIM-02",
    title="Impossible order of events",
    severity=Severity.MAJOR,
    symptom="Aggregation errors",
    six_m="MEASUREMENT",
    hda="Data Issue",
    pdg="",
    emvs=(),
    vrs=(),
    sentence="{count} items of lot {lot} have events in an order that cannot be: {note}",
    hint="Compare the clocks of the stations named before believing either; then correct the events that are wrong.",
    sql="""
WITH first_add AS (SELECT subject, min(at_utc) AS added, min_by(source, (at_utc, position, source)) AS source,
                          min_by(position, (at_utc, position, source)) AS position FROM hub_event
                   WHERE step = 'aggregated' AND level = 'unit' GROUP BY subject),
early AS (
  SELECT a.subject, 'put into a container at ' || strftime(a.added, '%H:%M:%S') || ', commissioned at ' || strftime(h.commissioned_at, '%H:%M:%S') || ' in the hub' AS note,
         a.source, a.position FROM first_add a JOIN hub_state h ON h.subject = a.subject WHERE a.added < h.commissioned_at - INTERVAL 1 SECOND),
packed AS (
  SELECT l.subject, 'packed at ' || strftime(l.at_utc, '%H:%M:%S') || ', commissioned at ' || strftime(s.at_utc, '%H:%M:%S') || ' at the line' AS note, l.source, l.position
  FROM line_parent l JOIN (SELECT subject, min(at_utc) AS at_utc FROM obs WHERE kind = 'line' AND step = 'commissioned' GROUP BY subject) s
    ON s.subject = l.subject WHERE l.level = 'unit' AND l.at_utc < s.at_utc - INTERVAL 1 SECOND),
moved AS (
  SELECT subject, min(at_utc) AS at_utc, min_by(step, (at_utc, position, source)) AS step, min_by(source, (at_utc, position, source)) AS source,
         min_by(position, (at_utc, position, source)) AS position
  FROM (SELECT subject, step, at_utc, source, position FROM hub_event UNION ALL SELECT subject, step::VARCHAR, at_utc, source, position FROM obs WHERE kind <> 'hub')
  WHERE step IN ('shipped', 'received', 'dispensed') AND at_utc IS NOT NULL AND subject IS NOT NULL GROUP BY subject),
made AS (
  SELECT subject, min(at_utc) AS at_utc FROM (
    SELECT subject, at_utc FROM obs WHERE kind IN ('line', 'hub') AND step = 'commissioned'
    UNION ALL SELECT parent, at_utc FROM obs WHERE kind = 'line' AND step = 'aggregated'
    UNION ALL SELECT parent, began FROM calm UNION ALL SELECT pallet, began FROM stacked) WHERE subject IS NOT NULL AND at_utc IS NOT NULL GROUP BY subject),
-- Days without a time of day, wrong zones and slow clocks make up to a day; what left earlier than that cannot have been made then.
left_early AS (
  SELECT m.subject, m.step || ' at ' || strftime(m.at_utc, '%Y-%m-%d %H:%M') || ', made at ' || strftime(b.at_utc, '%Y-%m-%d %H:%M') AS note, m.source, m.position
  FROM moved m JOIN made b ON b.subject = m.subject WHERE m.at_utc < b.at_utc - INTERVAL 1 DAY)
SELECT t.lot, t.gtin, t.text AS item, f.note, f.source, f.position
FROM (SELECT * FROM early UNION ALL SELECT * FROM packed UNION ALL SELECT * FROM left_early) f JOIN thing t ON t.subject = f.subject
""",
)
