"""Sets of items, asked by millions."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

_BITS = 26
"""Bits of an item that choose its place in the table of bits, which has eight megabytes."""
_SHIFT = 60 - _BITS


class KeySet:
    """The first 60 bits of items: a table of bits says no to most that are not in the set, and a search decides on the others."""

    def __init__(self, prefixes: Sequence[np.ndarray]) -> None:
        """``prefixes`` are arrays of int64, in any order and with repetitions."""
        self.sorted = np.unique(np.concatenate(prefixes)) if prefixes else np.zeros(0, np.int64)
        top = self.sorted >> _SHIFT
        self._table = np.zeros(1 << _BITS - 3 if len(top) else 0, np.uint8)
        np.bitwise_or.at(self._table, top >> 3, np.left_shift(np.uint8(1), (top & 7).astype(np.uint8)))

    def __len__(self) -> int:
        return len(self.sorted)

    def maybe(self, top: np.ndarray) -> np.ndarray:
        """Whether something in the set begins with these 26 bits (int64)."""
        return np.asarray((self._table[top >> 3] >> (top & 7).astype(np.uint8)) & 1 != 0)

    def __call__(self, prefix: np.ndarray) -> np.ndarray:
        """Whether each of these is in the set."""
        found = np.zeros(len(prefix), bool)
        if len(self.sorted):
            hits = np.flatnonzero(self.maybe(prefix >> _SHIFT))
            sought = prefix[hits]
            found[hits] = self.sorted[np.minimum(np.searchsorted(self.sorted, sought), len(self.sorted) - 1)] == sought
        return found
