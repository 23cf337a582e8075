"""AGG-11: a container that contains itself."""

from __future__ import annotations

from lotproof.rules.rule import Rule, Severity

RULE = Rule(
    code="AGG-11",
    title="Cycle in the aggregation",
    severity=Severity.CRITICAL,
    symptom="Aggregation errors",
    six_m="MACHINE",
    hda="Data Issue",
    pdg="data_misalignment",
    emvs=(),
    vrs=(),
    sentence="{count} containers of lot {lot} contain themselves, directly or through others: {note}",
    hint="Correct the aggregation; no system can say what such a container holds.",
    sql="""
WITH RECURSIVE edge AS (
  SELECT DISTINCT subject, parent, source, position FROM line_parent WHERE parent IN (SELECT subject FROM line_parent)
  UNION SELECT DISTINCT e.subject, e.parent, e.source, e.position FROM hub_event e WHERE e.step = 'aggregated' AND e.parent IN
    (SELECT subject FROM hub_event WHERE step = 'aggregated')),
walk AS (SELECT subject AS start, parent AS node, 1 AS depth FROM edge
         UNION SELECT w.start, e.parent, w.depth + 1 FROM walk w JOIN edge e ON e.subject = w.node WHERE w.depth < 12 AND w.node <> w.start)
SELECT t.lot, t.gtin, t.text AS item, if(w.depth = 1, 'is recorded as its own container', 'contains itself over ' || w.depth || ' steps') AS note,
       e.source, e.position
FROM (SELECT start, min(depth) AS depth FROM walk WHERE node = start GROUP BY start) w JOIN thing t ON t.subject = w.start
JOIN (SELECT subject, min_by(source, (position, source)) AS source, min(position) AS position FROM edge GROUP BY subject) e ON e.subject = w.start
""",
)
