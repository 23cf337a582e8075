"""IDT-06: a character that GS1 does not allow in a serial or lot."""

from __future__ import annotations

from lotproof.rules.rule import Rule, Severity

RULE = Rule(
    code="IDT-06",
    title="Characters outside GS1 set 82",
    severity=Severity.MAJOR,
    symptom="Failed scans",
    six_m="MACHINE",
    hda="Data Issue",
    pdg="data_misalignment",
    emvs=(),
    vrs=(),
    sentence="{count} serials of lot {lot} have characters that GS1 does not allow: {note}",
    hint="Find the number generator or interface that let them through; scanners and partners will not read them alike.",
    sql="""
SELECT o.lot, o.gtin, item_text(o.gtin, o.serial, o.sscc) AS item, o.kind || ' has a serial with a character outside GS1 set 82' AS note,
       o.source, o.position
FROM obs o WHERE contains(coalesce(o.transform, ''), 'not_cset82') AND o.step NOT IN ('rejected', 'no_read') AND o.serial IS NOT NULL
""",
)
