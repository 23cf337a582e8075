"""Cells from the observations of a partition: which packs could have failed in a way, which did, and what they bear.

One row a pack: the time at which it was read or printed, and printer, roll, station, operator, shift and line where a source states them
(firmware and operator of a printer are in no file that Lotproof reads). A lot's time is cut into pieces of equally many packs.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from lotproof.diagnosis.facts import Facts
from lotproof.diagnosis.scan.cells import Cells, cells_of

FIELDS = ("printer", "material_lot", "station", "operator", "shift", "line")
PIECES = 48
"""Pieces of time of a lot, at most."""
A_PIECE = 25
"""Packs that a piece holds at least: fewer cannot be compared with one another."""
LEAST = 5
"""Failures that a lot must have for a scan."""
BASELINE_FAILED, BASELINE_PACKS = 30, 2_000
"""What lots made before must have at least to say what is normal."""

PACKS = """
CREATE OR REPLACE TEMP TABLE exposure AS
WITH said AS (
  SELECT subject, min(lot) AS lot,
         min(device) FILTER (kind = 'printer' AND step = 'encoded') AS printer, min(reference) FILTER (kind = 'printer' AND step = 'encoded') AS material_lot,
         coalesce(min(device) FILTER (kind = 'camera'), min(device) FILTER (kind = 'line' AND step = 'commissioned')) AS station,
         coalesce(min(actor) FILTER (kind = 'camera'), min(actor) FILTER (kind = 'line' AND step = 'commissioned')) AS operator,
         coalesce(min(at_utc) FILTER (kind = 'camera'), min(at_utc) FILTER (kind = 'printer'), min(at_utc) FILTER (kind = 'line')) AS at_utc,
         bool_or(kind = 'camera') AS read, bool_or(kind = 'camera' AND step = 'no_read') AS no_read, bool_or(kind = 'camera' AND step = 'rejected') AS rejected,
         min(grade) FILTER (kind = 'camera') AS grade
  FROM obs WHERE level = 'unit' AND subject IS NOT NULL AND lot <> '' AND kind IN ('printer', 'camera', 'line') GROUP BY subject),
lines AS (SELECT lot, min(line) AS line FROM order_master WHERE line IS NOT NULL GROUP BY lot HAVING count(DISTINCT line) = 1),
shifts AS (SELECT s.subject, min(r.category) AS shift FROM said s LEFT JOIN lines l USING (lot) JOIN record r
             ON r.record = 'shift' AND s.at_utc >= r.started AND s.at_utc < coalesce(r.ended, r.started + INTERVAL 12 HOUR) AND (r.text IS NULL OR l.line IS NULL OR r.text = l.line)
           GROUP BY s.subject)
SELECT s.*, l.line, h.shift, n.class, coalesce(u.commissioned, false) AS at_hub, coalesce(i.has_hub, false) AS has_hub
FROM said s LEFT JOIN lines l USING (lot) LEFT JOIN shifts h USING (subject) LEFT JOIN number_class n USING (subject)
LEFT JOIN hub_state u USING (subject) LEFT JOIN lot_info i ON i.lot = s.lot
WHERE s.at_utc IS NOT NULL
"""

CELLS = """
WITH own AS (SELECT *, ntile($pieces) OVER (ORDER BY at_utc, subject) - 1 AS bucket FROM exposure WHERE lot = $lot AND ({exposed})),
earlier AS (SELECT *, -1 AS bucket FROM exposure WHERE lot <> $lot AND ({exposed}) AND at_utc < (SELECT min(at_utc) FROM exposure WHERE lot = $lot)),
both_of AS (SELECT * FROM own UNION ALL BY NAME SELECT * FROM earlier)
SELECT bucket, coalesce(printer, ''), coalesce(material_lot, ''), coalesce(station, ''), coalesce(operator, ''), coalesce(shift, ''), coalesce(line, ''),
       count(*), count(*) FILTER ({failed}), min(at_utc) FROM both_of GROUP BY ALL ORDER BY ALL
"""


@dataclass(frozen=True)
class Failure:
    """A way in which a pack can fail."""

    kind: str
    """Its name."""
    what: str
    """In words, of many packs."""
    exposed: str
    """Condition of the packs that could."""
    failed: str
    """Condition of those that did."""


FAILURES = (
    Failure("no_read", "codes that the camera could not read", "read", "no_read"),
    Failure("rejected", "packs that the camera refused", "read", "rejected"),
    Failure("low_grade", "codes graded below 1.5", "grade IS NOT NULL", "grade < 1.5"),
    Failure("orphan", "packs without a container", "class IN ('good', 'orphan')", "class = 'orphan'"),
    Failure("missing_at_hub", "packs of the line that the hub does not know", "has_hub AND class IN ('good', 'orphan')", "NOT at_hub"),
)


@dataclass(frozen=True)
class Exposure:
    """The cells of one failure in one lot."""

    failure: Failure
    """The failure."""
    cells: Cells
    """Its cells; bucket -1 holds what was made before."""
    start: int | None
    """0 where what was made before says what is normal, else None; the cells of bucket -1 are then left out."""
    begins: tuple[datetime, ...]
    """When each bucket from 0 on begins."""
    failed: int
    """Failures of the lot."""
    exposed: int
    """Packs of the lot that could have failed so."""


def exposures(facts: Facts) -> Iterator[Exposure]:
    """The failures of a lot that are many enough for a scan, and not all of it; equal ones once."""
    seen: set[int] = set()
    for failure in (*FAILURES, *_of_findings(facts)):
        packs = facts.row(f"SELECT bit_xor(hash(subject)) FROM exposure WHERE lot = $lot AND ({failure.exposed}) AND ({failure.failed})")[0]
        if packs is None or packs in seen:
            continue
        seen.add(packs)
        made = exposure_of(facts, failure)
        if made is not None:
            yield made


def _of_findings(facts: Facts) -> Iterator[Failure]:
    """A failure for each finding that names packs; a finding whose list of packs was cut short says nothing about the others."""
    for found in sorted({found.code for found in facts.findings if LEAST <= found.count <= len(found.items)}):
        condition = f"subject IN (SELECT subject FROM found WHERE code = '{found}')"
        yield Failure(found, f"packs of finding {found}", "true", condition)


def exposure_of(facts: Facts, failure: Failure) -> Exposure | None:
    """The cells of one failure in the lot; None where too few packs failed, or more than half. Needs the table ``exposure`` (PACKS)."""
    counted = facts.row(f"SELECT count(*), count(*) FILTER ({failure.failed}) FROM exposure WHERE lot = $lot AND ({failure.exposed})")
    exposed, failed = counted
    if failed < LEAST or failed * 2 > exposed:
        return None
    pieces = max(1, min(PIECES, exposed // A_PIECE))
    rows = facts.rows(CELLS.format(exposed=failure.exposed, failed=failure.failed), pieces=pieces)
    before = [row for row in rows if row[0] < 0]
    # findings of other lots of the partition are not registered as those of the lots before: only what the line itself saw is
    known = failure in FAILURES and sum(row[8] for row in before) >= BASELINE_FAILED and sum(row[7] for row in before) >= BASELINE_PACKS
    used = rows if known else [row for row in rows if row[0] >= 0]
    cells = cells_of(FIELDS, ((row[0], tuple(row[1:7]), float(row[7]), float(row[8])) for row in used))
    begins: dict[int, datetime] = {}
    for row in rows:
        begins[row[0]] = min(begins.get(row[0], row[9]), row[9])
    return Exposure(failure, cells, 0 if known else None, tuple(begins[bucket] for bucket in range(pieces)), failed, exposed)
