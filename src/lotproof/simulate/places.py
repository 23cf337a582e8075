"""Room for the faults of one lot: ranges of packs on the line, and cases of which each is handed out once."""

from __future__ import annotations

from collections.abc import Iterable
from random import Random

import numpy as np

from lotproof.simulate.marks import Windows
from lotproof.simulate.plan import Order
from lotproof.simulate.spec import SpecError

WINDOWED = frozenset({"double_print", "jam_orphans", "no_read_burst", "print_degradation", "reject_cluster"})
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
        roll=window("reject_cluster", 0.66, max(50, min(400, units // 12))),
    )


class Places:
    """Hands out cases of one lot, each at most once."""

    def __init__(self, order: Order, case: np.ndarray, bounds: np.ndarray, shipped: int, rng: Random) -> None:
        self._order, self._case, self._bounds, self._rng = order, case, bounds, rng
        self.shipped = shipped
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
            raise self.full()
        got = tuple(sorted(self._rng.sample(sorted(self._free), count)))
        self._free.difference_update(got)
        return got

    def case_after(self, share: float) -> int:
        """The first case of the lot after this share of it."""
        return int(self._count * share)

    def pallets(self) -> list[list[int]]:
        """The free cases of each pallet, the fullest pallet first."""
        found: dict[int, list[int]] = {}
        for k in sorted(self._free):
            found.setdefault(k // self._order.per_pallet, []).append(k)
        return sorted(found.values(), key=lambda cases: (-len(cases), cases))

    def pallet_of(self, case: int) -> int:
        """The pallet of a case."""
        return case // self._order.per_pallet

    def inside(self, case: int) -> list[int]:
        """The packs recorded in a case."""
        low, high = int(self._bounds[case]), int(self._bounds[case + 1])
        return (np.flatnonzero(self._case[low:high] == case) + low).tolist()

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
        raise self.full()

    def packs(self, cases: tuple[int, ...], each: int) -> tuple[int, ...]:
        """`each` packs out of each of these cases."""
        found: list[int] = []
        for k in cases:
            inside = self.inside(k)
            found += self._rng.sample(inside, min(each, len(inside) - 1))
        return tuple(sorted(found))

    def any_free(self, count: int) -> tuple[int, ...]:
        """Up to `count` free cases, which stay free of faults."""
        return self.take(min(count, len(self._free)))

    def full(self) -> SpecError:
        """What to say where a fault finds no room."""
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
