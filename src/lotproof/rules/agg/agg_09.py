"""AGG-09: two containers that bear each other's label."""

from __future__ import annotations

from lotproof.rules.rule import Rule, Severity

RULE = Rule(
    code="AGG-09",
    title="Swapped parent labels",
    severity=Severity.MAJOR,
    symptom="Aggregation errors",
    six_m="MAN",
    hda="PND, DNP",
    pdg="data_misalignment",
    emvs=(),
    vrs=(),
    sentence="{count} containers of lot {lot} have each other's content: {note}",
    hint="Exchange the labels, or correct both aggregations, after a second person has opened both.",
    sql="""
SELECT t.lot, '' AS gtin, t.text AS item, 'holds what the record says of ' || coalesce(b.text, 'another one') AS note, a.source, a.position
FROM audit_case a JOIN thing t ON t.subject = a.box LEFT JOIN thing b ON b.subject = a.best WHERE a.verdict = 'swapped'
UNION ALL
SELECT b.lot, '', b.text, 'not opened; ' || t.text || ' holds what the record says of it', a.source, a.position
FROM audit_case a JOIN thing t ON t.subject = a.box JOIN thing b ON b.subject = a.best
WHERE a.verdict = 'swapped' AND a.best NOT IN (SELECT box FROM audit_case)
""",
)
