"""Section 16: how far it reaches; searches that found nothing are shown beside those that found something."""

from __future__ import annotations

from lotproof.packs.report.blocks import Block, Code, Column, Inline, Light, Para, Table, cut
from lotproof.packs.report.book import Book, data_ref
from lotproof.packs.report.words import count

NOT_DECIDED = (
    "The risk to patients and the decision on the product are missing: they need a person's record. QA would supply them. "
    "Section 4 lists the rules that were run and found nothing."
)
SHOWN = 6
"""Hits that a row shows."""


def _stated(book: Book) -> str:
    return "The impact as people stated it stands below." if any(case.all("impact") for case in book.values.cases) else NOT_DECIDED


def scope_proof(book: Book) -> tuple[str, Light, list[Block]]:
    """Section 16."""
    searches = book.values.scope
    if not searches:
        text = "No lot has a critical or major finding, so nothing was searched for further. "
        return "missing", Light("none", "nothing to search for"), [Para(text + _stated(book), note=True)]
    rows: list[tuple[Inline, ...]] = []
    for search in searches:
        found = ", ".join(search.hits[:SHOWN]) + (f" and {search.count - SHOWN:,} more" if search.count > SHOWN else "")
        rows.append((Code(search.lot), search.question, search.count, found or "nothing", search.sources, search.rows))
    shown, more = cut(rows, book.limits.rows, data_ref("scope.json"))
    columns = [Column("Lot", 0.9), Column("Asked", 3, lines=4), Column("Found", 0.6, right=True), Column("What", 2.4, lines=5),
               Column("Sources", 0.7, right=True), Column("Rows searched", 0.9, right=True)]  # fmt: skip
    empty = sum(not search.count for search in searches)
    blocks: list[Block] = [
        Para((f"{count(len(searches), 'question was', 'questions were')} asked of everything in scope; {empty:,} found nothing, and that "
              "is evidence as well. Each query is in ", data_ref("scope.json"), ", to be asked again.")),
        Table("How far it reaches", columns, shown, more),
        Para(_stated(book), note=True),
    ]  # fmt: skip
    return "partly", Light("watch" if empty < len(searches) else "clear", count(len(searches), "search", "searches")), blocks
