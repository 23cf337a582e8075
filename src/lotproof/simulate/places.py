"""Choosing where the faults strike, each on cases of its own."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from random import Random

import numpy as np

from lotproof.simulate.marks import Marks, Windows
from lotproof.simulate.plan import Order
from lotproof.simulate.spec import SpecError

WINDOWED = frozenset({"double_print", "jam_orphans", "no_read_burst", "print_degradation"})
LEAST = 400


def line_windows(order: Order, faults: tuple[str, ...], rng: Random) -> Windows:
    """Ranges of packs for the faults on the line; they never overlap."""
    wanted = WINDOWED.intersection(faults)
    if not order.investigated or not wanted:
        return Windows()
    units = order.units
    if units < LEAST:
        raise SpecError(f"{', '.join(sorted(wanted))} need room on the line: give at least {LEAST} units, not {units}.")

    def window(name: str, place: float, length: int) -> tuple[int, int] | None:
        begin = int(units * (place + rng.random() * 0.03))
        return (begin, begin + length) if name in faults else None

    return Windows(
        reprint=int(units * (0.21 + rng.random() * 0.03)) if "double_print" in faults else None,
        jam=window("jam_orphans", 0.29, rng.randrange(4, 12)),
        burst=window("no_read_burst", 0.37, max(16, min(90, units // 20))),
        fade=window("print_degradation", 0.46, max(60, min(500, units // 8))),
    )


class Places:
    """Hands out cases of one lot, each at most once."""

    def __init__(self, order: Order, case: np.ndarray, bounds: np.ndarray, shipped: int, rng: Random) -> None:
        self._order, self._case, self._bounds, self._rng = order, case, bounds, rng
        self._count = len(bounds) - 1
        self._free = set(range(shipped * order.per_pallet, self._count - 1))

    def block_packs(self, window: tuple[int, int] | None) -> None:
        """Take the cases that a window of packs touches."""
        if window:
            low, high = np.searchsorted(self._bounds, window, side="right") - 1
            self._free.difference_update(range(int(low) - 1, int(high) + 2))

    def block(self, cases: Iterable[int]) -> None:
        """Take these cases."""
        self._free.difference_update(cases)

    def cut(self) -> int:
        """The first case of the lost tail; the tail is taken, and one case before it."""
        first = int(self._count * (0.72 + self._rng.random() * 0.12))
        self._free.difference_update(range(first - 1, self._count))
        return first

    def take(self, count: int) -> tuple[int, ...]:
        """`count` free cases in sequence."""
        if count > len(self._free):
            raise self._full()
        got = tuple(sorted(self._rng.sample(sorted(self._free), count)))
        self._free.difference_update(got)
        return got

    def take_inner(self) -> int | None:
        """A free case that is not the last of its pallet; None in a lot of one or two cases."""
        inner = sorted(k for k in self._free if (k + 1) % self._order.per_pallet)
        if not inner:
            return None
        got = self._rng.choice(inner)
        self._free.discard(got)
        return got

    def run(self) -> tuple[int, int]:
        """A run of neighbouring free cases: first and last."""
        for length in range(max(6, min(24, len(self._free) // 3)), 3, -1):
            starts = [k for k in sorted(self._free) if all(k + i in self._free for i in range(length))]
            if starts:
                first = self._rng.choice(starts)
                self._free.difference_update(range(first, first + length))
                return first, first + length - 1
        raise self._full()

    def packs(self, cases: tuple[int, ...], each: int) -> tuple[int, ...]:
        """`each` packs out of each of these cases."""
        found: list[int] = []
        for k in cases:
            low, high = int(self._bounds[k]), int(self._bounds[k + 1])
            inside = (np.flatnonzero(self._case[low:high] == k) + low).tolist()
            found += self._rng.sample(inside, min(each, len(inside) - 1))
        return tuple(sorted(found))

    def any_free(self, count: int) -> tuple[int, ...]:
        """Up to `count` free cases, which stay free of faults."""
        return self.take(min(count, len(self._free)))

    def _full(self) -> SpecError:
        return SpecError(
            f"lot {self._order.lot} has too few cases ({self._count}) for these faults: "
            "give more units, smaller cases, or fewer faults."
        )


def short_cases(order: Order, faults: tuple[str, ...], good: int, rng: Random) -> dict[int, int]:
    """The case that is closed early, chosen before packing because it moves all cases behind it."""
    if not order.investigated or "partial_recorded_full" not in faults:
        return {}
    cases = good // order.per_case
    return {int(cases * 0.62) + rng.randrange(max(1, cases // 40)): rng.randrange(1, max(2, order.per_case // 5))}


def strike(
    order: Order, faults: tuple[str, ...], transform: str | None, places: Places, rng: Random,
    windows: Windows, short: dict[int, int], destroyed: np.ndarray, unused: range,
) -> Marks:  # fmt: skip
    """Choose cases, packs and numbers for all faults of one lot, and the cases that are opened."""
    for window in (windows.jam, windows.burst, windows.fade, _around(windows.reprint)):
        places.block_packs(window)
    places.block(short)
    if not order.investigated:
        return Marks(audited=places.any_free(2))
    has = faults.__contains__
    revived = tuple(destroyed.tolist()[:1]) if has("illegal_transition") else ()
    for pack in revived:
        places.block_packs((pack, pack))
    cut = places.cut() if has("truncated_upload") else None
    shifted = (*places.run(), rng.choice((-1, 1))) if has("shifted_aggregation") else None
    numbers = rng.sample(unused, min(len(unused), 16))
    marks = replace(
        _warehouse(has, places), cut_from=cut, never=has("lot_never_uploaded"), transform=transform, short=short,
        shifted=shifted, revived=revived,
        lost=frozenset(places.take(rng.randrange(1, 4))) if has("missing_message_middle") else frozenset(),
        replayed=places.take(rng.randrange(1, 4)) if has("replay_power_loss") else (),
        second_parent=_pair(places, rng.randrange(2, 4)) if has("two_parents") else {},
        wrong_delete=_pair(places, 2) if has("wrong_disaggregation") else {},
        uncommissioned=frozenset(places.packs(places.take(2), 1)) if has("never_commissioned_child") else frozenset(),
        failed=places.packs(places.take(3), 1) if has("reject_reintroduced") else (),
        sampled_inside=places.packs(places.take(2), 1) if has("sample_not_disaggregated") else (),
        extra={places.take(1)[0]: tuple(sorted(numbers[:3]))} if has("hub_extra") else {},
        unaccounted=frozenset(numbers[3 : 3 + rng.randrange(4, 12)]) if has("unaccounted_numbers") else frozenset(),
    )  # fmt: skip
    return replace(marks, audited=_audits(order, places, rng, marks))


def _warehouse(has: Callable[[str], bool], places: Places) -> Marks:
    swapped = places.take(2) if has("swapped_labels") else None
    return Marks(
        bare=places.take(2) if has("separator_lost") else (),
        swapped=(swapped[0], swapped[1]) if swapped else None,
        missing=places.take(1)[0] if has("stock_mismatch") else None,
    )


def _pair(places: Places, packs: int) -> dict[int, tuple[int, ...]]:
    """The second of two cases, with packs of the first."""
    first, second = places.take(2)
    return {second: places.packs((first,), packs)}


def _around(pack: int | None) -> tuple[int, int] | None:
    return None if pack is None else (max(0, pack - 14), pack + 1)


def _audits(order: Order, places: Places, rng: Random, marks: Marks) -> tuple[int, ...]:
    opened = [*places.any_free(4 + min(20, order.units // (order.per_case * 25))), *(marks.swapped or ()), *marks.bare]
    if marks.shifted:
        first, last, _ = marks.shifted
        opened += [k for k in range(first, last + 1) if rng.random() < 0.85 or k - first in (1, 2)]
    return tuple(sorted(opened))
