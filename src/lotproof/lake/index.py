"""The item index of a segment: which rows speak of an item, found by binary search in a memory-mapped file.

``item.u32`` holds the first 32 bits of each row's item in the order of the rows, ``item.runs`` the rows at which a sorted run
begins. A search touches a few pages a run; the rows found are confirmed by the whole key. DuckDB alone takes a hundred
times as long, because a list of keys defeats its statistics.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

HEADS, RUNS = "item.u32", "item.runs"
_SHIFT = 28
"""From the 60 bits of item_prefix to the 32 of the index."""
_NOBODY = np.uint32(0xFFFFFFFF)


class IndexWriter:
    """Writes the index of a segment folder as its rows are written."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._stream = (folder / HEADS).open("wb")
        self._starts = [0]
        self._last = -1
        self._count = 0

    def add(self, prefix: np.ndarray) -> None:
        """Take the ``item_prefix`` of the next rows; a negative one stands for no item."""
        heads = _heads(prefix)
        falls = np.flatnonzero(np.diff(heads.astype(np.int64), prepend=self._last) < 0)
        self._starts.extend(int(at) + self._count for at in falls if at + self._count)
        self._stream.write(heads.tobytes())
        self._last = int(heads[-1]) if len(heads) else self._last
        self._count += len(heads)

    def close(self) -> None:
        """Write where the runs begin."""
        self._stream.close()
        np.array([*self._starts, self._count], "<i8").tofile(self.folder / RUNS)


def write_index(folder: Path) -> None:
    """Index observation.parquet in a finished segment folder; does nothing where there is none, or an index already."""
    source = folder / "observation.parquet"
    if not source.exists() or (folder / RUNS).exists():
        return
    index = IndexWriter(folder)
    with pq.ParquetFile(source) as file:
        for batch in file.iter_batches(batch_size=1 << 16, columns=["item_prefix"]):
            index.add(pc.fill_null(batch.column(0), -1).to_numpy(zero_copy_only=False))
    index.close()


def item_heads(folder: Path) -> np.ndarray:
    """The first 32 bits of the item of each observation of a segment folder, all bits set for none (uint32)."""
    if (folder / RUNS).exists():
        return np.fromfile(folder / HEADS, "<u4")
    with pq.ParquetFile(folder / "observation.parquet") as file:
        prefix = pc.fill_null(file.read(columns=["item_prefix"]).column(0), -1).to_numpy()
    return _heads(prefix)


def _heads(prefix: np.ndarray) -> np.ndarray:
    heads = prefix >> _SHIFT
    heads[heads < 0] = int(_NOBODY)
    return heads.astype("<u4")


def digests(texts: Iterable[str]) -> list[bytes]:
    """The keys of items: first 16 bytes of SHA-256 of each text form."""
    return [hashlib.sha256(text.encode()).digest()[:16] for text in texts]


def rows_of(folder: Path, keys: Sequence[bytes]) -> Iterator[pa.Table]:
    """The observations of a segment folder whose item is one of ``keys``, as Arrow tables."""
    if not (folder / RUNS).exists():
        return
    positions = _positions(folder, keys)
    if not len(positions):
        return
    wanted = pa.array(keys, pa.binary(16))
    with pq.ParquetFile(folder / "observation.parquet") as file:
        ends = np.cumsum([file.metadata.row_group(group).num_rows for group in range(file.num_row_groups)])
        for group in np.unique(np.searchsorted(ends, positions, side="right")).tolist():
            begins = int(ends[group]) - file.metadata.row_group(group).num_rows
            inside = positions[(positions >= begins) & (positions < ends[group])] - begins
            # One row group is too little work for threads, and most columns say nothing in it.
            table = file.read_row_group(group, columns=_spoken(file.metadata.row_group(group)), use_threads=False).take(pa.array(inside))
            item = table.column("item")
            chunks = [chunk.storage if isinstance(chunk, pa.ExtensionArray) else chunk for chunk in item.chunks]
            storage = pa.chunked_array(chunks, pa.binary(16))
            found = table.filter(pc.is_in(storage, wanted))
            if found.num_rows:
                yield _whole(found, file.schema_arrow)


def _whole(found: pa.Table, schema: pa.Schema) -> pa.Table:
    """The rows with all columns of the file, those that were not read as nulls."""
    here = set(found.column_names)
    columns = [found.column(field.name) if field.name in here else pa.nulls(len(found), field.type) for field in schema]
    return pa.table(columns, schema=schema)


def _spoken(group: pq.RowGroupMetaData) -> list[str]:
    """Columns with a value in the row group, as far as its statistics tell, and the item in any case."""
    names = []
    for place in range(group.num_columns):
        column = group.column(place)
        told = column.statistics
        if column.path_in_schema == "item" or told is None or not told.has_null_count or told.null_count < group.num_rows:
            names.append(column.path_in_schema)
    return names


def _positions(folder: Path, keys: Sequence[bytes]) -> np.ndarray:
    """Rows whose first 32 bits are those of a key; a few may be of other items."""
    runs = np.fromfile(folder / RUNS, "<i8")
    if runs[-1] == 0:
        return np.zeros(0, np.int64)
    heads = np.memmap(folder / HEADS, "<u4", mode="r")
    sought = np.array(sorted({int.from_bytes(key[:4], "big") for key in keys}), "<u4")
    found: list[np.ndarray] = []
    for start, end in pairwise(runs):
        run = heads[start:end]
        low, high = np.searchsorted(run, sought, "left"), np.searchsorted(run, sought, "right")
        found.extend(np.arange(first, after) + start for first, after in zip(low, high, strict=True) if after > first)
    return np.concatenate(found) if found else np.zeros(0, np.int64)
