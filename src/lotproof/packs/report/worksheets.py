"""Worksheets for authorities and partners in section 6: field, value, where it comes from."""

from __future__ import annotations

from collections.abc import Iterator

from lotproof.packs.report.blocks import Block, Column, Inline, Para, Table, cut
from lotproof.packs.report.book import Book, data_ref
from lotproof.packs.report.words import count


def worksheets(book: Book) -> Iterator[Block]:
    """A table for each; fields that wait for a person say so."""
    show = book.limits.show
    for number, sheet in book.values.worksheets:
        rows: list[tuple[Inline, ...]] = [
            (one.name, show(one.value) or "to be entered by a person", show(one.source) or None) for one in sheet.lines
        ]
        some, more = cut(rows, book.limits.rows, data_ref("worksheets.json"))
        yield Table(
            f"{sheet.title}, {number}", [Column("Field", 1.2), Column("Value", 2.6, lines=4), Column("From", 1.4, lines=2)], some, more
        )
        waiting = f"; {count(sheet.missing, 'field')} to be entered by a person" if sheet.missing else ""
        yield Para(f"{sheet.basis}{waiting}. Whether and when it was sent, the notices above say.", note=True)
