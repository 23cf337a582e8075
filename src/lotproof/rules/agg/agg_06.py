"""AGG-06: taken out of a container that it was not in."""

from __future__ import annotations

from lotproof.rules.rule import Rule, Severity

RULE = Rule(
    code="AGG-06",
    title="Disaggregated from a container that is not its parent",
    severity=Severity.MAJOR,
    symptom="Aggregation errors",
    six_m="MAN",
    hda="Data Issue",
    pdg="data_misalignment",
    emvs=(),
    vrs=(),
    sentence="{count} items of lot {lot} were taken out of a container that did not hold them: {note}",
    hint="Look at the life of one with lotproof trace; the aggregation before it, or the container named, is wrong.",
    sql="""
SELECT t.lot, t.gtin, t.text AS item, v.note || ' (' || coalesce(p.text, 'unknown') || ')' AS note, v.source, v.position
FROM violation v JOIN thing t ON t.subject = v.subject LEFT JOIN thing p ON p.subject = v.parent WHERE v.code = 'AGG-06'
UNION ALL
SELECT t.lot, i.gtin, t.text, 'unpacked, and nothing was ever put into it', e.source, e.position
FROM hub_event e JOIN thing t ON t.subject = e.subject JOIN lot_info i ON i.lot = e.lot
WHERE e.step = 'emptied' AND e.subject NOT IN (SELECT parent FROM hub_event WHERE step = 'aggregated' AND parent IS NOT NULL)
""",
)
