"""Running the line: states, cases, stops, times of one order."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import pairwise
from random import Random

import numpy as np

from lotproof.simulate.chance import choices, numbers
from lotproof.simulate.marks import Marks, Windows
from lotproof.simulate.places import Places, line_windows, short_cases
from lotproof.simulate.plan import Order, Plant, draw_serials, plan_plant, sscc, transform_of
from lotproof.simulate.reads import after_packing, verify
from lotproof.simulate.run import DESTROYED, GOOD, INACTIVE, READ_DELAY, SAMPLED, Read, Relabel, Run, Stop
from lotproof.simulate.spec import SiteSpec, SpecError
from lotproof.simulate.strike import Lot, strike

MINUTE = 60_000
ORDINARY_STOPS = (
    ("Case packer", "Guard door opened"), ("Cartoner", "Leaflet magazine empty"), ("Printer P1", "Ribbon change"),
    ("Line", "Planned break"), ("Case packer", "Tape roll changed"), ("Cartoner", "Blister feed empty"),
)  # fmt: skip


@dataclass(frozen=True)
class World:
    """A site after it has run: the plan and one run for each order."""

    spec: SiteSpec
    """What was asked for."""
    plant: Plant
    """The plan."""
    runs: tuple[Run, ...]
    """One for each order, in sequence."""


@dataclass(frozen=True)
class _Planned:
    before: int
    equipment: str
    kind: str
    cause: str
    minutes: float
    lead: int = 0  # packs that still ran through after the stop began
    tail: int = 1000  # milliseconds between the restart and the first pack


def run_site(spec: SiteSpec) -> World:
    """Run all orders one after the other."""
    plant = plan_plant(spec)
    received = [_received(order) for order in plant.orders]
    serials = draw_serials(spec, sum(received))
    clock = int(spec.start.timestamp() * 1000)
    reference = choices(spec.seed, "sscc").randrange(10_000, 900_000)
    runs: list[Run] = []
    low, left = 0, _left_behind(spec, plant)
    for number, (order, count) in enumerate(zip(plant.orders, received, strict=True)):
        before = plant.orders[number - 1] if number else None
        change = _Change(before, left[number], left[number + 1])
        run = _run_order(spec, plant, order, serials[low : low + count], clock, reference, change)
        runs.append(run)
        low, clock = low + count, run.ended + 25 * MINUTE
        reference += run.cases + len(run.pallets) + 10
    return World(spec, plant, _handed_over(runs))


@dataclass(frozen=True)
class _Change:
    """What passes from lot to lot."""

    before: Order | None
    guests: int
    carried: int


def _left_behind(spec: SiteSpec, plant: Plant) -> list[int]:
    """How many packs of the lot before are left on the line at the start of each order, and after the last one."""
    wanted = "mixed_lot_changeover" in spec.faults
    if wanted and plant.orders[0].investigated:
        raise SpecError("mixed_lot_changeover needs a lot before the investigated one: give neighbours of 1 or more.")
    rng = choices(spec.seed, "change of lot") if wanted else None
    found = [rng.randrange(2, max(3, order.per_case // 4)) if rng and order.investigated else 0 for order in plant.orders]
    return [*found, 0]


def _handed_over(runs: list[Run]) -> tuple[Run, ...]:
    """The runs, each that left packs behind knowing their case, and the next one knowing their lot."""
    done = list(runs)
    for number, (donor, run) in enumerate(pairwise(runs)):
        if donor.carried:
            done[number] = replace(done[number], carried_into=(run.labels[0], int(run.closed[0])))
            done[number + 1] = replace(run, donor=done[number])
    return tuple(done)


def _received(order: Order) -> int:
    return order.units + 3 + 4 + max(25, order.units // 20)


def _run_order(
    spec: SiteSpec, plant: Plant, order: Order, serials: np.ndarray, clock: int, reference: int, change: _Change
) -> Run:
    rng, chance = choices(spec.seed, "line", order.lot), numbers(spec.seed, "line", order.lot)
    windows = line_windows(order, spec.faults, rng)
    equipment = chance.integers(0, 2, (2, order.units))
    printer, camera = np.arange(order.units) % 2, equipment[1]
    grades, state, reason, read = verify(chance, order, windows, printer, camera)
    _dispose(rng, order, state, windows, spec.faults)
    short = short_cases(order, spec.faults, int(np.count_nonzero(state == GOOD)), rng)
    case, bounds, carried = _pack(order, state, windows, short, change)
    pallets = -(-(len(bounds) - 1) // order.per_pallet)
    shipped = max(1, pallets // 6) if pallets > 2 else 0
    places = Places(order, case, bounds, shipped, rng)
    relabelled = places.take_inner()
    lot = Lot(order, change.before, state, reason, windows, short, change.guests, range(order.units + 7, len(serials)),
              transform_of(spec) if order.investigated else None)  # fmt: skip
    marks = strike(lot, spec.faults, places, rng)
    after_packing(chance, marks, state, read, grades)
    printed, encoder, stops = _times(chance, rng, order, clock, windows, marks, bounds)
    made = _assemble(plant, order, serials, chance, printer, camera, grades, state, reason, read, case, bounds, printed,
                     encoder, stops, relabelled, shipped, clock, reference, windows, marks, change.guests)  # fmt: skip
    return replace(made, carried=carried)


def _dispose(rng: Random, order: Order, state: np.ndarray, windows: Windows, faults: tuple[str, ...]) -> None:
    """Samples, packs destroyed after commissioning, and inactive ones, outside the fault windows."""
    free = state == GOOD
    for window in windows.reserved():
        free[slice(*window)] = False
    more = order.units // 2500
    kinds = [SAMPLED] * (2 + more) + [DESTROYED] * (1 + more) + [INACTIVE] * (1 + more // 2)
    packs = np.flatnonzero(free)[20:-40].tolist()
    first = rng.choice(packs[: len(packs) // 2])  # one destroyed pack lies before any cut of the upload
    state[first] = DESTROYED
    for pack, kind in zip(rng.sample([p for p in packs if p != first], len(kinds)), kinds, strict=True):
        state[pack] = kind
    if order.investigated and "sample_not_reported" in faults:
        early = [p for p in packs[: len(packs) // 3] if state[p] == GOOD]
        state[rng.sample(early, 2)] = SAMPLED


def _pack(
    order: Order, state: np.ndarray, windows: Windows, short: dict[int, int], change: _Change
) -> tuple[np.ndarray, np.ndarray, tuple[int, ...]]:
    """Case index of each pack, the bounds of the batches, and the packs left behind for the next lot."""
    packable = state == GOOD
    if windows.jam:
        packable[slice(*windows.jam)] = False
    carried = np.flatnonzero(packable)[-change.carried :] if change.carried else np.zeros(0, dtype=np.int64)
    packable[carried] = False
    good = np.flatnonzero(packable)
    sizes = np.full(len(good) // order.per_case + 2, order.per_case)
    sizes[0] -= change.guests
    for k, lacking in short.items():
        sizes[k] -= lacking
    ends = np.cumsum(sizes)
    number = np.searchsorted(ends, np.arange(len(good)), side="right")
    case = np.full(order.units, -1, dtype=np.int32)
    case[good] = number
    last = np.flatnonzero(np.diff(number, append=number[-1] + 1))
    bounds = np.concatenate([[0], good[last] + 1])
    bounds[-1] = order.units
    return case, bounds, tuple(carried.tolist())


def _times(
    chance: np.random.Generator, rng: Random, order: Order, clock: int, windows: Windows, marks: Marks,
    bounds: np.ndarray,
) -> tuple[np.ndarray, np.ndarray, list[Stop]]:  # fmt: skip
    """Print times and encoder counts of all packs, and the stops."""
    cycle = rng.choice((620, 540, 460)) if order.units < 20_000 else 240
    steps = cycle + chance.integers(-60, 61, order.units)
    gaps = np.zeros(order.units, dtype=np.int64)
    planned = sorted(_stops(rng, order, windows, marks, bounds), key=lambda stop: stop.before)
    for stop in planned:
        gaps[stop.before] = int(stop.minutes * MINUTE) + stop.tail
    printed = clock + 10 * MINUTE + np.cumsum(steps) + np.cumsum(gaps)
    encoder = 120_000 + np.cumsum(chance.integers(38, 58, order.units))
    stops = []
    for stop in planned:
        end = int(printed[stop.before]) - stop.tail
        begin = int(printed[stop.before - 1 - stop.lead]) + (READ_DELAY - 200 if stop.lead else 400)
        stops.append(Stop(stop.before, begin, end, stop.equipment, stop.kind, stop.cause))
    return printed, encoder, stops


def _stops(rng: Random, order: Order, windows: Windows, marks: Marks, bounds: np.ndarray) -> list[_Planned]:
    """Stops that the faults imply, then ordinary ones well away from them."""
    found = []
    if windows.jam:
        low, high = windows.jam
        found.append(_Planned(high, "Case packer", "Stop", "Jam at case packer infeed, packs removed by hand",
                              rng.uniform(4, 9), lead=high - low - 1))  # fmt: skip
    if windows.reprint:
        found.append(_Planned(windows.reprint, "Printer P2", "Breakdown", "Power dip, printer restarted", rng.uniform(3, 7),
                              tail=20_000))  # fmt: skip
    if windows.burst:
        found.append(_Planned(windows.burst[1], "Camera CAM-02", "Maintenance", "Lens cleaned and focus set",
                              rng.uniform(5, 12)))  # fmt: skip
    if windows.fade:
        found.append(_Planned(windows.fade[1], "Printer P2", "Maintenance", "Print head replaced", rng.uniform(9, 16)))
    if windows.roll:
        found.append(_Planned(windows.roll[1], "Cartoner", "Stop", "Label roll replaced, codes blurred", rng.uniform(3, 8)))
    if marks.mislabel and marks.mislabel.first and marks.mislabel.place != "hub":
        found.append(_Planned(int(bounds[marks.mislabel.first]), "Line", "Stop", "Print job loaded again after planned pause",
                              rng.uniform(4, 9)))  # fmt: skip
    if marks.shifted:
        found.append(_Planned(int(bounds[marks.shifted[0]]), "Case packer", "Stop",
                              "Label applicator fault, case packer restarted", rng.uniform(4, 9)))  # fmt: skip
    return found + _ordinary(rng, order, [stop.before for stop in found])


def _ordinary(rng: Random, order: Order, taken: list[int]) -> list[_Planned]:
    found = []
    for _ in range(3 + order.units // 3000):
        before = rng.randrange(30, order.units - 5)
        if all(abs(before - other) > 40 for other in taken):
            taken.append(before)
            equipment, cause = rng.choice(ORDINARY_STOPS)
            found.append(_Planned(before, equipment, "Stop", cause, rng.uniform(2, 12)))
    return found


def _assemble(
    plant: Plant, order: Order, serials: np.ndarray, chance: np.random.Generator, printer: np.ndarray,
    camera: np.ndarray, grades: np.ndarray, state: np.ndarray, reason: np.ndarray, read: np.ndarray, case: np.ndarray,
    bounds: np.ndarray, printed: np.ndarray, encoder: np.ndarray, stops: list[Stop], relabelled: int | None, shipped: int,
    clock: int, reference: int, windows: Windows, marks: Marks, guests: int,
) -> Run:  # fmt: skip
    count = len(bounds) - 1
    labels = [sscc(plant, reference + k) for k in range(count)]
    closed = printed[bounds[1:] - 1] + READ_DELAY + 8000
    relabel = None
    if relabelled is not None:
        relabel = Relabel(relabelled, labels[relabelled], int(closed[relabelled]) + 45_000)
        labels[relabelled] = sscc(plant, reference + count)
        closed[relabelled] = relabel.at + 20_000
    pallet_of = np.arange(count) // order.per_pallet
    built = np.array([closed[pallet_of == p].max() for p in range(pallet_of[-1] + 1)]) + 30_000
    stated = np.bincount(case[case >= 0], minlength=count)
    for k, lacking in marks.short.items():
        stated[k] += lacking
    stated[0] += guests
    return Run(
        order=order, serials=serials, shuffled=chance.permutation(len(serials)), label_samples=3, invalidated=4,
        state=state, reason=reason, read=read, grades=grades, printer=printer, camera=camera, printed=printed,
        encoder=encoder, case=case, bounds=bounds, labels=tuple(labels), closed=closed, stated=stated,
        pallets=tuple(sscc(plant, reference + count + 1 + p) for p in range(len(built))), built=built,
        shipped=shipped, stops=tuple(stops), again=_reprints(windows, printer, encoder, stops), relabel=relabel,
        started=clock, ended=int(built.max()) + 10 * MINUTE, windows=windows, marks=marks,
    )  # fmt: skip


def _reprints(windows: Windows, printer: np.ndarray, encoder: np.ndarray, stops: list[Stop]) -> tuple[Read, ...]:
    """The printer's buffer, printed a second time right after the restart."""
    if windows.reprint is None:
        return ()
    restart = next(stop.end for stop in stops if stop.before == windows.reprint)
    packs = [pack for pack in range(windows.reprint - 12, windows.reprint) if printer[pack] == 1][-5:]
    count = int(encoder[windows.reprint - 1])
    return tuple(Read(pack, restart + 2000 + 900 * i, count + 3 + 5 * i) for i, pack in enumerate(packs))
