"""QTY-03: stock on the shelf differs from stock by serial."""

from __future__ import annotations

from lotproof.rules.rule import Rule, Severity

RULE = Rule(
    code="QTY-03",
    title="Warehouse or ERP stock differs from serialized stock",
    severity=Severity.MAJOR,
    symptom="Inventory discrepancies",
    six_m="MAN",
    hda="DNP, PND",
    pdg="missing_product",
    emvs=(),
    vrs=(),
    sentence="Stock of lot {lot} differs from what its serials say: {note}",
    hint="Count the places named; check the goods issue scans of the deliveries since the last correct count.",
    sql="""
WITH on_hand AS (SELECT lot, sum(n) AS n FROM (
  SELECT lot, count(*) AS n FROM number_class WHERE class = 'good' AND subject NOT IN (SELECT subject FROM gone) GROUP BY lot
  UNION ALL SELECT lot, loose FROM aside_lot UNION ALL SELECT lot, n FROM calm WHERE parent NOT IN (SELECT subject FROM gone)) GROUP BY lot),
stock AS (SELECT lot, sum(quantity) AS n, min_by(source, (position, source)) AS source, min(position) AS position FROM claim
          WHERE claim = 'stock' GROUP BY lot
          HAVING bool_and(coalesce(upper(unit), 'EA') IN ('EA', 'ST', 'STK', 'PC', 'PCE', 'EACH', 'PK'))),
held AS (SELECT parent AS subject, count(*) AS n FROM inside WHERE subject IN (SELECT subject FROM number_class WHERE class = 'good') GROUP BY parent
         UNION ALL SELECT parent, n FROM calm WHERE lot IN (SELECT lot FROM part_lot)),
-- A pallet is counted in packs or in cases.
pallet AS (SELECT i.parent AS subject, sum(h.n) AS n, count(*) AS cases FROM inside i JOIN held h ON h.subject = i.subject GROUP BY i.parent),
full_of AS (SELECT subject, n, NULL AS cases FROM held UNION ALL SELECT subject, n, cases FROM pallet WHERE subject NOT IN (SELECT subject FROM held)),
counted AS (SELECT subject, lot, max(quantity) AS n, max(at_utc) AS seen, min_by(source, (position, source)) AS source, min(position) AS position FROM obs
            WHERE kind = 'inventory' AND step = 'counted' GROUP BY subject, lot)
SELECT i.lot, i.gtin, NULL::VARCHAR AS item, 'ERP stock is ' || s.n::BIGINT || ', ' || coalesce(o.n, 0) || ' packs are on hand by serial' AS note,
       s.source, s.position
FROM stock s JOIN lot_info i ON i.lot = s.lot LEFT JOIN on_hand o ON o.lot = s.lot
WHERE (i.has_line OR i.has_hub) AND s.n <> coalesce(o.n, 0)
UNION ALL
SELECT t.lot, i.gtin, t.text, 'counted with ' || c.n::BIGINT || ' packs, ' || coalesce(h.n, 0) || ' are recorded in it', c.source, c.position
FROM counted c JOIN thing t ON t.subject = c.subject JOIN lot_info i ON i.lot = t.lot LEFT JOIN full_of h ON h.subject = c.subject
WHERE (i.has_line OR i.has_hub) AND c.n IS NOT NULL AND c.n <> coalesce(h.n, 0) AND c.n IS DISTINCT FROM h.cases
UNION ALL
SELECT t.lot, i.gtin, t.text, 'left at ' || strftime(g.sent_at, '%Y-%m-%dT%H:%M:%SZ') || ' by the record, and counted at ' || strftime(c.seen, '%Y-%m-%dT%H:%M:%SZ'),
       c.source, c.position
FROM counted c JOIN gone g ON g.subject = c.subject JOIN thing t ON t.subject = c.subject JOIN lot_info i ON i.lot = t.lot WHERE c.seen > g.sent_at
UNION ALL
SELECT t.lot, i.gtin, t.text, 'recorded with ' || h.n || ' packs and not shipped, but not counted', l.source, l.position
FROM held h JOIN thing t ON t.subject = h.subject JOIN lot_info i ON i.lot = t.lot LEFT JOIN line_state l ON l.subject = h.subject
WHERE i.has_inventory AND h.subject NOT IN (SELECT subject FROM gone) AND h.subject NOT IN (SELECT subject FROM counted)
  AND h.subject NOT IN (SELECT i.subject FROM inside i JOIN counted c ON c.subject = i.parent)
""",
)
