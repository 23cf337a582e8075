"""SN-10: a number that was given out and came to no end."""

from __future__ import annotations

from lotproof.rules.rule import Rule, Severity

RULE = Rule(
    code="SN-10",
    title="Unaccounted number",
    severity=Severity.MAJOR,
    symptom="Inventory discrepancies",
    six_m="MAN",
    hda="DNP",
    pdg="missing_product",
    emvs=(),
    vrs=(),
    sentence="{count} numbers of lot {lot} were given out and have no end state",
    hint="Ask the line controller for these numbers; until each is found in one class, the lot cannot close.",
    sql="""
SELECT t.lot, t.gtin, t.text AS item, coalesce('the line has it as ' || l.state, 'allocated, and no later source knows it') AS note,
       coalesce(l.source, a.source) AS source, coalesce(l.position, a.position) AS position
FROM number_class c JOIN thing t ON t.subject = c.subject LEFT JOIN line_state l ON l.subject = c.subject
LEFT JOIN (SELECT subject, min_by(source, (position, source)) AS source, min(position) AS position FROM obs WHERE step = 'allocated' GROUP BY subject) a
  ON a.subject = c.subject
JOIN lot_info i ON i.lot = c.lot
WHERE c.class = 'unaccounted' AND (i.has_line OR i.has_hub)
""",
)
