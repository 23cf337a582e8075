"""AGG-03: packed, but never commissioned or already at its end."""

from __future__ import annotations

from lotproof.rules.rule import Rule, Severity

RULE = Rule(
    code="AGG-03",
    title="Child was never commissioned, or had already ended",
    severity=Severity.MAJOR,
    symptom="Aggregation errors",
    six_m="METHOD",
    hda="Data Issue",
    pdg="data_misalignment",
    emvs=(),
    vrs=(),
    sentence="{count} items of lot {lot} were put into a container in the hub without being commissioned or after their end: {note}",
    hint="Find the commissioning message of these items; until it is there, the container must not move.",
    sql="""
SELECT t.lot, t.gtin, t.text AS item, v.note, v.source, v.position FROM violation v JOIN thing t ON t.subject = v.subject WHERE v.code = 'AGG-03'
UNION ALL
SELECT t.lot, t.gtin, t.text, 'in a container in the hub, never commissioned there', e.source, e.position
FROM hub_event e JOIN thing t ON t.subject = e.subject JOIN lot_info i ON i.lot = e.lot
WHERE e.step = 'aggregated' AND e.subject NOT IN (SELECT subject FROM hub_state WHERE commissioned)
  AND if(t.level = 'unit', EXISTS (SELECT 1 FROM hub_state h WHERE h.commissioned AND h.level = 'unit' AND h.lot = e.lot
                            UNION ALL SELECT 1 FROM aside_lot a WHERE a.in_hub AND a.lot = e.lot), i.hub_commissions_containers)
""",
)
