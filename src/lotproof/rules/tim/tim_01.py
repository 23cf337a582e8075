"""TIM-01: the clocks of two sources differ by a constant."""

from __future__ import annotations

from lotproof.rules.rule import Rule, Severity

RULE = Rule(
    code="TIM-01",
    title="Clock offset between levels",
    severity=Severity.MINOR,
    symptom="Inconsistent data",
    six_m="MEASUREMENT",
    hda="Data Issue",
    pdg="",
    emvs=(),
    vrs=(),
    sentence="The clocks of {count} sources of lot {lot} differ by a constant: {note}",
    hint="State the zone of the source or set its clock; every order of events between the two is wrong by this amount.",
    sql="""
-- What is packed late may have waited; what is packed before it was made, or late by a whole number of half hours, was not.
SELECT lot, '' AS gtin, left_kind || ' and ' || right_kind AS item,
       right_kind || ' is ' || round(abs(seconds) / 60)::BIGINT || ' minutes ' || if(seconds > 0, 'ahead of ', 'behind ') || left_kind || ' on ' || n || ' packs' AS note,
       source, position, if(abs(seconds) >= 1800, 'major', 'minor') AS severity
FROM clock_offset WHERE abs(seconds) >= 600 AND high - low <= 240 AND n >= 20
  AND (right_kind <> 'packing' OR seconds < 0 OR abs(seconds - round(seconds / 1800) * 1800) <= 120)
""",
)
