"""IDT-03: serials equal after undoing capitals, a keyboard layout or another map of characters."""

from __future__ import annotations

from lotproof.rules.rule import Rule, Severity

RULE = Rule(
    code="IDT-03",
    title="Same serial after undoing capitals or a keyboard layout",
    severity=Severity.MINOR,
    symptom="Failed scans",
    six_m="MACHINE",
    hda="Data Issue",
    pdg="data_misalignment",
    emvs=("A3", "A68"),
    vrs=("No_match_GTIN_Serial",),
    sentence="{count} serials of lot {lot} differ only by capitals, a keyboard layout, look-alike characters or another map of characters: {note}",
    hint="Correct the keyboard layout or the capitals setting of the source named; re-send what it sent, no pack is affected.",
    sql="""
SELECT t.lot, t.gtin, t.text AS item, o.kind || ' has "' || o.serial || '", the same after undoing '
       || if(o.alias_transform = 'map', 'the map ' || m.told, o.alias_transform) AS note, o.source, o.position
FROM obs o JOIN thing t ON t.subject = o.subject LEFT JOIN char_map m ON m.lot = o.lot
WHERE o.alias_transform IN ('case', 'keyboard', 'confusable', 'map')
""",
)
