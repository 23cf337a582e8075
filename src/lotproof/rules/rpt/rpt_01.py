"""RPT-01: the hub learned of packs after they had left."""

from __future__ import annotations

from lotproof.rules.rule import Rule, Severity

RULE = Rule(
    code="RPT-01",
    title="Not reported before shipment",
    severity=Severity.MAJOR,
    symptom="Regulatory",
    six_m="METHOD",
    hda="PND",
    pdg="missing_product_data",
    emvs=("A2", "A3"),
    vrs=("No_match_GTIN_Serial",),
    sentence="{count} packs of lot {lot} were reported to the hub after the lot had begun to leave: {note}",
    hint="Stop the release of a lot until the hub has acknowledged all of it; tell the partners who received packs before their data.",
    sql="""
WITH left_at AS (SELECT lot, min(at_utc) AS gone FROM obs WHERE step = 'shipped' AND kind IN ('issues', 'hub') AND lot <> '' AND at_utc IS NOT NULL GROUP BY lot),
told AS (SELECT subject, lot, min(recorded_at) AS heard, min_by(source, (recorded_at, position, source)) AS source,
                min_by(position, (recorded_at, position, source)) AS position
         FROM hub_event WHERE step = 'commissioned' AND level = 'unit' AND recorded_at IS NOT NULL GROUP BY subject, lot)
SELECT t.lot, t.gtin, t.text AS item, 'recorded by the hub at ' || strftime(h.heard, '%Y-%m-%dT%H:%M:%SZ') || ', the first of the lot left at '
       || strftime(l.gone, '%Y-%m-%dT%H:%M:%SZ') AS note, h.source, h.position
FROM told h JOIN left_at l ON l.lot = h.lot JOIN thing t ON t.subject = h.subject WHERE h.heard > l.gone
UNION ALL
-- Later messages tell of the shipment itself; where even the first came after it, nobody had been told anything.
SELECT m.lot, i.gtin, NULL, 'the first message of the lot was sent at ' || strftime(m.sent, '%Y-%m-%dT%H:%M:%SZ') || ', the first of the lot left at '
       || strftime(l.gone, '%Y-%m-%dT%H:%M:%SZ'), m.source, m.position
FROM (SELECT lot, min(started) AS sent, min_by(source, (started, position, source)) AS source, min_by(position, (started, position, source)) AS position
      FROM record WHERE record = 'message' AND lot <> '' AND started IS NOT NULL GROUP BY lot) m
JOIN left_at l ON l.lot = m.lot JOIN lot_info i ON i.lot = m.lot
WHERE m.sent > l.gone AND m.lot NOT IN (SELECT lot FROM told)
""",
)
