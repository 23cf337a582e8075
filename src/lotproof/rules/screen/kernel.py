"""Which packs of a batch are ordinary by themselves: rows of each class lie sorted by lot and item, so comparing them is a merge."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol

import numpy as np

from lotproof.lake.columns import NEVER
from lotproof.rules.screen.shape import ENCODED, HUB, HUB_PACKED, LINE, LOWEST_GRADE, OTHER, PACKED, SECOND, VERIFIED

Allowed = Callable[[np.ndarray, np.ndarray], np.ndarray]
"""(lot, trade item) of each pack to whether the two go together."""
Out = Callable[[np.ndarray], np.ndarray]
"""First 60 bits of items to whether something speaks against them elsewhere."""
Known = tuple[np.ndarray, dict[int, np.ndarray | None], np.ndarray]
"""Lot and item of each pack, the place of the rows of each class, and the first half of each item, as in `Packs`."""
PARENTS = ("box_high", "box_low")


class Bunch(Protocol):
    """Rows of one class, sorted by lot and item."""

    @property
    def comp(self) -> np.ndarray:
        """uint64: 15 bits of the lot and the first 49 bits of the item, ascending."""

    def get(self, name: str) -> np.ndarray:
        """One of ``high``, ``low`` (uint64, the item), ``gtin``, ``day``, ``device`` (int32, 0 none), ``at``, ``recorded`` (int64, or NEVER),
        ``position``, ``file`` (int64), ``grade`` (float64), ``told`` (uint8), ``box_high``, ``box_low`` (uint64, 0 none)."""


class Packs:
    """The packs of a batch in the order of lot and item, and the rows of each class where they belong to them."""

    def __init__(self, bunches: dict[int, Bunch], first: int, known: Known | None = None) -> None:
        """``bunches`` are the rows by class, ``first`` the least number of a lot, ``known`` what was found out before of the same rows."""
        self.bunches = bunches
        self.comp, self.place = known[:2] if known else _universe({number: bunch.comp for number, bunch in bunches.items()})
        self.lot = (self.comp >> np.uint64(49)).astype(np.int64) + first
        self.mask = np.zeros(len(self.comp), np.int64)
        self.bad = np.zeros(len(self.comp), bool)
        for number, place in self.place.items():
            if place is None:
                self.mask |= 1 << number
                continue
            self.mask[place] |= 1 << number
            self.bad[place[1:][place[1:] == place[:-1]]] = True  # twice
        self.high = known[2] if known else self.one_key("high")

    def __len__(self) -> int:
        return len(self.comp)

    @property
    def prefix(self) -> np.ndarray:
        """int64: first 60 bits of each item."""
        return np.asarray((self.high >> np.uint64(4)).astype(np.int64))

    def of(self, number: int, name: str, absent: float = 0) -> np.ndarray:
        """An array of the rows of a class, one value a pack."""
        if number not in self.bunches:
            return np.full(len(self), absent, KINDS[name])
        values = self.bunches[number].get(name)
        place = self.place[number]
        if place is None:
            return values
        spread = np.full(len(self), absent, values.dtype)
        spread[place] = values
        return spread

    def one_key(self, name: str) -> np.ndarray:
        """Part of the key of each pack; packs whose rows have two are bad."""
        found = np.zeros(len(self), np.uint64)
        for number, place in self.place.items():
            found[slice(None) if place is None else place] = self.bunches[number].get(name)
        for number, place in self.place.items():
            self.differ(place, self.bunches[number].get(name) != (found if place is None else found[place]))
        return found

    def differ(self, place: np.ndarray | None, differs: np.ndarray) -> None:
        """Packs of these rows are bad; ``place`` is that of each row, None where rows and packs are the same."""
        if differs.any():
            self.bad[np.flatnonzero(differs) if place is None else place[differs]] = True

    def word(self, name: str) -> np.ndarray:
        """The one word that a pack's rows state, 0 where none does; packs whose rows state two are bad."""
        most = np.zeros(len(self), np.int32)
        for number, place in self.place.items():
            values = self.bunches[number].get(name)
            if place is None:
                np.maximum(most, values, out=most)
            else:
                np.maximum.at(most, place, values)
        for number, place in self.place.items():
            values = self.bunches[number].get(name)
            self.differ(place, (values != (most if place is None else most[place])) & (values != 0))
        return most


KINDS = {"at": "i8", "recorded": "i8", "position": "i8", "file": "i8", "gtin": "i4", "day": "i4", "device": "i4", "grade": "f8", "told": "u1",
          "high": "u8", "low": "u8", "box_high": "u8", "box_low": "u8"}  # fmt: skip
"""NumPy types of the arrays of a bunch."""


_RUN = 32
"""Rows that are taken to lie side by side in two classes until one of them is seen not to."""


def _universe(comps: dict[int, np.ndarray]) -> tuple[np.ndarray, dict[int, np.ndarray | None]]:
    """All items of the classes in their order, and the place of each row among them; None where row n is of item n throughout."""
    if not comps:
        return np.zeros(0, np.uint64), {}
    base = _distinct(max(comps.values(), key=len))
    places = {number: _place(base, comp) for number, comp in comps.items()}
    missing = [comps[number][place < 0] for number, place in places.items() if place is not None]
    more = _distinct(np.sort(np.concatenate(missing))) if missing else base[:0]
    if not len(more):
        return base, places
    # Few items are not in the longest class: they are put between the others.
    at = np.searchsorted(base, more)
    moved = np.arange(len(base)) + np.searchsorted(at, np.arange(len(base)), side="right")
    everything = np.insert(base, at, more)
    return everything, {number: _moved(place, moved, at, more, comps[number]) for number, place in places.items()}


def _distinct(comp: np.ndarray) -> np.ndarray:
    new = np.flatnonzero(comp[1:] == comp[:-1])
    return np.delete(comp, new + 1) if len(new) else comp


def _place(base: np.ndarray, comp: np.ndarray) -> np.ndarray | None:
    """Where each row is in ``base``, -1 where it is not there; None where the two are the same."""
    if len(base) == len(comp) and np.array_equal(base, comp):
        return None
    # Both rise and differ little: where a run begins is searched for, the rest of it is taken to follow, and what does not is searched for.
    runs = np.searchsorted(base, comp[::_RUN])
    last = len(base) - 1
    place: np.ndarray = np.minimum((runs[:, None] + np.arange(_RUN)).ravel()[: len(comp)], last)
    wrong = np.flatnonzero(base[place] != comp)
    sought = comp[wrong]
    found = np.minimum(np.searchsorted(base, sought), last)
    place[wrong] = np.where(base[found] == sought, found, -1)
    return place


def _moved(place: np.ndarray | None, moved: np.ndarray, at: np.ndarray, more: np.ndarray, comp: np.ndarray) -> np.ndarray:
    if place is None:
        return moved
    found = moved[place]
    lost = np.flatnonzero(place < 0)
    own = np.searchsorted(more, comp[lost])
    found[lost] = at[own] + own
    return np.asarray(found)


def plain(packs: Packs, allowed: Allowed, out: Out) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """``(which, trade item, day)``: packs that every source has once at most and in the usual way, all alike, and their words."""
    packs.one_key("low")  # two items that agree in the first half are told apart
    gtin, day = packs.word("gtin"), packs.word("day")
    for number, place in packs.place.items():
        packs.differ(place, _unusual(number, packs.bunches[number]))
    good = ~packs.bad & (packs.lot > 0) & (gtin > 0)
    # Printed or read alone, a pack is not accounted for.
    good &= (packs.mask & (1 << LINE | 1 << HUB) != 0) & (packs.mask < 1 << OTHER)
    good &= _in_order(packs) & _same_container(packs)
    good &= ~out(packs.prefix)
    which = np.flatnonzero(good)
    fine = allowed(packs.lot[which], gtin[which])
    which = which if fine.all() else which[fine]
    return which, gtin, day


def _unusual(number: int, bunch: Bunch) -> np.ndarray:
    """Rows that an ordinary pack does not have."""
    if number in (HUB, HUB_PACKED):
        return np.asarray(bunch.get("told") != 0)
    if number == VERIFIED:
        return np.asarray(bunch.get("grade") < LOWEST_GRADE)
    return np.zeros(1, bool)


def _in_order(packs: Packs) -> np.ndarray:
    """Not packed before it was commissioned, neither at the line nor in the hub."""
    good = np.ones(len(packs), bool)
    for made, packed in ((LINE, PACKED), (HUB, HUB_PACKED)):
        if made in packs.bunches and packed in packs.bunches:
            first, then = packs.of(made, "at", NEVER), packs.of(packed, "at", NEVER)
            good &= (first == NEVER) | (then == NEVER) | (then >= first - SECOND)
    return good


def _same_container(packs: Packs) -> np.ndarray:
    """Where line and hub packed it, into the same container; no row that packs is without one."""
    good = np.ones(len(packs), bool)
    both = (packs.mask & (1 << PACKED | 1 << HUB_PACKED)) == (1 << PACKED | 1 << HUB_PACKED)
    line, hub = ([packs.of(number, name) for name in PARENTS] for number in (PACKED, HUB_PACKED))
    for number, box in ((PACKED, line), (HUB_PACKED, hub)):
        good &= (packs.mask & 1 << number == 0) | ((box[0] | box[1]) != 0)
    return np.asarray(good & (~both | ((line[0] == hub[0]) & (line[1] == hub[1]))))


def box_of(packs: Packs, which: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The two halves of the key of the container of plain packs; 0 for none."""
    halves = []
    for name in PARENTS:
        line, hub = packs.of(PACKED, name), packs.of(HUB_PACKED, name)
        halves.append(np.where(line[which] != 0, line[which], hub[which]) if PACKED in packs.bunches else hub[which])
    return halves[0], halves[1]


def device_of(packs: Packs) -> np.ndarray:
    """The device that printed a pack, else the one that read it; 0 for none."""
    printed = packs.of(ENCODED, "device")
    return np.where(printed > 0, printed, packs.of(VERIFIED, "device"))


def stating(packs: Packs, classes: Sequence[int]) -> np.ndarray:
    """How many of a pack's rows of these classes state an expiry."""
    return np.asarray(np.sum([packs.of(number, "day") > 0 for number in classes], axis=0, dtype=np.int64))
