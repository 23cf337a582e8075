"""Set ordinary packs aside: scan once, settle as often as lots must be opened, write what stays."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import duckdb
import numpy as np
import pyarrow as pa

from lotproof.lake.columns import ColumnFile
from lotproof.lake.folds import folds_of, rows_with
from lotproof.lake.packs import packs_of
from lotproof.lake.resolve import Source, rule_kind
from lotproof.lake.schema import empty_table_sql
from lotproof.lake.serials import Serials
from lotproof.lake.sql import parquet
from lotproof.lake.store import Lake
from lotproof.lake.wide import Chosen, Wide
from lotproof.lake.writer import SHAPE
from lotproof.rules.screen.remainder import RestWriter
from lotproof.rules.screen.scan import BATCH_ROWS, Scanned, scan
from lotproof.rules.screen.segments import Facts, Segment
from lotproof.rules.screen.settle import Told, guess, settle
from lotproof.rules.screen.shape import MAIN
from lotproof.rules.screen.streams import Streams
from lotproof.rules.screen.tables import fill
from lotproof.rules.screen.told import Dealt, halves
from lotproof.rules.screen.verdict import Verdict, among

NAMING = ("line", "hub", "numbers", "printer")
"""Kinds of sources that name each pack of theirs; of each lot the first that speaks of it is asked for the serials."""


TRACED = ("printer", "camera")
"""Kinds of sources whose prints and reads of one pack are told apart (SN-03)."""


@dataclass
class Apart:
    """The screen of one scope, usable as the ``narrow`` of lake/resolve.py, again after `open`."""

    lake: Lake
    """Where the segments lie."""
    work: Path
    """Folder for what is written on the way; the caller removes it."""
    progress: Callable[[int, int], None] = lambda _done, _total: None
    """Told how far the scan is."""
    batch_rows: int = BATCH_ROWS
    """Rows judged at once."""
    opened: set[str] = field(default_factory=set)
    """Lots of which nothing is set aside."""
    flat: set[str] = field(default_factory=set)
    """Lots of which no case is set aside."""
    rows: int = 0
    """Observations in scope, those set aside included; known after a call."""
    _found: list[_Found] = field(default_factory=list)
    _streams: Streams | None = None
    _dealt: Dealt | None = None
    _scanned: Scanned | None = None

    def __call__(self, connection: duckdb.DuckDBPyConnection, sources: Sequence[Source]) -> list[Path]:
        """Fill the tables of lake/aside.py and return the files of observations that stay."""
        if self._scanned is None:
            self._open(connection, sources)
            if self._nested():
                return self.lake.segment_files("observation", [source.sha256 for source in sources])
            self._scanned = self._scan(connection)
        if not self._found:
            return []
        told = self._told()
        verdict = settle(connection, self._scanned, told, sorted(self.opened), sorted(self.flat))
        self._scanned.settle(verdict, lambda: self.progress(1, 1))
        fill(connection, (left.counted for left in self._scanned.left), [(number, each.source.sha256) for number, each in enumerate(self._found)])
        target, serials, traced = self.work / "packs.parquet", Serials(), self._traced(verdict)
        with RestWriter(target) as out:
            for number, each in enumerate(self._found):
                for table in each.wide.of_packs(self._scanned.staying(number), serials, traced):
                    out.take(table)
                each.columns.release()
        return [self._unstacked(connection), target]

    def widened(self, connection: duckdb.DuckDBPyConnection) -> bool:
        """Whether what `resolve` found asks for more to stay than it was told; it must then resolve again."""
        opened = {lot for query in (_LATE, _LISTED) for (lot,) in connection.execute(query).fetchall()}
        flat = {lot for (lot,) in connection.execute(_COUNTED).fetchall()}
        self.opened |= opened
        self.flat |= flat
        return bool(opened or flat)

    def _traced(self, verdict: Verdict) -> np.ndarray | None:
        """First 60 bits of the packs that may have been read or printed more than once, a stray serial's rows included (lake/wide.py); None,
        for all, where lots are opened to be explained."""
        assert self._scanned is not None
        if self.opened:
            return None
        of_kind: dict[str, list[np.ndarray]] = {kind: [] for kind in TRACED}
        for number, each in enumerate(self._found):
            if each.kind in of_kind:
                of_kind[each.kind] += [each.prefixes(chosen) for chosen in self._scanned.staying(number)]
        return np.unique(np.concatenate([verdict.drawn.sorted, verdict.strays, *map(_repeated, of_kind.values())]))

    def _unstacked(self, connection: duckdb.DuckDBPyConnection) -> Path:
        """The rows of no pack that stay: those of cases set aside are left out."""
        assert self._streams is not None
        target = self.work / "unstacked.parquet"
        connection.execute("SET arrow_lossless_conversion = true")  # else keys come as texts
        gone = connection.execute("SELECT parent FROM calm WHERE pallet IS NOT NULL ORDER BY prefix").to_arrow_table()
        connection.execute("RESET arrow_lossless_conversion")
        keys = halves(gone.combine_chunks().to_batches()[0], "parent") if len(gone) else (np.zeros(0, np.uint64), np.zeros(0, np.uint64))
        with RestWriter(target) as out:
            for number, each in enumerate(self._found):
                self._streams.left(number, each.wide, keys, out)
        return target

    def _open(self, connection: duckdb.DuckDBPyConnection, sources: Sequence[Source]) -> None:
        """Find the files of columns, and write the rows of no pack."""
        self.work.mkdir(parents=True, exist_ok=True)
        self._found = [_Found(source, *self._columns(source)) for source in sources if (self.lake.segment(source.sha256) / "observation.parquet").exists()]
        self.rows = sum(each.columns.directory["rows"] for each in self._found)
        self._streams = Streams(self.work)
        self._dealt = Dealt(self.work, sum(each.others for each in self._found), _orders(connection))
        for number, each in enumerate(self._found):
            self._streams.write(number, each.wide, self._dealt, each.kind)
        self._dealt.close()

    def _nested(self) -> bool:
        """Whether bundles, or trade items that hold others, are among the containers (lake/inner.py): then nothing is set aside."""
        assert self._streams is not None
        return self._streams.nested or any(each.wide.in_trade_items() for each in self._found)

    def _scan(self, connection: duckdb.DuckDBPyConnection) -> Scanned:
        folder = self.work / "scan"
        shutil.rmtree(folder, ignore_errors=True)  # what another scan left is of other packs
        folder.mkdir(parents=True)
        facts = Facts(_orders(connection), _days(connection, self._found))
        segments = [Segment(each.columns, each.kind, number, facts) for number, each in enumerate(self._found)]
        told = self._told()
        return scan(segments, facts, folder, _trade(connection), lambda site: guess(connection, site, told, sorted(self.opened)), self.progress, self.batch_rows)

    def _columns(self, source: Source) -> tuple[Path, ColumnFile]:
        """The folder of a segment and its file of columns."""
        return self.lake.segment(source.sha256), ColumnFile(packs_of(self.lake, source.sha256))

    def _told(self) -> Told:
        assert self._dealt is not None
        nameless = [each.folder / "observation.parquet" for each in self._found if each.columns.directory["nameless"]]
        return Told(
            f"SELECT * FROM {parquet(nameless)}" if nameless else empty_table_sql("observation"), self._dealt, self._rows, self._named
        )  # fmt: skip

    def _named(self, serials: Sequence[str]) -> pa.Table:
        """Packs whose serial may be one of these, by the sources that name all packs that may be set aside."""
        assert self._scanned is not None
        kinds = _naming(self._scanned.learned.required)
        return _tables(each.wide.named(rows) for each in self._found if each.kind in kinds
                       for rows in rows_with(folds_of(self.lake, each.source.sha256), serials))  # fmt: skip

    def _rows(self, items: np.ndarray) -> pa.Table:
        """Rows of packs that are not ordinary, of these items."""
        assert self._scanned is not None
        found = []
        for number, each in enumerate(self._found):
            chosen = [replace(some, rows=some.rows[among(items, each.prefixes(some))]) for some in self._scanned.staying(number)] if len(items) else []
            found += list(each.wide.of_packs([some for some in chosen if len(some.rows)], Serials()))
            each.columns.release()
        return _tables(found).select(["serial", "lot", "level"])


class _Found:
    """A source of the scope with observations."""

    def __init__(self, source: Source, folder: Path, columns: ColumnFile) -> None:
        self.source = source
        self.kind = rule_kind(source.kind)
        self.folder = folder
        self.columns = columns
        self.wide = Wide(folder, columns, source.sha256)

    @property
    def others(self) -> int:
        """How many rows are of no pack."""
        sections = [section for part in self.columns.directory["parts"] for section in part["sections"].values()]
        return int(self.columns.directory["rows"]) - sum(sum(section["counts"]) for section in sections)

    def prefixes(self, chosen: Chosen) -> np.ndarray:
        """First 60 bits of the items of some rows (int64)."""
        told = self.columns.directory["parts"][chosen.part]["sections"][chosen.section]["columns"]["high"]
        return (self.columns.take(told, chosen.rows) >> np.uint64(4)).astype(np.int64)


def _naming(required: np.ndarray) -> set[str]:
    """Kinds of sources that between them name every ordinary pack; ``required`` as in `survey.Survey`."""
    found, left = set(), required[required != 0]
    for kind in NAMING:
        has = left & 1 << MAIN[kind] != 0
        if has.any():
            found.add(kind)
            left = left[~has]
    return found


def _repeated(items: Sequence[np.ndarray]) -> np.ndarray:
    """Those that are there more than once."""
    ordered = np.sort(np.concatenate([np.zeros(0, np.int64), *items]))
    return np.asarray(ordered[1:][ordered[1:] == ordered[:-1]])


def _tables(tables: Iterable[pa.Table]) -> pa.Table:
    """Observations one after the other."""
    return pa.concat_tables([SHAPE.empty_table(), *tables], promote_options="default")


def _orders(connection: duckdb.DuckDBPyConnection) -> dict[str, str]:
    """The one lot of an order."""
    return dict(connection.execute("SELECT order_no, lot FROM order_lot").fetchall())


def _days(connection: duckdb.DuckDBPyConnection, found: Sequence[_Found]) -> dict[str, str | None]:
    """Each expiry as written to the day it means."""
    words = sorted({word for each in found for word in each.columns.directory["expiry"] if word is not None})
    return dict(connection.execute("SELECT word, day_of_expiry(word) FROM (SELECT unnest($words::VARCHAR[]) AS word)", {"words": words}).fetchall())


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


_LATE = """
SELECT a.lot FROM (SELECT lot, max(recorded) AS heard FROM aside_lot GROUP BY lot) a
JOIN (SELECT home AS lot, min(at_utc) AS gone FROM resolved WHERE step = 'shipped' AND kind IN ('issues', 'hub') AND at_utc IS NOT NULL GROUP BY home) g
  ON g.lot = a.lot WHERE a.heard > g.gone
"""
"""Lots with packs set aside that the hub recorded after the first of the lot had left (RPT-01): they must be opened."""
_LISTED = """SELECT lot FROM (SELECT lot, in_numbers FROM aside_lot UNION SELECT lot, in_numbers FROM aside_scrapped)
WHERE NOT in_numbers AND lot IN (SELECT home FROM resolved WHERE kind = 'numbers')"""
"""Lots with packs set aside that no list of numbers has, though one lists something of the lot, such as its cases (SN-05)."""
_COUNTED = "SELECT DISTINCT lot FROM stacked WHERE lot IN (SELECT home FROM resolved WHERE kind = 'inventory')"
"""Lots with cases set aside of which something was counted (QTY-03): their cases must stay."""
