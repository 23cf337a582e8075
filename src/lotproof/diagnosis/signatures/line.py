"""Faults on the line: signatures 4 (reject came back), 8 (double print) and 9 (jam)."""

from __future__ import annotations

from collections.abc import Iterator

from lotproof.diagnosis.facts import Facts, moment
from lotproof.diagnosis.suspect import bearer_of, suspect_of
from lotproof.rules.hypothesis import Hypothesis

_REJECTS = """
SELECT count(DISTINCT f.subject), min(o.at_utc) FROM found f JOIN obs o ON o.subject = f.subject AND o.kind = 'camera' AND o.step = 'rejected'
WHERE f.code = 'SN-07' AND f.lot = $lot
"""


def reject_back(facts: Facts) -> Iterator[Hypothesis]:
    """A reject, then a packing of the same pack."""
    if facts.has("SN-07"):
        count, began = facts.row(_REJECTS)
        yield Hypothesis("reject_reintroduced", "MACHINE", facts.lot, 0.92, f"{facts.items('SN-07')} packs were packed after the camera had refused them.",
                         "Look at one pack's life: reject before packing; then challenge the reject station.", ("SN-07",), moment(began),
                         supports=(f"the refusals of {count} of them are in the camera log",) if count else ())  # fmt: skip


_PRINTED = """
WITH reads AS (SELECT o.subject, o.at_utc, row_number() OVER (PARTITION BY o.subject, o.kind ORDER BY o.at_utc) AS nth FROM obs o
               WHERE o.kind IN ('printer', 'camera') AND o.step IN ('encoded', 'verified')
                 AND o.subject IN (SELECT subject FROM found WHERE code = 'SN-03' AND lot = $lot))
SELECT count(DISTINCT subject), min(at_utc) FROM reads WHERE nth > 1
"""


def double_print(facts: Facts) -> Iterator[Hypothesis]:
    """One number, two physical reads at different times."""
    if facts.has("SN-03"):
        _, began = facts.row(_PRINTED)
        stop = facts.row("SELECT max(ended) FROM record WHERE record = 'downtime' AND ended <= $began", began=began) if began else ()
        near = stop and stop[0] and (began - stop[0]).total_seconds() < 900
        yield Hypothesis("double_print", "MACHINE", facts.lot, 0.93, f"{facts.items('SN-03')} numbers are on more than one pack.",
                         "Compare images and encoder counts of the two reads: two packs have two.", ("SN-03",),
                         moment(stop[0] if near else began), suspect_of(facts, ("SN-03",), ("printer",)) or bearer_of(facts, ("SN-03",), "printer"))  # fmt: skip


_WINDOW = """
WITH o AS (SELECT s.at_utc FROM line_state s WHERE s.subject IN (SELECT subject FROM found WHERE code = 'SN-09' AND lot = $lot) AND s.at_utc IS NOT NULL),
w AS (SELECT min(at_utc) AS a, max(at_utc) AS b, count(*) AS n FROM o)
SELECT w.a, w.b, w.n, (SELECT count(*) FROM line_state WHERE lot = $lot AND level = 'unit' AND state = 'commissioned' AND at_utc BETWEEN w.a AND w.b),
       (SELECT min_by(started, abs(epoch(started) - epoch(w.a))) FROM record WHERE record = 'downtime'
          AND started BETWEEN w.a - INTERVAL 15 MINUTE AND w.b + INTERVAL 5 MINUTE AND coalesce(ended, started) >= w.a - INTERVAL 5 SECOND) FROM w WHERE w.n > 0
"""


def jam(facts: Facts) -> Iterator[Hypothesis]:
    """Packs without a container, in one piece, at a stop."""
    if not facts.has("SN-09"):
        return
    found = facts.row(_WINDOW)
    if found:
        first, _, count, made, stop = found
        dense = count / max(made, count, 1)
        yield Hypothesis("jam_orphans", "MACHINE", facts.lot, 0.45 + 0.3 * dense + (0.2 if stop else 0.0),
                         f"{count} packs without a container were made in one piece ({dense:.0%} of those made between the first and the last).",
                         "Look for a stop in that window and for the packs in the reject bin and on the floor.", ("SN-09", "QTY-01"),
                         moment(stop or first), supports=("the line stopped there",) if stop else (),
                         against=() if stop else ("no stop is recorded there",))  # fmt: skip


SIGNATURES = (reject_back, double_print, jam)
