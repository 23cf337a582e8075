"""TIM-03: a pause in the stream of packs."""

from __future__ import annotations

from lotproof.rules.rule import Rule, Severity

RULE = Rule(
    code="TIM-03",
    title="Gap in production",
    severity=Severity.INFO,
    symptom="Inventory discrepancies",
    six_m="MACHINE",
    hda="",
    pdg="",
    emvs=(),
    vrs=(),
    sentence="Production of lot {lot} paused {count} times: {note}",
    hint="Look at the packs just before and after each pause: jams, replays and shifts begin there.",
    sql="""
WITH steps AS (SELECT lot, first AS at_utc, lag(last) OVER (PARTITION BY lot ORDER BY minute) AS before, source, position FROM tick),
usual AS (SELECT lot, 60 / median(n) AS pace FROM tick GROUP BY lot HAVING sum(n) > 20)
SELECT s.lot, '' AS gtin, NULL::VARCHAR AS item, strftime(s.before, '%Y-%m-%dT%H:%M:%SZ') || ' to ' || strftime(s.at_utc, '%H:%M:%SZ') || coalesce(' (' || r.text || ')', '') AS note,
       s.source, s.position
FROM steps s JOIN usual u ON u.lot = s.lot
LEFT JOIN (SELECT started, ended, text FROM record WHERE record = 'downtime' AND started IS NOT NULL) r
  ON r.started < s.at_utc AND coalesce(r.ended, r.started) > s.before
WHERE epoch(s.at_utc) - epoch(s.before) > greatest(300, 20 * u.pace)
""",
)
