"""DAT-03: the trade item of a pack is not that of its order."""

from __future__ import annotations

from lotproof.rules.rule import Rule, Severity

RULE = Rule(
    code="DAT-03",
    title="GTIN differs from the order master",
    severity=Severity.MAJOR,
    symptom="Inconsistent data",
    six_m="METHOD",
    hda="Data Issue",
    pdg="master_data_errors",
    emvs=("A3",),
    vrs=("No_match_GTIN_Serial",),
    sentence="{count} packs of lot {lot} bear another trade item number than their order: {note}",
    hint="Compare artwork, order and master data; a wrong trade item number is a wrong product to everybody downstream.",
    sql="""
WITH ordered AS (SELECT lot, min(gtin) AS gtin FROM order_master WHERE lot IS NOT NULL AND gtin IS NOT NULL GROUP BY lot HAVING count(DISTINCT gtin) = 1)
SELECT t.lot, t.gtin, t.text AS item, o.kind || ' has ' || o.gtin || ', the order of lot ' || r.lot || ' is for ' || r.gtin AS note, o.source, o.position
FROM obs o JOIN ordered r ON r.lot = o.stated_lot JOIN thing t ON t.subject = o.subject
WHERE o.level = 'unit' AND o.gtin IS NOT NULL AND o.gtin <> r.gtin AND o.step IN ('allocated', 'encoded', 'commissioned', 'verified')
""",
)
