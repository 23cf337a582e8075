"""Ranked suspects of every lot of a partition that has findings: cells from the lake, scanned, told in words."""

from __future__ import annotations

from collections.abc import Sequence

import duckdb

from lotproof.diagnosis.exposure import PACKS, Exposure, exposures
from lotproof.diagnosis.facts import Facts, register_found
from lotproof.diagnosis.scan.ranked import LEVEL, scan
from lotproof.diagnosis.telling import told
from lotproof.rules.finding import Finding
from lotproof.rules.lineup import Lineup

EARLIER = "lots made before this one"
SAME_TIME = (
    "the other packs of the same piece of time; a value that fills whole pieces (a shift, a roll) is the same as its time and is not judged"
)


def lineups(connection: duckdb.DuckDBPyConnection, findings: Sequence[Finding]) -> list[Lineup]:
    """The lineups of a partition, by lot and kind of failure. ``connection`` holds the tables of ``rules.context``."""
    lots = sorted({found.lot for found in findings if found.lot})
    if not lots:
        return []
    register_found(connection, findings)
    connection.execute(PACKS)
    made: list[Lineup] = []
    for lot in lots:
        seen = list(exposures(Facts(connection, lot, tuple(found for found in findings if found.lot == lot))))
        made.extend(_lineup(lot, exposure, LEVEL / len(seen)) for exposure in seen)
    return made


def _lineup(lot: str, exposure: Exposure, level: float) -> Lineup:
    """The scan of one failure; ``level`` is divided by the number of failures that are scanned in the lot."""
    found = scan(exposure.cells, exposure.start, level=level)
    return Lineup(
        lot, exposure.failure.kind, exposure.failure.what, exposure.failed, exposure.exposed, EARLIER if found.baseline else SAME_TIME,
        found.looked_at, tuple(told(one, exposure) for one in found.suspects), told(found.second, exposure) if found.second else None,
    )  # fmt: skip
