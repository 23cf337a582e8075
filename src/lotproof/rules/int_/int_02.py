"""INT-02: a number missing from a sequence of messages."""

from __future__ import annotations

from lotproof.rules.rule import Rule, Severity

RULE = Rule(
    code="INT-02",
    title="Gap in a sequence",
    severity=Severity.MAJOR,
    symptom="Inconsistent data",
    six_m="MACHINE",
    hda="PND",
    pdg="missing_product_data",
    emvs=(),
    vrs=(),
    sentence="{count} messages are missing from a sequence: {note}",
    hint="Ask the sender for the messages with these numbers; look in its queue and its error folder.",
    sql="""
WITH numbered AS (
  SELECT source, source_name, try_cast(regexp_extract(key, '(\\d+)$', 1) AS BIGINT) AS n, regexp_replace(key, '\\d+$', '') AS head, lot, position
  FROM record WHERE record = 'message' AND regexp_matches(key, '\\d$')),
steps AS (SELECT *, lag(n) OVER w AS before, lag(lot) OVER w AS lot_before FROM numbered WINDOW w AS (PARTITION BY source, head ORDER BY n))
SELECT if(lot = lot_before, lot, '') AS lot, '' AS gtin, 'message ' || head || missing AS item,
       source_name || ' goes from ' || head || before || ' to ' || head || n AS note, source, position
FROM (SELECT *, unnest(range(before + 1, least(n, before + 1001))) AS missing FROM steps WHERE n > before + 1 AND n - before <= 1000)
""",
    whole_site=True,
)
