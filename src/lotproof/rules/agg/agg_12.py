"""AGG-12: an item that moved by itself while its container moved elsewhere, or that stands on another one."""

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
    sentence="{count} items of lot {lot} are apart from the container that the record has them in: {note}",
    hint="Count the container named at its receiver; record the unpacking that was not recorded.",
    sql="""
WITH RECURSIVE sent AS (SELECT subject, at_utc, reference, source, position FROM obs WHERE step = 'shipped' AND kind = 'issues' AND subject IS NOT NULL
         AND subject NOT IN (SELECT subject FROM obs WHERE step IN ('returned', 'voided') AND subject IS NOT NULL)),
above AS (SELECT subject, parent AS upper, 1 AS depth FROM recorded_in WHERE subject IN (SELECT subject FROM sent)
          UNION SELECT a.subject, i.parent, a.depth + 1 FROM above a JOIN recorded_in i ON i.subject = a.upper WHERE a.depth < 5),
stood AS (
  SELECT o.subject, o.lot, o.parent, min_by(o.source, (o.position, o.source)) AS source, min(o.position) AS position,
         (o.subject, o.parent) IN (SELECT (subject, parent) FROM recorded_in) AS as_recorded, o.parent IN (SELECT parent FROM recorded_in UNION ALL SELECT pallet FROM stacked) AS known
  FROM obs o WHERE o.kind = 'inventory' AND o.step = 'counted' AND o.parent IS NOT NULL AND o.subject IS NOT NULL GROUP BY o.subject, o.lot, o.parent),
-- A warehouse that gives its pallets numbers of its own says nothing of where a case was recorded.
own_pallets AS (SELECT lot FROM stood GROUP BY lot HAVING count(*) FILTER (as_recorded) < 0.5 * count(*))
SELECT t.lot, t.gtin, t.text AS item,
       'issued with ' || coalesce(s.reference, 'no delivery') || ', its container ' || p.text || ' with ' || coalesce(u.reference, 'no delivery') AS note,
       s.source, s.position
FROM above a JOIN sent s ON s.subject = a.subject JOIN sent u ON u.subject = a.upper JOIN thing t ON t.subject = a.subject JOIN thing p ON p.subject = a.upper
WHERE u.reference IS DISTINCT FROM s.reference
UNION ALL
SELECT t.lot, t.gtin, t.text, 'counted on ' || coalesce(p.text, 'a pallet unknown before') || ', recorded on ' || r.pallets, s.source, s.position
FROM stood s JOIN thing t ON t.subject = s.subject LEFT JOIN thing p ON p.subject = s.parent
JOIN (SELECT i.subject, string_agg(DISTINCT b.text, ' and ' ORDER BY b.text) AS pallets FROM recorded_in i JOIN thing b ON b.subject = i.parent
      WHERE i.subject IN (SELECT subject FROM stood) GROUP BY i.subject) r
  ON r.subject = s.subject
WHERE NOT s.as_recorded AND (s.known OR s.lot NOT IN (SELECT lot FROM own_pallets))
""",
)
