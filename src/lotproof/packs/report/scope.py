"""Sections 2, 3 and 4: scope, what signalled, and classification."""

from __future__ import annotations

from collections.abc import Sequence

from lotproof.lake.resolve import rule_kind
from lotproof.packs.report.blocks import Block, Code, Column, Heading, Inline, Light, Para, Ref, Table, cut, page_of
from lotproof.packs.report.book import Book, data_ref
from lotproof.packs.report.words import count, utc
from lotproof.rules.finding import Finding
from lotproof.rules.register import RULES

EXPECTED = {
    "numbers": "numbers received for an order: without them no lot equation can be made",
    "printer": "printer log: printed and verified numbers cannot be compared",
    "camera": "camera or verification log: no-reads and grades cannot be judged",
    "line": "line controller export: states and containers at the line are unknown",
    "hub": "EPCIS events of the hub: what the repository holds cannot be compared",
    "orders": "order master: planned quantities and products are unknown",
    "movements": "ERP goods movements: quantities cannot be compared with ERP",
    "stock": "ERP stock overview: stock cannot be compared",
    "audit": "opened cases: the contents of containers rest on the records alone",
    "alerts": "alerts of an authority: whether the market signalled is unknown",
    "downtime": "stops and maintenance: findings cannot be set against stops of the line",
}
"""Kind of source -> what cannot be said without it."""

SEVERITY_LIGHTS = {"critical": "act", "major": "act", "minor": "watch", "info": "none"}
"""Severity -> status light."""


def severity(found: Finding) -> Light:
    """The severity of a finding as a light."""
    return Light(SEVERITY_LIGHTS.get(found.severity, "none"), found.severity)


def gravest(findings: Sequence[Finding], noun: str = "finding") -> Light:
    """One light for several findings."""
    kinds = [SEVERITY_LIGHTS.get(found.severity, "none") for found in findings]
    if not kinds:
        return Light("clear", f"no {noun}")
    return Light(next((kind for kind in ("act", "watch") if kind in kinds), "clear"), count(len(findings), noun))


def boundaries(book: Book) -> tuple[str, Light, list[Block]]:
    """Section 2."""
    values, limits = book.values, book.limits
    lots: list[tuple[Inline, ...]] = [
        (Code(lot.lot), Code(lot.gtin) if lot.gtin else None, lot.product or None, Code(lot.order_no) if lot.order_no else None,
         lot.planned, utc(lot.first), utc(lot.last))
        for lot in values.lots
    ]  # fmt: skip
    shown, more = cut(lots, limits.lots, data_ref("reconciliation.json"))
    columns = [Column("Lot", 1.2), Column("GTIN", 1.3), Column("Product", 1.5), Column("Order", 1), Column("Planned", 0.8, right=True),
               Column("First observation", 1.7), Column("Last observation", 1.7)]  # fmt: skip
    absent = _absent(book)
    gaps, rest = cut([(text,) for text in absent], limits.rows, data_ref("sources.json"))
    blocks: list[Block] = [
        Para(("In scope are ", book.number(len(values.receipts), "run", "sources"), " sources and ", *_observations(book),
              " observations. Everything that was delivered is in the pack; nothing was left out by choice. ",
              Ref("Section 10", page_of(10)), " lists the sources with their hashes and row counts.")),
        Table("Lots in scope", columns, shown, more),
        Heading("What was not available"),
    ]  # fmt: skip
    if absent:
        blocks.append(Table("Not available, and what follows from it", [Column("What was not available", lines=3)], gaps, rest))
    else:
        blocks.append(Para("Nothing that the rules ask for was missing."))
    blocks.append(
        Para("Cut-off times of the exports are recorded only where a file states them; the last observation of a lot stands in the table.")
    )
    return "filled", Light("watch", f"{count(len(absent), 'gap')} in the sources") if absent else Light("clear", "no gap known"), blocks


def _observations(book: Book) -> tuple[Inline, ...]:
    found = book.statements.get("run/observations")
    return (book.number(found.value, "run", "observations"),) if found else (sum(r.observations for r in book.values.receipts),)


def _absent(book: Book) -> list[str]:
    values = book.values
    kinds = {rule_kind(receipt.kind) for receipt in values.receipts}
    gaps = [f"No {text}." for kind, text in EXPECTED.items() if kind not in kinds]
    gaps += [f"{receipt.name}: could not be read; see section 10." for receipt in values.receipts if receipt.kind == "unreadable"]
    gaps += [f"{receipt.name}: {count(receipt.quarantined, 'row')} could not be read and are in quarantine."
             for receipt in values.receipts if receipt.quarantined]  # fmt: skip
    gaps += [f"Lot {lot.lot}: no observation with a time in UTC." for lot in values.lots if lot.first is None]
    gaps += [f"Lot {lot.lot}: no order is known." for lot in values.lots if not lot.order_no and "orders" in kinds]
    if values.zone is None and any(found.code == "TIM-04" for found in values.findings):
        gaps.append("No zone was given for times that carry none (TIM-04); they are not placed in UTC.")
    return gaps


def symptoms(book: Book) -> tuple[str, Light, list[Block]]:
    """Section 3."""
    values = book.values
    groups: dict[str, list[Finding]] = {rule.symptom: [] for rule in RULES.values()}
    for found in values.findings:
        rule = RULES.get(found.code)
        groups.setdefault(rule.symptom if rule else "Other", []).append(found)
    rows: list[tuple[Inline, ...]] = [
        (
            name,
            gravest(found),
            len(found),
            ", ".join(dict.fromkeys(f.code for f in found)) or None,
            count(len({f.lot for f in found if f.lot}), "lot"),
        )
        for name, found in groups.items()
    ]
    alerts: list[tuple[Inline, ...]] = [
        (book.place(r.name, None), r.rows, r.stored, r.quarantined) for r in values.receipts if r.kind == "alerts"
    ]
    shown, more = cut(alerts, book.limits.rows, data_ref("sources.json"))
    blocks: list[Block] = [
        Para("What signalled, by symptom. A symptom without findings was searched for as well."),
        Table("Findings by symptom", [Column("Symptom", 1.5), Column("Status", 1), Column("Findings", 0.6, right=True), Column("Codes",
            1.6),
                                      Column("Lots", 0.6)], rows),
        Heading("Alerts"),
        Table("Alert lists among the sources", [Column("Source", 3), Column("Rows", right=True), Column("Stored", right=True),
                                                Column("Quarantined", right=True)], shown, more)
        if alerts else Para("No list of alerts (EMVS, VRS or a partner) is among the sources."),
        Para("Who noticed what on the floor, when and where, and photos: not recorded in this version. "
             "The person who raised it would supply it.",
             note=True),
    ]  # fmt: skip
    return "partly", gravest(values.findings), blocks


def classification(book: Book) -> tuple[str, Light, list[Block]]:
    """Section 4."""
    values, limits = book.values, book.limits
    rows = [_classified(book, index, found) for index, found in enumerate(values.findings[: limits.findings])]
    more: Inline = ""
    if len(values.findings) > len(rows):
        more = (f"Shown are the {len(rows):,} gravest of {len(values.findings):,}; all are in ", data_ref("findings.json"), ".")
    found_codes = {found.code for found in values.findings}
    clean: list[tuple[Inline, ...]] = [
        (Code(rule.code), rule.title, rule.severity.value) for rule in RULES.values() if rule.code not in found_codes
    ]
    columns = [Column("Code", 0.8), Column("Severity", 1), Column("Lot", 1.1), Column("Count", 0.8, right=True), Column("Meaning", 2.4),
               Column("HDA", 0.9), Column("PDG", 1.3), Column("EMVS", 0.7), Column("VRS", 1)]  # fmt: skip
    blocks: list[Block] = [
        Table("Findings and their names in other catalogues", columns, rows, more) if rows else Para("No rule found anything."),
        Heading("Rules that ran and found nothing"),
        Table(f"Rules of set {values.rule_set} without a finding", [Column("Code", 0.5), Column("What it looks for", 3),
            Column("Severity", 0.7)], clean)
        if clean else Para("Every rule found something."),
        Heading("Suspect-product gate"),
        Para("Whether product is suspect is a decision of a person; a difference of records alone does not make it so. Legal clocks start "
             "with that decision. " + ("" if values.cases else "No decision is recorded."), note=True),
    ]  # fmt: skip
    return "partly", gravest(values.findings), blocks


def _classified(book: Book, index: int, found: Finding) -> tuple[Inline, ...]:
    rule = RULES.get(found.code)
    names: tuple[Inline, ...] = (None,) * 5
    if rule:
        names = (
            rule.title,
            rule.hda or None,
            Code(rule.pdg) if rule.pdg else None,
            ", ".join(rule.emvs) or None,
            ", ".join(rule.vrs) or None,
        )
    return (book.finding(index), severity(found), Code(found.lot) if found.lot else "whole site",
            book.finding_count(found), *names)  # fmt: skip
