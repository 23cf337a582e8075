"""AGG-01: a pack in two containers at once."""

from __future__ import annotations

from lotproof.rules.rule import Rule, Severity

RULE = Rule(
    code="AGG-01",
    title="Child has two live parents",
    severity=Severity.MAJOR,
    symptom="Aggregation errors",
    six_m="MACHINE",
    hda="Data Issue",
    pdg="data_misalignment",
    emvs=(),
    vrs=(),
    sentence="{count} items of lot {lot} are in two containers at once: {note}",
    hint="Open both containers and scan them; correct the aggregation that does not hold the item.",
    sql="""
SELECT t.lot, t.gtin, t.text AS item,
       v.note || ' (' || coalesce(o.text, 'unknown') || ', then ' || coalesce(p.text, 'unknown') || ')' AS note, v.source, v.position
FROM violation v JOIN thing t ON t.subject = v.subject
LEFT JOIN thing p ON p.subject = v.parent LEFT JOIN thing o ON o.subject = v.other WHERE v.code = 'AGG-01'
UNION ALL
SELECT t.lot, t.gtin, t.text, 'the line export lists it in ' || c.n || ' containers', o.source, o.position
FROM (SELECT subject, source, count(DISTINCT parent) AS n FROM obs WHERE kind = 'line' AND step = 'aggregated' GROUP BY subject, source HAVING n > 1) c
JOIN obs o ON o.subject = c.subject AND o.source = c.source AND o.step = 'aggregated' JOIN thing t ON t.subject = c.subject
""",
)
