"""Codes that fade or are not read: signature 19 (print degradation), and rejects that cluster at one station."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import accumulate

from lotproof.diagnosis.facts import Facts, moment
from lotproof.diagnosis.suspect import LEVEL, at_least, suspect_of
from lotproof.rules.hypothesis import Hypothesis, Suspect

LIMIT = 1.5
"""Grade below which a symbol fails (ISO/IEC 15415, Regulation (EU) 2016/161 Article 6)."""

# Reads in the order of time; the pieces in which five failures lie close together, the densest first, and the rate over all of them.
_CLUSTER = """
WITH reads AS (
  SELECT o.at_utc, o.subject, row_number() OVER (ORDER BY o.at_utc, o.position) AS k, CASE $what WHEN 'low' THEN coalesce(o.grade < 1.5, false)
         ELSE o.step IN ('no_read', 'rejected') OR coalesce(o.grade < 1.5, false) END AS bad
  FROM obs o WHERE o.lot = $lot AND o.kind = 'camera' AND o.level = 'unit' AND o.at_utc IS NOT NULL AND o.step IN ('verified', 'rejected', 'no_read')),
bad AS (SELECT *, lead(k, 4) OVER (ORDER BY k) - k AS span FROM reads WHERE bad),
-- A piece ends where the next failure is far off, by the measure of the densest place.
piece AS (SELECT k, at_utc, count(*) FILTER (apart) OVER (ORDER BY k) AS nth FROM (
  SELECT *, k - lag(k) OVER (ORDER BY k) > 8 * (SELECT min(span) FROM bad) + 8 AS apart FROM bad)),
spanned AS (SELECT *, lead(k, 4) OVER (PARTITION BY nth ORDER BY k) - k AS span FROM piece)
SELECT (SELECT count(*) FROM reads), (SELECT count(*) FROM bad), min(span), min(at_utc), max(at_utc), count(*) FROM spanned
GROUP BY nth HAVING min(span) IS NOT NULL ORDER BY min(span), nth
"""
# The reads of the printer (or camera) with most failures, in the order of time, up to its last failure of the piece that ends at $ended: a code
# that cannot be read has no grade.
_GRADED = """
WITH graded AS (
  SELECT coalesce(p.device, c.device) AS device, c.grade, c.at_utc, c.position,
         coalesce(c.grade < 1.5, false) OR ($what = 'failed' AND c.step IN ('no_read', 'rejected')) AS bad
  FROM obs c LEFT JOIN (SELECT subject, min(device) AS device FROM obs WHERE kind = 'printer' AND step = 'encoded' GROUP BY subject) p ON p.subject = c.subject
  WHERE c.lot = $lot AND c.kind = 'camera' AND c.level = 'unit' AND c.at_utc IS NOT NULL AND c.at_utc <= $ended),
worst AS (SELECT device FROM graded WHERE bad AND at_utc >= $began GROUP BY device ORDER BY count(*) DESC, device LIMIT 1)
SELECT at_utc, grade, bad FROM graded WHERE device IN (SELECT device FROM worst) AND (grade IS NOT NULL OR bad) ORDER BY at_utc, position
"""
# What the packs of a piece share that others of the same piece do not.
_SHARED = """
WITH piece AS (SELECT DISTINCT subject, device FROM obs WHERE lot = $lot AND kind = 'camera' AND level = 'unit' AND at_utc BETWEEN $began AND $ended),
bad AS (SELECT DISTINCT subject FROM found WHERE lot = $lot AND code IN ('SCN-01', 'SCN-02') AND subject IS NOT NULL),
said AS (
  SELECT subject, 'station' AS field, device AS value FROM piece WHERE device IS NOT NULL
  UNION SELECT o.subject, 'printer', o.device FROM obs o SEMI JOIN piece USING (subject) WHERE o.lot = $lot AND o.kind = 'printer' AND o.step = 'encoded'
    AND o.device IS NOT NULL)
SELECT field, value, count(*), count(*) FILTER (subject IN (SELECT subject FROM bad)), sum(count(*)) OVER (PARTITION BY field),
       sum(count(*) FILTER (subject IN (SELECT subject FROM bad))) OVER (PARTITION BY field) FROM said GROUP BY field, value ORDER BY 1, 2
"""


@dataclass(frozen=True)
class _Piece:
    """Failures that lie close together."""

    bad: int
    """Failures of the whole lot."""
    dense: float
    """How many times denser the densest five lie than all of them."""
    began: datetime
    """First failure of the piece."""
    ended: datetime
    """Last one."""
    inside: int
    """Failures of the piece."""


def _clusters(facts: Facts, what: str) -> list[_Piece]:
    """The pieces that chance does not make, the densest first."""
    rows = facts.rows(_CLUSTER, what=what)
    return [_Piece(bad, (5 / span) / (bad / reads), began, ended, inside)
            for reads, bad, span, began, ended, inside in rows if span and _by_chance(bad, bad / reads * span) <= 0.01]  # fmt: skip


def _cluster(facts: Facts, what: str) -> _Piece | None:
    """The densest of them."""
    return next(iter(_clusters(facts, what)), None)


def _by_chance(bad: int, expected: float) -> float:
    """About how probable it is that failures spread evenly lie five together somewhere, where so many are expected in a piece of that length.

    Each failure begins a piece; that four more follow in it is a Poisson probability, and there are as many pieces as failures.
    """
    fewer = math.exp(-expected) * sum(expected**n / math.factorial(n) for n in range(4))
    return bad * (1 - fewer)


def _fall(facts: Facts, piece: _Piece, what: str = "low") -> datetime | None:
    """When the grades began to fall, where they passed through the middle before codes failed: wear does, a bad roll does not."""
    rows = facts.rows(_GRADED, began=piece.began, ended=piece.ended, what=what)
    graded = [(at, grade) for at, grade, _ in rows if grade is not None]
    if len(graded) < 60:
        return None
    usual = sum(grade for _, grade in graded[: len(graded) // 3]) / (len(graded) // 3)
    bad = [n for n, row in enumerate(rows) if row[2]]
    before = [grade for _, grade, _ in rows[max(0, bad[len(bad) // 2] - 60) : bad[len(bad) // 2]] if grade is not None] if bad else []
    if not before or sum(LIMIT <= grade < usual - 0.6 for grade in before) < 0.25 * len(before):
        return None
    recent = graded[-300:]
    fell: datetime = recent[_bend([grade for _, grade in recent], usual)][0]
    return fell


def _fading(facts: Facts) -> tuple[_Piece | None, datetime | None]:
    """The failures that fading makes, and when it began: grades that are too low, or codes that cannot be read at all after they faded."""
    piece = _cluster(facts, "low")
    fell = _fall(facts, piece) if piece else None
    unread = None if fell else _cluster(facts, "failed")
    gone = _fall(facts, unread, "failed") if unread and unread.dense >= 3 else None
    return (unread, gone) if gone else (piece, fell)


def _bend(grades: list[float], usual: float) -> int:
    """Where a line that is level and then falls to the end fits best (least squares)."""
    n, best = len(grades), (float("inf"), 0)
    lost = [usual - grade for grade in grades]
    left = [0.0, *accumulate(value * value for value in lost)]
    for start in range(n - 10):
        steps = range(n - start)
        across = sum(step * value for step, value in zip(steps, lost[start:], strict=True))
        slope = max(across / sum(step * step for step in steps), 0.0)
        error = left[start] + sum((value - slope * step) ** 2 for step, value in zip(steps, lost[start:], strict=True))
        best = min(best, (error, start))
    return best[1]


def _culprit(facts: Facts, piece: _Piece) -> Suspect | None:
    """The station or printer that the failures of the piece share and the good packs of the piece do not.

    Only then what is tied to the time itself (roll, crew): in a short piece everybody's values are over-represented.
    """
    counts = facts.rows(_SHARED, began=piece.began, ended=piece.ended)
    scored = [(at_least(bad, all_bad, packs / all_packs) * len(counts), field, value, bad / all_bad, (bad / packs) / (max(all_bad - bad, 0.5) / (all_packs - packs)))
              for field, value, packs, bad, all_packs, all_bad in counts if bad and packs < all_packs]  # fmt: skip
    best = min(scored, default=None)
    if best is not None and best[0] <= LEVEL and best[3] >= 0.75:
        return Suspect(*best[1:])
    return suspect_of(facts, ("SCN-01", "SCN-02"), ("material_lot",)) or suspect_of(facts, ("SCN-01", "SCN-02"), ("station", "operator", "printer"))


def degradation(facts: Facts) -> Iterator[Hypothesis]:
    """Grades fall, then reads fail."""
    (piece, fell), drifting = _fading(facts), facts.has("SCN-04", grave=False)
    if piece is None or (piece.dense < 3 and not drifting):
        return
    suspect = suspect_of(facts, ("SCN-02",), ("printer", "material_lot")) or (suspect_of(facts, ("SCN-01", "SCN-02"), ("printer", "material_lot")) if fell else None)
    confidence = 0.5 + (0.25 if drifting and fell else 0) + (0.15 if suspect else 0) + min(piece.dense, 20) / 100 - (0 if fell else 0.15)
    yield Hypothesis(
        "print_degradation", "MACHINE", facts.lot, min(confidence, 0.95),
        f"{piece.bad} symbols graded too low or not read lie close together.", "Plot the grades by printer: they must fall before they fail.", ("SCN-02", "SCN-04"),
        moment(fell or piece.began), suspect,
        supports=("the grades fell bit by bit before",) if fell else (), against=() if fell else ("no gradual fall of the grades was seen",),
    )  # fmt: skip


def clustered(facts: Facts) -> Iterator[Hypothesis]:
    """Packs fail in a piece: at one station, on one roll, with one crew."""
    pieces = [piece for piece in _clusters(facts, "failed") if piece.dense >= 4]
    if not pieces:
        return
    piece = pieces[0]
    again = tuple(f"{other.inside} failed close together from {other.began:%H:%M:%S} to {other.ended:%H:%M:%S} as well"
                  for other in pieces[1:])  # fmt: skip
    suspect, fading = _culprit(facts, piece), _fading(facts)[1] is not None
    yield Hypothesis(
        "reject_cluster", "MATERIAL" if suspect and suspect.field == "material_lot" else "MACHINE", facts.lot,
        min(0.55 + (0.2 if suspect else 0) + min(piece.dense, 20) / 100 - (0.2 if fading else 0), 0.93),
        f"{piece.bad} packs failed at the cameras, and most of them lie close together.",
        "Swap what they share (camera, roll, crew): the failures must follow it or end.", ("SCN-01", "SCN-02"), moment(piece.began), suspect,
        supports=again, against=("grades fell bit by bit before",) if fading else (),
    )  # fmt: skip


SIGNATURES = (degradation, clustered)
