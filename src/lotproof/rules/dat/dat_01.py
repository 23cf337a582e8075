"""DAT-01: the lot of a pack differs from source to source."""

from __future__ import annotations

from lotproof.rules.rule import Rule, Severity

RULE = Rule(
    code="DAT-01",
    title="Lot differs between sources",
    severity=Severity.MAJOR,
    symptom="Inconsistent data",
    six_m="METHOD",
    hda="Data Issue",
    pdg="data_misalignment",
    emvs=("A68", "A2"),
    vrs=("No_match_GTIN_Serial_Lot",),
    sentence="{count} packs of lot {lot} bear another lot in another source: {note}",
    hint="Find the moment and the place where the lot was set up; hold everything since then until print and record agree.",
    sql="""
WITH other AS (
  SELECT o.subject, o.lot, o.kind, o.stated_lot, o.source, o.position FROM obs o
  WHERE o.level = 'unit' AND o.subject IS NOT NULL AND o.stated_lot IS NOT NULL AND o.lot <> '' AND o.stated_lot <> o.lot
    AND NOT contains(coalesce(o.transform, ''), 'gs_missing') AND o.step NOT IN ('rejected', 'no_read', 'alerted', 'voided')
  UNION ALL
  SELECT o.subject, o.lot, 'text on the pack', o.reference, o.source, o.position FROM obs o
  JOIN (SELECT lot, reference FROM obs WHERE step = 'text_read' AND reference IS NOT NULL AND NOT regexp_matches(reference, '[?*#]')
        GROUP BY lot, reference HAVING count(*) >= 5) r
    ON r.lot = o.lot AND r.reference = o.reference WHERE o.step = 'text_read' AND o.subject IS NOT NULL)
SELECT t.lot, t.gtin, t.text AS item,
       o.kind || ' has ' || o.stated_lot || if(upper(ltrim(o.stated_lot, '0')) = upper(ltrim(o.lot, '0')), ', the same but for case or zeros', '') AS note,
       o.source, o.position, if(upper(ltrim(o.stated_lot, '0')) = upper(ltrim(o.lot, '0')), 'minor', 'major') AS severity
FROM other o JOIN thing t ON t.subject = o.subject
""",
)
