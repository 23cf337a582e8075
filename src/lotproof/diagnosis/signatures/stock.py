"""Faults in warehouse and dispatch: signature 17 (picked and scanned differ), and something that left under hold."""

from __future__ import annotations

from collections.abc import Iterator

from lotproof.diagnosis.facts import Facts, moment
from lotproof.rules.hypothesis import Hypothesis

# When the items of a finding, or containers that the record had them in, first left.
_LEFT = """
WITH RECURSIVE named AS (SELECT DISTINCT subject FROM found WHERE code = $code AND lot = $lot AND subject IS NOT NULL),
held_in AS (SELECT subject, parent FROM line_parent UNION SELECT subject, parent FROM hub_event WHERE step = 'aggregated' AND parent IS NOT NULL),
up AS (SELECT subject AS node, 0 AS depth FROM named
       UNION SELECT h.parent, u.depth + 1 FROM up u JOIN held_in h ON h.subject = u.node WHERE u.depth < 4)
SELECT min(o.at_utc) FROM obs o WHERE o.step IN ('shipped', 'dispensed') AND o.subject IN (SELECT node FROM up)
"""


def _left(facts: Facts, code: str) -> str | None:
    (left,) = facts.row(_LEFT, code=code) or (None,)
    return moment(left)


_TOLD = """
SELECT count(*) FILTER (o.step = 'found_without_data'), count(*) FILTER (o.step = 'data_without_product')
FROM (SELECT DISTINCT subject, step FROM obs WHERE lot = $lot AND step IN ('found_without_data', 'data_without_product')) o
"""


# Containers that left by the record and were counted afterwards, those that did not and were not, all that were named, and when the first left.
_COUNTED = """
WITH named AS (SELECT DISTINCT subject FROM found WHERE code = 'QTY-03' AND lot = $lot AND subject IS NOT NULL),
counted AS (SELECT DISTINCT subject FROM obs WHERE kind = 'inventory' AND step = 'counted' AND subject IS NOT NULL)
SELECT count(*) FILTER (g.subject IS NOT NULL AND c.subject IS NOT NULL), count(*) FILTER (g.subject IS NULL AND c.subject IS NULL), count(*), min(g.sent_at)
FROM named n LEFT JOIN gone g ON g.subject = n.subject LEFT JOIN counted c ON c.subject = n.subject
"""


def counted_instead(facts: Facts) -> Iterator[Hypothesis]:
    """No partner says so, but the shelves do: as many containers are there that should have left as lack that should be there."""
    if facts.has("PHY-01", "PHY-02", "AGG-08", "AGG-09", "AGG-12") or not facts.has("QTY-03", grave=False):
        return
    there, lacking, named, left = facts.row(_COUNTED)
    if there and there == lacking and there + lacking == named:
        yield Hypothesis("pick_scanned_not_picked", "MAN", facts.lot, 0.75, f"{there} containers were counted though they left by the record, and as many "
                         "that should be there were not.", "Compare the pick list, the scans and the goods of the delivery.", ("QTY-03",), moment(left))  # fmt: skip


def picked(facts: Facts) -> Iterator[Hypothesis]:
    """As many strange items as missing ones: a partner says so, or the scans do."""
    strange, missing = facts.row(_TOLD)
    # Wrong labels on cases leave strange and missing packs as well; what a partner says is no consequence of them.
    if not (strange and missing):
        strange, missing = (0, 0) if facts.has("AGG-08", "AGG-09") else (facts.items("PHY-01"), facts.items("PHY-02"))
    if strange and missing:
        yield Hypothesis("pick_scanned_not_picked", "MAN", facts.lot, 0.6 + (0.25 if strange == missing else 0),
                         f"{strange} items are there without data, {missing} are missing.",
                         "Compare the pick list, the scans and the goods of the delivery.", ("PHY-01", "PHY-02"), _left(facts, "PHY-02"))  # fmt: skip


def under_hold(facts: Facts) -> Iterator[Hypothesis]:
    """It was held, and it moved."""
    if facts.has("PHY-04"):
        yield Hypothesis("hold_breach", "MAN", facts.lot, 0.96, f"{facts.items('PHY-04')} items left while they were on hold.",
                         "Look which system knew of the hold, and whether the scan at the dock asks it.", ("PHY-04",), _left(facts, "PHY-04"))  # fmt: skip


SIGNATURES = (picked, counted_instead, under_hold)
