"""Which packs of a batch are ordinary by themselves: rows of each class lie sorted by lot and item, so comparing them is a merge."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from typing import Protocol

import numpy as np

from lotproof.lake.columns import NEVER
from lotproof.rules.screen.shape import ENCODED, HUB, HUB_PACKED, LINE, LOWEST_GRADE, PACKED, SECOND, VERIFIED

Allowed = Callable[[np.ndarray, np.ndarray], np.ndarray]
"""(lot, trade item) of each pack to whether the two go together."""
Out = Callable[[np.ndarray], np.ndarray]
"""First 60 bits of items to whether something speaks against them elsewhere."""
Rows = dict[int, np.ndarray | None]
"""Class to the row of each pack; None where row n is of pack n throughout."""
LOT_BITS = 15
"""Bits of a key that are the lot's place among those of the batch."""


class Bunch(Protocol):
    """Rows of one class, sorted by lot and item."""

    @property
    def comp(self) -> np.ndarray:
        """uint64: 15 bits of the lot's place in the batch and the first 49 bits of the item, ascending."""

    def take(self, name: str, rows: np.ndarray | None) -> np.ndarray:
        """The values of these rows (None: of all) of one of ``high``, ``low`` (uint64, the item), ``gtin``, ``day``, ``device`` (int32, 0
        none), ``at``, ``recorded`` (int64, or NEVER), ``position``, ``file`` (int64), ``grade`` (float64), ``told`` (uint8), ``box`` (int64,
        number of the container among those of the batch, 0 none). An array of strides 0 says that all values are the same."""


def align(comps: Mapping[int, np.ndarray], dropped: np.ndarray) -> tuple[np.ndarray, Rows]:
    """The keys that every class has exactly once and that are not among ``dropped`` (sorted), and their rows in each class."""
    lone = {number: _lone(comp, dropped) for number, comp in comps.items()}
    keys = {number: comp if (chosen := lone[number]) is None else comp.take(chosen) for number, comp in comps.items()}
    if not keys:
        return np.zeros(0, np.uint64), {}
    base = min(keys.values(), key=len)
    places = {number: _place(key, base) for number, key in keys.items()}
    everywhere: np.ndarray | None = None
    for place in places.values():
        if place is not None and (place < 0).any():
            everywhere = place >= 0 if everywhere is None else everywhere & (place >= 0)
    if everywhere is not None:
        chosen = np.flatnonzero(everywhere)
        base = base[chosen]
        places = {number: chosen if place is None else place[chosen] for number, place in places.items()}
    return base, {number: _within(place, lone[number]) for number, place in places.items()}


def _within(place: np.ndarray | None, of: np.ndarray | None) -> np.ndarray | None:
    if of is None or place is None:
        return place if of is None else of
    return np.asarray(of.take(place))


def _lone(comp: np.ndarray, dropped: np.ndarray) -> np.ndarray | None:
    """The rows whose key is there once and not dropped; None for all."""
    same = np.flatnonzero(comp[1:] == comp[:-1])
    at = np.searchsorted(comp, dropped)
    at = at[at < len(comp)]
    gone = at[comp[at] == dropped[: len(at)]]
    if not len(same) and not len(gone):
        return None
    keep = np.ones(len(comp), bool)
    keep[same] = keep[same + 1] = keep[gone] = False
    return np.flatnonzero(keep)


_RUN = 32
"""Rows that are taken to lie side by side in two classes until one of them is seen not to."""


def _place(key: np.ndarray, base: np.ndarray) -> np.ndarray | None:
    """Where each key of ``base`` is in ``key``, -1 where it is not there; None where the two are the same."""
    if len(base) == len(key) and np.array_equal(base, key):
        return None
    # Both rise and differ little: where a run begins is searched for, the rest of it is taken to follow, and what does not is searched for.
    runs = np.searchsorted(key, base[::_RUN])
    last = len(key) - 1
    place: np.ndarray = np.minimum((runs[:, None] + np.arange(_RUN)).ravel()[: len(base)], last)
    wrong = np.flatnonzero(key.take(place) != base)
    sought = base[wrong]
    found = np.minimum(np.searchsorted(key, sought), last)
    place[wrong] = np.where(key[found] == sought, found, -1)
    return place


class Packs:
    """Packs of a batch in the order of lot and item, each of which every class has exactly once."""

    def __init__(self, bunches: Mapping[int, Bunch], lots: np.ndarray, aligned: tuple[np.ndarray, Rows]) -> None:
        """``bunches`` are the rows by class, ``lots`` the numbers of the lots of the batch, ``aligned`` what `align` gave."""
        self.bunches = bunches
        self.comp, self.rows = aligned
        self._lots = lots
        self._known: dict[tuple[int, str], np.ndarray] = {}

    def __len__(self) -> int:
        return len(self.comp)

    @property
    def lot(self) -> np.ndarray:
        """int64: number of the lot of each pack."""
        if len(self._lots) == 1:
            return alone(self._lots[0], len(self))
        return np.asarray(self._lots[(self.comp >> np.uint64(64 - LOT_BITS)).astype(np.int64)])

    @property
    def high(self) -> np.ndarray:
        """uint64: first half of the item; that of the first class, where they differ."""
        return self.of(next(iter(self.bunches)), "high") if self.bunches else np.zeros(0, np.uint64)

    @property
    def prefix(self) -> np.ndarray:
        """int64: first 60 bits of each item."""
        return np.asarray((self.high >> np.uint64(4)).astype(np.int64))

    def of(self, number: int, name: str, absent: float = 0) -> np.ndarray:
        """An array of the rows of a class, one value a pack; ``absent`` where the batch has no such class."""
        if number not in self.bunches:
            return alone(np.array(absent, KINDS[name]), len(self))
        if (number, name) not in self._known:
            self._known[number, name] = self.bunches[number].take(name, self.rows[number])
        return self._known[number, name]

    def narrow(self, chosen: np.ndarray, forget: Collection[str] = ()) -> None:
        """Forget all packs but these (numbers that rise), and what was read of the arrays of these names."""
        self._known = {(number, name): values for (number, name), values in self._known.items() if name not in forget}
        if len(chosen) == len(self):
            return
        self.comp = self.comp.take(chosen)
        self.rows = {number: chosen if rows is None else rows.take(chosen) for number, rows in self.rows.items()}
        self._known = {place: picked(values, chosen) for place, values in self._known.items()}


def alone(value: np.ndarray | np.generic, count: int) -> np.ndarray:
    """An array that says the same throughout, of strides 0; made so hundred thousand times, for which `numpy.broadcast_to` is slow."""
    return np.ndarray((count,), value.dtype, value.tobytes(), 0, (0,))


def alike(values: np.ndarray) -> bool:
    """Whether an array is known to say the same throughout."""
    return len(values) > 0 and values.strides == (0,)


def picked(values: np.ndarray, chosen: np.ndarray) -> np.ndarray:
    """Some values of an array; of one that says the same throughout, without looking."""
    return alone(values[0], len(chosen)) if alike(values) else values.take(chosen)


KINDS = {"at": "i8", "recorded": "i8", "position": "i8", "file": "i8", "gtin": "i4", "day": "i4", "device": "i4", "grade": "f8", "told": "u1",
          "high": "u8", "low": "u8", "box": "i8"}  # fmt: skip
"""NumPy types of the arrays of a bunch."""


Plain = tuple[np.ndarray, np.ndarray, np.ndarray]
"""``(which, trade item, day)``: numbers of the packs that all classes have in the usual way, all alike, and the words of these."""
NONE: Plain = (np.zeros(0, np.int64), np.zeros(0, np.int32), np.zeros(0, np.int32))
"""None of them."""


def plain(packs: Packs, allowed: Allowed, out: Out | None = None) -> Plain:
    """Which packs are ordinary."""
    if not len(packs) or (LINE not in packs.bunches and HUB not in packs.bunches):  # printed or read alone, a pack is not accounted for
        return NONE
    bad = np.zeros(len(packs), bool)
    _unusual(packs, bad)
    return agreeing(packs, bad, allowed, out)


def agreeing(packs: Packs, bad: np.ndarray, allowed: Allowed, out: Out | None) -> Plain:
    """Which packs that are not ``bad`` all classes tell of alike, with nothing against them elsewhere."""
    for name in ("high", "low"):  # items that agree in what their key holds are told apart
        first, *others = (packs.of(number, name) for number in packs.bunches)
        for values in others:
            if not np.array_equal(values, first):
                bad |= values != first
    gtin, day = _word(packs, "gtin", bad), _word(packs, "day", bad)
    lot = packs.lot
    for values in (gtin, lot):
        if not alike(values) or not values[0]:
            bad |= values == 0
    if out is not None:
        bad |= out(packs.prefix)
    which = np.flatnonzero(~bad)
    gtin, lot = picked(gtin, which), picked(lot, which)
    fine = allowed(lot[:1], gtin[:1]) if alike(lot) and alike(gtin) else allowed(lot, gtin)
    if not fine.all():
        which, gtin = (which[:0], gtin[:0]) if len(fine) < len(which) else (which[fine], gtin[fine])
    return which, gtin, picked(day, which)


def _word(packs: Packs, name: str, bad: np.ndarray) -> np.ndarray:
    """The one word that a pack's rows state, 0 where none does; packs whose rows state two are bad."""
    columns = [packs.of(number, name) for number in packs.bunches]
    if all(map(alike, columns)) and len(words := {int(column[0]) for column in columns} - {0}) <= 1:
        return alone(np.int32(next(iter(words), 0)), len(packs))
    most = columns[0].copy()
    for values in columns[1:]:
        np.maximum(most, values, out=most)
    for values in columns:
        bad |= (values != most) & (values != 0)
    return most


def _unusual(packs: Packs, bad: np.ndarray) -> None:
    """Mark the packs with something that ordinary packs do not have."""
    for number in (HUB, HUB_PACKED):
        told = packs.of(number, "told")
        if not alike(told) or told[0]:
            bad |= told != 0
    if VERIFIED in packs.bunches:
        bad |= packs.of(VERIFIED, "grade", np.nan) < LOWEST_GRADE
    # Not packed before it was commissioned, neither at the line nor in the hub.
    for made, packed in ((LINE, PACKED), (HUB, HUB_PACKED)):
        if made in packs.bunches and packed in packs.bunches:
            first, then = packs.of(made, "at", NEVER), packs.of(packed, "at", NEVER)
            bad |= (first != NEVER) & (then != NEVER) & (then < first - SECOND)
    # Where line and hub packed it, into the same container; no row that packs is without one.
    for packed in (PACKED, HUB_PACKED):
        if packed in packs.bunches:
            bad |= packs.of(packed, "box") == 0
    if PACKED in packs.bunches and HUB_PACKED in packs.bunches:
        bad |= packs.of(PACKED, "box") != packs.of(HUB_PACKED, "box")


def box_of(packs: Packs) -> np.ndarray:
    """The number of the container of plain packs; 0 for none."""
    return packs.of(PACKED if PACKED in packs.bunches else HUB_PACKED, "box")


def device_of(packs: Packs, read: int) -> np.ndarray:
    """The device that printed a pack, else the one that read it, by the class of the reads; 0 for none."""
    printed = packs.of(ENCODED, "device")
    return printed if np.all(printed > 0) else np.where(printed > 0, printed, packs.of(read, "device"))
