"""SCN-04: grades that fall before codes fail."""

from __future__ import annotations

from lotproof.rules.rule import Rule, Severity

RULE = Rule(
    code="SCN-04",
    title="Symbol grade drifts down",
    severity=Severity.MINOR,
    symptom="Failed scans",
    six_m="MACHINE",
    hda="Packaging and Labeling",
    pdg="",
    emvs=(),
    vrs=(),
    sentence="The grades of {count} devices of lot {lot} fell before or without a failure: {note}",
    hint="Clean or change the print head or ribbon named, and set the alarm at the grade where the fall began.",
    sql="""
WITH graded AS (
  SELECT c.lot, coalesce(p.device, c.device) AS device, c.at_utc, c.grade, c.source, c.position,
         row_number() OVER (PARTITION BY c.lot, coalesce(p.device, c.device) ORDER BY c.at_utc, c.position) AS k,
         count(*) OVER (PARTITION BY c.lot, coalesce(p.device, c.device)) AS n
  FROM obs c LEFT JOIN (SELECT subject, min(device) AS device FROM obs WHERE kind = 'printer' AND step = 'encoded' GROUP BY subject) p ON p.subject = c.subject
  WHERE c.kind = 'camera' AND c.grade IS NOT NULL AND c.level = 'unit' AND c.at_utc IS NOT NULL),
base AS (SELECT lot, device, avg(grade) AS mean, stddev_samp(grade) AS sd FROM graded WHERE k <= n / 3 GROUP BY lot, device HAVING count(*) >= 30),
rolled AS (
  SELECT g.*, avg(grade) OVER (PARTITION BY lot, device ORDER BY k ROWS 29 PRECEDING) AS recent FROM graded g WHERE n >= 90),
low AS (
  SELECT r.lot, r.device, arg_min(r.source, r.k) AS source, arg_min(r.position, r.k) AS position, min(r.at_utc) AS since, min(r.recent) AS worst,
         any_value(b.mean) AS mean, count(*) AS m
  FROM rolled r JOIN base b ON b.lot = r.lot AND b.device = r.device
  WHERE r.k > 30 AND r.recent < b.mean - greatest(5 * coalesce(b.sd, 0) / sqrt(30), 0.25) GROUP BY r.lot, r.device HAVING m >= 30)
SELECT lot, '' AS gtin, device AS item, device || ': the mean of 30 reads fell from ' || round(mean, 1) || ' to ' || round(worst, 1) || ' from '
       || strftime(since, '%Y-%m-%dT%H:%M:%SZ') || ' on' AS note, source, position FROM low
""",
)
