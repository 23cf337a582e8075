"""Rows of one class of a batch, read when they are asked for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise

import numpy as np

from lotproof.rules.screen.crates import Crates
from lotproof.rules.screen.kernel import KINDS, LOT_BITS, alone
from lotproof.rules.screen.segments import Batch, Piece
from lotproof.rules.screen.shape import OTHER

_FILES = {"gtin": "gtin", "day": "expiry", "device": "device"}
"""Columns of words, and the arrays of the file that hold them by numbers of the file's own."""


class Pieces:
    """Rows of several pieces in the order of lot and item."""

    def __init__(self, pieces: Sequence[Piece], local: Mapping[int, int], crates: Crates) -> None:
        """``local`` is the place of each lot in the batch, ``crates`` the numbers of its containers."""
        self.pieces = pieces
        self._crates = crates
        self._ends = np.cumsum([piece.stop - piece.start for piece in pieces])
        self._order: np.ndarray | None = None
        high = _joined([piece.read("high") for piece in pieces])
        lots = np.array([local[piece.lot] for piece in pieces], np.uint64) << np.uint64(64 - LOT_BITS)
        self.comp = high >> np.uint64(LOT_BITS)
        self.comp |= np.repeat(lots, [piece.stop - piece.start for piece in pieces]) if len(pieces) > 1 else lots[0]
        # Each piece is sorted by itself, and pieces come by lot.
        if any(piece.lot == before.lot for before, piece in pairwise(pieces)) and np.any(self.comp[1:] < self.comp[:-1]):
            self._order = np.argsort(self.comp, kind="stable")
            self.comp = self.comp[self._order]

    def __len__(self) -> int:
        return len(self.comp)

    def take(self, name: str, rows: np.ndarray | None) -> np.ndarray:
        """As `kernel.Bunch` has it."""
        count = len(self) if rows is None else len(rows)
        same = {self._same(piece, name) for piece in self.pieces}
        if len(same) == 1 and None not in same:
            return alone(np.array(same.pop(), KINDS[name]), count)
        if self._order is not None:
            whole = _joined([self._read(piece, name) for piece in self.pieces])
            return np.asarray(whole[self._order if rows is None else self._order[rows]])
        if rows is None:
            return _joined([self._read(piece, name) for piece in self.pieces])
        if len(self.pieces) == 1:
            return self._read(self.pieces[0], name, rows)
        bounds = [0, *np.searchsorted(rows, self._ends).tolist()]
        return _joined([
            self._read(piece, name, rows[low:high] - start if start else rows[low:high])
            for piece, start, (low, high) in zip(self.pieces, [0, *self._ends.tolist()], pairwise(bounds), strict=False) if low < high
        ] or [np.zeros(0, KINDS[name])])  # fmt: skip

    def lots(self, lots: np.ndarray, rows: np.ndarray | None) -> np.ndarray:
        """The lots of these rows (None: of all); ``lots`` are those of the batch."""
        if len(lots) == 1:
            return alone(lots[0], len(self) if rows is None else len(rows))
        comp = self.comp if rows is None else self.comp[rows]
        return np.asarray(lots[(comp >> np.uint64(64 - LOT_BITS)).astype(np.int64)])

    def origin(self, rows: np.ndarray) -> Iterator[tuple[Piece, np.ndarray]]:
        """Where some of the rows come from: the piece, and their numbers in it."""
        places = np.sort(rows if self._order is None else self._order[rows])
        bounds = np.searchsorted(places, self._ends)
        for number in np.flatnonzero(np.diff(bounds, prepend=0)).tolist():
            piece = self.pieces[number]
            low, high = int(bounds[number - 1]) if number else 0, int(bounds[number])
            yield piece, places[low:high] - (int(self._ends[number]) - (piece.stop - piece.start))

    def _same(self, piece: Piece, name: str) -> float | None:
        """The value that all rows of a piece have, where that is known without looking."""
        if name == "file":
            return piece.segment.number
        told = piece.told(_FILES.get(name, name))
        if told[0] >= 0 or (name == "box" and told[2]):
            return None
        return int(piece.segment.words[name][int(told[2])]) if name in _FILES else told[2]

    def _read(self, piece: Piece, name: str, rows: np.ndarray | None = None) -> np.ndarray:
        """All values of a piece, or those of some of its rows."""
        count = piece.stop - piece.start if rows is None else len(rows)
        same = self._same(piece, name)
        if same is not None:
            return np.full(count, same, KINDS[name])
        if name == "box":
            return self._crates.numbers(piece, rows)
        of = _FILES.get(name, name)
        found = piece.read(of) if rows is None else piece.pick(of, rows)
        return np.asarray(piece.segment.words[name][found]) if name in _FILES else found


def _joined(arrays: list[np.ndarray]) -> np.ndarray:
    return arrays[0] if len(arrays) == 1 else np.concatenate(arrays)


def bunches(batch: Batch) -> tuple[dict[int, Pieces], Crates]:
    """The rows of a batch by class, and its containers; rows of neither ordinary packs nor ordinary rejects are left out."""
    of: dict[int, list[Piece]] = {}
    for piece in batch.pieces:
        if piece.kind != OTHER:
            of.setdefault(piece.kind, []).append(piece)
    local = {lot: place for place, lot in enumerate(batch.lots)}
    crates = Crates(batch.pieces)
    return {number: Pieces(pieces, local, crates) for number, pieces in sorted(of.items())}, crates
