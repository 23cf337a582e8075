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


def write_index(folder: Path) -> None:
    """Index observation.parquet in a finished segment folder; does nothing where there is none."""
    source = folder / "observation.parquet"
    if not source.exists():
        return
    starts = [0]
    last = -1
    count = 0
    with (folder / HEADS).open("wb") as stream, pq.ParquetFile(source) as file:
        for batch in file.iter_batches(batch_size=1 << 16, columns=["item_prefix"]):
            column = batch.column(0)
            heads = (pc.fill_null(column, -1).to_numpy(zero_copy_only=False) >> _SHIFT).astype(np.int64)
            heads[heads < 0] = int(_NOBODY)
            falls = np.flatnonzero(np.diff(heads, prepend=last) < 0)
            starts.extend(int(at) + count for at in falls if at + count)
            stream.write(heads.astype("<u4").tobytes())
            last = int(heads[-1]) if len(heads) else last
            count += len(heads)
    np.array([*starts, count], "<i8").tofile(folder / RUNS)


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
        for group in np.unique(np.searchsorted(ends, positions, side="right")):
            table = file.read_row_group(int(group))
            item = table.column("item")
            storage = pa.chunked_array([chunk.storage if isinstance(chunk, pa.ExtensionArray) else chunk for chunk in item.chunks])
            found = table.filter(pc.is_in(storage.cast(pa.binary(16)), wanted))
            if found.num_rows:
                yield found


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
