"""Which of many rows belong to ordinary packs: pure work on arrays, by one sort."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, fields

import numpy as np

from lotproof.rules.screen.shape import ENCODED, HUB, HUB_PACKED, LINE, OTHER, PACKED, SECOND, VERIFIED

NEVER = np.iinfo(np.int64).min
"""A time that nobody states."""


@dataclass(frozen=True)
class Rows:
    """Rows of packs, one element of each array a row."""

    key: np.ndarray
    """uint64: the first 60 bits of the item, then three bits of the class."""
    low: np.ndarray
    """uint64: the last 64 bits of the item, so that two items are never taken for one."""
    lot: np.ndarray
    """int32: number of the stated or ordered lot; 0 none."""
    gtin: np.ndarray
    """int32: number of the trade item; 0 none."""
    day: np.ndarray
    """int32: number of the expiry day; 0 none."""
    at: np.ndarray
    """int64: microseconds UTC, or NEVER."""
    recorded: np.ndarray
    """int64: when the hub recorded it, or NEVER."""
    parent_high: np.ndarray
    """uint64: first half of the key of the container, 0 for none."""
    parent_low: np.ndarray
    """uint64: second half of it."""
    device: np.ndarray
    """int32: number of the device; 0 none."""
    grade: np.ndarray
    """float64: symbol grade, or NaN."""
    file: np.ndarray
    """int32: number of the source."""
    position: np.ndarray
    """int64: place in the source."""

    def __len__(self) -> int:
        return len(self.key)

    def where(self, chosen: np.ndarray | slice) -> Rows:
        """Those chosen, by a mask, their numbers or a slice."""
        return Rows(*(getattr(self, field.name)[chosen] for field in fields(self)))

    @staticmethod
    def none() -> Rows:
        """No rows."""
        kinds = {"key": "u8", "low": "u8", "lot": "i4", "gtin": "i4", "day": "i4", "at": "i8", "recorded": "i8", "device": "i4",
                 "grade": "f8", "file": "i4", "position": "i8", "parent_high": "u8", "parent_low": "u8"}  # fmt: skip
        return Rows(**{name: np.zeros(0, kind) for name, kind in kinds.items()})

    @staticmethod
    def join(pieces: list[Rows]) -> Rows:
        """One after the other."""
        return Rows(*(np.concatenate([getattr(piece, field.name) for piece in pieces]) for field in fields(Rows)))


@dataclass(frozen=True)
class Ordinary:
    """Packs of one pattern that are ordinary by themselves; their containers are not judged yet."""

    prefix: np.ndarray
    """int64: first 60 bits of the item."""
    lot: np.ndarray
    """int32: number of the lot."""
    gtin: np.ndarray
    """int32: number of the trade item."""
    day: np.ndarray
    """int32: number of the expiry day; 0 none."""
    rows: np.ndarray
    """(n, classes) int64: index of each pack's row of each class."""
    classes: tuple[int, ...]
    """Class of each column of rows."""


Allowed = Callable[[np.ndarray, np.ndarray], np.ndarray]
"""(lot, trade item) of each pack to whether the two go together."""


@dataclass(frozen=True)
class Sorted:
    """Rows in the order of their items."""

    order: np.ndarray
    """int64: index of the row at each place."""
    prefix: np.ndarray
    """int64: first 60 bits of the item at each place."""
    start: np.ndarray
    """int64: place at which each item begins."""
    count: np.ndarray
    """int64: rows of each item."""
    mask: np.ndarray
    """int64: sum of the bits of the classes of each item."""
    seen: np.ndarray
    """int64: the same bits, each counted once."""


def sort(rows: Rows) -> Sorted:
    """Bring the rows of each item together."""
    order = np.argsort(rows.key)
    key = rows.key[order]
    prefix = (key >> np.uint64(3)).astype(np.int64)
    start = np.flatnonzero(np.concatenate([[True], prefix[1:] != prefix[:-1]])) if len(key) else np.zeros(0, np.int64)
    count = np.diff(start, append=len(key))
    bits = np.left_shift(np.int64(1), (key & np.uint64(7)).astype(np.int64))
    mask = np.add.reduceat(bits, start) if len(start) else np.zeros(0, np.int64)
    seen = np.bitwise_or.reduceat(bits, start) if len(start) else mask
    return Sorted(order, prefix, start, count, mask, seen)


def ordinary(rows: Rows, items: Sorted, allowed: Allowed) -> Iterator[tuple[np.ndarray, Ordinary]]:
    """For each pattern the numbers of the items that are ordinary, and what is known of them."""
    # A sum of n powers of two has n bits only where all differ: each class once.
    once = (items.mask < 1 << OTHER) & (np.bitwise_count(items.mask) == items.count)
    # Printed or read alone, a pack is not accounted for.
    once &= items.mask & (1 << LINE | 1 << HUB) != 0
    for pattern in np.unique(items.mask[once]).tolist():
        which = np.flatnonzero(once & (items.mask == pattern))
        classes = tuple(number for number in range(OTHER) if pattern >> number & 1)
        table = items.order[items.start[which][:, None] + np.arange(len(classes))]
        columns = [np.ascontiguousarray(table[:, place]) for place in range(len(classes))]
        lot, gtin, day = (_one_word([words[column] for column in columns]) for words in (rows.lot, rows.gtin, rows.day))
        good = (lot > 0) & (gtin > 0) & (day >= 0)
        low = rows.low[columns[0]]
        for column in columns[1:]:
            good &= rows.low[column] == low
        good &= _in_order(rows, table, classes) & _same_container(rows, table, classes)
        good &= allowed(lot, gtin)
        yield which[good], Ordinary(items.prefix[items.start[which[good]]], lot[good], gtin[good], day[good], table[good], classes)


def _one_word(words: Sequence[np.ndarray]) -> np.ndarray:
    """The one number that a pack's rows state, 0 where none does, -1 where they differ; one array a class."""
    most = words[0].copy()
    for stated in words[1:]:
        np.maximum(most, stated, out=most)
    for stated in words:
        most[(stated != most) & (stated != 0)] = -1
    return most


def _in_order(rows: Rows, table: np.ndarray, classes: tuple[int, ...]) -> np.ndarray:
    """Not packed before it was commissioned, neither at the line nor in the hub."""
    good = np.ones(len(table), bool)
    for made, packed in ((LINE, PACKED), (HUB, HUB_PACKED)):
        if made in classes and packed in classes:
            first, then = rows.at[table[:, classes.index(made)]], rows.at[table[:, classes.index(packed)]]
            good &= (first == NEVER) | (then == NEVER) | (then >= first - SECOND)
    return good


def _same_container(rows: Rows, table: np.ndarray, classes: tuple[int, ...]) -> np.ndarray:
    """Where line and hub packed it, into the same container; no row that packs is without one."""
    good = np.ones(len(table), bool)
    packs = [classes.index(number) for number in (PACKED, HUB_PACKED) if number in classes]
    for column in packs:
        good &= (rows.parent_high[table[:, column]] | rows.parent_low[table[:, column]]) != 0
    if len(packs) == 2:
        line, hub = table[:, packs[0]], table[:, packs[1]]
        good &= (rows.parent_high[line] == rows.parent_high[hub]) & (rows.parent_low[line] == rows.parent_low[hub])
    return good


def columns(rows: Rows, found: Ordinary) -> dict[str, np.ndarray]:
    """What settling and counting need of ordinary packs, as equally long arrays."""

    def of(number: int, values: np.ndarray, absent: float) -> np.ndarray:
        if number in found.classes:
            return np.asarray(values[found.rows[:, found.classes.index(number)]])
        return np.full(len(found.prefix), absent, values.dtype)

    packed = PACKED if PACKED in found.classes else HUB_PACKED
    device = of(ENCODED, rows.device, 0)
    return {
        "prefix": found.prefix, "lot": found.lot, "gtin": found.gtin, "day": found.day,
        "mask": np.full(len(found.prefix), sum(1 << number for number in found.classes), np.int16),
        "parent_high": of(packed, rows.parent_high, 0), "parent_low": of(packed, rows.parent_low, 0),
        "encoded_at": of(ENCODED, rows.at, NEVER), "verified_at": of(VERIFIED, rows.at, NEVER), "line_at": of(LINE, rows.at, NEVER),
        "hub_at": of(HUB, rows.at, NEVER), "packed_at": of(PACKED, rows.at, NEVER), "hub_packed_at": of(HUB_PACKED, rows.at, NEVER),
        "day_rows": (rows.day[found.rows] > 0).sum(axis=1).astype(np.int8), "day_line": _stating(rows, found, (LINE, PACKED)),
        "recorded": of(HUB, rows.recorded, NEVER),
        "device": np.where(device > 0, device, of(VERIFIED, rows.device, 0)), "grade": of(VERIFIED, rows.grade, np.nan),
        "verified_file": of(VERIFIED, rows.file, 0), "verified_position": of(VERIFIED, rows.position, 0),
        "line_file": of(LINE, rows.file, 0), "line_position": of(LINE, rows.position, 0),
        "hub_file": of(HUB, rows.file, 0), "hub_position": of(HUB, rows.position, 0), "packed_position": of(PACKED, rows.position, 0),
    }  # fmt: skip


def _stating(rows: Rows, found: Ordinary, classes: tuple[int, ...]) -> np.ndarray:
    """How many of a pack's rows of these classes state an expiry."""
    wanted = [place for place, number in enumerate(found.classes) if number in classes]
    return np.asarray((rows.day[found.rows[:, wanted]] > 0).sum(axis=1), np.int8)
