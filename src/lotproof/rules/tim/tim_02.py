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
    ON s.subject = l.subject WHERE l.level = 'unit' AND l.at_utc < s.at_utc - INTERVAL 1 SECOND)
SELECT t.lot, t.gtin, t.text AS item, f.note, f.source, f.position FROM (SELECT * FROM early UNION ALL SELECT * FROM packed) f JOIN thing t ON t.subject = f.subject
""",
)
