"""Set ordinary packs aside: scan once, settle as often as lots must be opened, write what stays."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import duckdb
import pyarrow.parquet as pq

from lotproof.lake.resolve import Source, rule_kind
from lotproof.lake.schema import OBSERVATION
from lotproof.lake.sql import parquet, quoted
from lotproof.lake.store import Lake
from lotproof.rules.screen.rows import Facts, Segment, stating
from lotproof.rules.screen.scan import RANGE_ROWS, Scanned, scan
from lotproof.rules.screen.settle import settle
from lotproof.rules.screen.tables import fill_tables

NAMING = ("line", "hub", "numbers", "printer")
"""Kinds of sources that name each pack of theirs; the first of them in scope is asked for the serials."""


@dataclass
class Apart:
    """The screen of one scope, usable as the ``narrow`` of lake/resolve.py, again after `open`."""

    lake: Lake
    """Where the segments lie."""
    work: Path
    """Folder for what is written on the way; the caller removes it."""
    progress: Callable[[int, int], None] = lambda _done, _total: None
    """Told how far the scan is."""
    range_rows: int = RANGE_ROWS
    """Rows held at once."""
    opened: set[str] = field(default_factory=set)
    """Lots of which nothing is set aside."""
    rows: int = 0
    """Observations in scope, those set aside included; known after a call."""
    _scanned: Scanned | None = None

    def __call__(self, connection: duckdb.DuckDBPyConnection, sources: Sequence[Source]) -> list[Path]:
        """Fill the tables of lake/aside.py and return the files of observations that stay."""
        found = [(source, self.lake.segment(source.sha256) / "observation.parquet") for source in sources]
        found = [(source, path) for source, path in found if path.exists()]
        self.rows = sum(pq.read_metadata(path).num_rows for _, path in found)
        if not found:
            return []
        if self._scanned is None:
            self._scanned = self._scan(connection, found)
        kinds = [rule_kind(source.kind) for source, _ in found]
        naming = next((kind for kind in NAMING if kind in kinds), None)
        settle(connection, self._scanned, _stated(found), _stated([each for each in found if naming in (None, rule_kind(each[0].kind))]), sorted(self.opened))
        fill_tables(connection, [(number, source.sha256) for number, (source, _) in enumerate(found)])
        target = self.work / "remainder.parquet"
        target.unlink(missing_ok=True)
        connection.execute(_REMAINDER.format(rows=_spoken([path for _, path in found]), target=quoted(target)))
        return [target]

    def _scan(self, connection: duckdb.DuckDBPyConnection, found: Sequence[tuple[Source, Path]]) -> Scanned:
        folder = self.work / "scan"
        folder.mkdir(parents=True, exist_ok=True)
        orders = dict(connection.execute("SELECT order_no, lot FROM order_lot").fetchall())
        days = dict(connection.execute(f"SELECT expiry, day_of_expiry(expiry) FROM (SELECT DISTINCT expiry FROM ({_stated(found)}) WHERE expiry IS NOT NULL)").fetchall())
        segments = [Segment(path, rule_kind(source.kind), number) for number, (source, path) in enumerate(found)]
        return scan(segments, Facts(orders, days), folder, _trade(connection), self.progress, self.range_rows)


def _stated(found: Sequence[tuple[Source, Path]]) -> str:
    """SELECT of the observations of these sources with their kind."""
    kinds: dict[str, list[Path]] = {}
    for source, path in found:
        kinds.setdefault(rule_kind(source.kind), []).append(path)
    return " UNION ALL ".join(f"SELECT *, '{kind}' AS kind FROM {parquet(paths)}" for kind, paths in sorted(kinds.items()))


def _spoken(files: Sequence[Path]) -> str:
    """SELECT of the rows of these files that reads no column of a file in which nothing is stated: most columns are such."""
    together: dict[frozenset[str], list[Path]] = {}
    for file in files:
        together.setdefault(stating(pq.read_metadata(file)), []).append(file)
    listed = {
        names: ", ".join(name if name in names else f"NULL::{form} AS {name}" for name, form in OBSERVATION.items()) for names in together
    }
    return " UNION ALL ".join(f"SELECT {listed[names]} FROM {parquet(paths)}" for names, paths in together.items())


_REMAINDER = """
COPY (SELECT * FROM ({rows}) WHERE level IS DISTINCT FROM 'unit' OR item_prefix IS NULL OR item_prefix IN (SELECT prefix FROM stays))
TO {target} (FORMAT parquet, COMPRESSION zstd)
"""


def _trade(connection: duckdb.DuckDBPyConnection) -> Callable[[str, str], bool]:
    """Whether the order master has nothing against a lot with a trade item: as DAT-03 and IDT-05 ask."""
    rows = connection.execute("SELECT DISTINCT lot, gtin FROM order_master").fetchall()
    of_lot: dict[str, set[str]] = {}
    for lot, gtin in rows:
        if lot is not None:
            of_lot.setdefault(lot, set()).update([gtin] if gtin else [])
    folded = {lot.lstrip("0").upper() for lot in of_lot}
    ordered = {gtin for _, gtin in rows if gtin}

    def fine(lot: str, gtin: str) -> bool:
        meant = of_lot.get(lot, set())
        return (len(meant) != 1 or gtin in meant) and (gtin not in ordered or lot.lstrip("0").upper() in folded)

    return fine


def late_lots(connection: duckdb.DuckDBPyConnection) -> list[str]:
    """Lots with packs set aside that the hub recorded after the first of the lot had left (RPT-01): they must be opened."""
    return [lot for (lot,) in connection.execute(_LATE).fetchall()]


_LATE = """
SELECT a.lot FROM (SELECT lot, max(recorded) AS heard FROM aside_lot GROUP BY lot) a
JOIN (SELECT home AS lot, min(at_utc) AS gone FROM resolved WHERE step = 'shipped' AND kind IN ('issues', 'hub') AND at_utc IS NOT NULL GROUP BY home) g
  ON g.lot = a.lot WHERE a.heard > g.gone ORDER BY a.lot
"""
