"""IDT-05: a lot or trade item of which the order master knows nothing."""

from __future__ import annotations

from lotproof.rules.rule import Rule, Severity

RULE = Rule(
    code="IDT-05",
    title="GTIN or lot not in the order master",
    severity=Severity.MAJOR,
    symptom="Inconsistent data",
    six_m="METHOD",
    hda="Data Issue",
    pdg="master_data_errors",
    emvs=("A2",),
    vrs=("No_match_GTIN_Serial_Lot",),
    sentence="{count} packs of lot {lot} are recorded under a lot or trade item that no order knows: {note}",
    hint="Compare the order on the line with the order master; a lot that nobody ordered must not leave.",
    sql="""
WITH stated AS (
  SELECT subject, lot, stated_lot, gtin, kind, source, position FROM obs
  WHERE kind IN ('numbers', 'line', 'hub') AND level = 'unit' AND stated_lot IS NOT NULL AND subject IS NOT NULL
    AND step IN ('allocated', 'commissioned', 'encoded') AND NOT contains(coalesce(transform, ''), 'gs_missing')
    AND gtin IN (SELECT gtin FROM order_master WHERE gtin IS NOT NULL)
    AND upper(ltrim(stated_lot, '0')) NOT IN (SELECT upper(ltrim(lot, '0')) FROM order_master WHERE lot IS NOT NULL))
SELECT s.lot, t.gtin, t.text AS item, s.kind || ' states lot ' || s.stated_lot || ', no order for ' || s.gtin || ' has it' AS note, s.source, s.position
FROM stated s JOIN thing t ON t.subject = s.subject
""",
)
