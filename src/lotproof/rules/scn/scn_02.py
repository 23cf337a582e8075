"""SCN-02: a symbol below the grade that the law asks for."""

from __future__ import annotations

from lotproof.rules.rule import Rule, Severity

RULE = Rule(
    code="SCN-02",
    title="Symbol grade below the limit",
    severity=Severity.MINOR,
    symptom="Failed scans",
    six_m="MATERIALS",
    hda="Packaging and Labeling",
    pdg="",
    emvs=(),
    vrs=(),
    sentence="{count} packs of lot {lot} have a symbol grade below 1.5: {note}",
    hint="Packs on product below 1.5 do not meet Regulation (EU) 2016/161, Article 6: hold them and check print head and ribbon.",
    sql="""
SELECT o.lot, t.gtin, t.text AS item,
       printf('grade %.1f', o.grade) || if(coalesce(l.state, 'commissioned') = 'commissioned', ', on product', ', not on product') AS note,
       o.source, o.position, if(coalesce(l.state, 'commissioned') = 'commissioned', 'major', 'minor') AS severity
FROM obs o JOIN thing t ON t.subject = o.subject LEFT JOIN line_state l ON l.subject = o.subject
WHERE o.kind = 'camera' AND o.grade < 1.5 AND o.level = 'unit'
""",
)
