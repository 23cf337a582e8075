"""Choosing what each fault strikes in one lot: cases, packs, numbers, moments. Each has cases of its own."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from random import Random

import numpy as np

from lotproof.simulate.marks import Marks, Mislabel, Pick, Windows
from lotproof.simulate.places import Places
from lotproof.simulate.plan import Order
from lotproof.simulate.run import DESTROYED, REASONS, REJECTED, SAMPLED
from lotproof.simulate.spec import SpecError

Has = Callable[[str], bool]
UNREAD = REASONS.index("NOREAD")


@dataclass(frozen=True)
class Lot:
    """What is known of a lot when its faults are chosen."""

    order: Order
    """The order."""
    before: Order | None
    """The order that ran before it."""
    state: np.ndarray
    """P states."""
    reason: np.ndarray
    """P reject reasons."""
    windows: Windows
    """Faults on the line, chosen already."""
    short: dict[int, int]
    """Cases closed early, chosen already."""
    guests: int
    """Packs of the lot before in the first case."""
    unused: range
    """Numbers never printed."""
    transform: str | None
    """Character map between line and hub."""


def strike(lot: Lot, faults: tuple[str, ...], places: Places, rng: Random) -> Marks:
    """Choose cases, packs and numbers for all faults of one lot, and the cases that are opened."""
    windows = lot.windows
    for window in (windows.jam, windows.burst, windows.fade, windows.roll, _around(windows.reprint)):
        places.block_packs(window)
    places.block(lot.short)
    if not lot.order.investigated:
        return Marks(audited=places.any_free(2))
    if lot.guests:
        places.block((0,))
    has = faults.__contains__
    marks = _later(lot, has, places, rng, _earlier(lot, has, places, rng))
    return replace(marks, audited=_audits(lot.order, places, rng, marks))


def _earlier(lot: Lot, has: Has, places: Places, rng: Random) -> Marks:
    """Faults of line, hub and the first ones of the warehouse."""
    revived = tuple(np.flatnonzero(lot.state == DESTROYED).tolist()[:1]) if has("illegal_transition") else ()
    unreported = _samples(lot, rng) if has("sample_not_reported") else ()
    for pack in (*revived, *unreported):
        places.block_packs((pack, pack))
    cut = places.cut() if has("truncated_upload") else None
    shifted = (*places.run(), rng.choice((-1, 1))) if has("shifted_aggregation") else None
    numbers = rng.sample(lot.unused, min(len(lot.unused), 16))
    return replace(
        _warehouse(has, places), cut_from=cut, never=has("lot_never_uploaded"), transform=lot.transform, short=lot.short,
        shifted=shifted, revived=revived, unreported=frozenset(unreported),
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


def _later(lot: Lot, has: Has, places: Places, rng: Random, marks: Marks) -> Marks:
    """Faults that came into the library later; none of them draws where it is not asked for."""
    return replace(
        marks,
        substituted=_substituted(lot, places, rng) if has("manual_substitution") else {},
        mislabel=_mislabel(lot, places, rng, marks) if has("wrong_lot_or_expiry_setup") else None,
        rebuilt=_rebuilt(places, rng) if has("unrecorded_pallet_rebuild") else {},
        pick=_pick(places, rng) if has("pick_scanned_not_picked") else None,
        clock=_clock(rng, marks) if has("clock_zone_error") else None,
        held=_held(lot, places, rng) if has("hold_breach") else None,
        late_from=_late(lot, places, rng) if has("late_upload") else None,
        again=has("duplicate_delivery"),
    )


def _warehouse(has: Has, places: Places) -> Marks:
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


def _samples(lot: Lot, rng: Random) -> tuple[int, ...]:
    """Samples of the first half, which no cut of the upload reaches."""
    early = np.flatnonzero(lot.state[: lot.order.units // 2] == SAMPLED).tolist()
    return tuple(sorted(rng.sample(early, rng.randrange(1, len(early) + 1))))


def _substituted(lot: Lot, places: Places, rng: Random) -> dict[int, tuple[tuple[int, int], ...]]:
    """Readable rejects and samples in the place of one or two recorded packs of one or two cases."""
    rejected = (lot.state == REJECTED) & (lot.reason != UNREAD)
    strangers = np.flatnonzero(rejected | (lot.state == SAMPLED)).tolist()
    rng.shuffle(strangers)
    found = {}
    for case in places.take(min(rng.randrange(1, 3), len(strangers))):
        gone = rng.sample(places.inside(case), min(rng.randrange(1, 3), max(1, len(strangers) - 1)))
        found[case] = tuple((pack, strangers.pop()) for pack in gone)
    return found


def _mislabel(lot: Lot, places: Places, rng: Random, marks: Marks) -> Mislabel:
    first = rng.choice((0, places.case_after(rng.uniform(0.3, 0.6))))
    deaf = marks.never or marks.transform is not None
    told = [] if deaf else [("lot", "hub"), ("expiry", "hub")]
    what, place = rng.choice([("lot", "pack"), ("expiry", "pack"), ("expiry", "line"), *told])
    if what == "lot":
        return Mislabel(first, place, lot=_wrong_lot(lot, rng))
    return Mislabel(first, place, expiry=_wrong_expiry(lot, rng))


def _wrong_lot(lot: Lot, rng: Random) -> str:
    """The lot before, as where the set-up was not changed, or two digits exchanged, as where it was typed."""
    if lot.before is not None and rng.random() < 0.5:
        return lot.before.lot
    text = lot.order.lot
    for i in range(len(text) - 2, 1, -1):
        if text[i] != text[i + 1]:
            return text[:i] + text[i + 1] + text[i] + text[i + 2 :]
    return text[:-1] + ("1" if text[-1] != "1" else "2")


def _wrong_expiry(lot: Lot, rng: Random) -> date:
    """The expiry of the lot before, or a year or a month too late."""
    right = lot.order.expiry
    if lot.before is not None and lot.before.expiry != right and rng.random() < 0.4:
        return lot.before.expiry
    months = right.year * 12 + right.month - 1 + rng.choice((12, 1))
    year, month = months // 12, months % 12 + 1
    return date(year, month, monthrange(year, month)[1])


def _rebuilt(places: Places, rng: Random) -> dict[int, int]:
    """Cases of two pallets on hand that stand on the other one."""
    free = places.pallets()
    if len(free) < 2:
        raise places.full()
    (first, second), count = (free[0], free[1]), rng.randrange(1, 4)
    there, back = rng.sample(first, min(count, len(first))), rng.sample(second, min(rng.choice((0, count)), len(second)))
    places.block((*there, *back))
    p, q = places.pallet_of(first[0]), places.pallet_of(second[0])
    return {**dict.fromkeys(there, q), **dict.fromkeys(back, p)}


def _pick(places: Places, rng: Random) -> Pick:
    wrong = rng.randrange(1, 3)
    cases = list(places.take(2 * wrong + 2))
    rng.shuffle(cases)
    return Pick(tuple(cases[2 * wrong :]), tuple(cases[:wrong]), tuple(cases[wrong : 2 * wrong]))


def _clock(rng: Random, marks: Marks) -> tuple[str, int]:
    deaf = marks.never or marks.transform is not None
    device = rng.choice(("printer", "camera", "line") if deaf else ("printer", "camera", "line", "hub"))
    return device, rng.choice((-2, -1, 1, 2)) * 3_600_000


def _late(lot: Lot, places: Places, rng: Random) -> int:
    _must_ship(lot, places, "late_upload")
    return places.case_after(rng.choice((0, 0, rng.uniform(0.02, 0.15))))


def _must_ship(lot: Lot, places: Places, fault: str) -> None:
    if not places.shipped:
        raise SpecError(f"{fault} needs a shipped pallet, and lot {lot.order.lot} has too few pallets: give more units.")


def _held(lot: Lot, places: Places, rng: Random) -> tuple[str, int]:
    _must_ship(lot, places, "hold_breach")
    pallet = rng.randrange(places.shipped)
    if rng.random() < 0.5:
        return "pallet", pallet
    return "case", rng.randrange(pallet * lot.order.per_pallet, (pallet + 1) * lot.order.per_pallet)


def _audits(order: Order, places: Places, rng: Random, marks: Marks) -> tuple[int, ...]:
    opened = [*places.any_free(4 + min(20, order.units // (order.per_case * 25))), *(marks.swapped or ()), *marks.bare, *marks.substituted]
    if marks.shifted:
        first, last, _ = marks.shifted
        opened += [k for k in range(first, last + 1) if rng.random() < 0.85 or k - first in (1, 2)]
    return tuple(sorted(opened))
