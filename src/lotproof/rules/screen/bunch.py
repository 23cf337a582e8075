"""Rows of one class of a batch, read when they are asked for."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

import numpy as np

from lotproof.rules.screen.kernel import Bunch
from lotproof.rules.screen.segments import Batch, Piece
from lotproof.rules.screen.shape import OTHER

_FILES = {"gtin": "gtin", "day": "expiry", "device": "device"}
"""Columns of words, and the arrays of the file that hold them by numbers of the file's own."""


class Pieces:
    """Rows of several pieces in the order of lot and item."""

    def __init__(self, pieces: Sequence[Piece], first: int) -> None:
        """``first`` is the least number of a lot in the batch."""
        self.pieces = pieces
        self._first = first
        self._got: dict[str, np.ndarray] = {}
        self._order: np.ndarray | None = None
        self._comp: np.ndarray | None = None
        lots = [piece.lot for piece in pieces]
        if any(lot == before for lot, before in pairwise(lots)):  # each piece is sorted by itself, and pieces come by lot
            self._sort()

    @property
    def comp(self) -> np.ndarray:
        """15 bits of the lot and 49 of the item, ascending."""
        return self._sort() if self._comp is None else self._comp

    def _sort(self) -> np.ndarray:
        high = np.concatenate([piece.read("high") for piece in self.pieces])
        lots = np.array([piece.lot - self._first for piece in self.pieces], np.uint64)
        comp = np.repeat(lots, [piece.stop - piece.start for piece in self.pieces]) << np.uint64(49) | high >> np.uint64(15)
        if np.any(comp[1:] < comp[:-1]):
            self._order = np.argsort(comp, kind="stable")
            comp, high = comp[self._order], high[self._order]
        self._got["high"], self._comp = high, comp
        return comp

    def get(self, name: str) -> np.ndarray:
        """An array of `kernel.Bunch`."""
        if name not in self._got:
            if name in ("box_high", "box_low"):
                self._boxes()
            else:
                self._got[name] = self._sorted([_read(piece, name) for piece in self.pieces])
        return self._got[name]

    def origin(self, rows: np.ndarray) -> Iterator[tuple[Piece, np.ndarray]]:
        """Where some of the rows come from: the piece, and their numbers in it."""
        places = np.sort(rows if self._order is None else self._order[rows])
        ends = np.cumsum([piece.stop - piece.start for piece in self.pieces])
        bounds = np.searchsorted(places, ends)
        for number in np.flatnonzero(np.diff(bounds, prepend=0)).tolist():
            piece = self.pieces[number]
            low, high = int(bounds[number - 1]) if number else 0, int(bounds[number])
            yield piece, places[low:high] - (int(ends[number]) - (piece.stop - piece.start))

    def _sorted(self, pieces: list[np.ndarray]) -> np.ndarray:
        whole = pieces[0] if len(pieces) == 1 else np.concatenate(pieces)
        return whole if self._order is None else whole[self._order]

    def _boxes(self) -> None:
        known: dict[tuple[int, int], list[np.ndarray]] = {}
        found: list[list[np.ndarray]] = [[], []]
        for piece in self.pieces:
            number = piece.read("box")
            if not number.any():
                for half in found:
                    half.append(np.zeros(len(number), np.uint64))
                continue
            part = id(piece.segment), piece.part
            if part not in known:
                known[part] = piece.boxes()
            for half, keys in zip(found, known[part], strict=True):
                half.append(keys[number])
        self._got["box_high"], self._got["box_low"] = (self._sorted(half) for half in found)


def _read(piece: Piece, name: str) -> np.ndarray:
    if name in _FILES:
        told = piece.told(_FILES[name])
        words = piece.segment.words[name]
        if told[0] < 0:  # one word throughout
            return np.full(piece.stop - piece.start, words[int(told[2])], np.int32)
        return np.asarray(words[piece.read(_FILES[name])])
    if name == "file":
        return np.full(piece.stop - piece.start, piece.segment.number, np.int64)
    return piece.read(name)


def bunches(batch: Batch) -> dict[int, Bunch]:
    """The rows of a batch by class; rows of no class of an ordinary pack are left out."""
    of: dict[int, list[Piece]] = {}
    for piece in batch.pieces:
        if piece.kind != OTHER:
            of.setdefault(piece.kind, []).append(piece)
    return {number: Pieces(pieces, batch.first) for number, pieces in sorted(of.items())}
