"""AGG-10: as many packs too many in a case as are missing from it."""

from __future__ import annotations

from lotproof.rules.rule import Rule, Severity

RULE = Rule(
    code="AGG-10",
    title="Substitution in a container",
    severity=Severity.MAJOR,
    symptom="Aggregation errors",
    six_m="MAN",
    hda="PND, DNP",
    pdg="data_misalignment",
    emvs=("A24",),
    vrs=(),
    sentence="{count} items of lot {lot} belong to containers in which packs were replaced without a record: {note}",
    hint="Ask who opened the container and why; find the packs that are missing and look where the strange ones come from.",
    sql="""
WITH chosen AS (SELECT * FROM audit_case WHERE verdict = 'substituted')
SELECT t.lot, '' AS gtin, t.text AS item, a.extra || ' packs in it are not recorded in it, ' || a.missing || ' recorded ones are not in it' AS note,
       a.source, a.position FROM chosen a JOIN thing t ON t.subject = a.box
UNION ALL
SELECT b.lot, '', t.text, 'in ' || b.text || ' and not recorded in it' || coalesce(' (' || c.class || ' at the line)', ''), p.source, p.position
FROM chosen a JOIN audit_pack p ON p.box = a.box JOIN thing t ON t.subject = p.subject JOIN thing b ON b.subject = a.box
LEFT JOIN number_class c ON c.subject = p.subject
WHERE NOT p.recorded
UNION ALL
SELECT b.lot, '', t.text, 'recorded in ' || b.text || ' and not in it', a.source, a.position
FROM chosen a JOIN recorded_in r ON r.parent = a.box JOIN thing t ON t.subject = r.subject JOIN thing b ON b.subject = a.box
WHERE r.subject NOT IN (SELECT subject FROM audit_pack WHERE box = a.box)
""",
)
