"""SN-05: a number on product that was never allotted to an order."""

from __future__ import annotations

from lotproof.rules.rule import Rule, Severity

RULE = Rule(
    code="SN-05",
    title="Serial outside the numbers received",
    severity=Severity.MAJOR,
    symptom="Inconsistent data",
    six_m="METHOD",
    hda="Data Issue",
    pdg="",
    emvs=("A3",),
    vrs=("No_match_GTIN_Serial",),
    sentence="{count} packs of lot {lot} bear a number that no list for any order holds: {note}",
    hint="Find where the numbers came from (test print, another order, a copy) before any of these packs leaves.",
    sql="""
WITH used AS (
  SELECT subject, lot, kind, source, position FROM obs
  WHERE level = 'unit' AND subject IS NOT NULL AND ((kind = 'line' AND step <> 'aggregated') OR (kind = 'printer' AND step = 'encoded')
    OR (kind = 'hub' AND step = 'commissioned'))
    AND subject NOT IN (SELECT subject FROM obs WHERE kind = 'numbers' AND subject IS NOT NULL))
SELECT t.lot, t.gtin, t.text AS item, u.kind || ' has it, no list of numbers received does' AS note, u.source, u.position
FROM used u JOIN lot_info i ON i.lot = u.lot JOIN thing t ON t.subject = u.subject WHERE i.has_numbers
""",
)
