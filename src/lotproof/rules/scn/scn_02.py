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
WITH better AS (SELECT subject, max(at_utc) AS at_utc FROM obs
                WHERE kind = 'camera' AND step = 'verified' AND grade >= 1.5 AND level = 'unit' GROUP BY subject),
low AS (SELECT o.*, coalesce(l.state = 'commissioned', o.step = 'verified') AS on_product, coalesce(b.at_utc > o.at_utc, false) AS again
        FROM obs o LEFT JOIN line_state l ON l.subject = o.subject LEFT JOIN better b ON b.subject = o.subject
        WHERE o.kind = 'camera' AND o.grade < 1.5 AND o.level = 'unit')
SELECT o.lot, t.gtin, t.text AS item,
       printf('grade %.1f', o.grade) || if(on_product, ', on product', ', not on product') || if(again, ', read again with a better grade', '') AS note,
       o.source, o.position, if(on_product AND NOT again, 'major', 'minor') AS severity
FROM low o JOIN thing t ON t.subject = o.subject
""",
)
