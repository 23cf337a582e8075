"""AGG-08: labels sit on the wrong case, all by the same number of cases."""

from __future__ import annotations

from lotproof.rules.rule import Rule, Severity

RULE = Rule(
    code="AGG-08",
    title="Shifted aggregation",
    severity=Severity.CRITICAL,
    symptom="Aggregation errors",
    six_m="MACHINE",
    hda="PND, DNP",
    pdg="data_misalignment",
    emvs=("A3",),
    vrs=(),
    sentence="{count} containers of lot {lot} have the content that the record gives another one, all in the same direction: {note}",
    hint="Hold everything packed since the first of them, find the stop after which it began, and aggregate again from opened cases.",
    sql="""
SELECT t.lot, '' AS gtin, t.text AS item,
       'holds the packs of ' || coalesce(b.text, 'another case') || ', ' || abs(a.shift) || if(a.shift > 0, ' later', ' earlier') || ' in the order of packing' AS note,
       a.source, a.position
FROM audit_case a JOIN thing t ON t.subject = a.box LEFT JOIN thing b ON b.subject = a.best WHERE a.verdict = 'shifted'
""",
)
