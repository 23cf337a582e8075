"""PHY-02: packs that the record has and that are not there."""

from __future__ import annotations

from lotproof.rules.rule import Rule, Severity

RULE = Rule(
    code="PHY-02",
    title="Data without product",
    severity=Severity.MAJOR,
    symptom="Inventory discrepancies",
    six_m="MAN",
    hda="DNP",
    pdg="missing_product",
    emvs=(),
    vrs=(),
    sentence="{count} items of lot {lot} are in the record of a container and not in it: {note}",
    hint="Search the containers packed next to it and the reject bins; report the shortage before the customer does.",
    sql="""
SELECT o.lot, t.gtin, t.text AS item, 'a partner has its data and not the pack' || coalesce(' (order ' || o.reference || ')', '') AS note, o.source, o.position
FROM obs o JOIN thing t ON t.subject = o.subject WHERE o.step = 'data_without_product'
UNION ALL
SELECT b.lot, '' AS gtin, t.text AS item, 'recorded in ' || b.text || ' and not found in it' AS note, a.source, a.position
FROM audit_case a JOIN recorded_in r ON r.parent = a.box JOIN thing t ON t.subject = r.subject JOIN thing b ON b.subject = a.box
WHERE a.verdict = 'differs' AND r.subject NOT IN (SELECT subject FROM audit_pack WHERE box = a.box)
  -- Where line and hub name different containers, the one in which it was found is right.
  AND r.subject NOT IN (SELECT subject FROM audit_pack WHERE recorded)
""",
)
