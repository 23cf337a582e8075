"""Which attribute value is over-represented among some packs of a lot: a supported suspect, to be verified.

The scan within pieces of time (``diagnosis.scan``) is asked first: it does not take who was there for who did it. Where it has nothing
to say, because the packs are few or the value fills its time, the packs concerned are counted without their time. The packs concerned that bear a value are held against what the share of that value in the lot would give: the exact binomial
probability of so many or more, times the number of values looked at (Bonferroni), must be below 5 %. Values borne by the same
packs are aliases: only a swap test tells them apart (QUALITY_METHODS 5.1).
"""

from __future__ import annotations

import math
from collections import Counter

from lotproof.diagnosis.exposure import Failure, exposure_of
from lotproof.diagnosis.facts import Facts
from lotproof.diagnosis.scan.ranked import scan
from lotproof.diagnosis.scan.search import Settings
from lotproof.rules.hypothesis import Suspect

LEVEL = 0.05
"""Above this corrected probability nothing is suspected."""

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
    return _scanned(facts, codes, fields) or _counted(facts, codes, fields)


def _scanned(facts: Facts, codes: tuple[str, ...], fields: tuple[str, ...]) -> Suspect | None:
    named = ", ".join(f"'{code}'" for code in codes)
    failure = Failure(codes[0], "", "true", f"subject IN (SELECT subject FROM found WHERE lot = $lot AND code IN ({named}))")
    exposure = exposure_of(facts, failure)
    if exposure is None:
        return None
    cells = exposure.cells.only([at for at, field in enumerate(exposure.cells.fields) if not fields or field in fields])
    found = scan(cells, exposure.start, Settings(order=1)).suspects[:1]
    if not found or not found[0].supported or len(found[0].names[0][0][1]) > 1:
        return None
    (field, values), aliases = found[0].names[0][0], tuple(f"{name}={value[0]}" for ((name, value),) in found[0].names[1:])
    return Suspect(field, values[0], found[0].failed / exposure.failed, found[0].ratio.value, aliases)


def _counted(facts: Facts, codes: tuple[str, ...], fields: tuple[str, ...]) -> Suspect | None:
    facts.rows(_PACKS)
    counts = facts.rows(_COUNTS, codes=list(codes))
    values = Counter(field for field, *_ in counts)
    scored = []
    for field, value, packs, concerned, all_packs, all_concerned in counts:
        if values[field] < 2 or (fields and field not in fields) or not concerned:
            continue
        chance = at_least(concerned, all_concerned, packs / all_packs) * len(counts)
        rest = max(all_concerned - concerned, 0.5) / max(all_packs - packs, 1)
        scored.append((chance, field, value, concerned / all_concerned, concerned / packs / rest, (packs, concerned)))
    best = min(scored, default=None)
    if best is None or best[0] > LEVEL:
        return None
    same = tuple(f"{field}={value}" for _, field, value, _, _, seen in scored if seen == best[5] and (field, value) != best[1:3])
    return Suspect(best[1], best[2], best[3], best[4], same)


def bearer_of(facts: Facts, codes: tuple[str, ...], field: str) -> Suspect | None:
    """The one value that every pack concerned bears, where the lot has others: who did it, not a statistic."""
    facts.rows(_PACKS)
    counts = [row for row in facts.rows(_COUNTS, codes=list(codes)) if row[0] == field]
    for _, value, _, concerned, _, all_concerned in counts:
        if len(counts) > 1 and concerned == all_concerned > 0:
            return Suspect(field, value, 1.0, math.inf)
    return None


def at_least(hits: int, trials: int, share: float) -> float:
    """Probability of ``hits`` or more in ``trials`` where each hits with probability ``share``."""
    if hits <= trials * share or share >= 1:
        return 1.0
    log = [math.lgamma(trials + 1) - math.lgamma(k + 1) - math.lgamma(trials - k + 1) + k * math.log(share) + (trials - k) * math.log1p(-share)
           for k in range(hits, trials + 1)]  # fmt: skip
    return math.fsum(map(math.exp, log))
