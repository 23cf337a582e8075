"""QTY-02: levels count the same lot differently."""

from __future__ import annotations

from lotproof.rules.rule import Rule, Severity

RULE = Rule(
    code="QTY-02",
    title="Line, hub and ERP count the lot differently",
    severity=Severity.MAJOR,
    symptom="Inconsistent data",
    six_m="METHOD",
    hda="",
    pdg="data_misalignment",
    emvs=("A2",),
    vrs=(),
    sentence="The systems count lot {lot} differently: {note}",
    hint="Start at the pair with the largest difference; the matrix of sources in the report names the packs.",
    sql="""
WITH line AS (SELECT lot, sum(n) AS n, min(source) AS source FROM (
                SELECT lot, count(*) FILTER (state IN ('commissioned', 'sampled', 'destroyed', 'inactivated')) AS n, min(source) AS source
                FROM line_state WHERE level = 'unit' GROUP BY lot
                UNION ALL SELECT lot, n, NULL FROM aside_lot WHERE in_line AND lot IN (SELECT lot FROM part_lot)) GROUP BY lot),
packed AS (SELECT lot, sum(n) AS n FROM (SELECT lot, count(*) AS n FROM number_class WHERE class = 'good' GROUP BY lot
           UNION ALL SELECT lot, n FROM aside_lot) GROUP BY lot),
hub AS (SELECT lot, sum(n) AS n FROM (SELECT lot, count(*) AS n FROM hub_state WHERE level = 'unit' AND commissioned GROUP BY lot
        UNION ALL SELECT lot, n FROM aside_lot WHERE in_hub) GROUP BY lot),
erp AS (SELECT lot, sum(quantity) AS n, min_by(source, (position, source)) AS source, min(position) AS position FROM claim
        WHERE claim = 'goods_receipt' GROUP BY lot
        -- A sum of packs and cases is no number of packs.
        HAVING bool_and(coalesce(upper(unit), 'EA') IN ('EA', 'ST', 'STK', 'PC', 'PCE', 'EACH', 'PK'))),
report AS (SELECT lot, any_value(quantity) AS n, min_by(source, (position, source)) AS source, min(position) AS position FROM claim
           WHERE claim = 'report_good' AND unit = 'unit' AND lot IS NOT NULL GROUP BY lot HAVING count(DISTINCT quantity) = 1),
-- What a report calls good may be all that were read, commissioned, on product, good or packed: it differs where it is none of these.
meant AS (
  SELECT lot, n FROM line UNION SELECT lot, n FROM packed
  UNION SELECT lot, sum(n) FROM (SELECT lot, count(*) AS n FROM number_class WHERE class IN ('good', 'orphan') GROUP BY lot UNION ALL SELECT lot, n FROM aside_lot) GROUP BY lot
  UNION SELECT lot, sum(n) FROM (SELECT lot, count(DISTINCT subject) AS n FROM obs WHERE kind = 'line' AND step = 'commissioned' AND level = 'unit' GROUP BY lot
                                 UNION ALL SELECT lot, n FROM aside_lot WHERE in_line) GROUP BY lot
  UNION SELECT lot, sum(n) FROM (SELECT lot, count(DISTINCT subject) AS n FROM obs WHERE kind = 'camera' AND step = 'verified' AND level = 'unit' GROUP BY lot
                                 UNION ALL SELECT lot, n FROM aside_lot WHERE in_camera) GROUP BY lot)
SELECT i.lot, i.gtin, t.text AS item, 'the line has ' || l.n || ' packs on product, the hub ' || coalesce(h.n, 0) AS note,
       coalesce(d.source, l.source) AS source, d.position
FROM lot_info i JOIN line l ON l.lot = i.lot LEFT JOIN hub h ON h.lot = i.lot
LEFT JOIN (
  SELECT lot, subject, source, position FROM line_state
  WHERE level = 'unit' AND state IN ('commissioned', 'sampled', 'destroyed', 'inactivated')
    AND subject NOT IN (SELECT subject FROM hub_state WHERE commissioned)
  UNION ALL
  SELECT lot, subject, source, position FROM hub_state WHERE level = 'unit' AND commissioned AND subject NOT IN (
    SELECT subject FROM line_state WHERE state IN ('commissioned', 'sampled', 'destroyed', 'inactivated'))) d ON d.lot = i.lot
LEFT JOIN thing t ON t.subject = d.subject
WHERE i.site_has_hub AND l.n <> coalesce(h.n, 0)
UNION ALL
SELECT i.lot, i.gtin, NULL::VARCHAR, 'ERP received ' || e.n::BIGINT || ' packs, ' || coalesce(p.n, 0) || ' are good and in a container', e.source, e.position
FROM lot_info i JOIN erp e ON e.lot = i.lot LEFT JOIN packed p ON p.lot = i.lot
WHERE (i.has_line OR i.has_hub) AND e.n <> coalesce(p.n, 0)
UNION ALL
SELECT i.lot, i.gtin, NULL::VARCHAR, 'the batch report has ' || r.n::BIGINT || ' good packs, the line ' || coalesce(l.n, 0) || ' on product', r.source, r.position
FROM lot_info i JOIN report r ON r.lot = i.lot LEFT JOIN line l ON l.lot = i.lot
WHERE i.has_line AND (r.lot, r.n) NOT IN (SELECT (lot, n) FROM meant WHERE n IS NOT NULL)
""",
)
