"""INT-01: a file is not what its sender says it is."""

from __future__ import annotations

from lotproof.rules.rule import Rule, Severity

RULE = Rule(
    code="INT-01",
    title="A file differs from its stated checksum",
    severity=Severity.CRITICAL,
    symptom="Inconsistent data",
    six_m="MEASUREMENT",
    hda="Data Issue",
    pdg="",
    emvs=(),
    vrs=(),
    sentence="{count} files are not what a checksum list of the delivery says: {note}",
    hint="Ask the sender for the file again and for the reason; use no number from it until then.",
    sql="""
SELECT '' AS lot, '' AS gtin, name AS item,
       if(actual IS NULL, name || ' is in the list and not in the delivery', name || ' has the ' || algorithm || ' ' || actual[1:16]
          || '… where ' || stated[1:16] || '… is stated') AS note, source, position
FROM fixity WHERE actual IS NULL OR lower(actual) <> lower(stated)
""",
    whole_site=True,
)
