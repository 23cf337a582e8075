"""The containers of a batch, numbered, and what they hold of ordinary packs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property

import numpy as np

from lotproof.lake.columns import NEVER
from lotproof.rules.screen.kernel import Packs, alike, box_of, picked
from lotproof.rules.screen.segments import Piece
from lotproof.rules.screen.shape import HUB_PACKED, PACKED

LATEST = np.iinfo(np.int64).max
"""Stands for no time where the least of many is sought."""
FIELDS = ("lot", "gtin", "day", "n", "filled", "began", "position")
"""What `held` says of each container, besides its key and whether it is mixed."""

NOTHING = {**dict.fromkeys(("box", *FIELDS), np.zeros(0, np.int64)), "mixed": np.zeros(0, bool)}
"""What no containers hold."""


class Crates:
    """Containers as numbers from 1 on, in the order of their keys; 0 is none. They are numbered when they are first asked for."""

    def __init__(self, pieces: Sequence[Piece]) -> None:
        """``pieces`` are all of the batch."""
        self._pieces = pieces
        self._tables: dict[tuple[int, int], np.ndarray] = {}

    def numbers(self, piece: Piece, rows: np.ndarray | None = None) -> np.ndarray:
        """The number of the container of each row of a piece, or of some of them."""
        self.keys  # noqa: B018 - makes the tables
        return np.asarray(self._tables[_part(piece)][piece.read("box") if rows is None else piece.pick("box", rows)])

    @cached_property
    def keys(self) -> tuple[np.ndarray, np.ndarray]:
        """The two halves of the keys (uint64), by number."""
        used: dict[tuple[int, int], np.ndarray] = {}
        boxes = {_part(piece): piece.boxes() for piece in self._pieces}
        for piece in self._pieces:
            seen = used.setdefault(_part(piece), np.zeros(len(boxes[_part(piece)][0]), bool))
            told = piece.told("box")
            seen[int(told[2]) if told[0] < 0 else piece.read("box")] = True
        places = {part: np.flatnonzero(seen) for part, seen in used.items()}
        high, low = (np.concatenate([np.zeros(1, np.uint64), *(boxes[part][half][place] for part, place in places.items())]) for half in (0, 1))
        order = np.lexsort((low, high))  # none, zero throughout, comes first
        top, rest = high[order], low[order]
        new = np.append(False, (top[1:] != top[:-1]) | (rest[1:] != rest[:-1]))
        number = np.empty(len(order), np.int64)
        number[order] = np.cumsum(new)
        at = 1
        for part, place in places.items():
            table = np.zeros(len(used[part]), np.int64)
            table[place] = number[at : at + len(place)]
            self._tables[part] = table
            at += len(place)
        new[0] = True
        return top[new], rest[new]


def _part(piece: Piece) -> tuple[int, int]:
    return id(piece.segment), piece.part


def held(packs: Packs, which: np.ndarray, gtin: np.ndarray, day: np.ndarray) -> Mapping[str, np.ndarray]:
    """What each container holds of the packs with these numbers: ``box`` (its number), FIELDS of the first of them, or the greatest, and
    ``mixed``. ``gtin`` and ``day`` are of these packs."""
    box = picked(box_of(packs), which)
    inside = np.flatnonzero(box)
    if not len(inside):
        return NOTHING
    chosen = box if len(inside) == len(box) else box[inside]
    # Numbers are few, so that sixteen bits mostly hold them, and those are sorted in one pass.
    order = np.argsort(chosen.astype(np.uint16) if int(chosen.max()) < 1 << 16 else chosen, kind="stable")
    number = chosen.take(order)
    start = np.flatnonzero(np.append(True, number[1:] != number[:-1]))
    order = order if len(inside) == len(box) else inside[order]
    found: dict[str, np.ndarray] = {"box": number[start], "n": np.diff(start, append=len(number))}
    mixed = np.zeros(len(start), bool)
    for name, values in (("lot", picked(packs.lot, which)), ("gtin", gtin), ("day", day)):
        found[name] = values[order[start]].astype(np.int64)
        if not alike(values) and np.any(values != values[0]):
            sorted_values = values.take(order)
            mixed |= np.minimum.reduceat(sorted_values, start) != np.maximum.reduceat(sorted_values, start)
    order = which.take(order)
    packed, position = packs.of(PACKED, "at", NEVER).take(order), packs.of(PACKED, "position", -1).take(order)
    found["filled"] = np.maximum.reduceat(packs.of(HUB_PACKED, "at", NEVER).take(order), start)
    found["began"] = np.minimum.reduceat(np.where(packed == NEVER, LATEST, packed), start)
    found["position"] = np.minimum.reduceat(np.where(position == -1, LATEST, position), start)
    return {**found, "mixed": mixed}
