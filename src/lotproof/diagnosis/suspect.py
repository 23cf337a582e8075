"""Which attribute value is over-represented among some packs of a lot: a supported suspect, to be verified.

For each value of each attribute the count of packs concerned O is held against the count E that the rate of the whole lot
would give; the log-likelihood ratio O ln(O/E) - (O - E), less the logarithm of the number of values of the attribute (the price
of having looked at so many), ranks them (QUALITY_METHODS 5.1). Values borne by the same packs are aliases of one another.
"""

from __future__ import annotations

import math
from collections import defaultdict

from lotproof.diagnosis.facts import Facts
from lotproof.rules.hypothesis import Suspect

LEAST = 3.0
"""Log-likelihood ratio below which nothing is suspected."""

_PACKS = """
CREATE OR REPLACE TEMP TABLE attribute AS
WITH packs AS (SELECT DISTINCT subject FROM obs WHERE lot = $lot AND level = 'unit' AND subject IS NOT NULL AND kind IN ('printer', 'camera', 'line')),
said AS (
  SELECT subject, 'printer' AS field, device AS value FROM obs WHERE lot = $lot AND kind = 'printer' AND step = 'encoded' AND device IS NOT NULL
  UNION ALL SELECT subject, 'material_lot', reference FROM obs WHERE lot = $lot AND kind = 'printer' AND step = 'encoded' AND reference IS NOT NULL
  UNION ALL SELECT subject, 'station', device FROM obs WHERE lot = $lot AND kind = 'camera' AND device IS NOT NULL
  UNION ALL SELECT subject, 'operator', actor FROM obs WHERE lot = $lot AND kind IN ('camera', 'line') AND actor IS NOT NULL)
SELECT DISTINCT s.subject, s.field, s.value FROM said s JOIN packs p ON p.subject = s.subject
"""

_COUNTS = """
WITH concerned AS (SELECT DISTINCT subject FROM found WHERE lot = $lot AND list_contains($codes, code) AND subject IS NOT NULL),
whole AS (SELECT count(DISTINCT subject) AS n, count(DISTINCT subject) FILTER (subject IN (SELECT subject FROM concerned)) AS o FROM attribute)
SELECT a.field, a.value, count(*) AS n, count(*) FILTER (a.subject IN (SELECT subject FROM concerned)) AS o, any_value(w.n), any_value(w.o)
FROM attribute a, whole w GROUP BY a.field, a.value ORDER BY 1, 2
"""


def suspect_of(facts: Facts, codes: tuple[str, ...], fields: tuple[str, ...] = ()) -> Suspect | None:
    """The most over-represented value among the packs that the findings of ``codes`` name; of these ``fields`` if given."""
    facts.rows(_PACKS)
    counts = facts.rows(_COUNTS, codes=list(codes))
    values: dict[str, int] = defaultdict(int)
    for field, *_ in counts:
        values[field] += 1
    scored = []
    for field, value, packs, concerned, all_packs, all_concerned in counts:
        if values[field] < 2 or (fields and field not in fields) or not all_concerned or concerned == 0:
            continue
        expected = packs * all_concerned / all_packs
        if concerned <= expected:
            continue
        ratio = concerned * math.log(concerned / expected) - (concerned - expected) - math.log(values[field])
        rest = max(all_concerned - concerned, 0.5) / max(all_packs - packs, 1)
        scored.append((ratio, field, value, concerned / all_concerned, concerned / packs / rest, (packs, concerned)))
    if not scored or max(scored)[0] < LEAST:
        return None
    best = max(scored)
    same = tuple(f"{field}={value}" for _, field, value, _, _, seen in scored if seen == best[5] and (field, value) != best[1:3])
    return Suspect(best[1], best[2], best[3], best[4], same)
