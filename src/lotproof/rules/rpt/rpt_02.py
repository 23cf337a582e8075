"""RPT-02: a message that the hub or a partner refused."""

from __future__ import annotations

from lotproof.rules.rule import Rule, Severity

RULE = Rule(
    code="RPT-02",
    title="Message refused or not acknowledged",
    severity=Severity.MAJOR,
    symptom="Regulatory",
    six_m="MACHINE",
    hda="PND",
    pdg="missing_product_data",
    emvs=("A2",),
    vrs=(),
    sentence="{count} messages of lot {lot} were refused or never acknowledged: {note}",
    hint="Read the error, correct its cause and send the message again; until then its packs are unknown outside.",
    sql="""
SELECT coalesce(lot, '') AS lot, '' AS gtin, 'message ' || coalesce(key, position || '') AS item,
       'message ' || coalesce(key, position || '') || ': ' || coalesce(state, 'no acknowledgement') || coalesce(' (' || text || ')', '') AS note, source, position
FROM record WHERE record = 'message' AND (regexp_matches(regexp_replace(lower(coalesce(state, '')), '\\b(0|no|without|keine|ohne) (error|failure|fehler)', ''),
    'reject|refus|error|fail|nack|\\bnok\\b|not ok|abgelehnt|abgewiesen|fehler|timeout|invalid|ungültig|zurückgewiesen')
    OR (state IS NULL AND ended IS NULL
      -- A log that notes no acknowledgement of any message says nothing of those that are missing.
      AND source IN (SELECT source FROM record WHERE record = 'message' AND (state IS NOT NULL OR ended IS NOT NULL))))
""",
    whole_site=True,
)
