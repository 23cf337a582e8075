"""What is said of one finding: its facts, and its rows page by page."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from lotproof.packs.report.blocks import Block, Code, Column, Facts, Inline, Para, Table
from lotproof.packs.report.book import Book, data_ref
from lotproof.packs.report.scope import severity
from lotproof.rules.finding import Finding
from lotproof.rules.register import RULES

ROWS_A_PAGE = 1_000
ROWS_IN_HTML = 10_000
ROWS_ON_PAPER = 20
COLUMNS = (Column("No.", 0.4, right=True), Column("Item", 2.2), Column("What this row shows", 2.4), Column("Place", 2))


def title(found: Finding) -> str:
    """Heading of a finding: code and lot."""
    return f"{found.code} in lot {found.lot}" if found.lot else f"{found.code}, whole site"


def facts(book: Book, found: Finding) -> list[Block]:
    """Sentence, hint and classification of a finding."""
    rule = RULES.get(found.code)
    path = book.finding_list(found)
    rows: list[tuple[str, Inline]] = [
        ("Finding", found.sentence), ("What to do first", found.hint), ("Severity", severity(found)), ("Count", book.finding_count(found)),
        ("Lot", Code(found.lot) if found.lot else "whole site"), ("GTIN", Code(found.gtin) if found.gtin else None),
    ]  # fmt: skip
    if rule and not book.limits.paper:
        rows += [
            ("Rule", rule.title), ("Symptom", rule.symptom), ("Where the cause most often lies, before any evidence", rule.six_m.lower()),
            ("HDA", rule.hda or None), ("PDG", Code(rule.pdg) if rule.pdg else None), ("EMVS", ", ".join(rule.emvs) or None),
            ("VRS", ", ".join(rule.vrs) or None),
        ]  # fmt: skip
    return [Facts([*rows, ("Whole list", data_ref(path) if path else None)])]


def rows_of(book: Book, found: Finding, start: int, stop: int) -> list[tuple[Inline, ...]]:
    """Rows of the list from `start` to `stop`, numbered from 1."""
    return [(f"{number:,}", *book.proof(proof)) for number, proof in enumerate(found.proofs[start:stop], start + 1)]


def pages(book: Book, found: Finding) -> Iterator[list[Block]]:
    """The pages of a finding in the HTML report; at least one, at most ten."""
    total = min(len(found.proofs), ROWS_IN_HTML)
    for start in range(0, max(total, 1), ROWS_A_PAGE):
        rows = rows_of(book, found, start, min(start + ROWS_A_PAGE, total))
        blocks = facts(book, found) if start == 0 else []
        yield [*blocks, _listed(rows, found, _more(book, found, total))]


def on_paper(book: Book, found: Finding) -> list[Block]:
    """A finding in the PDF: its facts and its first rows."""
    rows = rows_of(book, found, 0, ROWS_ON_PAPER)
    return [*facts(book, found), _listed(rows, found, _more(book, found, len(rows)))]


def _listed(rows: Sequence[tuple[Inline, ...]], found: Finding, more: Inline) -> Block:
    if not rows:
        return Para(("No single row proves it; the numbers do. ", more) if more else "No single row proves it; the numbers do.")
    return Table(f"Rows that prove {title(found)}", COLUMNS, rows, more)


def _more(book: Book, found: Finding, shown: int) -> Inline:
    path = book.finding_list(found)
    if found.items and found.count > len(found.items) and path is not None:
        return (
            f"Shown are the first {shown:,} rows; the list in ",
            data_ref(path),
            f" ends after {len(found.items):,} items, the count does not.",
        )
    if path is None:
        return "" if shown >= len(found.proofs) else f"Shown are the first {shown:,} of {len(found.proofs):,} rows."
    if shown >= len(found.proofs):
        return ("The whole list is in ", data_ref(path), " as well.")
    return (f"Shown are the first {shown:,} of {len(found.proofs):,} rows; the whole list is in ", data_ref(path), ".")
