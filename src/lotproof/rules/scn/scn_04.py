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
WITH runs AS (
  SELECT *, sum(n) OVER (PARTITION BY lot, device ORDER BY minute)::BIGINT AS upto, sum(n) OVER (PARTITION BY lot, device) AS whole FROM graded),
base AS (SELECT lot, device, sum(total) / sum(n) AS mean, sqrt(greatest(sum(squares) - sum(total) * sum(total) / sum(n), 0) / (sum(n) - 1)) AS sd
         FROM runs WHERE upto - n < whole / 3 GROUP BY lot, device HAVING sum(n) >= 30),
-- The minutes in which the last thirty reads or more lie.
rolled AS (
  SELECT *, sum(total) OVER last_reads / sum(n) OVER last_reads AS recent FROM runs WHERE whole >= 90
  WINDOW last_reads AS (PARTITION BY lot, device ORDER BY upto RANGE BETWEEN 29 PRECEDING AND CURRENT ROW)),
low AS (
  SELECT r.lot, r.device, min(r.first_at) AS first_at, min(r.recent) AS worst, any_value(b.mean) AS mean
  FROM rolled r JOIN base b ON b.lot = r.lot AND b.device = r.device
  WHERE r.upto > 30 AND r.recent < b.mean - greatest(5 * coalesce(b.sd, 0) / sqrt(30), 0.25) GROUP BY r.lot, r.device HAVING sum(r.n) >= 30)
SELECT lot, '' AS gtin, device AS item, device || ': the mean of 30 reads fell from ' || round(mean, 1) || ' to ' || round(worst, 1) || ' from '
       || strftime(first_at.at, '%Y-%m-%dT%H:%M:%SZ') || ' on' AS note, first_at.source AS source, first_at.position AS position FROM low
""",
)
