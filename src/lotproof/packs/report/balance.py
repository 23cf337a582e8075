"""Sections 7 and 8: reconciliation and aggregation."""

from __future__ import annotations

from collections.abc import Sequence

from lotproof.control.units_seen import stops_of
from lotproof.draw.road import road
from lotproof.packs.report import figures
from lotproof.packs.report.blocks import Block, Code, Column, Figure, Heading, Inline, Light, Num, Para, Ref, Table, cut, cut_of
from lotproof.packs.report.book import Book, below_data, data_ref
from lotproof.packs.report.nine import nine
from lotproof.packs.report.scope import gravest, severity
from lotproof.packs.report.words import count
from lotproof.rules.numbers import safe
from lotproof.rules.reconcile import CLASSES, LotBalance

NAMES = {name: name.replace("_", " ") for name in (*CLASSES, "orphans", "unaccounted", "received", "gross_variance", "net_variance")}
"""Class -> words."""


def reconciliation(book: Book) -> tuple[str, Light, list[Block]]:
    """Section 7."""
    balances = book.values.balances
    if not balances:
        text = (
            "No source states which numbers the lots received, so no lot equation can be made. "
            "The owner of the number pool would supply them."
        )
        return "missing", Light("none", "no numbers received"), [Para(text, note=True)]
    open_lots = [balance for balance in balances if not balance.adds_up]
    ordered = [*open_lots, *(balance for balance in balances if balance.adds_up)]
    light = (
        Light("act", f"{len(open_lots):,} of {count(len(balances), 'lot')} do not add up or are undecided")
        if open_lots
        else Light("clear", "every lot adds up")
    )
    shown = ordered[: book.limits.lots]
    return "filled", light, [
        Para("Each number that a lot received is in exactly one class: received = unused + invalidated + label scrapped + label sampled + "
             "sampled + destroyed + inactive + good + unaccounted. That no number is in two classes was checked. Orphans are a part of "
             "unaccounted. A lot is undecided where the numbers received were not delivered: nothing then shows that all numbers are "
             "known. Lots that do not add up come first."),
        _equations(book, shown, len(ordered)), _losses(book, shown, len(ordered)), _matrix(book, ordered),
        *nine(book, ordered), *_roads(book, ordered), Heading("Each lot as one bar"), *_bars(book, ordered),
    ]  # fmt: skip


def _roads(book: Book, ordered: Sequence[LotBalance]) -> list[Block]:
    """Where the units of a lot were seen; in HTML alone, those that do not add up first."""
    lots = [] if book.limits.paper else [balance for balance in ordered if len(balance.matrix) > 1][: book.limits.figures]
    return [Heading("Where the units were seen"), *(_road(book, balance) for balance in lots)] if lots else []


def _road(book: Book, balance: LotBalance) -> Figure:
    title = f"Lot {book.limits.show(balance.lot)}: where the units were seen"
    stops = stops_of(balance.matrix)
    return Figure(road(stops, title).strip(), title + ": " + ", ".join(f"{stop.step} {stop.count:,}" for stop in stops), title)


def _cell(book: Book, balance: LotBalance, key: str) -> Inline:
    """A number of the equation with its own list where there is one."""
    number = book.number(balance.counts.get(key, 0), "lot", balance.lot, key)
    path = book.values.class_lists.get(balance.lot, {}).get(key)
    if path is None:
        return number
    if isinstance(number, Num):
        return Num(number.value, below_data(path), number.index)
    return Ref(f"{number:,}" if isinstance(number, int) else "", below_data(path))


def _equations(book: Book, shown: Sequence[LotBalance], total: int) -> Table:
    keys = ("received", *CLASSES, "unaccounted")
    rows: list[tuple[Inline, ...]] = [(Code(b.lot), *(_cell(book, b, key) for key in keys)) for b in shown]
    rows, more = list(rows), cut_of(rows, total, data_ref("reconciliation.json"))[1]
    return Table("Lot equations", [Column("Lot", 1.5), *(Column(NAMES[key].capitalize(), right=True) for key in keys)], rows, more)


def _verdict(balance: LotBalance) -> Light:
    return Light({"adds up": "clear", "undecided": "watch"}.get(balance.verdict, "act"), balance.verdict)


def _losses(book: Book, shown: Sequence[LotBalance], total: int) -> Table:
    rows: list[tuple[Inline, ...]] = [
        (Code(b.lot), Code(b.gtin) if b.gtin else None, _verdict(b),
         *(_cell(book, b, key) for key in ("unaccounted", "orphans", "gross_variance", "net_variance")))
        for b in shown
    ]  # fmt: skip
    columns = [Column("Lot", 1.2), Column("GTIN", 1.3), Column("Status", 1.2), Column("Unaccounted", right=True),
        Column("of these orphans", right=True),
               Column("Gross variance", right=True), Column("Net variance", right=True)]  # fmt: skip
    return Table("Residue and variance", columns, rows, cut_of(rows, total, data_ref("reconciliation.json"))[1])


def _matrix(book: Book, ordered: Sequence[LotBalance]) -> Block:
    rows: list[tuple[Inline, ...]] = [
        (
            Code(b.lot),
            f"{pair['left']} and {pair['right']}",
            *(pair[key] for key in ("left_count", "right_count", "missing", "extra", "format_only")),
        )
        for b in ordered
        for pair in b.matrix
    ]
    if not rows:
        return Para("No two neighbouring sources are there, so none can be compared.", note=True)
    shown, more = cut(rows, book.limits.rows, data_ref("reconciliation.json"))
    columns = [Column("Lot", 1.2), Column("Sources compared", 1.5), Column("In the first", right=True), Column("In the second", right=True),
               Column("Missing in the second", right=True), Column("Extra in the second", right=True),
               Column("Same but for format", right=True)]  # fmt: skip
    return Table("Source by source, as sets of packs (unused numbers are in no printer log by nature)", columns, shown, more)


def _bars(book: Book, ordered: Sequence[LotBalance]) -> list[Block]:
    blocks: list[Block] = []
    for balance in ordered[: book.limits.figures]:
        counts = {key: balance.counts.get(key, 0) for key in (*CLASSES, "orphans", "unaccounted")}
        counts["unaccounted"] -= counts["orphans"]
        names = {**NAMES, "unaccounted": "other unaccounted"}
        parts = [(key, names[key], counts[key]) for key in ("good", *(k for k in counts if k != "good"))]
        alt = f"Lot {balance.lot}: of {balance.counts.get('received', 0):,} received numbers, " + ", ".join(
            f"{number:,} {name}" for _, name, number in parts if number
        )
        blocks.append(
            Figure(
                figures.partition(parts, alt, book.limits.show), alt, f"Lot {balance.lot}: {balance.counts.get('received', 0):,} received"
            )
        )
    if len(ordered) > len(blocks):
        blocks.append(Para(f"Drawn are the first {len(blocks):,} of {len(ordered):,} lots; the table has the numbers of the others."))
    return blocks


def aggregation(book: Book) -> tuple[str, Light, list[Block]]:
    """Section 8."""
    values, limits = book.values, book.limits
    found = [(index, finding) for index, finding in enumerate(values.findings) if finding.code.startswith("AGG-")]
    rows: list[tuple[Inline, ...]] = [
        (book.finding(i), severity(f), Code(f.lot) if f.lot else "whole site", book.finding_count(f), f.sentence)
        for i, f in found[: limits.rows]
    ]
    levels = list(dict.fromkeys(level for lot in values.lots for level in lot.containers))
    held = [lot for lot in values.lots if lot.containers]
    containers: list[tuple[Inline, ...]] = [
        (Code(lot.lot), *(lot.containers.get(level) for level in levels), _container_list(book, lot.lot)) for lot in held[: limits.lots]
    ]
    opened = [receipt for receipt in values.receipts if receipt.kind == "audit"]
    blocks: list[Block] = [
        Table("Findings on containers", [Column("Code", 0.6), Column("Severity", 0.8), Column("Lot", 1), Column("Count", 0.6, right=True),
                                         Column("Finding", 4, lines=3)], rows, cut_of(rows, len(found), data_ref("findings.json"))[1])
        if rows else Para("No rule on containers found anything."),
        Heading("Containers recorded"),
        Table("Containers by level", [Column("Lot", 1.2), *(Column(level.capitalize(), right=True) for level in levels), Column("List", 2)],
              containers, cut_of(containers, len(held), data_ref("reconciliation.json"))[1])
        if containers else Para("No source records a container."),
        Heading("Opened cases"),
        Para(("Scans of opened cases are among the sources: ", *_listed([book.place(r.name, None) for r in opened[:20]]), "."))
        if opened else Para("No scan of opened cases is among the sources, so the contents of containers rest on the records "
                            "alone.", note=True),
        Para("A plan for physical scans, and its result, is not recorded in this version. QA would supply it.", note=True),
    ]  # fmt: skip
    return "partly", gravest([f for _, f in found]) if found else Light("watch", "no finding, by the records alone"), blocks


def _container_list(book: Book, lot: str) -> Inline:
    return data_ref(f"aggregation/{safe(lot)}.csv") if lot in book.values.class_lists else None


def _listed(parts: Sequence[Inline]) -> tuple[Inline, ...]:
    joined: list[Inline] = []
    for rank, part in enumerate(parts):
        joined += [", ", part] if rank else [part]
    return tuple(joined)
