"""SN-09: an orphan: on product, in no container, without disposition."""

from __future__ import annotations

from lotproof.rules.rule import Rule, Severity

RULE = Rule(
    code="SN-09",
    title="Orphan at lot close",
    severity=Severity.MAJOR,
    symptom="Inventory discrepancies",
    six_m="MACHINE",
    hda="DNP",
    pdg="missing_product",
    emvs=(),
    vrs=(),
    sentence="{count} packs of lot {lot} are commissioned, in no container and without any disposition",
    hint="Search the reject bins and the area of the last stop for these packs; put them into a case, or destroy and report them.",
    sql="""
SELECT t.lot, t.gtin, t.text AS item,
       CASE WHEN l.state IS NULL OR h.subject IS NULL OR coalesce(h.ended, h.parent::VARCHAR) IS NULL
            THEN 'no source gives it a container or a disposition'
            ELSE 'the line has it in no container, the hub ' || if(h.ended IS NULL, 'in one', 'as ' || h.ended) END AS note,
       coalesce(l.source, h.source) AS source, coalesce(l.position, h.position) AS position
FROM number_class c JOIN thing t ON t.subject = c.subject
LEFT JOIN line_state l ON l.subject = c.subject LEFT JOIN hub_state h ON h.subject = c.subject
WHERE c.class = 'orphan'
""",
)
