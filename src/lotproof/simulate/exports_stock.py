"""Rows of ERP and warehouse files: orders, movements, stock, receipts, inventory, dock scans, opened cases."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from lotproof.simulate.chance import choices
from lotproof.simulate.exports_line import Row, total_of_stock
from lotproof.simulate.hub import delivery, pick_delivery, picked, picked_at, released, shipped_at
from lotproof.simulate.line import MINUTE, World
from lotproof.simulate.run import Run
from lotproof.simulate.tables import Form
from lotproof.simulate.times import write_date
from lotproof.simulate.words import CodeStyle, Words, element_string

HOUR = 60 * MINUTE


@dataclass(frozen=True, order=True)
class _Movement:
    at: int
    lot: str
    type: str
    quantity: int
    place: str
    user: str
    reference: str
    material: str


def counted_at(world: World) -> int:
    """Start of the stock count, on the day after the last shipment."""
    return max(shipped_at(run) for run in world.runs) + 26 * HOUR


def order_rows(world: World, words: Words, form: Form) -> Iterator[Row]:
    """One row for each order, with pack sizes."""
    when = words.clock.writer(form.time)
    for run in world.runs:
        order = run.order
        yield (order.number, world.plant.line, order.product.material, order.product.name, order.product.gtin,
               order.lot, order.expiry.strftime(form.expiry), str(order.units), str(order.per_case),
               str(order.per_pallet), when(run.started), when(run.ended))  # fmt: skip


def received_at(run: Run, pallet: int) -> int:
    """Time of the goods receipt of a pallet."""
    return int(run.built[pallet]) + 18 * MINUTE


def _guest_movements(run: Run) -> Iterator[_Movement]:
    """The packs of the lot before that lie in the first case of this one are booked under their own lot."""
    if run.donor is None:
        return
    count, donor = len(run.donor.carried), run.donor.order
    yield _Movement(received_at(run, 0), donor.lot, "101", count, "0001", "IF-L3", "", donor.product.material)
    if run.shipped:
        yield _Movement(shipped_at(run) - 10 * MINUTE, donor.lot, "601", -count, "0002", "WHSHIP", delivery(run),
                        donor.product.material)  # fmt: skip


def _movements(run: Run) -> Iterator[_Movement]:
    material, lot = run.order.product.material, run.order.lot
    reversed_one = min(1, len(run.pallets) - 1) if run.order.investigated else None
    for pallet in range(len(run.pallets)):
        at, quantity = received_at(run, pallet), total_of_stock(run, run.on_pallet(pallet))
        yield _Movement(at, lot, "101", quantity, "0001", "IF-L3", "", material)
        if pallet == reversed_one:
            yield _Movement(at + 10 * MINUTE, lot, "102", -quantity, "0001", "WHLEAD", "posted to wrong location", material)
            yield _Movement(at + 11 * MINUTE, lot, "101", quantity, "0001", "IF-L3", "", material)
    everything = total_of_stock(run, range(run.cases))
    yield _Movement(released(run), lot, "321", everything, "0002", "QAREL", "usage decision", material)
    gone = range(run.shipped * run.order.per_pallet)
    if run.shipped:
        yield _Movement(shipped_at(run) - 10 * MINUTE, lot, "601", -total_of_stock(run, gone), "0002", "WHSHIP",
                        delivery(run), material)  # fmt: skip
    if run.marks.pick:
        yield _Movement(picked_at(run) - 10 * MINUTE, lot, "601", -total_of_stock(run, picked(run)), "0002", "WHSHIP",
                        pick_delivery(run), material)  # fmt: skip
    yield from _guest_movements(run)


def movement_rows(world: World, words: Words, form: Form) -> Iterator[Row]:
    """Goods movements of all lots in the sequence of posting."""
    document = choices(world.spec.seed, "documents").randrange(4_800_000_000, 4_899_000_000)
    found = sorted(movement for run in world.runs for movement in _movements(run))
    for number, move in enumerate(found, document):
        at = words.clock.local(move.at)
        day = write_date(form.date, at.date())
        yield (str(number), "1", move.type, move.material, move.lot, world.plant.code, move.place,
               _signed(words, form, move.quantity), "EA", day, day, at.strftime("%H:%M:%S"), move.user,
               move.reference)  # fmt: skip


def _signed(words: Words, form: Form, quantity: int) -> str:
    text = _quantity(form, abs(quantity))
    if quantity >= 0:
        return text
    return text + "-" if words.minus_behind else "-" + text


def _quantity(form: Form, quantity: int) -> str:
    return f"{quantity},000" if form.comma else str(quantity)


def on_hand(run: Run) -> list[int]:
    """Cases that the records have on stock: those not scanned for a delivery."""
    return [k for k in range(run.shipped * run.order.per_pallet, run.cases) if k not in picked(run)]


def standing(run: Run) -> list[int]:
    """Cases that really stand in the warehouse when it is counted."""
    pick = run.marks.pick
    gone = {run.marks.missing, *((*pick.right, *pick.taken) if pick else ())}
    return [k for k in range(run.shipped * run.order.per_pallet, run.cases) if k not in gone]


def erp_stock(world: World, run: Run) -> int:
    """Unrestricted stock of the lot as the ERP shows it."""
    missing = run.marks.missing
    into = next((other for other in world.runs if other.donor is run), None)
    elsewhere = len(run.carried) if into is not None and not into.shipped else 0
    return total_of_stock(run, on_hand(run)) - (0 if missing is None else run.stock(missing)) + elsewhere


def stock_rows(world: World, words: Words, form: Form) -> Iterator[Row]:
    """Stock by batch."""
    for run in world.runs:
        yield (run.order.product.material, world.plant.code, "0002", run.order.lot, "EA",
               _quantity(form, erp_stock(world, run)), _quantity(form, 0), _quantity(form, 0))  # fmt: skip


def receipt_rows(world: World, words: Words, form: Form) -> Iterator[Row]:
    """One row for each pallet put away."""
    when = words.clock.writer(form.time)
    for run in world.runs:
        for pallet, label in enumerate(run.pallets):
            yield (when(received_at(run, pallet)), label, str(len(run.on_pallet(pallet))), run.order.lot,
                   world.plant.warehouse[0])  # fmt: skip


def inventory_rows(world: World, words: Words, form: Form) -> Iterator[Row]:
    """The stock count: one row for each case found."""
    when, at = words.clock.writer(form.time), counted_at(world)
    for run in world.runs:
        for k in standing(run):
            at += 3000
            pallet = run.marks.rebuilt.get(k, run.pallet(k))
            yield (when(at), f"R{pallet % 40:02d}-{'ABCD'[k % 4]}", run.pallets[pallet], run.labels[k],
                   run.order.product.gtin, run.order.lot, str(run.stock(k)), world.plant.warehouse[k % 2])  # fmt: skip


def inventory_total(world: World) -> int:
    """Packs counted."""
    return sum(run.stock(k) for run in world.runs for k in standing(run))


def dock_rows(world: World, words: Words, form: Form) -> Iterator[Row]:
    """One row for each pallet scanned at the dock."""
    when = words.clock.writer(form.time)
    for run in sorted(world.runs, key=shipped_at):
        for pallet in range(run.shipped):
            yield (when(shipped_at(run) - 15 * MINUTE + 20_000 * pallet), delivery(run), words.levels[2],
                   run.pallets[pallet], world.plant.customer, world.plant.warehouse[1])  # fmt: skip
        for number, k in enumerate(picked(run)):
            yield (when(picked_at(run) - 15 * MINUTE + 20_000 * number), pick_delivery(run), words.levels[1],
                   run.labels[k], world.plant.customer, world.plant.warehouse[1])  # fmt: skip


def content(run: Run, case: int) -> list[int]:
    """Indices of the packs that really lie in the case with this label."""
    source = case
    if run.marks.swapped and case in run.marks.swapped:
        first, second = run.marks.swapped
        source = second if case == first else first
    if run.marks.shifted:
        first, last, offset = run.marks.shifted
        if first <= case <= last:
            length = last - first + 1
            source = first + (case - first + offset) % length  # the left-over label went to the other end of the run
    replaced = dict(run.marks.substituted.get(source, ()))
    return [replaced.get(pack, pack) for pack in run.children(source) if pack not in run.marks.sampled_inside]


def audit_rows(world: World, words: Words, form: Form, *, style: CodeStyle, plain: bool) -> Iterator[Row]:
    """One row for each pack scanned out of an opened case; `plain` gives serial numbers instead of element strings."""
    when, at = words.clock.writer(form.time), counted_at(world) + 4 * HOUR
    for run in world.runs:
        lost = CodeStyle("", style.symbology)
        whole, bare = ([element_string(words, run, how, wrong) for wrong in (False, True)] for how in (style, lost))
        for case in run.marks.audited:
            at += 90_000
            packs = content(run, case)
            choices(world.spec.seed, "audit", run.labels[case]).shuffle(packs)
            code = bare if case in run.marks.bare else whole
            for pack in packs:
                at += 2000
                serial = run.name(pack)
                yield when(at), run.labels[case], serial if plain else code[pack >= run.wrong_from](serial), world.plant.auditor
