"""Sets of items, asked by millions."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

_FEW, _MANY = 20, 23
"""Bits of an item that choose its place in the table: a megabyte, which stays near the processor, while it can tell most items apart, and
eight megabytes else."""


class KeySet:
    """The first 60 bits of items: a table says no to most that are not in the set, and a search decides on the others."""

    def __init__(self, prefixes: Sequence[np.ndarray]) -> None:
        """``prefixes`` are arrays of int64, in any order and with repetitions."""
        self.sorted = np.unique(np.concatenate(prefixes)) if prefixes else np.zeros(0, np.int64)
        bits = _FEW if len(self.sorted) < 1 << _FEW - 3 else _MANY
        self._shift = 60 - bits
        self._table = np.zeros(1 << bits if len(self.sorted) else 0, bool)
        self._table[self.sorted >> self._shift] = True

    def __len__(self) -> int:
        return len(self.sorted)

    def __call__(self, prefix: np.ndarray) -> np.ndarray:
        """Whether each of these is in the set."""
        found = np.zeros(len(prefix), bool)
        if len(self.sorted):
            hits = np.flatnonzero(self._table.take(prefix >> self._shift))
            sought = prefix[hits]
            found[hits] = self.sorted[np.minimum(np.searchsorted(self.sorted, sought), len(self.sorted) - 1)] == sought
        return found
