"""IDT-02: a separator was lost on the way and the serial swallowed the fields behind it."""

from __future__ import annotations

from lotproof.rules.rule import Rule, Severity

RULE = Rule(
    code="IDT-02",
    title="Separator lost, the serial swallowed what follows it",
    severity=Severity.MINOR,
    symptom="Failed scans",
    six_m="MACHINE",
    hda="Data Issue",
    pdg="data_misalignment",
    emvs=("A3",),
    vrs=("No_match_GTIN_Serial",),
    sentence="{count} packs of lot {lot} were read without group separator: the serial swallowed the fields behind it",
    hint="Set the scanner to send FNC1 as GS (ASCII 29); no pack is affected.",
    sql="""
SELECT t.lot, t.gtin, t.text AS item, o.kind || ' read it without group separator' || if(o.subject = o.item, '', ' as "' || o.serial || '"') AS note, o.source, o.position
FROM obs o JOIN thing t ON t.subject = o.subject
WHERE o.alias_transform = 'swallowed' OR contains(coalesce(o.transform, ''), 'gs_missing')
""",
)
