"""What our record knows of a finding or an incident, as exceptions that a partner can be told of."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from lotproof.exchange.partners.compose import MASTER_DATA, Side, Told
from lotproof.exchange.partners.facts import Known, known
from lotproof.exchange.partners.message import COUNTS, MISALIGNED, SERIALS
from lotproof.exchange.partners.subject import Subject
from lotproof.exchange.partners.words import in_all_words, section_of
from lotproof.gs1.checkdigit import has_valid_check_digit
from lotproof.gs1.errors import UnreadableIdentifier
from lotproof.gs1.item import Item
from lotproof.gs1.spellings import find_items
from lotproof.rules.local import load_local
from lotproof.rules.register import RULES
from lotproof.rules.rule import Rule
from lotproof.workspace.lot_facts import LotFacts, lot_facts
from lotproof.workspace.outcomes import rows_of_finding
from lotproof.workspace.place import Workspace

MOST = 10_000
"""Items of a finding that one message names."""
NAMED = 100
"""Items that are named in words, where no section of the format has room for them."""


@dataclass(frozen=True)
class Gathered:
    """What a message is made of."""

    subject: Subject
    """What it is about."""
    told: tuple[Told, ...]
    """Exceptions by section."""
    errors: tuple[str, ...]
    """What no section has room for, as sentences."""
    references: tuple[tuple[str, str], ...]
    """(type, number) of the transactions, the most frequent first."""
    lots: tuple[str, ...]
    """Lots."""
    words: dict[str, dict[str, tuple[str, ...]]]
    """Finding code -> catalogue -> words."""
    lacks: tuple[str, ...]
    """What the record does not know and the format asks for, as sentences."""


def rules_of(workspace: Workspace) -> dict[str, Rule]:
    """Every rule of the program and of the workspace."""
    return {**RULES, **load_local(workspace.rules)}


def gather(workspace: Workspace, subject: Subject, quantities: tuple[int, int] | None = None) -> Gathered:
    """Everything that a message about this says; ``quantities`` are ordered and received, as a person states them."""
    rules, lots = rules_of(workspace), tuple(dict.fromkeys(one["lot"] for one in subject.findings if one["lot"]))
    rows = {_name(one): rows_of_finding(workspace, one["code"], one["lot"], MOST) for one in subject.findings}
    items = {text: item for listed in rows.values() for row in listed if (text := row["item"]) and (item := _item(text))}
    record, orders = known(workspace, list(items.values())), {one.lot: one for one in lot_facts(workspace, lots)}
    told: list[Told] = []
    errors: list[str] = []
    for found in subject.findings:
        rule = rules[found["code"]]
        errors.append(f"{found['code']}: {found['sentence']} (HDA {', '.join(in_all_words(rule)['hda'])})")
        rest = [row for row in rows[_name(found)] if not _take(told, row, found, rule, record, items, orders, quantities)]
        errors += _in_words(found["code"], rest)
    pairs = Counter(pair for one in record.values() for pair in one.references)
    references = tuple(pair for pair, _ in sorted(pairs.items(), key=lambda one: (-_rank(one[0]), -one[1], one[0])))
    errors += [*_products(orders.values()), *_transactions(references, record.values())]
    lacks = (*_cut(subject, rows), *_lacks(told))
    return Gathered(
        subject,
        tuple(told),
        tuple(errors),
        references,
        lots,
        {one["code"]: in_all_words(rules[one["code"]]) for one in subject.findings},
        lacks,
    )


def _name(found: dict[str, Any]) -> tuple[str, str]:
    return found["code"], found["lot"]


def _item(text: str) -> Item | None:
    try:
        item = find_items(text)
    except UnreadableIdentifier:
        return None
    return item if item.sscc or (item.gtin and item.serial) else None


def _rank(pair: tuple[str, str]) -> int:
    return 2 if pair[0] == "po" else 1 if pair[0] == "desadv" else 0


def _take(
    told: list[Told], row: dict[str, Any], found: dict[str, Any], rule: Rule, record: dict[Item, Known], items: dict[str, Item],
    orders: dict[str, LotFacts], quantities: tuple[int, int] | None,
) -> bool:  # fmt: skip
    """Put a row of a finding into its section; False where no section has room for it."""
    item = items.get(row["item"] or "")
    key = section_of(rule, item is not None and item.serial is not None, quantities is not None)
    ordered = orders[found["lot"]].gtin if found["lot"] in orders else ""
    gtin = (
        item.gtin
        if item and item.gtin
        else str(row["item"] or "").removeprefix("(01)")
        if str(row["item"]).startswith("(01)")
        else found["gtin"]
    )
    made = _told(key, gtin or ordered, ordered, record.get(item) if item else None, row, quantities)
    if made:
        told.append(made)
    return made is not None


def _told(key: str, gtin: str, ordered: str, one: Known | None, row: dict[str, Any], quantities: tuple[int, int] | None) -> Told | None:
    if key == MASTER_DATA:
        wrong = gtin and (not has_valid_check_digit(gtin) or (ordered and gtin != ordered))
        return Told(key, Side(gtin), proposed=ordered if ordered != gtin else "") if wrong else None
    if key in COUNTS and quantities and gtin:
        return Told(key, Side(gtin), ordered=quantities[0], received=quantities[1])
    if one is None or key not in (*SERIALS, MISALIGNED):
        return None
    product, data = one.product, one.data
    side = Side(one.item.gtin or "", one.item.serial or "", product.lot, product.expiry)
    source = "Scan" if product.serial else "Other"
    return Told(key, side, data, one.file or (row["name"] or "").rsplit("/", 1)[-1], source)


def _in_words(code: str, rest: Sequence[dict[str, Any]]) -> list[str]:
    names = list(dict.fromkeys(str(row["item"]) for row in rest if row["item"]))
    if not names:
        return []
    more = f" and {len(names) - NAMED} more" if len(names) > NAMED else ""
    return [f"{code} names {', '.join(names[:NAMED])}{more}"]


def _products(orders: Iterable[LotFacts]) -> Iterator[str]:
    for one in orders:
        parts = [
            f"GTIN {one.gtin}" if one.gtin else "",
            one.product,
            f"expiry {one.expiry}" if one.expiry else "",
            f"NDC {one.ndc}" if one.ndc else "",
        ]
        yield f"Lot {one.lot}: {', '.join(part for part in parts if part) or 'no order names it'}"


def _transactions(references: Sequence[tuple[str, str]], record: Iterable[Known]) -> Iterator[str]:
    if references:
        yield f"Transactions: {', '.join(' '.join(filter(None, pair)) for pair in references[:20])}"
    shipped = sorted({step.at[:10] for one in record for step in one.moves if step.step == "shipped" and step.at})
    if shipped:
        yield f"Shipped: {', '.join(shipped[:20])}"


def _cut(subject: Subject, rows: dict[tuple[str, str], list[dict[str, Any]]]) -> Iterator[str]:
    for found in subject.findings:
        if len(rows[_name(found)]) >= MOST and found["count"] > MOST:
            yield f"{found['code']} in lot {found['lot']} names {found['count']:,} items, the message the first {MOST:,}."


def _lacks(told: Sequence[Told]) -> Iterator[str]:
    dataless = sum(1 for one in told if one.key == SERIALS[1] and not one.file)
    if dataless:
        yield f"For {dataless} packs no data file is known; file_id is empty."
    halves = [
        one for one in told if one.key == MISALIGNED and not all((one.product.lot, one.product.expiry, one.data.lot, one.data.expiry))
    ]
    if halves:
        yield f"For {len(halves)} packs lot or expiry is known on one side alone; the other side's fields are empty."
    same = sum(1 for one in told if one.key == MISALIGNED and one.product == one.data)
    if same:
        yield f"For {same} packs both sides state the same GTIN, serial, lot and expiry; what differs stands in the words of the finding."
