"""SN-07: a pack that the camera refused and that is in a case all the same."""

from __future__ import annotations

from lotproof.rules.rule import Rule, Severity

RULE = Rule(
    code="SN-07",
    title="Rejected unit later packed",
    severity=Severity.CRITICAL,
    symptom="Aggregation errors",
    six_m="MACHINE",
    hda="Packaging and Labeling",
    pdg="",
    emvs=("A24",),
    vrs=(),
    sentence="{count} packs of lot {lot} were rejected and are in a container all the same: {note}",
    hint="Hold the containers named, take the packs out, and challenge the reject station and its confirmation sensor.",
    sql="""
WITH looked AS (
  SELECT subject, max(at_utc) FILTER (step = 'rejected') AS refused, max(at_utc) FILTER (step = 'verified') AS accepted,
         arg_max(source, (at_utc, position, source)) FILTER (step = 'rejected') AS source, arg_max(position, (at_utc, position, source)) FILTER (step = 'rejected') AS position
  FROM obs WHERE kind = 'camera' AND level = 'unit' AND subject IS NOT NULL GROUP BY subject),
refused AS (
  SELECT subject, 'the camera refused it' AS how, source, position FROM looked WHERE refused IS NOT NULL AND (accepted IS NULL OR accepted < refused)
  UNION ALL SELECT subject, 'the line scrapped its label', source, position FROM line_state WHERE level = 'unit' AND state = 'label_scrapped')
SELECT t.lot, t.gtin, t.text AS item, r.how || ', and it is in ' || coalesce(p.text, 'a container') AS note, r.source, r.position
FROM refused r JOIN thing t ON t.subject = r.subject
JOIN recorded_in c ON c.subject = r.subject LEFT JOIN thing p ON p.subject = c.parent
""",
)
