"""The hold register, and the notice of a customer who received other packs than were sent."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass

from lotproof.simulate.chance import choices, event_uuid
from lotproof.simulate.exports_line import Row
from lotproof.simulate.exports_stock import HOUR, on_hand
from lotproof.simulate.hub import pick_delivery, picked_at, released, shipped_at
from lotproof.simulate.line import MINUTE, World
from lotproof.simulate.run import Run
from lotproof.simulate.tables import Form
from lotproof.simulate.words import Words

REASONS = ("Case damaged", "Label to be checked", "Complaint pending", "Temperature alarm in aisle", "Second count asked for")


@dataclass(frozen=True)
class Hold:
    """One entry of the register."""

    begin: int
    """When it was placed."""
    end: int | None
    """When it was lifted; None where it stands."""
    level: int
    """1 for a case, 2 for a pallet."""
    index: int
    """Index of the case or pallet."""
    run: Run
    """The lot."""


def has_register(world: World) -> bool:
    """Whether the site hands over its hold register."""
    return "hold_breach" in world.spec.faults or choices(world.spec.seed, "register").random() < 0.35


def holds(world: World) -> list[Hold]:
    """All holds: ordinary ones that were respected, and those that were not."""
    found = []
    for run in world.runs:
        rng = choices(world.spec.seed, "holds", run.order.lot)
        begin = released(run) + rng.randrange(20, 200) * MINUTE
        if run.marks.held:
            what, index = run.marks.held
            found.append(Hold(begin, None, 2 if what == "pallet" else 1, index, run))
        if run.shipped and rng.random() < 0.5:  # lifted before its pallet left
            early = run.shipped * run.order.per_pallet - 1
            if run.marks.held != ("case", early):
                found.append(Hold(run.ended + 2 * HOUR, run.ended + 5 * HOUR, 1, early, run))
        if rng.random() < 0.5:
            found.append(Hold(begin + HOUR, None, 1, on_hand(run)[-1], run))
    return sorted(found, key=lambda hold: (hold.begin, hold.run.order.lot, hold.level, hold.index))


def label(hold: Hold) -> str:
    """SSCC-18 of what is on hold."""
    return hold.run.pallets[hold.index] if hold.level == 2 else hold.run.labels[hold.index]


def hold_rows(world: World, words: Words, form: Form) -> Iterator[Row]:
    """The hold register."""
    when = words.clock.writer(form.time)
    for number, hold in enumerate(holds(world), 1):
        reason = choices(world.spec.seed, "hold reason", label(hold)).choice(REASONS)
        yield (f"H{number:04d}", when(hold.begin), words.levels[hold.level], label(hold), hold.run.order.lot, reason,
               world.plant.auditor, "" if hold.end is None else when(hold.end),
               "Open" if hold.end is None else "Released")  # fmt: skip


def notice(world: World, run: Run) -> bytes:
    """The customer's exception notice: a JSON message of the Partnership for DSCSA Governance (PDG ExceptionsSchemas, 2024)."""
    pick = run.marks.pick
    assert pick is not None
    order = run.order

    def entries(cases: tuple[int, ...]) -> list[dict[str, str]]:
        return [
            {"exception_item_uuid": event_uuid(world.spec.seed, "item", run.name(p)), "product_gtin": order.product.gtin,
             "product_serial": run.name(p), "product_lot": order.lot, "product_expiry": order.expiry.strftime("%y%m%d")}
            for k in cases for p in run.children(k)
        ]  # fmt: skip

    message = {
        "exception_case_uuid": event_uuid(world.spec.seed, "case", order.lot),
        "message_uuid": event_uuid(world.spec.seed, "message", order.lot),
        "timestamp": (picked_at(run) + 20 * HOUR) // 1000, "po_number": pick_delivery(run), "observation_source": "Scan",
        "notes": f"{world.plant.customer}: received packs differ from the data of delivery {pick_delivery(run)}",
        "exceptions": {"missing_product_data": entries(pick.taken), "missing_product": entries(pick.scanned)},
    }  # fmt: skip
    return (json.dumps(message, indent=1) + "\n").encode()


def breached(run: Run) -> tuple[str, str] | None:
    """What left under hold, and the pallet with which it left."""
    if run.marks.held is None:
        return None
    what, index = run.marks.held
    pallet = run.pallets[index if what == "pallet" else run.pallet(index)]
    return (pallet if what == "pallet" else run.labels[index]), pallet


def left_at(run: Run) -> int:
    """When what was on hold left."""
    return shipped_at(run) - 15 * MINUTE
