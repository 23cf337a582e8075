"""IDT-04: zeros lost, or a number where text belongs."""

from __future__ import annotations

from lotproof.rules.rule import Rule, Severity

RULE = Rule(
    code="IDT-04",
    title="Leading zeros lost, or the serial was treated as a number",
    severity=Severity.MINOR,
    symptom="Inconsistent data",
    six_m="METHOD",
    hda="Data Issue",
    pdg="data_misalignment",
    emvs=("A3",),
    vrs=("No_match_GTIN_Serial",),
    sentence="{count} serials of lot {lot} lost their leading zeros or were turned into numbers: {note}",
    hint="Make the interface treat serials as text and send the lot again; until then partners and authorities do not know these packs.",
    sql="""
SELECT t.lot, t.gtin, t.text AS item, o.kind || ' has "' || o.serial || '", the same but for leading zeros (zeros_lost)' AS note, o.source, o.position
FROM obs o JOIN thing t ON t.subject = o.subject
WHERE o.alias_transform IN ('zeros')

UNION ALL
SELECT o.lot, o.gtin, item_text(o.gtin, o.serial, o.sscc), o.kind || ' has "' || o.serial || '", a number that lost its digits: unrecoverable (scientific)',
       o.source, o.position
FROM obs o WHERE o.level = 'unit' AND regexp_matches(o.serial, '^\\d([.,]\\d+)?[eE]\\+?\\d+$')
  -- 4E12 may be a serial like any other: it is one where the site's own sources know it.
  AND (regexp_matches(o.serial, '[.,+]') OR o.item NOT IN (SELECT item FROM known))

UNION ALL
SELECT o.lot, o.gtin, item_text(o.gtin, o.serial, o.sscc), o.kind || ' has "' || o.serial || '", zeros from the sixteenth digit on: unrecoverable (rounded)',
       o.source, o.position
FROM obs o WHERE o.level = 'unit' AND regexp_matches(o.serial, '^[1-9]\\d{14}0+$') AND length(o.serial) <= 20 AND o.item NOT IN (SELECT item FROM known)
  -- Three zeros by chance are one in a thousand; fewer count where a number that was given out begins with the same fifteen digits.
  AND (length(o.serial) >= 18 OR EXISTS (SELECT 1 FROM known k WHERE k.gtin IS NOT DISTINCT FROM o.gtin AND length(k.serial) = length(o.serial)
                                         AND k.serial[1:15] = o.serial[1:15]))
""",
)
