"""IDT-01: a trade item number that breaks the rule of its check digit."""

from __future__ import annotations

from lotproof.rules.rule import Rule, Severity

RULE = Rule(
    code="IDT-01",
    title="GTIN invalid",
    severity=Severity.MAJOR,
    symptom="Inconsistent data",
    six_m="METHOD",
    hda="Data Issue",
    pdg="master_data_errors",
    emvs=(),
    vrs=(),
    sentence="{count} trade item numbers in lot {lot} are invalid: {note}",
    hint="Correct the number in the order master and at the source named; do not repair it in the data.",
    sql="""
WITH stated AS (
  SELECT lot, gtin, kind, count(*) AS n, min_by(source, (position, source)) AS source, min(position) AS position
  FROM obs WHERE gtin IS NOT NULL GROUP BY lot, gtin, kind),
digits AS (SELECT DISTINCT gtin, lpad(gtin, 14, '0') AS g FROM stated WHERE regexp_full_match(gtin, '\\d{8}|\\d{12,14}')),
sums AS (SELECT gtin, g, list_sum([if(i % 2 = 1, 3, 1) * g[i]::INTEGER FOR i IN range(1, 14)]) AS total FROM digits)
SELECT s.lot, '' AS gtin, '(01)' || s.gtin AS item,
       s.kind || ' states ' || s.gtin || ' in ' || s.n || ' rows, its check digit would be ' || coalesce((10 - m.total % 10) % 10 || '', 'unknown') AS note,
       s.source, s.position
FROM stated s LEFT JOIN sums m ON m.gtin = s.gtin WHERE m.gtin IS NULL OR (10 - m.total % 10) % 10 <> m.g[14]::INTEGER
""",
)
