"""SN-02: the hub has a pack that the line never printed, or the line one that no camera read where cameras read the others."""

from __future__ import annotations

from lotproof.rules.rule import Rule, Severity

RULE = Rule(
    code="SN-02",
    title="Commissioned in the hub, no print or verification record",
    severity=Severity.MAJOR,
    symptom="Inconsistent data",
    six_m="MACHINE",
    hda="DNP",
    pdg="missing_product",
    emvs=(),
    vrs=(),
    sentence="{count} packs of lot {lot} are commissioned and have no record of print or verification: {note}",
    hint="Find out which system made the commissioning message, or whether the camera stood; decommission numbers that no pack carries.",
    sql="""
WITH read AS (SELECT DISTINCT subject FROM obs WHERE kind = 'camera' AND level = 'unit' AND subject IS NOT NULL),
-- A camera that reads samples owes no record of the others; one that read nearly all of a lot owes the rest of them.
watched AS (
  SELECT lot FROM (
    SELECT lot, count(*) AS n, count(*) FILTER (subject IN (SELECT subject FROM read)) AS seen FROM line_state
    WHERE level = 'unit' AND state = 'commissioned' GROUP BY lot
    UNION ALL SELECT lot, n, if(in_camera, n, 0) FROM aside_lot WHERE in_line AND lot IN (SELECT lot FROM part_lot)) GROUP BY lot HAVING sum(seen) * 2 > sum(n))
SELECT t.lot, t.gtin, t.text AS item, 'commissioned in the hub, unknown to line, printer and camera' AS note, h.source, h.position
FROM hub_state h JOIN thing t ON t.subject = h.subject JOIN lot_info i ON i.lot = h.lot
WHERE h.level = 'unit' AND h.commissioned AND (i.has_line OR i.has_printer OR i.has_camera)
  AND h.subject NOT IN (SELECT subject FROM obs WHERE subject IS NOT NULL AND (
        (kind = 'line' AND step IN ('commissioned', 'sampled', 'destroyed', 'inactivated', 'encoded', 'label_scrapped', 'label_sampled'))
        OR (kind = 'printer' AND step = 'encoded') OR (kind = 'camera' AND step IN ('verified', 'rejected'))))
UNION ALL
SELECT t.lot, t.gtin, t.text, 'commissioned at the line, read by no camera, which read others of the lot', l.source, l.position
FROM line_state l JOIN thing t ON t.subject = l.subject
WHERE l.level = 'unit' AND l.state = 'commissioned' AND l.lot IN (SELECT lot FROM watched) AND l.subject NOT IN (SELECT subject FROM read)
""",
)
