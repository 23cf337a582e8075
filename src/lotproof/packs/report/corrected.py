"""Section 10: the data-correction register and the error declarations."""

from __future__ import annotations

from lotproof.packs.report.blocks import Block, Code, Column, Heading, Inline, Para, Table, cut, cut_of
from lotproof.packs.report.book import Book, data_ref

UNEXPLAINED = "nothing (INT-03)"
_CHANGES = [Column("Lot", 0.8), Column("What", 1.8), Column("Field", 0.8), Column("From", 1.2), Column("To", 1.2),
            Column("Earlier", 1.6), Column("Later", 1.6),
            Column("Explained by", 1.6, lines=3)]  # fmt: skip
_DECLARED = [Column("Event", 1.8), Column("Declared", 1.2), Column("Reason", 1), Column("Items", 0.6, right=True),
             Column("Takes back", 1.6),
             Column("Corrected by", 1.4), Column("Named, in no delivery", 1.4)]  # fmt: skip


def register(book: Book) -> list[Block]:
    """Every change between two deliveries of the same facts, then every event declared an error."""
    return [Heading("Data-correction register"), _changes(book), Heading("Events declared errors"), _declarations(book)]


def _changes(book: Book) -> Block:
    found = book.values.corrections
    if not found:
        return Para("No two deliveries of one system state different values for the same item, document or order. "
                    "Changes inside a system, between which nothing was delivered, cannot be seen here; its audit trail "
                    "would show them.")  # fmt: skip
    ordered = sorted(found, key=lambda change: change.explained is not None)
    rows: list[tuple[Inline, ...]] = [
        (Code(c.lot), Code(c.what), c.field, Code(c.before), Code(c.after), book.place(c.before_file, c.before_position),
         book.place(c.after_file, c.after_position), c.explained or UNEXPLAINED)
        for c in ordered[: book.limits.rows]
    ]  # fmt: skip
    shown, more = cut_of(rows, len(found), data_ref("corrections.csv"))
    return Table("Changes between two deliveries of the same facts", _CHANGES, shown, more)


def _declarations(book: Book) -> Block:
    found = book.values.declarations
    if not found:
        return Para("No event was declared an error.")
    rows: list[tuple[Inline, ...]] = [
        (Code(d.event) if d.event else "without identifier", d.declared_at, d.reason, d.items,
         ", ".join(d.voids) or "an event in no delivery",
         ", ".join(d.corrected_by) or "none", ", ".join(d.dangling) or "none")
        for d in found
    ]  # fmt: skip
    shown, more = cut(rows, book.limits.rows, data_ref("corrections.json"))
    return Table("Error declarations; the events that they take back are left out of every replay", _DECLARED, shown, more)
