"""The containers of a batch, numbered, and what they hold of ordinary packs."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from lotproof.lake.columns import NEVER
from lotproof.rules.screen.kernel import Packs, alike, box_of
from lotproof.rules.screen.segments import Piece
from lotproof.rules.screen.shape import HUB_PACKED, PACKED

LATEST = np.iinfo(np.int64).max
"""Stands for no time where the least of many is sought."""
FIELDS = ("lot", "gtin", "day", "n", "filled", "began", "position")
"""What `held` says of each container, besides its key and whether it is mixed."""

NOTHING = {**dict.fromkeys(("box", *FIELDS), np.zeros(0, np.int64)), "mixed": np.zeros(0, bool)}
"""What no containers hold."""


class Crates:
    """Containers as numbers from 1 on; 0 is none."""

    def __init__(self) -> None:
        self._known: dict[tuple[int, int], int] = {}
        self._tables: dict[tuple[int, int], np.ndarray] = {}
        self._keys: list[tuple[int, int]] = [(0, 0)]

    def numbers(self, piece: Piece) -> np.ndarray:
        """The number of the container of each row of a piece."""
        local = piece.read("box")
        part = id(piece.segment), piece.part
        if part not in self._tables:
            self._tables[part] = np.full(piece.boxes()[0].size, -1)
        table = self._tables[part]
        used = np.flatnonzero(np.bincount(local, minlength=1))
        new = used[table[used] < 0]
        if len(new):
            high, low = (half[new].tolist() for half in piece.boxes())
            table[new] = [self._number(key) for key in zip(high, low, strict=True)]
        return np.asarray(table[local])

    def _number(self, key: tuple[int, int]) -> int:
        if key == (0, 0):
            return 0
        if key not in self._known:
            self._known[key] = len(self._keys)
            self._keys.append(key)
        return self._known[key]

    def keys(self) -> tuple[np.ndarray, np.ndarray]:
        """The two halves of the keys, by number."""
        whole = np.array(self._keys, np.uint64)
        return whole[:, 0], whole[:, 1]


def held(packs: Packs, gtin: np.ndarray, day: np.ndarray) -> Mapping[str, np.ndarray]:
    """What each container holds of these packs: ``box`` (its number), FIELDS of the first of them, or the greatest, and ``mixed``."""
    box = box_of(packs)
    inside = np.flatnonzero(box)
    if not len(inside):
        return NOTHING
    chosen = box if len(inside) == len(box) else box[inside]
    # Numbers are few, so that sixteen bits mostly hold them, and those are sorted in one pass.
    order = np.argsort(chosen.astype(np.uint16) if int(chosen.max()) < 1 << 16 else chosen, kind="stable")
    number = chosen[order]
    start = np.flatnonzero(np.append(True, number[1:] != number[:-1]))
    order = order if len(inside) == len(box) else inside[order]
    found: dict[str, np.ndarray] = {"box": number[start], "n": np.diff(start, append=len(number))}
    mixed = np.zeros(len(start), bool)
    for name, values in (("lot", packs.lot), ("gtin", gtin), ("day", day)):
        found[name] = values[order[start]].astype(np.int64)
        if not alike(values) and np.any(values != values[0]):
            sorted_values = values[order]
            mixed |= np.minimum.reduceat(sorted_values, start) != np.maximum.reduceat(sorted_values, start)
    packed, position = packs.of(PACKED, "at", NEVER), packs.of(PACKED, "position", -1)
    found["filled"] = np.maximum.reduceat(packs.of(HUB_PACKED, "at", NEVER)[order], start)
    found["began"] = np.minimum.reduceat(np.where(packed == NEVER, LATEST, packed)[order], start)
    found["position"] = np.minimum.reduceat(np.where(position == -1, LATEST, position)[order], start)
    return {**found, "mixed": mixed}
