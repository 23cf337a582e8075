"""SCN-03: the camera read another code than the one expected."""

from __future__ import annotations

from lotproof.rules.rule import Rule, Severity

RULE = Rule(
    code="SCN-03",
    title="Read differs from the expected code",
    severity=Severity.MAJOR,
    symptom="Inconsistent data",
    six_m="MACHINE",
    hda="Packaging and Labeling",
    pdg="data_misalignment",
    emvs=("A3",),
    vrs=("No_match_GTIN_Serial",),
    sentence="{count} packs of lot {lot} were read with another code than the line expected: {note}",
    hint="Compare the images; look for mixed labels, a buffer that ran ahead, or a scanner that changes characters.",
    sql="""
SELECT t.lot, t.gtin, t.text AS item, 'expected, and ' || coalesce(o.reference, 'another code') || ' was read' AS note, o.source, o.position
FROM obs o JOIN thing t ON t.subject = o.subject WHERE o.step = 'misread'
""",
)
