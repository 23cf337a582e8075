"""The causes on record as drawings for section 15: 5-Why, fishbone, fault tree; and the is/is-not rows."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from lotproof.faulttree.picture import picture
from lotproof.faulttree.text_read import read_text
from lotproof.packs.report.blocks import Block, Column, Figure, Inline, Para, Table
from lotproof.packs.report.book import Book
from lotproof.quality.case import Case
from lotproof.quality.pictures import causes_fishbone, causes_whys

WIDEST = 40
"""Basic events up to which a fault tree is drawn; larger ones would be too small to read, and their text is in cases.json."""


def cause_drawings(book: Book, cases: Sequence[Case]) -> list[Block]:
    """What there is to draw of each incident, then the rows of all."""
    return [*(block for case in cases for block in _of_case(book, case)), *_rows(book, cases)]


def _of_case(book: Book, case: Case) -> Iterator[Block]:
    for name, svg in (("5-Why", causes_whys(case)), ("Cause and effect", causes_fishbone(case))):
        if svg:
            yield Figure(svg.strip(), f"{name} of {case.number}; its causes are in the table below.", f"{name}, {case.number}")
    recorded = case.last("fault-tree")
    if recorded:
        tree = read_text(recorded.body["tree"], "the tree")
        told = f"Fault tree of {case.number}, entry {recorded.index}: {book.limits.show(recorded.body['why'])}"
        if len(tree.events) > WIDEST:
            yield Para(f"{told} With {len(tree.events):,} basic events it is not drawn here; its text is in the record.")
        else:
            yield Figure(picture(tree).strip(), f"{told} Its text is in the record.", told)


def _rows(book: Book, cases: Sequence[Case]) -> list[Block]:
    names = ("affected", "unaffected", "distinction", "change")
    rows: list[tuple[Inline, ...]] = [
        (case.number, one.body["question"], *(book.limits.show(str(one.body.get(name) or "")) or None for name in names))
        for case in cases
        for one in case.all("is-is-not")
    ]
    columns = [Column("Incident", 0.9), Column("", 0.6), Column("Is", 1.5, lines=4), Column("Is not", 1.5, lines=4),
               Column("Distinction", 1.2, lines=3), Column("Change", 1.2, lines=3)]  # fmt: skip
    return [Table("Is and is not", columns, rows[: book.limits.rows])] if rows else []
