"""INT-03: two deliveries of one system state different facts of the same moment, and no record says why (see corrections)."""

from __future__ import annotations

from lotproof.rules.rule import Rule, Severity

RULE = Rule(
    code="INT-03",
    title="Change without an audit trail",
    severity=Severity.MAJOR,
    symptom="Inconsistent data",
    six_m="MEASUREMENT",
    hda="Data Issue",
    pdg="",
    emvs=(),
    vrs=(),
    sentence="{count} items of lot {lot} changed between two deliveries of the same system without a record: {note}",
    hint="Ask who changed the record and why; lotproof corrections lists each change. A change of data is evidence and needs its own trail.",
    sql="""
SELECT c.lot, coalesce(c.gtin, '') AS gtin, c.what AS item,
       c.field || ' ' || c.before || ' became ' || c.after || coalesce(' at ' || strftime(c.at_utc, '%Y-%m-%dT%H:%M:%SZ'), '') || ', from file to file' AS note,
       c.after_source AS source, c.after_position AS position
FROM correction c WHERE c.explained IS NULL
""",
)
