"""Rows of packs dealt out by ranges of the item key: every segment is read once, however many ranges and segments there are.

A range is one file of blocks. A block is its number of rows, a sum of bits for the columns that it holds, and these columns one
after the other; a column that says nothing in the whole block is left out.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path
from typing import BinaryIO

import numpy as np

from lotproof.rules.screen.kernel import NEVER, Rows

HELD_ROWS = 1_000_000
"""Rows held back before they are written to their ranges."""
_TOP = 60
"""Bits of the item that lead a key."""
_NAMES = tuple(field.name for field in fields(Rows))
_EMPTY = Rows.none()
_KINDS = {name: getattr(_EMPTY, name).dtype for name in _NAMES}
_ABSENT = {name: {"at": NEVER, "recorded": NEVER, "grade": np.nan}.get(name, 0) for name in _NAMES}


class Deal:
    """Takes rows, writes them to their range, and gives the ranges back one by one."""

    def __init__(self, folder: Path, ranges: int) -> None:
        """``ranges`` parts of the item key in ``folder``, which the caller removes."""
        self._folder = folder
        self._ranges = ranges
        edges = [-(-(number << _TOP) // ranges) for number in range(1, ranges)]
        self._edges = np.array(edges, np.uint64) << np.uint64(3)
        self._held: list[list[Rows]] = [[] for _ in range(ranges)]
        self._wrote = [0] * ranges
        self._count = 0

    def take(self, rows: Rows) -> None:
        """Take rows in any order; those of a sorted segment cost least."""
        if np.any(rows.key[1:] < rows.key[:-1]):
            rows = rows.where(np.argsort(rows.key))
        if self._ranges == 1:
            self._held[0].append(rows)
            return
        places = [0, *np.searchsorted(rows.key, self._edges).tolist(), len(rows)]
        for number in range(self._ranges):
            if places[number] < places[number + 1]:
                self._held[number].append(rows.where(slice(places[number], places[number + 1])))
        self._count += len(rows)
        if self._count >= HELD_ROWS:
            self._flush()

    def give(self) -> Iterator[Rows]:
        """The rows of each range; nothing can be taken afterwards."""
        for number in range(self._ranges):
            held, self._held[number] = self._held[number], []
            yield self._gathered(number, held)

    def _gathered(self, number: int, held: list[Rows]) -> Rows:
        """What was written of a range, and what is still held, in arrays that are filled once."""
        here = sum(map(len, held))
        rows = Rows(*(np.empty(self._wrote[number] + here, _KINDS[name]) for name in _NAMES))
        place = 0
        if self._wrote[number]:
            with self._path(number).open("rb") as file:
                while place < self._wrote[number]:
                    place += _read_block(file, rows, place)
            self._path(number).unlink()
        for name in _NAMES if here else ():
            np.concatenate([getattr(piece, name) for piece in held], out=getattr(rows, name)[place:])
        return rows

    def _flush(self) -> None:
        for number, held in enumerate(self._held):
            if held:
                self._wrote[number] += sum(map(len, held))
                with self._path(number).open("ab") as out:
                    for piece in _block(held):
                        piece.tofile(out)
        self._held = [[] for _ in range(self._ranges)]
        self._count = 0

    def _path(self, number: int) -> Path:
        return self._folder / f"range_{number:05d}"


def _block(held: list[Rows]) -> Iterator[np.ndarray]:
    """The arrays of a block, filled up to a multiple of eight bytes, so that the next one can be looked at in place."""
    columns = {name: np.concatenate([getattr(rows, name) for rows in held]) for name in _NAMES}
    spoken = {name: column for name, column in columns.items() if not _silent(name, column)}
    yield np.array([len(columns["key"]), sum(1 << bit for bit, name in enumerate(_NAMES) if name in spoken)], np.int64)
    for name in _NAMES:
        if name in spoken:
            yield spoken[name]
    yield np.zeros(-sum(column.nbytes for column in spoken.values()) % 8, np.uint8)


def _read_block(file: BinaryIO, rows: Rows, place: int) -> int:
    """Fill ``rows`` from ``place`` on with the next block; return how many it has."""
    count, spoken = np.frombuffer(file.read(16), np.int64).tolist()
    read = 0
    for bit, name in enumerate(_NAMES):
        column = getattr(rows, name)[place : place + count]
        if spoken >> bit & 1:
            read += file.readinto(column.view(np.uint8))  # type: ignore[attr-defined]
        else:
            column[:] = _ABSENT[name]
    file.seek(-read % 8, 1)
    return int(count)


def _silent(name: str, column: np.ndarray) -> bool:
    absent = _ABSENT[name]
    return bool(np.isnan(column).all() if absent != absent else (column == absent).all())

