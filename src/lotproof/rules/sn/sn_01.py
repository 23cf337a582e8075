"""SN-01: printed and verified, but the hub never heard of it."""

from __future__ import annotations

from lotproof.rules.rule import Rule, Severity

RULE = Rule(
    code="SN-01",
    title="Printed or verified, not commissioned in the hub",
    severity=Severity.MAJOR,
    symptom="Inconsistent data",
    six_m="MACHINE",
    hda="PND",
    pdg="missing_product_data",
    emvs=("A3", "A2"),
    vrs=("No_match_GTIN_Serial",),
    sentence="{count} packs of lot {lot} are on product at the line and not commissioned in the hub",
    hint="Hold the packs, find the messages that did not arrive (first and last serial, time, case) and send them before release.",
    sql="""
SELECT t.lot, t.gtin, t.text AS item, 'the line has it as ' || w.state || ', the hub does not know it' AS note, w.source, w.position
FROM (SELECT subject, lot, state, source, position FROM line_state WHERE level = 'unit'
        AND state IN ('commissioned', 'sampled', 'destroyed', 'inactivated')
      UNION ALL
      SELECT subject, min(lot), 'verified', min_by(source, (position, source)) FILTER (step = 'verified'), min(position) FILTER (step = 'verified') FROM obs
      WHERE kind = 'camera' AND step IN ('verified', 'rejected') AND level = 'unit' AND subject NOT IN (SELECT subject FROM line_state) GROUP BY subject
      HAVING count(*) FILTER (step = 'verified') > 0
        AND NOT coalesce(max(at_utc) FILTER (step = 'rejected') > max(at_utc) FILTER (step = 'verified'), false)) w
JOIN thing t ON t.subject = w.subject
JOIN lot_info i ON i.lot = w.lot
WHERE i.site_has_hub AND w.subject NOT IN (SELECT subject FROM hub_state WHERE commissioned)
""",
)
