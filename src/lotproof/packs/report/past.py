"""Section 14: history and recurrence: the same findings in earlier runs, alerts, deviations, similar cases and how they ended."""

from __future__ import annotations

from collections.abc import Sequence

from lotproof.control.similar import Likeness
from lotproof.control.trends import Event, Trend, pareto
from lotproof.draw.pareto import pareto_chart
from lotproof.packs.report.blocks import Block, Code, Column, Figure, Heading, Inline, Light, Para, Table, cut
from lotproof.packs.report.book import Book, data_ref
from lotproof.packs.report.values import History, Recurrence
from lotproof.packs.report.words import count, utc

OPEN = "Whether earlier actions held is told only as far as the ledger or a case file records it; QA would supply the rest."


def history(book: Book) -> tuple[str, Light, list[Block]]:
    """Section 14."""
    found = book.values.history
    if found is None:
        text = "Earlier findings, alerts, deviations and cases are missing: this pack was made without looking for them."
        return "missing", Light("none", "not looked for"), [Para(text, note=True)]
    blocks = [_searched(found), *_again(book, found.again), *_events(book, found), *_alike(book, found)]
    known = len({one.code for one in found.again})
    alike = sum(bool(cases) for cases in found.similar.values())
    if known:
        return "partly", Light("watch", f"{count(known, 'code')} seen before"), [*blocks, Para(OPEN, note=True)]
    light = Light("watch", f"similar cases for {count(alike, 'lot')}") if alike else Light("clear", "nothing like it on record")
    return "partly", light, [*blocks, Para(OPEN, note=True)]


def _searched(found: History) -> Block:
    """What was searched, so that nothing found is something proved."""
    return Para(
        (
            f"Searched were {count(found.runs, 'earlier run')} of this workspace, {count(len(found.alerts), 'alert')} and "
            f"{count(len(found.deviations), 'deviation')} of all its deliveries, and {count(found.compared, 'case')}. All of it is in ",
            data_ref("history.json"),
            ".",
        )
    )


def _again(book: Book, again: Sequence[Recurrence]) -> list[Block]:
    if not again:
        return [Para("No earlier run found one of these codes in another lot.")]
    rows: list[tuple[Inline, ...]] = [(Code(one.code), Code(one.lot), one.count, utc(one.time), one.entry) for one in again]
    shown, more = cut(rows, book.limits.rows, data_ref("history.json"))
    columns = [Column("Code", 0.7), Column("Earlier lot", 1), Column("Count", 0.6, right=True), Column("Found (UTC)", 1.3),
               Column("Ledger entry", 0.8, right=True)]  # fmt: skip
    return [Table("Findings of the same codes in other lots, in earlier runs", columns, shown, more)]


def _events(book: Book, found: History) -> list[Block]:
    blocks: list[Block] = []
    for name, events in (("Alerts", found.alerts), ("Deviations", found.deviations)):
        if not events:
            blocks.append(Para(f"{name}: none among the sources."))
            continue
        rows: list[tuple[Inline, ...]] = [
            (one.value, one.count, f"{100 * one.share:.1f} %", f"{100 * one.cumulated:.1f} %") for one in pareto(events, "code")
        ]
        shown, more = cut(rows, book.limits.rows, data_ref("history.json"))
        columns = [
            Column("Code or cause", 2),
            Column("Count", 0.6, right=True),
            Column("Share", 0.6, right=True),
            Column("Cumulated", 0.7, right=True),
        ]
        drawn = pareto_chart([(book.limits.show(one.value), one.count) for one in pareto(events, "code")], f"{name} by code or cause")
        blocks.append(Figure(drawn.strip(), f"{name}: {len(events):,} in all, listed in the table below", f"{name} by code or cause"))
        blocks.append(Table(f"{name} by code or cause, the most frequent first", columns, shown, more))
        blocks.extend(Para(_trend(one)) for one in found.trends if one.name == name.lower())
    return [*blocks, *_deviations(book, found.deviations)]


def _trend(one: Trend) -> str:
    fired = len({signal.index for part in one.charted.parts for signal in part[2]}) if one.charted else 0
    chart = (
        f"{one.choice.kind} chart ({one.choice.reason}): {count(fired, 'point')} with a signal"
        if one.charted
        else f"No chart: {one.choice.reason}"
    )
    onset = f" More or fewer since {one.since}." if one.since else " No step in their number that chance does not explain."
    return f"{one.name.capitalize()} by {one.by}: {chart}.{onset}"


def _deviations(book: Book, events: Sequence[Event]) -> list[Block]:
    """Deviations of lots and products of this pack; the others are counted above."""
    lots = {balance.lot for balance in book.values.balances}
    products = {lot.product for lot in book.values.lots if lot.product}
    near = [event for event in events if event.lot in lots or event.product in products]
    if not near:
        return [Para("No deviation of the registers is about a lot or product of this pack.")] if events else []
    rows: list[tuple[Inline, ...]] = [
        (f"{event.at:%Y-%m-%d}" if event.at else None, Code(event.lot) if event.lot else None, event.line or None, event.text,
         book.place(event.source, event.position))
        for event in near
    ]  # fmt: skip
    shown, more = cut(rows, book.limits.rows, data_ref("history.json"))
    columns = [
        Column("Day", 0.8),
        Column("Lot", 0.8),
        Column("Line", 0.7),
        Column("Deviation; cause; action", 3, lines=3),
        Column("Place", 1.2),
    ]
    return [Table("Deviations of lots or products of this pack", columns, shown, more)]


def _alike(book: Book, found: History) -> list[Block]:
    rows = [_row(lot, one) for lot, cases in found.similar.items() for one in cases]
    if not rows:
        return [Para("No earlier case has enough in common with a lot of this pack to be named.")]
    shown, more = cut(rows, book.limits.rows, data_ref("history.json"))
    columns = [Column("Lot", 0.8), Column("Like", 0.5, right=True), Column("Earlier case", 1.3, lines=3), Column("In common", 2.4, lines=4),
               Column("How it ended, as recorded", 1.8, lines=4)]  # fmt: skip
    told = (
        "Likeness is from 0 to 1, to rank by: codes and failure modes in common (rare ones weigh more), words (BM25), equipment, product."
    )
    return [Heading("Similar earlier cases"), Para(told), Table("The most alike first, lot by lot", columns, shown, more)]


def _row(lot: str, one: Likeness) -> tuple[Inline, ...]:
    case = one.case
    common = [
        f"{name} {', '.join(values)}"
        for name, values in (("codes", one.codes), ("modes", one.modes), ("equipment", one.equipment))
        if values
    ]
    common += [f"words {', '.join(word for word, _ in one.words)}"] if one.words else []
    named = f"{case.id}{', ' + case.when if case.when else ''} ({case.origin})"
    return Code(lot), f"{one.score:.2f}", named, "; ".join(common), one.outcome
