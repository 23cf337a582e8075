"""SN-03: one number on two packs."""

from __future__ import annotations

from lotproof.rules.rule import Rule, Severity

RULE = Rule(
    code="SN-03",
    title="Duplicate serial: one number, two physical reads",
    severity=Severity.CRITICAL,
    symptom="Inconsistent data",
    six_m="MACHINE",
    hda="Data Issue",
    pdg="",
    emvs=("A24",),
    vrs=(),
    sentence="{count} serials of lot {lot} were put on more than one pack: {note}",
    hint="Hold both packs and the cases they are in; compare the two images and encoder counts, and stop the printer buffer that repeated.",
    sql="""
WITH reads AS (
  SELECT subject, lot, kind, at_utc, coalesce(image, counter, '') AS trace, min_by(source, (position, source)) AS source, min(position) AS position FROM obs
  WHERE level = 'unit' AND subject IS NOT NULL AND (
        (kind = 'camera' AND step = 'verified') OR (kind = 'printer' AND step = 'encoded'))
  GROUP BY subject, lot, kind, at_utc, coalesce(image, counter, '')),
multiple AS (
  SELECT r.subject, r.kind, count(*) - if(r.kind = 'printer', coalesce(any_value(f.rejects), 0), 0) AS n FROM reads r
  LEFT JOIN (SELECT subject, count(*) AS rejects FROM obs WHERE kind = 'camera' AND step IN ('rejected', 'no_read') GROUP BY subject) f
    ON f.subject = r.subject GROUP BY r.subject, r.kind HAVING n > 1),
usual AS (
  SELECT r.lot, r.kind, count(DISTINCT m.subject) / (count(DISTINCT r.subject) + coalesce(any_value(if(r.kind = 'camera', a.camera, a.printer)), 0)) AS share
  FROM reads r LEFT JOIN multiple m ON m.subject = r.subject AND m.kind = r.kind
  LEFT JOIN (SELECT lot, sum(n) FILTER (in_camera) AS camera, sum(n) FILTER (in_printer) AS printer FROM (
               SELECT lot, in_camera, in_printer, n FROM aside_lot UNION ALL SELECT lot, false, in_printer, n FROM aside_scrapped) GROUP BY lot) a ON a.lot = r.lot
  GROUP BY r.lot, r.kind)
SELECT t.lot, t.gtin, t.text AS item, r.kind || ': ' || m.n || ' separate ' || if(r.kind = 'camera', 'good reads', 'prints') AS note,
       r.source, r.position
FROM reads r JOIN multiple m ON m.subject = r.subject AND m.kind = r.kind
JOIN usual u ON u.lot = r.lot AND u.kind = r.kind JOIN thing t ON t.subject = r.subject
WHERE u.share < 0.05
UNION ALL
SELECT t.lot, t.gtin, t.text, 'commissioned ' || c.n || ' times in the hub, at different times', e.source, e.position
FROM (SELECT subject, count(DISTINCT at_utc) AS n FROM hub_event WHERE step = 'commissioned' AND level = 'unit' GROUP BY subject HAVING n > 1) c
JOIN hub_event e ON e.subject = c.subject AND e.step = 'commissioned' JOIN thing t ON t.subject = c.subject
WHERE c.subject NOT IN (SELECT subject FROM hub_event WHERE step IN ('destroyed', 'inactivated'))
UNION ALL
SELECT t.lot, t.gtin, t.text, 'on product in the lots ' || c.lots, o.source, o.position
FROM (SELECT subject, string_agg(DISTINCT stated_lot, ' and ' ORDER BY stated_lot) AS lots FROM obs
      WHERE kind IN ('line', 'hub') AND step = 'commissioned' AND level = 'unit' AND stated_lot IS NOT NULL AND subject IS NOT NULL
      GROUP BY subject, kind HAVING count(DISTINCT stated_lot) > 1) c
JOIN obs o ON o.subject = c.subject AND o.step = 'commissioned' AND o.stated_lot IS NOT NULL JOIN thing t ON t.subject = c.subject
""",
)
