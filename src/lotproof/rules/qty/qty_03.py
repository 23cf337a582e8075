"""QTY-03: stock on the shelf differs from stock by serial."""

from __future__ import annotations

from lotproof.rules.rule import Rule, Severity

RULE = Rule(
    code="QTY-03",
    title="Warehouse or ERP stock differs from serialized stock",
    severity=Severity.MAJOR,
    symptom="Inventory discrepancies",
    six_m="MAN",
    hda="DNP",
    pdg="missing_product",
    emvs=(),
    vrs=(),
    sentence="Stock of lot {lot} differs from what its serials say: {note}",
    hint="Count the places named; check the goods issue scans of the deliveries since the last correct count.",
    sql="""
WITH RECURSIVE declared AS (
  SELECT event FROM obs WHERE kind = 'hub' AND event IS NOT NULL GROUP BY event HAVING bool_or(step = 'voided') AND bool_or(step <> 'voided')),
moved AS (
  SELECT subject, bool_or(step = 'shipped') AS sent, max(at_utc) FILTER (step = 'shipped') AS sent_at, max(at_utc) FILTER (step <> 'shipped') AS back_at
  FROM obs WHERE step IN ('shipped', 'returned', 'voided') AND subject IS NOT NULL AND (event IS NULL OR event NOT IN (SELECT event FROM declared))
  GROUP BY subject),
-- What the hub took out of the line's container and put elsewhere (a case re-labelled in the warehouse) is where the hub has it.
repacked AS (
  SELECT DISTINCT r.subject, r.parent FROM replayed r JOIN line_parent l ON l.subject = r.subject
  JOIN hub_event e ON e.subject = r.subject AND e.step = 'aggregated' AND e.parent = l.parent
  WHERE r.parent IS DISTINCT FROM l.parent AND r.subject NOT IN (SELECT subject FROM violation)),
inside AS (SELECT subject, parent FROM line_parent WHERE subject NOT IN (SELECT subject FROM repacked)
           UNION SELECT subject, parent FROM repacked WHERE parent IS NOT NULL
           UNION SELECT subject, parent FROM hub_state WHERE parent IS NOT NULL AND subject NOT IN (SELECT subject FROM line_parent)),
gone AS (SELECT subject, sent_at FROM moved WHERE sent AND coalesce(sent_at > back_at, back_at IS NULL)
         UNION SELECT i.subject, g.sent_at FROM inside i JOIN gone g ON i.parent = g.subject LEFT JOIN moved m ON m.subject = i.subject
         WHERE coalesce(g.sent_at > m.back_at, m.back_at IS NULL)),
on_hand AS (SELECT lot, count(*) AS n FROM number_class WHERE class = 'good' AND subject NOT IN (SELECT subject FROM gone) GROUP BY lot),
stock AS (SELECT lot, sum(quantity) AS n, min_by(source, (position, source)) AS source, min(position) AS position FROM claim
          WHERE claim = 'stock' GROUP BY lot
          HAVING bool_and(coalesce(upper(unit), 'EA') IN ('EA', 'ST', 'STK', 'PC', 'PCE', 'EACH', 'PK'))),
held AS (SELECT parent AS subject, count(*) AS n FROM inside WHERE subject IN (SELECT subject FROM number_class WHERE class = 'good') GROUP BY parent),
counted AS (SELECT subject, lot, max(quantity) AS n, max(at_utc) AS seen, min_by(source, (position, source)) AS source, min(position) AS position FROM obs
            WHERE kind = 'inventory' AND step = 'counted' GROUP BY subject, lot)
SELECT i.lot, i.gtin, NULL::VARCHAR AS item, 'ERP stock is ' || s.n::BIGINT || ', ' || coalesce(o.n, 0) || ' packs are on hand by serial' AS note,
       s.source, s.position
FROM stock s JOIN lot_info i ON i.lot = s.lot LEFT JOIN on_hand o ON o.lot = s.lot
WHERE (i.has_line OR i.has_hub) AND s.n <> coalesce(o.n, 0)
UNION ALL
SELECT t.lot, i.gtin, t.text, 'counted with ' || c.n::BIGINT || ' packs, ' || coalesce(h.n, 0) || ' are recorded in it', c.source, c.position
FROM counted c JOIN thing t ON t.subject = c.subject JOIN lot_info i ON i.lot = t.lot LEFT JOIN held h ON h.subject = c.subject
WHERE (i.has_line OR i.has_hub) AND c.n IS NOT NULL AND c.n <> coalesce(h.n, 0)
UNION ALL
SELECT t.lot, i.gtin, t.text, 'left at ' || strftime(g.sent_at, '%Y-%m-%dT%H:%M:%SZ') || ' by the record, and counted at ' || strftime(c.seen, '%Y-%m-%dT%H:%M:%SZ'),
       c.source, c.position
FROM counted c JOIN gone g ON g.subject = c.subject JOIN thing t ON t.subject = c.subject JOIN lot_info i ON i.lot = t.lot WHERE c.seen > g.sent_at
UNION ALL
SELECT t.lot, i.gtin, t.text, 'recorded with ' || h.n || ' packs and not shipped, but not counted', l.source, l.position
FROM held h JOIN thing t ON t.subject = h.subject JOIN lot_info i ON i.lot = t.lot LEFT JOIN line_state l ON l.subject = h.subject
WHERE i.has_inventory AND h.subject NOT IN (SELECT subject FROM gone) AND h.subject NOT IN (SELECT subject FROM counted)
""",
)
