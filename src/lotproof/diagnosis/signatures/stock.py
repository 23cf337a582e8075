"""Faults in warehouse and dispatch: signature 17 (picked and scanned differ), and something that left under hold."""

from __future__ import annotations

from collections.abc import Iterator

from lotproof.diagnosis.facts import Facts, moment
from lotproof.rules.hypothesis import Hypothesis


def picked(facts: Facts) -> Iterator[Hypothesis]:
    """As many strange items as missing ones."""
    strange, missing = facts.items("PHY-01"), facts.items("PHY-02")
    if strange and missing and not facts.has("AGG-08", "AGG-09"):
        yield Hypothesis("pick_scanned_not_picked", "MAN", facts.lot, 0.6 + (0.25 if strange == missing else 0),
                         f"{strange} items are there without data, {missing} are missing.",
                         "Compare the pick list, the scans and the goods of the delivery.", ("PHY-01", "PHY-02"))  # fmt: skip


_LEFT = """
SELECT min(o.at_utc) FROM found f JOIN obs o ON o.subject = f.subject AND o.step IN ('shipped', 'dispensed') WHERE f.code = 'PHY-04' AND f.lot = $lot
"""


def under_hold(facts: Facts) -> Iterator[Hypothesis]:
    """It was held, and it moved."""
    if facts.has("PHY-04"):
        (left,) = facts.row(_LEFT) or (None,)
        yield Hypothesis("hold_breach", "MAN", facts.lot, 0.96, f"{facts.items('PHY-04')} items left while they were on hold.",
                         "Look which system knew of the hold, and whether the scan at the dock asks it.", ("PHY-04",), moment(left))  # fmt: skip


SIGNATURES = (picked, under_hold)
