"""SN-02: the hub has a pack that the line never printed."""

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
    sentence="{count} packs of lot {lot} are commissioned in the hub and have no print, camera or line record",
    hint="Find out which system made the commissioning message; decommission numbers that no pack carries.",
    sql="""
SELECT t.lot, t.gtin, t.text AS item, 'commissioned in the hub, unknown to line, printer and camera' AS note, h.source, h.position
FROM hub_state h JOIN thing t ON t.subject = h.subject JOIN lot_info i ON i.lot = h.lot
WHERE h.level = 'unit' AND h.commissioned AND (i.has_line OR i.has_printer OR i.has_camera)
  AND h.subject NOT IN (SELECT subject FROM obs WHERE subject IS NOT NULL AND (
        (kind = 'line' AND step IN ('commissioned', 'sampled', 'destroyed', 'inactivated', 'encoded', 'label_scrapped', 'label_sampled'))
        OR (kind = 'printer' AND step = 'encoded') OR (kind = 'camera' AND step IN ('verified', 'rejected'))))
""",
)
