"""AGG-05: a container inside one of the same or a lower level."""

from __future__ import annotations

from lotproof.rules.rule import Rule, Severity

RULE = Rule(
    code="AGG-05",
    title="Level of packing violated",
    severity=Severity.MAJOR,
    symptom="Aggregation errors",
    six_m="METHOD",
    hda="Data Issue",
    pdg="data_misalignment",
    emvs=(),
    vrs=(),
    sentence="{count} items of lot {lot} are in a container of the wrong level: {note}",
    hint="Correct the level in the order or the label; partners refuse such an aggregation.",
    sql="""
WITH ranked AS (SELECT subject, CASE level WHEN 'unit' THEN 1 WHEN 'bundle' THEN 2 WHEN 'case' THEN 3 WHEN 'pallet' THEN 4 END AS rank, level FROM thing),
edge AS (SELECT subject, parent, source, position FROM line_parent
         UNION ALL SELECT subject, parent, source, position FROM hub_event WHERE step = 'aggregated' AND parent IS NOT NULL),
mixed AS (SELECT e.parent FROM edge e JOIN thing t ON t.subject = e.subject WHERE e.subject <> e.parent GROUP BY e.parent
          HAVING bool_or(t.level = 'unit') AND bool_or(t.level IN ('case', 'container', 'pallet')))
SELECT t.lot, t.gtin, t.text AS item, 'a ' || c.level || ' in a ' || p.level || ' (' || q.text || ')' AS note, e.source, e.position
FROM edge e JOIN ranked c ON c.subject = e.subject JOIN ranked p ON p.subject = e.parent JOIN thing t ON t.subject = e.subject JOIN thing q ON q.subject = e.parent
WHERE c.rank >= p.rank AND e.subject <> e.parent
UNION ALL
SELECT q.lot, NULL, q.text, 'holds both packs and containers', min_by(e.source, (e.position, e.source)), min(e.position)
FROM edge e JOIN thing q ON q.subject = e.parent
WHERE e.subject <> e.parent AND e.subject IN (SELECT subject FROM thing) AND e.parent IN (SELECT parent FROM mixed) GROUP BY e.parent, q.lot, q.text
""",
)
