"""The packs of a scope as pieces: rows of one lot, one step and one source, that lie side by side in a file of columns."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from lotproof.lake.columns import ColumnFile
from lotproof.lake.packs import ODD
from lotproof.rules.screen.shape import CLASSES, OTHER, REJECTS, UNUSUAL, Words

_CLASSES = {**CLASSES, **REJECTS}
_WHOLE = 7
"""Times as many rows as a batch should have that a lot may have before it is parted: its containers are then known only at the end."""
MOST_LOTS = 1 << 15
"""Lots of one batch; a lot has fifteen bits of the number that brings the rows of an item together."""


@dataclass(frozen=True)
class Facts:
    """What is known before the rows are read."""

    order_lot: dict[str, str]
    """Order to its one lot."""
    day: dict[str, str | None]
    """Expiry as written to the day it means, YYYYMMDD."""
    gtins: Words = field(default_factory=Words)
    """Trade items met."""
    days: Words = field(default_factory=Words)
    """Expiry days met."""
    devices: Words = field(default_factory=Words)
    """Devices met."""


class Segment:
    """One segment of observations, by its file of columns."""

    def __init__(self, columns: ColumnFile, kind: str, number: int, facts: Facts, origins: Sequence[Piece] = ()) -> None:
        """``kind`` of its source, and the ``number`` that its rows bear as their file. ``origins`` are the pieces that its parts were made of,
        where it is no segment of the lake; their rows have an array ``from``."""
        self.kind = kind
        self.number = number
        self.columns = columns
        self.origins = origins
        told = self.columns.directory
        self.rows: int = told["rows"]
        self.parts: list[dict[str, Any]] = told["parts"]
        self.groups = [_lot(lot, order, facts) for lot, order in told["group"]]
        self.words = {
            "gtin": np.array([facts.gtins.code(word) for word in told["gtin"]], np.int32),
            "day": np.array([facts.days.code(facts.day.get(word)) if word else 0 for word in told["expiry"]], np.int32),
            "device": np.array([facts.devices.code(word) for word in told["device"]], np.int32),
        }


def _lot(lot: str | None, order: str | None, facts: Facts) -> str | None:
    return lot if lot is not None or order is None else facts.order_lot.get(order)


@dataclass(frozen=True)
class Piece:
    """Rows of one lot in one section."""

    segment: Segment
    """Where they are."""
    part: int
    """Number of the part of the segment."""
    section: str
    """Name of the section: a step, or the rest."""
    kind: int
    """Class of the rows."""
    lot: int
    """Number of the lot; 0 where none is known."""
    start: int
    """First row in the section."""
    stop: int
    """One past the last row."""

    def told(self, name: str) -> list[Any]:
        """What the directory says of an array of the section."""
        found: list[Any] = self.segment.parts[self.part]["sections"][self.section]["columns"][name]
        return found

    def read(self, name: str) -> np.ndarray:
        """Its rows of an array."""
        return self.segment.columns.read(self.told(name), self.start, self.stop)

    def pick(self, name: str, rows: np.ndarray) -> np.ndarray:
        """Some of its rows (0 is the first) of an array."""
        return self.segment.columns.pick(self.told(name), self.start, self.stop, rows)

    def origin(self, rows: np.ndarray) -> tuple[Piece, np.ndarray]:
        """Where some of its rows (0 is the first) are in the lake: a piece of a segment there, and places in its section."""
        if not self.segment.origins:
            return self, rows + self.start
        piece = self.segment.origins[self.part]
        return piece, self.read("from")[rows] + piece.start

    def boxes(self) -> list[np.ndarray]:
        """The two halves of the keys of the containers of its part, by number."""
        part = self.segment.parts[self.part]
        return [self.segment.columns.read(told, 0, part["box_count"]) for told in part["boxes"]]


class Site:
    """All pieces of a scope, by lot."""

    def __init__(self, segments: Sequence[Segment]) -> None:
        self.segments = segments
        named = sorted({lot for segment in segments for lot in segment.groups if lot is not None})
        self.lots: list[str | None] = [None, *named]
        """Lots by their numbers, in the order of their names."""
        self.pieces = _pieces(segments, {lot: number for number, lot in enumerate(self.lots)})

    def regroup(self, segments: Sequence[Segment], lost: Sequence[Piece]) -> None:
        """Put pieces of other segments, in which lots were found, in the place of these."""
        gone = set(map(id, lost))
        kept = [piece for piece in self.pieces if id(piece) not in gone]
        self.pieces = sorted([*kept, *_pieces(segments, {lot: number for number, lot in enumerate(self.lots)})], key=_place)

    def batches(self, rows: int) -> Iterator[Batch]:
        """The pieces, some lots at a time, about ``rows`` rows; a lot with far more is parted by the keys of its items.

        The lots of a batch have rows of the same classes, so that those of an ordinary pack are one row of each.
        """
        held: list[Piece] = []
        lots: list[int] = []
        count, before = 0, frozenset[int]()
        for lot, pieces in self._by_classes():
            classes = frozenset(piece.kind for piece in pieces) - UNUSUAL
            more = sum(piece.stop - piece.start for piece in pieces)
            if held and (count + more > rows or len(lots) >= MOST_LOTS or classes != before):
                yield Batch(tuple(held), tuple(lots))
                held, lots, count = [], [], 0
            if more > _WHOLE * rows:
                yield from _sliced(pieces, lot, -(-more // (_WHOLE // 2 * rows)))
                continue
            held.extend(pieces)
            lots.append(lot)
            count, before = count + more, classes
        if held:
            yield Batch(tuple(held), tuple(lots))

    def _by_classes(self) -> list[tuple[int, list[Piece]]]:
        """The pieces of each lot; lots of the same classes follow each other."""
        return sorted(_by_lot(self.pieces), key=lambda each: (sorted({piece.kind for piece in each[1]} - UNUSUAL), each[0]))


@dataclass(frozen=True)
class Batch:
    """Rows that are judged at once: all of each of their items, but for those in two lots."""

    pieces: tuple[Piece, ...]
    """The pieces, by lot."""
    lots: tuple[int, ...]
    """The numbers of the lots, in the order of their pieces."""

    def release(self) -> None:
        """Give back the memory of what was read."""
        for columns in {id(piece.segment): piece.segment.columns for piece in self.pieces}.values():
            columns.release()


def _place(piece: Piece) -> tuple[int, int, int, int]:
    return piece.lot, piece.segment.number, piece.part, piece.start


def _pieces(segments: Sequence[Segment], lots: dict[str | None, int]) -> list[Piece]:
    found = []
    for segment in segments:
        numbers = [lots[lot] for lot in segment.groups]
        for part, told in enumerate(segment.parts):
            for section, inside in told["sections"].items():
                kind = OTHER if section == ODD else _CLASSES.get((segment.kind, section), OTHER)
                start = 0
                for group, count in zip(inside["groups"], inside["counts"], strict=True):
                    found.append(Piece(segment, part, section, kind, numbers[group], start, start + count))
                    start += count
    return sorted(found, key=_place)


def _by_lot(pieces: Sequence[Piece]) -> Iterator[tuple[int, list[Piece]]]:
    held: list[Piece] = []
    for piece in pieces:
        if held and held[0].lot != piece.lot:
            yield held[0].lot, held
            held = []
        held.append(piece)
    if held:
        yield held[0].lot, held


def _sliced(pieces: Sequence[Piece], lot: int, count: int) -> Iterator[Batch]:
    """One lot in ``count`` batches by ranges of the key."""
    edges = np.array([(number << 64) // count for number in range(1, count)], np.uint64)
    places = [[0, *np.searchsorted(piece.read("high"), edges).tolist(), piece.stop - piece.start] for piece in pieces]
    for number in range(count):
        cut = [
            replace(piece, start=piece.start + place[number], stop=piece.start + place[number + 1])
            for piece, place in zip(pieces, places, strict=True)
            if place[number] < place[number + 1]
        ]
        if cut:
            yield Batch(tuple(cut), (lot,))
