"""Rows of the line's files: allocated numbers, line controller, printer, camera."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import numpy as np

from lotproof.simulate.line import MINUTE, World
from lotproof.simulate.run import GOOD, NOREAD, READ_DELAY, REASONS, REJECTED, SAMPLED, Run
from lotproof.simulate.tables import Form
from lotproof.simulate.words import CodeStyle, Words, element_string, printed_as

Row = tuple[str, ...]
BLOCK = 4096
UNUSED, INVALID, LABEL = 5, 6, 7
OCR_FAULT = 3


def numbers_rows(world: World, words: Words, form: Form, *, runs: tuple[Run, ...]) -> Iterator[Row]:
    """One row for each number received, in the sequence of allocation."""
    when = words.clock.writer(form.time)
    for run in runs:
        order = run.order
        at, request = when(run.started - 22 * 60 * MINUTE), "RQ" + order.number[-5:]
        for low in range(0, len(run.serials), BLOCK):
            for serial in run.serials[run.shuffled[low : low + BLOCK]].tolist():
                yield order.number, order.product.gtin, serial.decode(), at, request


def line_rows(world: World, words: Words, form: Form, *, runs: tuple[Run, ...]) -> Iterator[Row]:
    """One row for each number, case and pallet, with the line controller's last state."""
    for run in runs:
        yield from _pack_rows(words, form, run)
        yield from _number_rows(world, words, form, run)
        yield from _case_rows(world, words, form, run)


def _pack_rows(words: Words, form: Form, run: Run) -> Iterator[Row]:
    order, when = run.order, words.clock.writer(form.time)
    head = (order.number, order.lot, order.product.gtin, words.levels[0])
    skew, wrong = run.skew("line"), run.marks.mislabel
    expiries = [printed_as(run, after)[1].strftime(form.expiry) for after in (False, True)]
    wrong_from = run.wrong_from if wrong and wrong.place == "line" else run.packs
    boxes = [(label, when(int(at) + skew)) for label, at in zip(run.labels, run.closed, strict=True)]
    carried = dict.fromkeys(run.carried, (run.carried_into[0], when(run.carried_into[1] + skew))) if run.carried_into else {}
    for low in range(0, run.packs, BLOCK):
        part = slice(low, low + BLOCK)
        columns = (run.state, run.reason, run.case, run.printed, run.camera)
        names = run.names(low, min(low + BLOCK, run.packs))
        for pack, (serial, state, reason, case, printed, camera) in enumerate(
            zip(names, *(c[part].tolist() for c in columns), strict=True), low
        ):
            label, closed = boxes[case] if case >= 0 and state in (GOOD, SAMPLED) else carried.get(pack, ("", ""))
            yield (*head, serial, words.status[state], REASONS[reason] if state == REJECTED else "",
                   label, "", "", expiries[pack >= wrong_from], when(printed + skew), when(printed + READ_DELAY + skew),
                   closed, f"CAM-0{camera + 1}", words.operator_at(printed))  # fmt: skip


def _number_rows(world: World, words: Words, form: Form, run: Run) -> Iterator[Row]:
    order, when = run.order, words.clock.writer(form.time)
    head = (order.number, order.lot, order.product.gtin, words.levels[0])
    expiry, line = order.expiry.strftime(form.expiry), world.plant.line
    first_invalid = run.packs + run.label_samples
    first_unused = first_invalid + run.invalidated
    operator = words.operator_at(run.started)
    for index in range(run.packs, len(run.serials)):
        if index in run.marks.unaccounted:
            continue
        kind = LABEL if index < first_invalid else INVALID if index < first_unused else UNUSED
        printed = when(setup_time(run, index) + run.skew("line")) if kind == LABEL else ""
        yield (*head, run.name(index), words.status[kind], "", "", "", "", expiry, printed, "", "", line, operator)


def setup_time(run: Run, index: int) -> int:
    """Print time of a label sample."""
    return run.started + 4 * MINUTE + 6000 * (index - run.packs)


def _case_rows(world: World, words: Words, form: Form, run: Run) -> Iterator[Row]:
    order, when = run.order, words.clock.writer(form.time)
    expiry = order.expiry.strftime(form.expiry)

    def row(level: int, label: str, state: int, parent: str, count: int, full: int, at: int, place: str) -> Row:
        partial = words.yes_no[0] if 0 < count < full else words.yes_no[1]
        at += run.skew("line")
        return (order.number, order.lot, order.product.gtin, words.levels[level], label, words.status[state], "",
                parent, str(count), partial, expiry, when(at), "", when(at), place, words.operator_at(at - run.skew("line")))  # fmt: skip

    for k, label in enumerate(run.labels):
        if run.relabel and run.relabel.case == k:
            yield row(1, run.relabel.old, 3, "", 0, order.per_case, run.relabel.at - 45_000, "CPK-1")
        parent = run.pallets[run.pallet(k)]
        yield row(1, label, GOOD, parent, int(run.stated[k]), order.per_case, int(run.closed[k]), "CPK-1")
    for p, label in enumerate(run.pallets):
        yield row(2, label, GOOD, "", len(run.on_pallet(p)), order.per_pallet, int(run.built[p]), "PAL-1")


def printer_rows(world: World, words: Words, form: Form) -> Iterator[Row]:
    """One row for each print, set-up labels and repeated prints among them."""
    when, label = words.clock.writer(form.time), 0
    for run in world.runs:
        job, skew = run.order.number, run.skew("printer")
        for i in range(run.label_samples):
            index = run.packs + i
            yield (when(setup_time(run, index) + skew), f"P{i % 2 + 1}", job, run.name(index), str(90_000 + 260 * i),
                   _roll(world, label), "SETUP")  # fmt: skip
        printed, encoder, printer = run.printed.tolist(), run.encoder.tolist(), run.printer.tolist()
        for pack, serial in enumerate(_names(run)):
            if pack == run.windows.reprint:
                for read in run.again:
                    yield (when(read.printed + skew), f"P{printer[read.pack] + 1}", job, run.name(read.pack), str(read.count),
                           _roll(world, label), "OK")  # fmt: skip
            label += 1
            bad = run.windows.roll is not None and run.windows.roll[0] <= pack < run.windows.roll[1]
            yield (when(printed[pack] + skew), f"P{printer[pack] + 1}", job, serial, str(encoder[pack]),
                   bad_roll(world, run) if bad else _roll(world, label), "OK")  # fmt: skip


def bad_roll(world: World, run: Run) -> str:
    """The number of the roll on which the labels of a reject cluster came."""
    return f"ROLL{(world.spec.seed * 7919 + 999_331 + int(run.order.number) * 13) % 1_000_000:06d}"


def _roll(world: World, label: int) -> str:
    return f"ROLL{(world.spec.seed * 7919 + 104_729 + label // 2500 * 37) % 1_000_000:06d}"


def _names(run: Run) -> Iterator[str]:
    for low in range(0, run.packs, BLOCK):
        yield from run.names(low, min(low + BLOCK, run.packs))


def camera_rows(world: World, words: Words, form: Form, *, style: CodeStyle) -> Iterator[Row]:
    """One row for each read of the line's cameras, with the grade parameters of ISO/IEC 15415."""
    when, image = words.clock.writer(form.time), 0
    decimals = [form.decimal(tenths) for tenths in range(41)]
    for run in world.runs:
        codes = [element_string(words, run, style, wrong) for wrong in (False, True)]
        texts = [(lot, day.strftime("%m/%Y")) for lot, day in (printed_as(run, False), printed_as(run, True))]
        skew, wrong_from = run.skew("camera"), run.wrong_from
        reads = zip(_names(run), run.printed.tolist(), run.read.tolist(), run.reason.tolist(), run.camera.tolist(),
                    run.grades.tolist(), strict=True)  # fmt: skip
        for pack, (serial, printed, read, reason, camera, grades) in enumerate(reads):
            code, (lot, month) = codes[pack >= wrong_from], texts[pack >= wrong_from]
            if pack == run.windows.reprint:
                for second in run.again:
                    image += 1
                    text = code(run.name(second.pack))
                    again = [decimals[max(28, g - 1)] for g in run.grades[second.pack].tolist()]
                    yield (when(second.printed + READ_DELAY + skew), f"CAM-0{int(run.camera[second.pack]) + 1}",
                           words.verdicts[0], text, text, lot, month, min(again), *again,
                           words.operator_at(second.printed), f"IMG{image:08d}.png")  # fmt: skip
            image += 1
            text, at = code(serial), printed + READ_DELAY + skew
            if read == NOREAD:
                seen: tuple[str, ...] = ("",) * 11
            else:
                ocr = lot[:-1] + "?" if reason == OCR_FAULT else lot
                seen = (text, ocr, month, decimals[min(grades)], *[decimals[g] for g in grades])
            yield (when(at), f"CAM-0{camera + 1}", words.verdicts[read], text, *seen, words.operator_at(printed),
                   f"IMG{image:08d}.png")  # fmt: skip


def total_of_stock(run: Run, cases: Iterable[int]) -> int:
    """Packs of the lot in these cases, as the ERP books them from their serials."""
    return int(np.sum([run.stock(k) - run.guests(k) for k in cases], initial=0))
