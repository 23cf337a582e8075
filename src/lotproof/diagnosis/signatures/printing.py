"""Codes that fade or are not read: signature 19 (print degradation), and rejects that cluster at one station."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from lotproof.diagnosis.facts import Facts, moment
from lotproof.diagnosis.suspect import suspect_of
from lotproof.rules.hypothesis import Hypothesis

# Reads in the order of time; the densest piece of twenty failures or fewer, and the rate outside it.
_CLUSTER = """
WITH reads AS (
  SELECT o.at_utc, o.subject, row_number() OVER (ORDER BY o.at_utc, o.position) AS k,
         CASE $what WHEN 'no_read' THEN o.step = 'no_read' ELSE coalesce(o.grade < 1.5, false) END AS bad
  FROM obs o WHERE o.lot = $lot AND o.kind = 'camera' AND o.level = 'unit' AND o.at_utc IS NOT NULL),
bad AS (SELECT *, lead(k, 4) OVER (ORDER BY k) - k AS span FROM reads WHERE bad)
SELECT (SELECT count(*) FROM reads), (SELECT count(*) FROM bad), min(span), arg_min(at_utc, span) FROM bad
"""


def _cluster(facts: Facts, what: str) -> tuple[int, float, datetime] | None:
    """How many failures, how many times denser the densest five lie than all of them, and when that began."""
    reads, bad, span, began = facts.row(_CLUSTER, what=what)
    if not bad or bad < 5 or not span:
        return None
    return bad, (5 / span) / (bad / reads), began


def degradation(facts: Facts) -> Iterator[Hypothesis]:
    """Grades fall, then reads fail."""
    found = _cluster(facts, "grade")
    drift = facts.row(
        "SELECT min(o.at_utc) FROM found f JOIN obs o ON o.kind = 'camera' AND o.lot = f.lot AND o.grade < 2.5 WHERE f.code = 'SCN-04' AND f.lot = $lot"
    )
    drifting = facts.has("SCN-04", grave=False)
    if found is None or (found[1] < 3 and not drifting):
        return
    bad, dense, began = found
    suspect = suspect_of(facts, ("SCN-02",), ("printer", "material_lot"))
    yield Hypothesis(
        "print_degradation", "MACHINE", facts.lot, min(0.5 + (0.25 if drifting else 0) + (0.15 if suspect else 0) + min(dense, 20) / 100, 0.95),
        f"{bad} symbols graded too low lie close together.", "Plot the grades by printer: they must fall before they fail.", ("SCN-02", "SCN-04"),
        moment(drift[0] if drifting and drift and drift[0] else began), suspect,
        supports=("the mean grade fell before",) if drifting else (), against=() if drifting else ("no fall of the mean grade was seen",),
    )  # fmt: skip


def unread(facts: Facts) -> Iterator[Hypothesis]:
    """Reads fail in a piece at one station."""
    found = _cluster(facts, "no_read")
    if found is None or found[1] < 4:
        return
    bad, dense, began = found
    suspect = suspect_of(facts, ("SCN-01",), ("station", "operator"))
    fading = facts.has("SCN-04", grave=False)
    yield Hypothesis(
        "reject_cluster", "MACHINE", facts.lot, min(0.5 + (0.15 if suspect else 0) + min(dense, 25) / 100 - (0.2 if fading else 0), 0.92),
        f"{bad} reads failed, and most of them lie close together.", "Swap the camera or clean its lens: the failures must follow it or end.",
        ("SCN-01",), moment(began), suspect, against=("grades fell at the same time",) if fading else (),
    )  # fmt: skip


SIGNATURES = (degradation, unread)
