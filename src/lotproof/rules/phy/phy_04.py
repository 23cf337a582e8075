"""PHY-04: something under hold that moved."""

from __future__ import annotations

from lotproof.rules.rule import Rule, Severity

RULE = Rule(
    code="PHY-04",
    title="Hold breach",
    severity=Severity.CRITICAL,
    symptom="Inventory discrepancies",
    six_m="MAN",
    hda="Unavailable for Distribution",
    pdg="",
    emvs=("A24",),
    vrs=("Not_for_re-distribution",),
    sentence="{count} items of lot {lot} moved while they were on hold: {note}",
    hint="Call the receiver now and hold the goods there; then find out which barrier let them pass.",
    sql="""
WITH RECURSIVE held AS (
  SELECT o.subject, o.at_utc AS since, coalesce(least(min(r.ended), min(f.at_utc)), TIMESTAMP '9999-12-31') AS until
  FROM obs o LEFT JOIN record r ON r.record = 'hold' AND r.source = o.source AND r.position = o.position
  LEFT JOIN obs f ON f.subject = o.subject AND f.step IN ('released', 'hold_released') AND f.at_utc > o.at_utc
  WHERE o.step = 'held' AND o.subject IS NOT NULL AND o.at_utc IS NOT NULL GROUP BY o.subject, o.at_utc),
up AS (SELECT subject AS held, subject AS node, 0 AS depth FROM held
       UNION SELECT u.held, i.parent, u.depth + 1 FROM up u JOIN recorded_in i ON i.subject = u.node WHERE u.depth < 4),
down AS (SELECT subject AS held, subject AS node, 0 AS depth FROM held
         UNION SELECT d.held, i.subject, d.depth + 1 FROM down d JOIN recorded_in i ON i.parent = d.node WHERE d.depth < 4),
whole AS (SELECT lot, started AS since, coalesce(min(ended), TIMESTAMP '9999-12-31') AS until FROM record
          WHERE record = 'hold' AND lot IS NOT NULL AND serial IS NULL AND sscc IS NULL AND started IS NOT NULL GROUP BY lot, started),
moved AS (SELECT subject, lot, at_utc, reference, place, source, position FROM obs WHERE step IN ('shipped', 'dispensed') AND subject IS NOT NULL AND at_utc IS NOT NULL)
SELECT t.lot, t.gtin, t.text AS item,
       'on hold since ' || strftime(h.since, '%Y-%m-%dT%H:%M:%SZ') || ', left at ' || strftime(m.at_utc, '%Y-%m-%dT%H:%M:%SZ') || coalesce(' with ' || m.reference, '') AS note,
       m.source, m.position
FROM held h JOIN up u ON u.held = h.subject JOIN moved m ON m.subject = u.node JOIN thing t ON t.subject = h.subject WHERE m.at_utc > h.since AND m.at_utc < h.until
UNION
SELECT t.lot, t.gtin, t.text, 'inside ' || p.text || ', on hold since ' || strftime(h.since, '%Y-%m-%dT%H:%M:%SZ') || ', and left by itself', m.source, m.position
FROM held h JOIN down d ON d.held = h.subject AND d.depth > 0 JOIN moved m ON m.subject = d.node JOIN thing t ON t.subject = d.node JOIN thing p ON p.subject = h.subject
WHERE m.at_utc > h.since AND m.at_utc < h.until
UNION
SELECT t.lot, t.gtin, t.text, 'left at ' || strftime(m.at_utc, '%Y-%m-%dT%H:%M:%SZ') || ', while the whole lot was on hold since ' || strftime(w.since, '%Y-%m-%dT%H:%M:%SZ'),
       m.source, m.position
FROM whole w JOIN moved m ON m.lot = w.lot JOIN thing t ON t.subject = m.subject WHERE m.at_utc > w.since AND m.at_utc < w.until
""",
)
