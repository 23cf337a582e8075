"""The rows that stay: all that are of no pack, and those of packs that were not set aside.

The first 32 bits of each row's item lie beside a segment (lake/index.py). They say in which row groups something may stay, and which
rows; only these are made from columns, and each is then judged by its whole item.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from types import TracebackType

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from lotproof.lake.columns import ColumnFile
from lotproof.lake.writer import SHAPE
from lotproof.rules.screen.keyset import KeySet

READ_ROWS = 50_000
"""Rows that are read at once, or a row group where that has more."""
_NARROW = ("serial", "at_text", "event", "image", "counter")
_WORDS = [field.name for field in SHAPE if field.type == pa.string() and field.name not in _NARROW]


class RestWriter:
    """Writes observations to one file; a context manager."""

    def __init__(self, path: Path) -> None:
        self._writer = pq.ParquetWriter(path, SHAPE, compression="SNAPPY", use_dictionary=[*_WORDS, "parent"])
        self._held: list[pa.Table] = []

    def __enter__(self) -> RestWriter:
        return self

    def __exit__(self, _kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None) -> None:
        self._flush()
        self._writer.close()

    def take(self, table: pa.Table) -> None:
        """Take rows with all columns."""
        self._held.append(table)
        if sum(map(len, self._held)) >= 2 * READ_ROWS:
            self._flush()

    def _flush(self) -> None:
        if self._held:
            self._writer.write_table(pa.concat_tables(self._held).cast(SHAPE))
            self._held = []


class Wide:
    """The rows of a segment with all their columns."""

    def __init__(self, folder: Path, columns: ColumnFile, source: str) -> None:
        """``folder`` of the segment, its file of columns (lake/packs.py) and the SHA-256 that its rows bear."""
        self._file = pq.ParquetFile(folder / "observation.parquet", read_dictionary=[*_WORDS])
        self._columns = columns
        told = columns.directory
        self._same: dict[str, str | None] = dict.fromkeys(told["silent"]) | {"source": source}
        gtins = [word for word in told["gtin"] if word is not None]
        self._packs_same = self._same | {"level": "unit"} | ({"gtin": gtins[0]} if len(gtins) == 1 and not told["nameless"] else {})

    def of_no_pack(self) -> Iterator[pa.Table]:
        """The rows that are of no pack."""
        yield from self._rows(self._not_packs(), self._same)

    def of_packs(self, heads: np.ndarray, stays: KeySet) -> Iterator[pa.Table]:
        """The rows of packs that stay; ``heads`` are the first 32 bits of the item of each row."""
        wanted = stays.maybe(heads >> np.uint32(6)) & ~self._not_packs()
        for table in self._rows(wanted, self._packs_same):
            keep = stays(table.column("item_prefix").to_numpy())
            yield table if keep.all() else table.filter(pa.array(keep))

    def _not_packs(self) -> np.ndarray:
        """bool: whether each row is of no pack."""
        found = [
            np.unpackbits(self._columns.read(part["stays"], 0, -(-part["rows"] // 8)), count=part["rows"]).view(bool)
            for part in self._columns.directory["parts"]
        ]
        return np.concatenate(found) if found else np.zeros(0, bool)

    def _rows(self, wanted: np.ndarray, same: Mapping[str, str | None]) -> Iterator[pa.Table]:
        """The rows that are wanted, some row groups at a time; ``same`` are the words of columns that need not be read."""
        places = np.flatnonzero(wanted)
        sizes = [self._file.metadata.row_group(group).num_rows for group in range(self._file.num_row_groups)]
        ends = np.cumsum(sizes)
        groups = np.unique(np.searchsorted(ends, places, side="right")).tolist()
        for taken in _together(groups, sizes):
            bases = np.cumsum([0, *(sizes[group] for group in taken)])
            inside = []
            for group, base in zip(taken, bases, strict=False):
                start = int(ends[group]) - sizes[group]
                low, high = np.searchsorted(places, [start, int(ends[group])])
                inside.append(places[low:high] - start + base)
            yield self._taken(taken, np.concatenate(inside), same)

    def _taken(self, groups: list[int], rows: np.ndarray, same: Mapping[str, str | None]) -> pa.Table:
        # Threads of the reader cost a third more, and the columns of a few row groups are small.
        read = [field.name for field in SHAPE if field.name not in same]
        table = self._file.read_row_groups(groups, columns=read, use_threads=False)
        table = table if len(rows) == len(table) else table.take(pa.array(rows))
        columns = [
            pa.repeat(pa.scalar(same[field.name], field.type), len(table)) if field.name in same else table.column(field.name).cast(field.type)
            for field in SHAPE
        ]
        return pa.Table.from_arrays(columns, schema=SHAPE)


def _together(groups: Sequence[int], sizes: Sequence[int]) -> Iterator[list[int]]:
    """Row groups, so many at once that the work on them outweighs the calls."""
    taken: list[int] = []
    rows = 0
    for group in groups:
        taken.append(group)
        rows += sizes[group]
        if rows >= READ_ROWS:
            yield taken
            taken, rows = [], 0
    if taken:
        yield taken
