"""INT-02: a number missing from a sequence of messages."""

from __future__ import annotations

from lotproof.rules.rule import Rule, Severity

RULE = Rule(
    code="INT-02",
    title="Gap in a sequence",
    severity=Severity.MAJOR,
    symptom="Inconsistent data",
    six_m="MEASUREMENT",
    hda="PND",
    pdg="missing_product_data",
    emvs=(),
    vrs=(),
    sentence="{count} messages are missing from a sequence: {note}",
    hint="Ask the sender for the messages with these numbers; look in its queue and its error folder.",
    sql="""
WITH numbered AS (
  SELECT source, source_name, try_cast(regexp_extract(key, '(\\d+)$', 1) AS BIGINT) AS n, length(regexp_extract(key, '(\\d+)$', 1)) AS digits, regexp_replace(key, '\\d+$', '') AS head, lot, position
  FROM record WHERE record = 'message' AND regexp_matches(key, '\\d$')),
steps AS (SELECT *, lag(n) OVER w AS before, lag(lot) OVER w AS lot_before FROM numbered WINDOW w AS (PARTITION BY source, head ORDER BY n, position)),
-- Numbers that a system shares with others jump all the time; only one that mostly goes on by one is a sequence.
sequence AS (SELECT source, head FROM steps WHERE before IS NOT NULL GROUP BY source, head HAVING median(n - before) <= 1),
gap AS (SELECT *, unnest(range(before + 1, n)) AS missing FROM steps SEMI JOIN sequence USING (source, head) WHERE n - before BETWEEN 2 AND 1000)
SELECT if(lot = lot_before, lot, '') AS lot, '' AS gtin, 'message ' || head || lpad(missing || '', greatest(digits, length(missing || ''))::INTEGER, '0') AS item,
       source_name || ' goes from ' || head || before || ' to ' || head || n AS note, source, position
FROM gap WHERE (head, missing) NOT IN (SELECT (head, n) FROM numbered WHERE n IS NOT NULL)
""",
    whole_site=True,
)
