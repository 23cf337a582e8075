"""PHY-03: product that is damaged."""

from __future__ import annotations

from lotproof.rules.rule import Rule, Severity

RULE = Rule(
    code="PHY-03",
    title="Damaged product",
    severity=Severity.MINOR,
    symptom="Inventory discrepancies",
    six_m="MAN",
    hda="Unavailable for Distribution",
    pdg="other_errors",
    emvs=(),
    vrs=(),
    sentence="{count} items of lot {lot} are reported as damaged: {note}",
    hint="Hold them, record their end, and take them out of stock and container.",
    sql="""
SELECT o.lot, t.gtin, t.text AS item, o.kind || ' reports it as damaged' AS note, o.source, o.position
FROM obs o JOIN thing t ON t.subject = o.subject
WHERE regexp_matches(lower(coalesce(o.result, '') || ' ' || coalesce(o.reason, '')), '\\bdamag|\\bbesch(ä|ae)digt|\\b(glas)?bruch')
  AND NOT regexp_matches(lower(coalesce(o.result, '') || ' ' || coalesce(o.reason, '')), '\\b(no|not|without|nicht|ohne|kein|keine)\\b')
  AND o.kind IN ('hub', 'receipts', 'inventory', 'audit', 'issues')
""",
)
