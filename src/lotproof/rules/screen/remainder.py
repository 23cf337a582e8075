"""The rows that stay: all that are of no pack, and those of packs that were not set aside.

The first 32 bits of each row's item lie beside a segment (lake/index.py). They say in which row groups something may stay, and which
rows; only these are made from columns, and each is then judged by its whole item.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from types import TracebackType

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
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

    def __init__(self, folder: Path, columns: ColumnFile) -> None:
        """``folder`` of the segment and its file of columns (lake/packs.py)."""
        self._file = pq.ParquetFile(folder / "observation.parquet", read_dictionary=[*_WORDS])
        silent = set(columns.directory["silent"])
        self._read = [field.name for field in SHAPE if field.name not in silent]
        self._columns = columns

    def of_no_pack(self) -> Iterator[pa.Table]:
        """The rows that are of no pack."""
        yield from self._rows(self._not_packs())

    def of_packs(self, heads: np.ndarray, stays: KeySet) -> Iterator[pa.Table]:
        """The rows of packs that stay; ``heads`` are the first 32 bits of the item of each row."""
        wanted = stays.maybe(heads >> np.uint32(6)) & ~self._not_packs()
        for table in self._rows(wanted):
            prefix = pc.fill_null(table.column("item_prefix"), -1).to_numpy()
            keep = stays(np.maximum(prefix, 0)) & (prefix >= 0)
            yield table if keep.all() else table.filter(pa.array(keep))

    def _not_packs(self) -> np.ndarray:
        """bool: whether each row is of no pack."""
        found = [
            np.unpackbits(self._columns.read(part["stays"], 0, -(-part["rows"] // 8)), count=part["rows"]).view(bool)
            for part in self._columns.directory["parts"]
        ]
        return np.concatenate(found) if found else np.zeros(0, bool)

    def _rows(self, wanted: np.ndarray) -> Iterator[pa.Table]:
        """The rows that are wanted, some row groups at a time."""
        places = np.flatnonzero(wanted)
        metadata = self._file.metadata
        ends = np.cumsum([metadata.row_group(group).num_rows for group in range(metadata.num_row_groups)])
        groups = np.unique(np.searchsorted(ends, places, side="right")).tolist()
        while groups:
            taken, rows = [], 0
            while groups and rows < READ_ROWS:
                taken.append(groups.pop(0))
                rows += metadata.row_group(taken[-1]).num_rows
            inside = []
            base = 0
            for group in taken:
                start = int(ends[group]) - metadata.row_group(group).num_rows
                low, high = np.searchsorted(places, [start, int(ends[group])])
                inside.append(places[low:high] - start + base)
                base += metadata.row_group(group).num_rows
            yield self._taken(taken, np.concatenate(inside))

    def _taken(self, groups: list[int], rows: np.ndarray) -> pa.Table:
        # Threads of the reader cost a third more, and the columns of a few row groups are small.
        table = self._file.read_row_groups(groups, columns=self._read, use_threads=False)
        table = table if len(rows) == len(table) else table.take(pa.array(rows))
        here = set(table.column_names)
        columns = [table.column(field.name).cast(field.type) if field.name in here else pa.nulls(len(table), field.type) for field in SHAPE]
        return pa.Table.from_arrays(columns, schema=SHAPE)
