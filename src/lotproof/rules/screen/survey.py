"""Before packs are judged: which items are in two lots, what is said of each lot at all, and the lots of rows that state none.

The keys of all packs are dealt out by ranges, so that all that is said of one item comes together in bounded memory.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import numpy as np

from lotproof.lake.columns import ColumnFile, ColumnWriter
from lotproof.lake.packs import write_section
from lotproof.rules.screen.bunch import Pieces, bunches
from lotproof.rules.screen.kernel import align, alike, alone
from lotproof.rules.screen.keyset import KeySet
from lotproof.rules.screen.segments import Batch, Facts, Piece, Segment, Site
from lotproof.rules.screen.shape import CLASSES, HUB, HUB_PACKED, KINDS, MAIN, PACKED, UNUSUAL

RANGE_KEYS = 4_000_000
"""Keys of items that are sorted at once."""
_READ = ("high", "low", "gtin", "expiry", "device", "at", "recorded", "position", "grade", "told", "box")
"""Arrays that are read of the rows of ordinary packs."""
_KIND = 16
"""The first bit that stands for a kind of source; those below stand for classes."""
_KIND_OF = {number: 1 << _KIND + KINDS.index(kind) for (kind, _), number in CLASSES.items()}


@dataclass(frozen=True)
class Survey:
    """What was learned."""

    out: KeySet
    """Items that are not ordinary, whatever their packs look like in their lot: in two lots, or with a row of no lot that ordinary packs lack."""
    required: np.ndarray
    """int64: by number of a lot, the classes that an ordinary pack of it has, as a sum of bits."""


def survey(site: Site, facts: Facts, folder: Path, rows: int, tell: Callable[[], None]) -> Survey:
    """Look at all keys, ``rows`` rows at a time; put rows without lot into the lot of their item in ``site``."""
    said = np.zeros(len(site.lots), np.int64)
    lost = [piece for piece in site.pieces if piece.lot == 0]
    for piece in site.pieces:
        said[piece.lot] |= _bits(piece)
    keys = _Keys(folder, sum(segment.rows for segment in site.segments), lost)
    for batch in site.batches(rows):
        tell()
        for piece in batch.pieces:
            if piece.kind in UNUSUAL:
                prefix = _prefix(piece)
                keys.take(prefix, alone(np.int64(piece.lot), len(prefix)), _bits(piece))
        _take_packs(keys, batch)
        batch.release()
    odd = list(_in_two_lots(keys, said))
    if lost:
        site.regroup(_settled(lost, keys.found, site, folder, facts), lost)
        for piece in site.pieces:
            said[piece.lot] |= _bits(piece)
    odd += [_prefix(piece) for piece in site.pieces if piece.kind in UNUSUAL and piece.lot == 0]
    return Survey(KeySet(odd), _required(said))


def _take_packs(keys: _Keys, batch: Batch) -> None:
    """Tell of the packs of a batch: of those that all classes have once, and row by row of the others."""
    rows = {number: bunch for number, bunch in bunches(batch)[0].items() if number not in UNUSUAL}
    lots = np.array(batch.lots)
    _, found = align({number: bunch.comp for number, bunch in rows.items()}, np.zeros(0, np.uint64))
    everything = sum(1 << number | _KIND_OF[number] for number in rows)
    for rank, (number, bunch) in enumerate(rows.items()):
        chosen = found[number]
        if chosen is not None:
            alone = np.ones(len(bunch), bool)
            alone[chosen] = False
            keys.take(*_told(bunch, np.flatnonzero(alone), lots), 1 << number | _KIND_OF[number])
        if rank == 0:
            keys.take(*_told(bunch, chosen, lots), everything)


def _told(bunch: Pieces, rows: np.ndarray | None, lots: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """First 60 bits of the items of some rows, and their lots."""
    return (bunch.take("high", rows) >> np.uint64(4)).astype(np.int64), bunch.lots(lots, rows)


def _bits(piece: Piece) -> int:
    """The class of the rows of a piece, and the kind of their source."""
    kind = piece.segment.kind
    return 1 << piece.kind | 1 << _KIND + (KINDS.index(kind) if kind in KINDS else len(KINDS))


def _prefix(piece: Piece) -> np.ndarray:
    return np.asarray((piece.read("high") >> np.uint64(4)).astype(np.int64))


def _required(said: np.ndarray) -> np.ndarray:
    """The classes that an ordinary pack of each lot has: one of each kind that speaks of the lot, the hub's in any case."""
    found = said & (1 << PACKED | 1 << HUB_PACKED)
    for kind, main in MAIN.items():
        found |= np.where(said >> _KIND + KINDS.index(kind) & 1, 1 << main, 0)
    return np.asarray(found | (1 << HUB if np.any(said >> _KIND + KINDS.index("hub") & 1) else 0))


class _Range:
    """Keys of a range that were given out."""

    def __init__(self, prefix: np.ndarray, runs: np.ndarray) -> None:
        """``runs`` are lots, bits and counts of keys that follow each other."""
        self.prefix = prefix
        self._lot, self._bits = runs[:, 0], runs[:, 1]
        self._ends = np.cumsum(runs[:, 2])

    def entries(self, chosen: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Some keys, by their places, in their order; their lots and what is said of them."""
        chosen = chosen[np.argsort(self.prefix[chosen], kind="stable")]
        run = np.searchsorted(self._ends, chosen, side="right")
        return self.prefix[chosen], self._lot[run], self._bits[run]


class _Keys:
    """Keys of items dealt out by ranges, eight bytes each. What is said of them is kept for those that follow each other."""

    def __init__(self, folder: Path, rows: int, lost: Sequence[Piece]) -> None:
        self._count = max(1, -(-rows // (4 * RANGE_KEYS)))
        self._paths = [(folder / f"keys_{number:05d}", folder / f"runs_{number:05d}") for number in range(self._count)]
        self._keys, self._runs = ([paths[side].open("wb") for paths in self._paths] for side in (0, 1))
        # Packs lie by the first 49 bits of their items, so that ranges end where these change.
        self.edges = np.array([(number << 60) // self._count >> 11 << 11 for number in range(1, self._count)], np.int64)
        self.lost = [(piece, self._bounds(_prefix(piece))) for piece in lost]
        self.found = [np.zeros(piece.stop - piece.start, np.int32) for piece in lost]

    def _bounds(self, prefix: np.ndarray) -> list[int]:
        return [0, *np.searchsorted(prefix, self.edges).tolist(), len(prefix)]

    def take(self, prefix: np.ndarray, lot: np.ndarray, bits: int) -> None:
        """Take what is said of items of known lots; they lie by lot and item."""
        if not alike(lot):
            self._take_many(prefix, lot, bits)
        elif lot[0]:
            for number, (start, stop) in enumerate(pairwise(self._bounds(prefix))):
                if start < stop:
                    self._keys[number].write(prefix[start:stop].data)
                    self._runs[number].write(struct.pack("<3i", lot[0], bits, stop - start))

    def _take_many(self, prefix: np.ndarray, lot: np.ndarray, bits: int) -> None:
        """Those of several lots, perhaps of thousands: one sort by range costs no more than one lot does."""
        known = np.flatnonzero(lot)
        prefix, lot = prefix[known], lot[known]
        home = np.searchsorted(self.edges, prefix, side="right").astype(np.uint16)  # sixteen bits are sorted in one pass
        bounds = np.append(0, np.cumsum(np.bincount(home, minlength=self._count))).tolist()
        order = np.argsort(home, kind="stable")
        prefix, lot = prefix[order], lot[order]
        for number, (start, stop) in enumerate(pairwise(bounds)):
            if start < stop:
                self._keys[number].write(prefix[start:stop].data)
                new = np.flatnonzero(np.append(True, lot[start + 1 : stop] != lot[start : stop - 1]))
                run = [lot[start:stop][new], np.full(len(new), bits), np.diff(new, append=stop - start)]
                self._runs[number].write(np.stack(run, axis=1).astype("<i4").data)

    def give(self) -> Iterator[tuple[int, _Range]]:
        """Number and keys of each range; nothing can be taken afterwards."""
        for file in (*self._keys, *self._runs):
            file.close()
        for number, paths in enumerate(self._paths):
            keys, runs = paths
            yield number, _Range(np.fromfile(keys, np.int64), np.fromfile(runs, "<i4").reshape(-1, 3))
            for path in paths:
                path.unlink()


def _repeated(prefix: np.ndarray) -> np.ndarray:
    """The places of keys that are there more than once: to sort bare keys takes a tenth of the time of sorting places."""
    ordered = np.sort(prefix)
    twice = ordered[1:][ordered[1:] == ordered[:-1]]
    return np.flatnonzero(KeySet([twice])(prefix))


def _in_two_lots(keys: _Keys, said: np.ndarray) -> Iterator[np.ndarray]:
    """The items that are in two lots; what their sources say counts for both. Fills ``keys.found`` and adds to ``said``."""
    for number, given in keys.give():
        prefix, lot, said_of = given.entries(np.arange(len(given.prefix)) if keys.lost else _repeated(given.prefix))
        twice = (prefix[1:] == prefix[:-1]) & (lot[1:] != lot[:-1])
        cross = np.unique(prefix[1:][twice])
        where = [np.flatnonzero(np.isin(prefix, cross))] if len(cross) else []
        items = [prefix[place] for place in where]
        bits = [said_of[place] for place in where]
        for found, (piece, bounds) in zip(keys.found, keys.lost, strict=True):
            start, stop = bounds[number], bounds[number + 1]
            if start == stop or not len(prefix):
                continue
            sought = _prefix(piece)[start:stop]
            place = np.minimum(np.searchsorted(prefix, sought), len(prefix) - 1)
            known = prefix[place] == sought
            found[start:stop] = np.where(known, lot[place], 0)
            if len(cross) and (of := sought[np.isin(sought, cross)]).size:
                items.append(of)
                bits.append(np.full(len(of), _bits(piece)))
        if len(cross):
            spoken = np.zeros(len(cross), np.int64)
            np.bitwise_or.at(spoken, np.searchsorted(cross, np.concatenate(items)), np.concatenate(bits).astype(np.int64))
            np.bitwise_or.at(said, lot[where[0]], spoken[np.searchsorted(cross, prefix[where[0]])])
        yield cross


def _settled(lost: Sequence[Piece], found: Sequence[np.ndarray], site: Site, folder: Path, facts: Facts) -> list[Segment]:
    """Segments with the rows of these pieces, sorted by the lots that were found for them."""
    together: dict[int, list[tuple[Piece, np.ndarray]]] = {}
    for piece, lots in zip(lost, found, strict=True):
        together.setdefault(piece.segment.number, []).append((piece, lots))
    made = []
    for number, pieces in together.items():
        path = folder / f"settled_{number:05d}"
        segment = pieces[0][0].segment
        with ColumnWriter(path) as out:
            parts = []
            for piece, lots in pieces:
                rows = {name: piece.read(name) for name in _READ} | {"group": lots, "from": np.arange(len(lots))}
                boxes = [out.add(half) for half in piece.boxes()]
                parts.append({"sections": {piece.section: write_section(rows, out)}, "boxes": boxes, "box_count": len(piece.boxes()[0])})
            told = {name: segment.columns.directory[name] for name in ("gtin", "expiry", "device")}
            out.finish({"parts": parts, "rows": 0, "group": [[lot, None] for lot in site.lots], **told})
        made.append(Segment(ColumnFile(path), segment.kind, number, facts, [piece for piece, _ in pieces]))
    return made
