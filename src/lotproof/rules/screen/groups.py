"""Counts by several keys at once, over arrays of equal length."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

_ROOM = 4_000_000
"""Bins that may be counted without looking which of them are used."""


class Groups:
    """The rows of some arrays in groups by several keys of integers."""

    def __init__(self, keys: Sequence[np.ndarray]) -> None:
        """``keys`` are arrays of integers of equal length."""
        least = [int(key.min()) if len(key) else 0 for key in keys]
        spans = [int(key.max()) - low + 1 if len(key) else 1 for key, low in zip(keys, least, strict=True)]
        room = 1
        for span in spans:
            room *= span
        if room <= _ROOM:
            self._bin = np.zeros(len(keys[0]), np.int64)
            for key, low, span in zip(keys, least, spans, strict=True):
                if span > 1:
                    self._bin *= span
                    self._bin += key
                    self._bin -= low
            self.count = np.bincount(self._bin, minlength=room)
            self._used = np.flatnonzero(self.count)
            self.keys = _keys(self._used, least, spans)
            """The keys of each group."""
        else:
            whole = np.empty(len(keys[0]), [(f"k{number}", key.dtype) for number, key in enumerate(keys)])
            for number, key in enumerate(keys):
                whole[f"k{number}"] = key
            _, rows, self._bin = np.unique(whole, return_index=True, return_inverse=True)
            self.count = np.bincount(self._bin)
            self._used = np.arange(len(self.count))
            self.keys = [key[rows] for key in keys]
        self._room = len(self.count)
        self.count = self.count[self._used]
        """The rows of each group."""

    def sum(self, values: np.ndarray) -> np.ndarray:
        """The sum over each group, float64."""
        return np.bincount(self._bin, values, minlength=self._room)[self._used]

    def least(self, values: np.ndarray) -> np.ndarray:
        """The least value of each group (int64)."""
        return self._least(values)[self._used]

    def _least(self, values: np.ndarray) -> np.ndarray:
        found = np.full(self._room, np.iinfo(np.int64).max)
        np.minimum.at(found, self._bin, values)
        return found

    def most(self, values: np.ndarray) -> np.ndarray:
        """The greatest value of each group (int64)."""
        found = np.full(self._room, np.iinfo(np.int64).min)
        np.maximum.at(found, self._bin, values)
        return found[self._used]

    def first(self, values: Sequence[np.ndarray]) -> list[np.ndarray]:
        """The least row of each group by the first of these arrays, then by the second and so on."""
        rows = np.flatnonzero(self._least(values[0])[self._bin] == values[0])
        if len(rows) > len(self._used):
            rows = rows[np.lexsort([each[rows] for each in reversed(values)])]
            bins = self._bin[rows]
            rows = rows[np.unique(bins, return_index=True)[1]]
        else:
            rows = rows[np.argsort(self._bin[rows])]
        return [each[rows] for each in values]


def _keys(used: np.ndarray, least: Sequence[int], spans: Sequence[int]) -> list[np.ndarray]:
    """The keys that the numbers of bins stand for."""
    found = []
    for low, span in zip(reversed(least), reversed(spans), strict=True):
        used, key = np.divmod(used, span)
        found.append(key + low)
    return found[::-1]
