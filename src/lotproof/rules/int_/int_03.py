"""INT-03: two exports of one system state different facts of the same moment."""

from __future__ import annotations

from lotproof.rules.rule import Rule, Severity

RULE = Rule(
    code="INT-03",
    title="Change without an audit trail",
    severity=Severity.MAJOR,
    symptom="Inconsistent data",
    six_m="MEASUREMENT",
    hda="Data Issue",
    pdg="",
    emvs=(),
    vrs=(),
    sentence="{count} items of lot {lot} changed between two exports of the same system without a later event: {note}",
    hint="Ask who changed the record and why; a change of data is evidence and needs its own trail.",
    sql="""
WITH stated AS (
  SELECT subject, at_utc, step, source, source_name, position, lot FROM obs
  WHERE kind = 'line' AND step <> 'aggregated' AND subject IS NOT NULL AND at_utc IS NOT NULL),
by_file AS (SELECT subject, at_utc, source, string_agg(DISTINCT step, ' and ' ORDER BY step) AS steps FROM stated GROUP BY subject, at_utc, source),
changed AS (SELECT subject, at_utc, string_agg(DISTINCT steps, ' and ' ORDER BY steps) AS steps FROM by_file
            GROUP BY subject, at_utc HAVING count(DISTINCT steps) > 1)
SELECT t.lot, t.gtin, t.text AS item, 'both ' || c.steps || ' at ' || strftime(c.at_utc, '%Y-%m-%dT%H:%M:%SZ') || ', from file to file' AS note, s.source, s.position
FROM changed c JOIN stated s ON s.subject = c.subject AND s.at_utc = c.at_utc JOIN thing t ON t.subject = c.subject
""",
)
