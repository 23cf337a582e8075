"""AGG-07: a container without content, or one used again after it left."""

from __future__ import annotations

from lotproof.rules.rule import Rule, Severity

RULE = Rule(
    code="AGG-07",
    title="Empty or reused container",
    severity=Severity.MAJOR,
    symptom="Aggregation errors",
    six_m="MACHINE",
    hda="Data Issue",
    pdg="data_misalignment",
    emvs=(),
    vrs=(),
    sentence="{count} containers of lot {lot} are empty in the record or were used again: {note}",
    hint="Look whether the label is on a container at all; a number that left must never come back on another one.",
    sql="""
WITH held AS (SELECT parent AS subject FROM line_parent UNION SELECT parent FROM calm UNION SELECT parent FROM hub_event WHERE step = 'aggregated' AND parent IS NOT NULL),
empty AS (
  SELECT s.subject, 'commissioned at the line, and nothing was ever put into it' AS note, s.source, s.position FROM line_state s
  WHERE s.level IN ('case', 'pallet') AND s.state = 'commissioned' AND s.subject NOT IN (SELECT subject FROM held)),
left_at AS (SELECT subject, min(at_utc) AS gone, min_by(source, (at_utc, ordinal, source)) AS source, min_by(ordinal, (at_utc, ordinal, source)) AS ordinal FROM hub_event WHERE step IN ('shipped', 'destroyed', 'inactivated') GROUP BY subject),
reused AS (
  SELECT e.parent AS subject, 'filled at ' || strftime(min(e.at_utc), '%Y-%m-%dT%H:%M:%SZ') || ', after it had left or ended' AS note,
         min_by(e.source, (e.position, e.source)) AS source, min(e.position) AS position
  FROM hub_event e JOIN left_at l ON l.subject = e.parent WHERE e.step = 'aggregated' AND e.at_utc > l.gone
    -- Where one document states both the other way round, a clock is wrong and nothing was used again.
    AND (e.source <> l.source OR e.ordinal > l.ordinal) GROUP BY e.parent)
SELECT t.lot, t.gtin, t.text AS item, f.note, f.source, f.position FROM (SELECT * FROM empty UNION ALL SELECT * FROM reused) f
JOIN thing t ON t.subject = f.subject
""",
)
