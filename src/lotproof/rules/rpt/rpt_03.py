"""RPT-03: an authority or partner raised an alert."""

from __future__ import annotations

from lotproof.rules.rule import Rule, Severity

RULE = Rule(
    code="RPT-03",
    title="Alert of an authority",
    severity=Severity.MAJOR,
    symptom="Regulatory",
    six_m="METHOD",
    hda="",
    pdg="other_errors",
    emvs=("A3",),
    vrs=(),
    sentence="Authorities raised alerts on {count} packs of lot {lot}: {note}",
    hint="Compare each pack with the record at once; a data fault is corrected at its source, everything else is a suspect product until shown otherwise.",
    sql="""
SELECT o.lot, coalesce(t.gtin, o.gtin) AS gtin, coalesce(t.text, item_text(o.gtin, o.serial, o.sscc)) AS item,
       'alert ' || coalesce(o.reason, '') || coalesce(' ' || o.reference, '') || if(t.subject IS NULL OR t.subject <> o.item, ', spelled ' || o.serial, '') AS note,
       o.source, o.position
FROM obs o LEFT JOIN thing t ON t.subject = o.subject WHERE o.step = 'alerted' AND coalesce(o.serial, o.sscc) IS NOT NULL
""",
)
