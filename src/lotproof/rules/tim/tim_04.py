"""TIM-04: times without a zone that nobody states."""

from __future__ import annotations

from lotproof.rules.rule import Rule, Severity

RULE = Rule(
    code="TIM-04",
    title="Times without a zone",
    severity=Severity.MINOR,
    symptom="Inconsistent data",
    six_m="MEASUREMENT",
    hda="Data Issue",
    pdg="",
    emvs=(),
    vrs=(),
    sentence="Times of {count} columns cannot be placed on the time line: {note}",
    hint="State the zone with --zone Area/City or in a mapping profile; until then these rows take no part in any order of events.",
    sql="""
SELECT '' AS lot, '' AS gtin, source_name || ': ' || column_name AS item,
       source_name || ', column ' || column_name || ': ' || rows || ' times such as ' || coalesce(example, '(empty)') || CASE doubt
         WHEN 'no zone' THEN ' have no zone' WHEN 'clock change' THEN ' fall into the hour of a clock change'
         ELSE ' are no times' END AS note, source, position,
       if(doubt = 'clock change', 'info', 'minor') AS severity
FROM time_doubt
""",
    whole_site=True,
)
