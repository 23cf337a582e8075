"""AGG-04: a case that holds packs of more than one lot, trade item or expiry."""

from __future__ import annotations

from lotproof.rules.rule import Rule, Severity

RULE = Rule(
    code="AGG-04",
    title="Mixed lot, GTIN or expiry in one container",
    severity=Severity.MAJOR,
    symptom="Aggregation errors",
    six_m="MAN",
    hda="Packaging and Labeling",
    pdg="data_misalignment",
    emvs=("A68",),
    vrs=("No_match_GTIN_Serial_Lot",),
    sentence="{count} items of lot {lot} belong to containers with more than one lot, trade item or expiry: {note}",
    hint="Hold the containers, open and sort them; look at the line clearance between the lots.",
    sql="""
WITH told AS (
  SELECT r.parent, r.subject, t.gtin, coalesce(min(o.stated_lot) FILTER (o.kind = 'line' AND o.parent = r.parent), any_value(t.lot)) AS pack_lot,
         max(coalesce(x.day, o.expiry)) FILTER (o.kind = 'line') AS day, max(o.expiry) FILTER (o.kind = 'line') AS expiry, min_by(o.source, (o.position, o.source)) AS source, min(o.position) AS position
  FROM recorded_in r JOIN thing t ON t.subject = r.subject AND t.level = 'unit'
  LEFT JOIN obs o ON o.subject = r.subject AND o.kind IN ('line', 'hub') AND o.step IN ('commissioned', 'aggregated')
  LEFT JOIN expiry_day x ON x.expiry = o.expiry GROUP BY r.parent, r.subject, t.gtin),
sort AS (SELECT parent, pack_lot, gtin, day, min(expiry) AS expiry, count(*) AS n FROM told GROUP BY parent, pack_lot, gtin, day),
mixed AS (
  SELECT parent, first((pack_lot, gtin, day) ORDER BY n DESC, pack_lot, gtin, day) AS main, string_agg(n || ' of lot ' || coalesce(pack_lot, '?') || coalesce(', ' || gtin, '') || coalesce(', ' || expiry, ''), ' and ' ORDER BY n DESC, pack_lot, gtin, day) AS what
  FROM sort GROUP BY parent
  HAVING count(DISTINCT pack_lot) > 1 OR count(DISTINCT gtin) > 1 OR count(DISTINCT day) > 1)
SELECT c.lot, '' AS gtin, c.text AS item, 'holds ' || m.what AS note, x.source, x.position
FROM mixed m JOIN thing c ON c.subject = m.parent JOIN (SELECT parent, min_by(source, (position, source)) AS source, min(position) AS position FROM told GROUP BY parent) x
  ON x.parent = m.parent
UNION ALL
SELECT c.lot, '' AS gtin, t.text, 'in ' || c.text || ', which holds ' || m.what, o.source, o.position
FROM told o JOIN mixed m ON m.parent = o.parent JOIN thing t ON t.subject = o.subject JOIN thing c ON c.subject = m.parent
WHERE (o.pack_lot, o.gtin, o.day) IS DISTINCT FROM m.main
""",
)
