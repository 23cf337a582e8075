"""The item index of a segment: which rows speak of an item, found by binary search in a memory-mapped file.

``item.u32`` holds the first 32 bits of each row's item in the order of the rows, ``item.runs`` the rows at which a sorted run
begins. A search touches a few pages a run; the rows found are confirmed by the whole key (`lake/rows.py`), and which segments are
searched at all `lake/directory.py` says. DuckDB alone takes a hundred times as long, because a list of keys defeats its statistics.
"""

from __future__ import annotations

import hashlib
import mmap
from bisect import bisect_left
from collections.abc import Iterable
from itertools import pairwise
from pathlib import Path

import numpy as np
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


def positions(segment: Path, keys: Iterable[bytes]) -> list[tuple[int, bytes]]:
    """Row and key where the first 32 bits of a row of the segment are those of a key; a few may be of other items."""
    if not (segment / RUNS).exists():
        return []
    runs = np.fromfile(segment / RUNS, "<i8").tolist()
    if not runs[-1]:
        return []
    heads = view(segment / HEADS, "I")
    found = []
    for key in keys:
        head = int.from_bytes(key[:4], "big")
        for start, end in pairwise(runs):
            at = bisect_left(heads, head, start, end)
            while at < end and heads[at] == head:
                found.append((at, key))
                at += 1
    return sorted(found)


def view(path: Path, form: str) -> memoryview:
    """A file of numbers (``form`` as `struct` has it, little-endian) mapped into memory, which lasts as long as the view."""
    with path.open("rb") as stream:
        mapped = mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ)
    if hasattr(mmap, "MADV_RANDOM"):
        mapped.madvise(mmap.MADV_RANDOM)  # a binary search leaps; what lies beside a page is not wanted
    whole: memoryview = memoryview(mapped)
    return whole.cast(form)  # type: ignore[call-overload, no-any-return]
