"""What L3 sent to the hub: messages in sequence, each a few EPCIS events, faults included."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from lotproof.simulate.chance import choices, event_uuid
from lotproof.simulate.line import MINUTE, World
from lotproof.simulate.run import DESTROYED, GOOD, INACTIVE, REJECTED, SAMPLED, Run

COMMISSION, PALLET, SHIP, PICK = "COMMISSION+PACK", "PALLET", "SHIP", "PICK"
LATE = 21 * 60 * MINUTE
"""How long after the shipment stuck messages were sent."""
SWAP = str.maketrans("YZ", "ZY")


@dataclass(frozen=True)
class Message:
    """One transmission from L3 to the hub."""

    sequence: int
    """Running number."""
    run: Run
    """The lot that it speaks of."""
    kind: str
    """COMMISSION+PACK, PALLET, SHIP or PICK."""
    index: int
    """The case or pallet that it speaks of; 0 for a pick."""
    sent: int
    """Time of sending."""
    result: str = "Accepted"
    """Acknowledgement; "Timeout" where none came."""


@dataclass(frozen=True)
class Event:
    """One EPCIS event, in plain numbers: serials and SSCC-18."""

    action: str
    """ADD, DELETE or OBSERVE."""
    step: str
    """Business step, CBV short name."""
    disposition: str
    """Disposition, CBV short name."""
    at: int
    """Event time."""
    recorded: int
    """Record time."""
    key: str
    """Event id as UUID text."""
    run: Run
    """The lot."""
    serials: tuple[str, ...] = ()
    """Packs spoken of."""
    containers: tuple[str, ...] = ()
    """Cases or pallets spoken of."""
    parent: str | None = None
    """SSCC of the container: makes this an aggregation event."""
    stated: tuple[str, date] | None = None
    """Lot and expiry, where they are given (commissioning of packs)."""
    guests: tuple[str, ...] = ()
    """Packs of the lot before, spoken of with the others."""
    delivery: str | None = None
    """Delivery number of a shipment."""


def hub_serial(run: Run, serial: str) -> str:
    """The serial number as it reached the hub, after the lot's character map if it has one."""
    transform = run.marks.transform
    if transform == "zeros":
        return serial.lstrip("0") or "0"
    if transform == "lower":
        return serial.lower()
    return serial.translate(SWAP) if transform == "yz" else serial


def upload_end(run: Run) -> int:
    """The moment by which all production messages of the lot were sent."""
    return run.ended + 45 * MINUTE + _pace(run) * (run.cases + len(run.pallets) + 4)


def released(run: Run) -> int:
    """The moment of the usage decision."""
    return upload_end(run) + 17 * 60 * MINUTE


def shipped_at(run: Run) -> int:
    """The moment at which the shipped pallets left the dock."""
    return released(run) + 5 * 60 * MINUTE


def picked_at(run: Run) -> int:
    """The moment at which the delivery of single cases left."""
    return shipped_at(run) + 3 * 60 * MINUTE


def delivery(run: Run) -> str:
    """The delivery number of the lot's shipment."""
    return "8" + run.order.number[1:]


def pick_delivery(run: Run) -> str:
    """The delivery number of the single cases."""
    return "80" + run.order.number[2:]


def picked(run: Run) -> tuple[int, ...]:
    """The cases that were scanned for the delivery of single cases."""
    return (*run.marks.pick.right, *run.marks.pick.scanned) if run.marks.pick else ()


def _pace(run: Run) -> int:
    return 2000 if run.cases < 1000 else 500


def messages(world: World, include_lost: bool = False) -> Iterator[Message]:
    """The messages that reached the hub or at least its gateway, in the sequence of sending.

    `include_lost` gives the others too: what should have been sent.
    """
    sequence = choices(world.spec.seed, "messages").randrange(100_000, 800_000)
    for run in world.runs:
        for message in _production(run, sequence):
            sequence = message.sequence
            if include_lost or not _lost(message):
                yield message
                if message.kind == COMMISSION and message.index in run.marks.replayed:
                    yield Message(message.sequence, run, COMMISSION, message.index, power_loss(run) + 4 * MINUTE)
    for run in sorted(world.runs, key=shipped_at):
        for pallet in range(run.shipped):
            sequence += 1
            message = Message(sequence, run, SHIP, pallet, shipped_at(run) + 5 * MINUTE + 2000 * pallet)
            if include_lost or not _lost(message):
                yield message
        if run.marks.pick and (include_lost or not run.marks.never):
            sequence += 1
            yield Message(sequence, run, PICK, 0, picked_at(run) + 5 * MINUTE)


def again(world: World) -> list[Message]:
    """The messages that a second delivery brought once more."""
    return [message for message in messages(world) if message.run.marks.again]


def power_loss(run: Run) -> int:
    """The moment at which the server that sent the lot's messages lost power."""
    late = shipped_at(run) + LATE - (run.ended + 45 * MINUTE) if run.marks.late_from is not None else 0
    return upload_end(run) + late + 2 * MINUTE


def _production(run: Run, sequence: int) -> Iterator[Message]:
    sent = run.ended + 45 * MINUTE
    stuck = shipped_at(run) + LATE - sent
    for pallet in range(len(run.pallets)):
        for case in run.on_pallet(pallet):
            sequence, sent = sequence + 1, sent + _pace(run)
            yield Message(sequence, run, COMMISSION, case, sent + stuck * is_late(run, case))
        sequence, sent = sequence + 1, sent + _pace(run)
        yield Message(sequence, run, PALLET, pallet, sent + stuck * is_late(run, run.on_pallet(pallet)[-1]))


def is_late(run: Run, case: int) -> bool:
    """Whether the message of this case was stuck."""
    return run.marks.late_from is not None and case >= run.marks.late_from


def _lost(message: Message) -> bool:
    marks = message.run.marks
    if marks.never:
        return True
    if message.kind == COMMISSION:
        return message.index in marks.lost or (marks.cut_from is not None and message.index >= marks.cut_from)
    if message.kind == PALLET and marks.cut_from is not None:
        return message.run.on_pallet(message.index)[-1] >= marks.cut_from
    return False


def commissioned(run: Run, case: int) -> list[int]:
    """Indices of the packs that the message of this case commissions: all that were applied, less the forgotten."""
    return [p for p in run.batch(case) if run.state[p] != REJECTED and p not in run.marks.uncommissioned]


def in_hub(run: Run) -> list[int]:
    """Indices of all printed packs of the lot that the hub holds as commissioned."""
    found: list[int] = []
    for message in _production(run, 0):
        if message.kind == COMMISSION and not _lost(message):
            found += commissioned(run, message.index)
    return found


def events(world: World, message: Message) -> Iterator[Event]:
    """The EPCIS events of one message."""
    make = _Maker(world, message)
    if message.kind == COMMISSION:
        yield from _case_events(make, message.run, message.index)
    elif message.kind == PALLET:
        run, at = message.run, int(message.run.built[message.index])
        cases = tuple(run.labels[k] for k in run.on_pallet(message.index))
        yield make("ADD", "commissioning", "active", at, containers=(run.pallets[message.index],))
        yield make("ADD", "packing", "in_progress", at + 1000, containers=cases, parent=run.pallets[message.index])
    elif message.kind == PICK:
        yield from _pick_events(make, message.run)
    else:
        run = message.run
        yield make("OBSERVE", "shipping", "in_transit", shipped_at(run), containers=(run.pallets[message.index],),
                   delivery=delivery(run))  # fmt: skip


class _Maker:
    """Makes the events of one message, numbering them."""

    def __init__(self, world: World, message: Message) -> None:
        self._message, self._count = message, 0
        self._names = (world.spec.seed, message.run.order.lot, message.kind, message.index)

    def __call__(
        self, action: str, step: str, disposition: str, at: int, packs: list[int] | None = None,
        containers: tuple[str, ...] = (), parent: str | None = None, stated: tuple[str, date] | None = None,
        guests: tuple[str, ...] = (), delivery: str | None = None,
    ) -> Event:  # fmt: skip
        self._count += 1
        run = self._message.run
        serials = tuple(hub_serial(run, run.name(p)) for p in packs or ())
        key = event_uuid(*self._names, self._count)
        recorded = max(self._message.sent, at) + 2000
        if self._message.kind in (COMMISSION, PALLET):
            at += run.skew("hub")
        return Event(action, step, disposition, at, recorded, key, run, serials, containers, parent, stated, guests, delivery)


def stated(run: Run, case: int) -> tuple[str, date]:
    """Lot and expiry as the message of this case states them."""
    wrong = run.marks.mislabel
    if wrong is None or wrong.place == "pack" or case < wrong.first:
        return run.order.lot, run.order.expiry
    return wrong.lot or run.order.lot, wrong.expiry or run.order.expiry


def _pick_events(make: _Maker, run: Run) -> Iterator[Event]:
    """Cases are taken off their pallets and shipped one by one."""
    at, cases = picked_at(run), picked(run)
    for pallet in sorted({run.pallet(k) for k in cases}):
        labels = tuple(run.labels[k] for k in cases if run.pallet(k) == pallet)
        yield make("DELETE", "unpacking", "in_progress", at - 20 * MINUTE, containers=labels, parent=run.pallets[pallet])
    yield make("OBSERVE", "shipping", "in_transit", at, containers=tuple(run.labels[k] for k in cases),
               delivery=pick_delivery(run))  # fmt: skip


def _case_events(make: _Maker, run: Run, case: int) -> Iterator[Event]:
    at, label = run.commissioned_at(case), run.labels[case]
    packs = [*commissioned(run, case), *run.marks.extra.get(case, ())]
    yield make("ADD", "commissioning", "active", at, packs, stated=stated(run, case))
    yield from _decommissions(make, run, case, at)
    children = run.children(case)
    if run.relabel and run.relabel.case == case:
        yield from _relabelling(make, run, children)
    else:
        children = children + list(run.marks.second_parent.get(case, ()))
        donor = run.donor if case == 0 else None
        guests = tuple(hub_serial(donor, donor.name(p)) for p in donor.carried) if donor else ()
        yield make("ADD", "commissioning", "active", int(run.closed[case]), containers=(label,))
        yield make("ADD", "packing", "in_progress", int(run.closed[case]) + 1000, children, parent=label, guests=guests)
    yield from _later(make, run, case, children)


def _decommissions(make: _Maker, run: Run, case: int, at: int) -> Iterator[Event]:
    for pack in run.batch(case):
        state = run.state[pack]
        if state in (GOOD, REJECTED) or pack in run.marks.sampled_inside or pack in run.marks.unreported:
            continue
        later = at + 2000 + 7 * (pack % 1000)
        if state == DESTROYED:
            yield make("DELETE", "destroying", "destroyed", later, [pack])
        elif state in (SAMPLED, INACTIVE):
            yield make("DELETE", "decommissioning", "inactive", later, [pack])


def _relabelling(make: _Maker, run: Run, children: list[int]) -> Iterator[Event]:
    relabel = run.relabel
    assert relabel is not None
    packed, again = relabel.at - 45_000, int(run.closed[relabel.case])
    yield make("ADD", "commissioning", "active", packed, containers=(relabel.old,))
    yield make("ADD", "packing", "in_progress", packed + 1000, children, parent=relabel.old)
    yield make("DELETE", "unpacking", "in_progress", relabel.at, children, parent=relabel.old)
    yield make("DELETE", "decommissioning", "inactive", relabel.at + 1000, containers=(relabel.old,))
    yield make("ADD", "commissioning", "active", again, containers=(run.labels[relabel.case],))
    yield make("ADD", "packing", "in_progress", again + 1000, children, parent=run.labels[relabel.case])


def _later(make: _Maker, run: Run, case: int, children: list[int]) -> Iterator[Event]:
    """What happened to packs of this case after it was closed."""
    after = int(run.closed[case]) + 2 * MINUTE
    wrong = list(run.marks.wrong_delete.get(case, ()))
    if wrong:
        yield make("DELETE", "unpacking", "in_progress", after, wrong, parent=run.labels[case])
    for pack in run.marks.sampled_inside:
        if pack in children:
            yield make("DELETE", "decommissioning", "inactive", after, [pack])
    for pack in run.marks.revived:
        if pack in run.batch(case):
            yield make("ADD", "commissioning", "active", after + 9 * MINUTE, [pack], stated=stated(run, case))
