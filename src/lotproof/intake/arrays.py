"""Small helpers over Arrow and numpy that the readers share."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pyarrow as pa

Rows = npt.NDArray[np.int64]
_SPREAD = 1 << 16
"""Span of numbers that is always counted, not sorted."""


def whole(column: pa.ChunkedArray | pa.Array) -> pa.Array:
    """One array, also of a column of no chunk. A column is copied even if it is one chunk: what a reader of text gives has room for
    twice as much, and holding it raised the peak by a sixth."""
    if isinstance(column, pa.Array):
        return column
    joined = column.combine_chunks()
    return joined if isinstance(joined, pa.Array) else pa.concat_arrays(joined.chunks)


def decoded(array: pa.Array) -> pa.Array:
    """The values themselves of an array that may be coded by a dictionary."""
    return array.dictionary_decode() if isinstance(array, pa.DictionaryArray) else array


def factors(numbers: npt.NDArray[np.signedinteger]) -> tuple[Rows, Rows]:
    """Distinct numbers in order, and where each row's number stands among them; numbers that lie close together are counted, not sorted."""
    if not len(numbers):
        return np.zeros(0, np.int64), np.zeros(0, np.int64)
    low, high = int(numbers.min()), int(numbers.max())
    if low == high:
        return np.array([low], np.int64), np.zeros(len(numbers), np.int64)
    if high - low > max(_SPREAD, 4 * len(numbers)):
        kinds, inverse = np.unique(numbers, return_inverse=True)
        return kinds.astype(np.int64), inverse
    near = numbers - low
    used = np.zeros(high - low + 1, np.bool_)
    used[near] = True
    return np.flatnonzero(used) + low, (np.cumsum(used) - 1)[near]


def firsts(inverse: Rows, count: int) -> Rows:
    """The first row of each of ``count`` factors."""
    rows = np.zeros(count, np.int64)
    rows[inverse[::-1]] = np.arange(len(inverse) - 1, -1, -1)
    return rows
