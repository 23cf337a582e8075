"""SN-06: an event that the state of the item does not allow."""

from __future__ import annotations

from lotproof.rules.rule import Rule, Severity

RULE = Rule(
    code="SN-06",
    title="Illegal state transition",
    severity=Severity.MAJOR,
    symptom="Inconsistent data",
    six_m="METHOD",
    hda="Data Issue",
    pdg="",
    emvs=("A24",),
    vrs=(),
    sentence="{count} items of lot {lot} have an event that their state does not allow: {note}",
    hint="Look at the life of one with lotproof trace; find who sent the later event, and correct it by an error declaration.",
    sql="""
SELECT t.lot, t.gtin, t.text AS item, v.note, v.source, v.position FROM violation v JOIN thing t ON t.subject = v.subject WHERE v.code = 'SN-06'
""",
)
