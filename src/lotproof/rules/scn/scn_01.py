"""SCN-01: the camera could not decode the symbol."""

from __future__ import annotations

from lotproof.rules.rule import Rule, Severity

RULE = Rule(
    code="SCN-01",
    title="No-read",
    severity=Severity.MINOR,
    symptom="Failed scans",
    six_m="MACHINE",
    hda="Packaging and Labeling",
    pdg="",
    emvs=(),
    vrs=(),
    sentence="The camera found no code in reads of lot {lot}: {note}",
    hint="Look at the times: a cluster points at a stop or a ribbon change, a spread at contrast or position.",
    sql="""
WITH rate AS (SELECT lot, sum(failed)::BIGINT AS failed, sum(reads)::BIGINT AS reads FROM (
                SELECT lot, count(*) FILTER (step = 'no_read') AS failed, count(*) AS reads FROM obs
                WHERE kind = 'camera' AND step IN ('verified', 'rejected', 'no_read') GROUP BY lot
                UNION ALL SELECT lot, 0, n FROM aside_lot WHERE in_camera
                UNION ALL SELECT lot, 0, n FROM aside_scrapped WHERE in_camera) GROUP BY lot)
SELECT o.lot, coalesce(t.gtin, o.gtin, i.gtin) AS gtin, t.text AS item,
       printf('%d of %d reads, %.2f %%', r.failed, r.reads, 100.0 * r.failed / r.reads) AS note, o.source, o.position,
       if(r.failed >= 10 AND 100 * r.failed >= r.reads, 'major', 'minor') AS severity
FROM obs o JOIN rate r ON r.lot = o.lot LEFT JOIN thing t ON t.subject = o.subject LEFT JOIN lot_info i ON i.lot = o.lot
WHERE o.kind = 'camera' AND o.step = 'no_read'
""",
)
