"""SN-08: a sample or destroyed pack that is still active or in a container."""

from __future__ import annotations

from lotproof.rules.rule import Rule, Severity

RULE = Rule(
    code="SN-08",
    title="Sample or destroyed unit still active or aggregated",
    severity=Severity.MAJOR,
    symptom="Inventory discrepancies",
    six_m="MAN",
    hda="Unavailable for Distribution",
    pdg="",
    emvs=("A24",),
    vrs=(),
    sentence="{count} packs of lot {lot} were sampled, destroyed or inactivated and are still active or in a container: {note}",
    hint="Report their end to the hub, take them out of their container in the record, and count the container.",
    sql="""
WITH gone AS (
  SELECT c.subject, c.lot, c.class, h.ended, h.commissioned, h.parent AS hub_parent,
         -- Where the hub packed it, the hub says whether it was taken out again.
         if(coalesce(h.aggregated, false), NULL, l.parent) AS line_parent, s.source, s.position
  FROM number_class c JOIN line_state s ON s.subject = c.subject LEFT JOIN hub_state h ON h.subject = c.subject
  LEFT JOIN line_parent l ON l.subject = c.subject WHERE c.class IN ('sampled', 'destroyed', 'inactive'))
SELECT t.lot, t.gtin, t.text AS item,
       g.class || ' at the line, ' || CASE WHEN g.hub_parent IS NOT NULL THEN 'in container ' || coalesce(p.text, '') || ' in the hub'
         WHEN g.line_parent IS NOT NULL THEN 'in container ' || coalesce(q.text, '') || ' at the line' ELSE 'active in the hub' END AS note,
       g.source, g.position
FROM gone g JOIN thing t ON t.subject = g.subject LEFT JOIN thing p ON p.subject = g.hub_parent LEFT JOIN thing q ON q.subject = g.line_parent
WHERE g.hub_parent IS NOT NULL OR g.line_parent IS NOT NULL
   OR (g.commissioned AND g.ended IS NULL AND EXISTS (SELECT 1 FROM site_step WHERE kind = 'hub' AND step IN ('destroyed', 'inactivated', 'sampled')))
""",
)
