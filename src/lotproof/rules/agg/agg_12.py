"""AGG-12: an item that moved by itself while its container moved elsewhere."""

from __future__ import annotations

from lotproof.rules.rule import Rule, Severity

RULE = Rule(
    code="AGG-12",
    title="Inference break: container and content moved apart",
    severity=Severity.MAJOR,
    symptom="Inventory discrepancies",
    six_m="MAN",
    hda="DNP",
    pdg="missing_product",
    emvs=(),
    vrs=(),
    sentence="{count} items of lot {lot} moved by themselves while recorded in a container that moved elsewhere: {note}",
    hint="Count the container named at its receiver; record the unpacking that was not recorded.",
    sql="""
WITH RECURSIVE sent AS (SELECT subject, at_utc, reference, source, position FROM obs WHERE step = 'shipped' AND kind = 'issues' AND subject IS NOT NULL
         AND subject NOT IN (SELECT subject FROM obs WHERE step IN ('returned', 'voided') AND subject IS NOT NULL)),
above AS (SELECT subject, parent AS upper, 1 AS depth FROM recorded_in WHERE subject IN (SELECT subject FROM sent)
          UNION SELECT a.subject, i.parent, a.depth + 1 FROM above a JOIN recorded_in i ON i.subject = a.upper WHERE a.depth < 5)
SELECT t.lot, t.gtin, t.text AS item,
       'issued with ' || coalesce(s.reference, 'no delivery') || ', its container ' || p.text || ' with ' || coalesce(u.reference, 'no delivery') AS note,
       s.source, s.position
FROM above a JOIN sent s ON s.subject = a.subject JOIN sent u ON u.subject = a.upper JOIN thing t ON t.subject = a.subject JOIN thing p ON p.subject = a.upper
WHERE u.reference IS DISTINCT FROM s.reference
""",
)
