"""Sections 0 and 1: how to check the pack, and the one page for the inspector."""

from __future__ import annotations

from collections.abc import Sequence

from lotproof.packs.report.blocks import Block, Code, Column, Facts, Inline, Light, Lines, Para, Ref, Section, Table, page_of
from lotproof.packs.report.book import Book
from lotproof.packs.report.causes import named
from lotproof.packs.report.words import count, utc
from lotproof.rules.finding import ITEM_LIMIT
from lotproof.rules.register import RULES

ROOT_LABEL = "Root of the ledger"
"""What stands before the root; `packs/verify/paper.py` looks for it."""

STATE_WORDS = {"filled": "filled", "partly": "partly filled", "missing": "missing"}
"""State of a section -> words."""


def seal(book: Book) -> tuple[str, Light, list[Block]]:
    """Section 0."""
    values = book.values
    facts = Facts([
        ("Pack", Code(values.pack)), ("Made", utc(values.created)), ("Made by", values.actor),
        ("Program", f"Lotproof {values.version}, rule set {values.rule_set}"), ("Log", Code(values.origin)),
        ("Key of the log, as the sender states it", Code(values.vkey)),
        *([(ROOT_LABEL, Code(values.root))] if values.root else []),
        ("Zone for times that carry none", Code(values.zone) if values.zone else "none was given; such times stay without UTC"),
        ("Originals", len(values.raw)), ("Numbers bound to a ledger entry", len(values.statements)),
    ])  # fmt: skip
    return "filled", Light("watch", "check the key by another way"), [
        facts,
        Para("SHA-256 and SHA-512 of every file, this report among them, are in manifest-sha256.txt and manifest-sha512.txt of the pack. "
             "A report cannot hold its own hash. The manifests are named in seal/statement.json, which the key of the log has signed."),
        Para("To check the pack without a network and without Lotproof, go to its folder and run:"),
        Lines(["python3 verify/verify.py --key 'KEY LINE'", "sha256sum -c manifest-sha256.txt"]),
        Para("With Lotproof, which also recomputes every finding from the originals:"),
        Lines([f"lotproof verify {values.pack} --recompute"]),
        Para("Get the key by another way than this pack, for example by telephone or from a contract: a forger would put in a key too. "
             + _people(book), note=True),
        Para("A number in this report that is underlined (in the PDF: followed by a small number in brackets) is bound to a "
             "ledger entry, and statements.json lists all of them. Other numbers are counts from the receipts of the files or "
             "figures read from the observations; they have no ledger entry of their own."),
    ]  # fmt: skip


def _changed(book: Book) -> str:
    planned = [one for case in book.values.cases for one in case.all("action")]
    if not planned:
        return "No action is recorded. The investigator and the owner of each action would supply it (sections 17 and 18)."
    checked = sum(bool(case.all("effectiveness")) for case in book.values.cases)
    return f"{count(len(planned), 'action')} planned (section 17); the effect was checked in {count(checked, 'incident')} (section 18)."


def _people(book: Book) -> str:
    if not book.values.signatures:
        return "No person has signed a record in it."
    return f"Persons signed records in it, {count(len(book.values.signatures), 'signature')} in all: section 25."


def summary(book: Book, others: Sequence[Section]) -> tuple[str, Light, list[Block]]:
    """Section 1; `others` are all other sections, in order."""
    values = book.values
    grave = sum(found.severity in ("critical", "major") for found in values.findings)
    light = Light("act", f"{count(grave, 'finding')} critical or major") if grave else Light("clear", "no critical or major finding")
    head = Facts([("Pack", Code(values.pack)), ("Made", (utc(values.created), " by ", values.actor)),
                  ("Result", (book.number(len(values.findings), "run", "findings"), " findings, ",
                      f"{grave:,} of them critical or major"))])  # fmt: skip
    answers = Facts([
        ("What happened, when, who found it?", _what(book)),
        ("Which packs, cases, lots, and how do you know that is all?", _which(book)),
        ("Where is the product now, and what is the risk to patients?", _where(book)),
        ("Why, and what evidence excludes other causes?", _why(book)),
        ("What did you change, and how will you know that it works?", _changed(book)),
    ])  # fmt: skip
    return "partly", light, [head, answers, lights(book, others)]


def lights(book: Book, sections: Sequence[Section]) -> Table:
    """Status light of each section; two columns of sections on paper so that page one stays one page."""
    rows = [(f"{s.number}", Ref(s.title, s.page), s.light) for s in sections]
    columns = [Column("No.", 0.4, right=True), Column("Section", 2.6), Column("Status", 2)]
    if not book.limits.paper:
        full: list[tuple[Inline, ...]] = [(*row, STATE_WORDS[s.state]) for row, s in zip(rows, sections, strict=True)]
        return Table("Status of each section", [*columns, Column("Content", 1.2)], full)
    half = (len(rows) + 1) // 2
    blank: tuple[Inline, ...] = ("", "", "")
    pairs: list[tuple[Inline, ...]] = [(*rows[i], *(rows[i + half] if i + half < len(rows) else blank)) for i in range(half)]
    return Table("Status of each section", [*columns, *columns], pairs)


def _what(book: Book) -> Inline:
    values = book.values
    times = sorted(time for lot in values.lots for time in (utc(lot.first), utc(lot.last)) if time)
    period = f" The observations run from {times[0]} to {times[-1]}." if times else " No observation carries a time in UTC."
    if not values.findings:
        return "No rule found anything." + period
    worst = values.findings[0]
    return (
        f"The gravest of {count(len(values.findings), 'finding')} is {worst.code} ({worst.severity}): ", _short(worst.sentence), ".",
            period,
        f" Found by the rules of Lotproof on {utc(values.created)}; who noticed it on the floor, and when, is not recorded in "
        "this version.",
    )  # fmt: skip


def _short(text: str, limit: int = 220) -> str:
    text = text.rstrip(".")
    return text if len(text) <= limit else text[: limit - 1] + "…"


def _which(book: Book) -> Inline:
    values = book.values
    named = {found.lot for found in values.findings if found.lot}
    all_lots = {lot.lot for lot in values.lots} | {balance.lot for balance in values.balances} | named
    shown = sorted(named)[:6]
    lots = ", ".join(_short(lot, 24) for lot in shown) + (f" and {len(named) - len(shown):,} more" if len(named) > len(shown) else "")
    bad = sum(receipt.quarantined for receipt in values.receipts)
    rows = sum(receipt.rows for receipt in values.receipts)
    rest = len(all_lots) - len(named)
    clean = (
        count(rest, "lot was searched and has no finding", "lots were searched and have no finding") if rest else "No other lot is known"
    )
    tail = (f"{clean}. The search covered ",
            book.number(len(values.receipts), "run", "sources"), f" sources and {rows:,} rows, of which {bad:,} could not be read and "
            "are in quarantine; section 2 says what was not available.")  # fmt: skip
    if not named:
        return ("No lot is named by a finding. ", *tail)
    return (f"{len(named):,} of {count(len(all_lots), 'lot')}: ", lots, f". Each finding lists its items, at most {ITEM_LIMIT:,}. ", *tail)


def _where(book: Book) -> Inline:
    totals: dict[str, int] = {}
    for balance in book.values.balances:
        for key, number in balance.counts.items():
            totals[key] = totals.get(key, 0) + number
    if not totals:
        return "No lot has received numbers, so no equation can be made. " + _risk(book)
    return (
        f"By the records, {totals.get('good', 0):,} packs are good and in containers, {totals.get('orphans', 0):,} are on product "
        f"and in no container, and {totals.get('unaccounted', 0):,} numbers in all are unaccounted for (",
        Ref("section 7", page_of(7)), "). " + _risk(book),
    )  # fmt: skip


def _risk(book: Book) -> str:
    stated = [one for case in book.values.cases if (one := case.last("impact"))]
    if not stated:
        return "Where the product stands today, and the risk to patients, is for QA to assess; no assessment is recorded."
    told = "; ".join(_short(book.limits.show(f"{one.body['disposition']} Patients: {one.body['patients']}"), 200) for one in stated[:3])
    return f"As stated and signed: {told}. See section 16."


def _why(book: Book) -> Inline:
    areas: dict[str, int] = {}
    for found in book.values.findings:
        rule = RULES.get(found.code)
        if rule:
            areas[rule.six_m] = areas.get(rule.six_m, 0) + 1
    ranked = sorted(areas.items(), key=lambda pair: (-pair[1], pair[0]))
    first = "; ".join(f"{name.lower()} {number:,}" for name, number in ranked)
    where = f" Before any evidence, the findings point to these areas (findings each): {first}." if ranked else ""
    best = book.values.diagnosis[:1]
    fits = "".join(f" The data fit {named(one)} best (lot {one.lot}): {one.sentence}" for one in best)
    roots = [
        one for case in book.values.cases if case.last("approve-cause") for one in case.all("cause") if one.body["role"] == "root cause"
    ]
    if roots:
        told = "; ".join(_short(book.limits.show(one.body["statement"]), 160).rstrip(".") for one in roots[:3])
        return (f"{count(len(roots), 'root cause')}, approved by somebody else: {told}. Excluded causes with their evidence: ",
                Ref("section 15", page_of(15)), ".")  # fmt: skip
    return ("Not decided; a person has to." + fits + " See ", Ref("section 15", page_of(15)), "." + where)
