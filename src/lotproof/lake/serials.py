"""Serials by item: they are dear to read, and every source repeats them, but an item and its trade item have just one."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

KEPT = 1_000_000
"""Serials that are remembered, about 50 bytes each; when there are more, all are forgotten and told again."""


@dataclass(frozen=True)
class Keys:
    """What tells packs apart."""

    high: np.ndarray
    """uint64, the first half of the item."""
    low: np.ndarray
    """uint64, the second half."""
    gtin: np.ndarray
    """Number of the trade item, 0 for none."""
    sure: np.ndarray
    """bool: the item is made of trade item and serial alone, not of an SSCC."""


class Serials:
    """The serials of packs that were met."""

    def __init__(self) -> None:
        self._gtins: dict[str, int] = {}
        self._blocks: list[tuple[Keys, pa.Array]] = []

    def keys(self, high: np.ndarray, low: np.ndarray, gtin: pa.Array, sscc: pa.Array | None) -> Keys:
        """The keys of packs by item, trade item and SSCC."""
        coded = gtin.dictionary_encode()
        numbers = np.array([*(self._gtins.setdefault(word, len(self._gtins) + 1) for word in coded.dictionary.to_pylist()), 0], np.int64)
        number = numbers[pc.fill_null(coded.indices, len(numbers) - 1).to_numpy(zero_copy_only=False)]
        sure = np.ones(len(high), bool) if sscc is None else sscc.is_null().to_numpy(zero_copy_only=False)
        return Keys(high, low, number, sure)

    def of(self, keys: Keys) -> pa.Array:
        """The serial of each pack, null where it is not known."""
        found = pa.nulls(len(keys.high), pa.string())
        for known, words in self._blocks:
            place = np.minimum(np.searchsorted(known.high, keys.high), len(known.high) - 1)
            same = (known.high[place] == keys.high) & (known.low[place] == keys.low) & (known.gtin[place] == keys.gtin) & keys.sure
            if same.any():
                found = pc.coalesce(found, words.take(pa.array(place, mask=~same)))
        return found

    def learn(self, keys: Keys, rows: np.ndarray, words: pa.Array) -> None:
        """Remember the serials of some of these packs."""
        sure = np.flatnonzero(keys.sure[rows])
        rows, words = rows[sure], words.take(pa.array(sure))
        self._blocks.append(_sorted(keys.high[rows], keys.low[rows], keys.gtin[rows], words))
        while len(self._blocks) > 1 and len(self._blocks[-2][1]) <= 2 * len(self._blocks[-1][1]):  # few blocks, each sorted a few times
            (left, first), (right, then) = self._blocks[-2:]
            high, low, gtin = (np.concatenate(pair) for pair in ((left.high, right.high), (left.low, right.low), (left.gtin, right.gtin)))
            self._blocks[-2:] = [_sorted(high, low, gtin, pa.concat_arrays([first, then]))]
        self._blocks = [block for block in self._blocks if len(block[1])]
        if sum(len(block[1]) for block in self._blocks) > KEPT:
            self._blocks = []


def _sorted(high: np.ndarray, low: np.ndarray, gtin: np.ndarray, words: pa.Array) -> tuple[Keys, pa.Array]:
    order = np.argsort(high)
    return Keys(high[order], low[order], gtin[order], np.ones(len(order), bool)), words.take(pa.array(order))
