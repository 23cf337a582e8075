"""PHY-01: packs that are there and of which the record knows nothing."""

from __future__ import annotations

from lotproof.rules.rule import Rule, Severity

RULE = Rule(
    code="PHY-01",
    title="Product without data",
    severity=Severity.MAJOR,
    symptom="Inventory discrepancies",
    six_m="MAN",
    hda="PND",
    pdg="overages",
    emvs=(),
    vrs=(),
    sentence="{count} items of lot {lot} are physically there and not in the record of their container: {note}",
    hint="Hold the container; find where the packs belong before they move on.",
    sql="""
WITH stored AS (SELECT subject FROM obs WHERE kind IN ('inventory', 'receipts', 'issues') AND subject IS NOT NULL)
SELECT o.lot, t.gtin, t.text AS item, 'a partner holds it and has no data' || coalesce(' (order ' || o.reference || ')', '') AS note, o.source, o.position
FROM obs o JOIN thing t ON t.subject = o.subject WHERE o.step = 'found_without_data'
UNION ALL
SELECT b.lot, '' AS gtin, t.text AS item, 'found in ' || b.text || ', which does not hold it in the record' AS note, p.source, p.position
FROM audit_case a JOIN audit_pack p ON p.box = a.box JOIN thing t ON t.subject = p.subject JOIN thing b ON b.subject = a.box
WHERE a.verdict = 'differs' AND NOT p.recorded
UNION ALL
SELECT t.lot, t.gtin, t.text, o.step || ' in the warehouse, unknown to line and hub', o.source, o.position
FROM obs o JOIN thing t ON t.subject = o.subject JOIN lot_info i ON i.lot = o.lot
WHERE o.kind IN ('inventory', 'receipts', 'issues') AND i.packed AND o.subject NOT IN
  (SELECT subject FROM obs WHERE kind IN ('line', 'hub') AND subject IN (SELECT subject FROM stored)
   UNION ALL SELECT parent FROM obs WHERE kind IN ('line', 'hub') AND parent IN (SELECT subject FROM stored)
   UNION ALL SELECT parent FROM calm WHERE parent IN (SELECT subject FROM stored))
""",
)
