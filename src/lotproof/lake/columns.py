"""Arrays of numbers in one file, read by slices: what a scan needs of millions of rows, at a few bytes each.

The arrays lie one after the other; a directory (JSON) follows them, then its length and a word that ends a whole file. An array of
integers is kept as ``base + unit * value`` with values as narrow as they can be; one that says the same throughout takes no room.
"""

from __future__ import annotations

import json
import mmap
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any

import numpy as np

_END = b"lotproof columns"
NEVER = np.iinfo(np.int64).min
"""An integer that nobody states, such as the time of a row without time."""
_SECOND = 1_000_000


@dataclass(frozen=True)
class Column:
    """Where an array lies in a file, and how."""

    offset: int
    """First byte; -1 where all values are ``base``."""
    kind: str
    """NumPy type of the values in the file."""
    base: float
    """Added to each value; the only one where nothing is kept."""
    unit: int
    """Each value is multiplied by it."""
    made: str
    """NumPy type of the array that was written."""


class ColumnWriter:
    """Writes a file of arrays; a context manager."""

    def __init__(self, path: Path) -> None:
        self._stream = path.open("wb")
        self._place = 0

    def __enter__(self) -> ColumnWriter:
        return self

    def __exit__(self, _kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None) -> None:
        self._stream.close()

    def add(self, array: np.ndarray) -> list[Any]:
        """Write an array; return what the directory must say of it."""
        values, base, unit = narrow(array)
        if values is None:
            return [-1, "u1", base, unit, array.dtype.str]
        place = self._place
        self._stream.write(np.ascontiguousarray(values).data)
        self._place += values.nbytes
        return [place, values.dtype.str, base, unit, array.dtype.str]

    def finish(self, directory: dict[str, Any]) -> None:
        """Write the directory; nothing can be added afterwards."""
        text = json.dumps(directory, separators=(",", ":"), sort_keys=True).encode()
        self._stream.write(text + len(text).to_bytes(8, "little") + _END)


class ColumnFile:
    """A file of arrays, which is mapped into memory: what is not asked for is not read."""

    def __init__(self, path: Path) -> None:
        """Raises ValueError where the file is not whole."""
        self.path = path
        with path.open("rb") as stream:
            size = stream.seek(0, 2)
            stream.seek(max(0, size - 8 - len(_END)))
            tail = stream.read()
            if tail[8:] != _END:
                raise ValueError(f"{path} is no whole file of columns: its end is missing. Delete it; it is made anew from the segment.")
            length = int.from_bytes(tail[:8], "little")
            stream.seek(size - length - len(tail))
            self.directory: dict[str, Any] = json.loads(stream.read(length))
            self._map = mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ)
        self._end = size - length - len(tail)

    def release(self) -> None:
        """Give the memory of what was read back to the system; arrays that were given out are read again when they are used."""
        self._map.madvise(mmap.MADV_DONTNEED)

    def read(self, told: list[Any], start: int, stop: int) -> np.ndarray:
        """Values ``start`` to ``stop`` of the array that the directory tells of so; not to be written to."""
        column = Column(*told)
        if column.offset < 0:
            return np.full(stop - start, column.base, column.made)
        return _whole(column, self._kept(column, start, stop))

    def take(self, told: list[Any], places: np.ndarray) -> np.ndarray:
        """The values at these places of an array."""
        column = Column(*told)
        if column.offset < 0 or not len(places):
            return np.full(len(places), column.base, column.made)
        least = int(places.min())
        return _whole(column, self._kept(column, least, int(places.max()) + 1)[places - least])

    def pick(self, told: list[Any], start: int, stop: int, places: np.ndarray) -> np.ndarray:
        """Some of the values ``start`` to ``stop``, by their places among these."""
        column = Column(*told)
        if column.offset < 0:
            return np.full(len(places), column.base, column.made)
        return _whole(column, self._kept(column, start, stop).take(places))

    def _kept(self, column: Column, start: int, stop: int) -> np.ndarray:
        """Values as the file has them."""
        kind = np.dtype(column.kind)
        first = column.offset + start * kind.itemsize
        if first + (stop - start) * kind.itemsize > self._end:
            raise ValueError(f"{self.path} ends too early: an array reaches beyond its end. Delete it; it is made anew.")
        return np.frombuffer(self._map, kind, stop - start, first)


def _whole(column: Column, kept: np.ndarray) -> np.ndarray:
    """The values that were written."""
    if column.base == 0 and column.unit == 1:
        return kept if column.kind == column.made else kept.astype(column.made)
    values = kept.astype(column.made)
    if column.unit != 1:
        values *= column.unit
    values += np.array(column.base, column.made)
    return values


def narrow(array: np.ndarray) -> tuple[np.ndarray | None, Any, int]:
    """``(values, base, unit)`` with ``base + unit * values`` the array; no values where all are ``base``."""
    first = array[0].item() if len(array) else 0
    if not len(array) or np.all(array == first) or (first != first and np.isnan(array).all()):
        return None, first, 1
    if array.dtype.kind == "f" or array.dtype == np.uint64:
        return array, 0, 1
    least = int(array.min())
    if least == NEVER:
        return array, 0, 1
    values = array.astype(np.int64) - least
    unit = _SECOND if int(values[:64].max()) >= _SECOND and not np.any(values % _SECOND) else 1
    values = values // unit if unit != 1 else values
    most = int(values.max())
    for kind in ("u1", "u2", "u4"):
        if most <= np.iinfo(kind).max:
            return values.astype(kind), least, unit
    return array, 0, 1
