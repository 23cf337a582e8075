"""QTY-01: the lot equation leaves a residue."""

from __future__ import annotations

from lotproof.rules.rule import Rule, Severity

RULE = Rule(
    code="QTY-01",
    title="The lot equation leaves a residue",
    severity=Severity.MAJOR,
    symptom="Inventory discrepancies",
    six_m="MAN",
    hda="",
    pdg="underages",
    emvs=(),
    vrs=(),
    sentence="Lot {lot} does not add up: the lot equation leaves a residue of {count}",
    hint="Account for each number named (see SN-09 and SN-10); the lot stays on hold until the residue is empty.",
    sql="""
SELECT t.lot, t.gtin, t.text AS item, if(c.class = 'orphan', 'on product and in no container', 'no end state') AS note,
       coalesce(l.source, a.source) AS source, coalesce(l.position, a.position) AS position
FROM number_class c JOIN thing t ON t.subject = c.subject LEFT JOIN line_state l ON l.subject = c.subject
LEFT JOIN (SELECT subject, min_by(source, (position, source)) AS source, min(position) AS position FROM obs GROUP BY subject) a ON a.subject = c.subject
JOIN lot_info i ON i.lot = c.lot
WHERE c.class IN ('orphan', 'unaccounted') AND (i.has_line OR i.has_hub)
""",
)
