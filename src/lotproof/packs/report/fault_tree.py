"""The fault tree in section 15: its drawing, what it rests on, its cut sets and what matters most. A model, no finding."""

from __future__ import annotations

from lotproof.faulttree.picture import pictures
from lotproof.packs.fault_tree import DRAWING, RESULT, Sealed
from lotproof.packs.report.blocks import Block, Code, Column, Facts, Figure, Heading, Inline, Para, Table, cut
from lotproof.packs.report.book import Book, data_ref
from lotproof.packs.report.words import count

A_MODEL = (
    "A fault tree is a model of how the top event can come about, given to the build; Lotproof computes what follows from it and decides "
    "nothing about its truth. Its file is sealed with this pack as it was given."
)
WIDEST = 40
"""Basic events up to which the tree is drawn in the report; larger ones would be too small to read, and are a file beside it."""

PAGE = 5
"""Boxes side by side that can be read across a page."""


def fault_tree_blocks(book: Book) -> list[Block]:
    """Nothing where no tree was given."""
    sealed = book.values.fault_tree
    if sealed is None:
        return []
    result = sealed.tree.result
    heading = Heading(f"Fault tree: {result.tree.label or result.tree.name}")
    numbers = [*_cut_sets(book, sealed), *_importance(book, sealed)]
    return [heading, Para(A_MODEL, note=True), _facts(sealed), *_drawing(book, sealed), *numbers, *(Para(note) for note in result.notes)]


def _facts(sealed: Sealed) -> Facts:
    result = sealed.tree.result
    orders = ", ".join(f"{number:,} of {count(order, 'event')}" for order, number in (result.by_order or {}).items())
    rows: list[tuple[str, Inline]] = [
        ("File", data_ref(sealed.tree.path)),
        ("SHA-256", Code(sealed.tree.sha256)),
        ("Ledger entry", f"{sealed.entry}"),
        ("Size", f"{count(result.events, 'basic event')}, {count(result.gates, 'gate')}"),
        ("Probability of the top event", _number(result.probability, "not computed: a basic event has no probability")),
        ("Sum over minimal cut sets", _number(result.rare_event, "not computed")),
        ("Minimal cut sets", "not computed" if result.minimal_cut_sets is None else f"{result.minimal_cut_sets:,} ({orders})"),
    ]
    return Facts(rows)


def _number(value: float | None, otherwise: str) -> str:
    return otherwise if value is None else f"{value:.6g}"


def _drawing(book: Book, sealed: Sealed) -> list[Block]:
    result = sealed.tree.result
    if result.events > WIDEST:
        return [Para(f"With {result.events:,} basic events the tree is not drawn here; its drawing is data/{DRAWING}.")]
    named = result.tree.label or result.tree.name
    alt = f"Fault tree of {named}; its gates and cut sets are listed below."
    if not book.limits.paper:
        return [Figure(sealed.tree.drawing(), alt, f"Fault tree: {named}")]
    # A page is narrow: the tree in parts that can be read.
    drawn = pictures(result.tree, PAGE)
    return [Figure(svg, alt, f"Fault tree: {named}" + (f", part {at} of {len(drawn)}" if len(drawn) > 1 else ""))
            for at, (_, svg) in enumerate(drawn, 1)]  # fmt: skip


def _cut_sets(book: Book, sealed: Sealed) -> list[Block]:
    tree = sealed.tree.result.tree
    rows: list[tuple[Inline, ...]] = [
        (f"{place:,}", "; ".join(tree.events[name].label or name for name in one.events), _chance(one.probability))
        for place, one in enumerate(sealed.tree.result.listed, 1)
    ]
    if not rows:
        return []
    shown, more = cut(rows, book.limits.rows, data_ref(RESULT))
    columns = [Column("No.", 0.4, right=True), Column("All of these together bring the top event", 5, lines=4),
               Column("Probability", 0.9, right=True)]  # fmt: skip
    return [Table("Minimal cut sets, the most probable first", columns, shown, more)]


def _importance(book: Book, sealed: Sealed) -> list[Block]:
    tree = sealed.tree.result.tree
    rows: list[tuple[Inline, ...]] = [
        (tree.events[name].label or name, Code(name), ", ".join(tree.events[name].codes), f"{its.birnbaum:.4g}",
         f"{its.fussell_vesely:.1%}")
        for name, its in sealed.tree.result.importance
    ]  # fmt: skip
    if not rows:
        return []
    shown, more = cut(rows, book.limits.rows, data_ref(RESULT))
    columns = [Column("Basic event", 2.6, lines=3), Column("Name", 1.4), Column("Evidence codes", 0.9), Column("Birnbaum", 0.7, right=True),
               Column("Gone without it", 0.8, right=True)]  # fmt: skip
    return [Table("What matters most", columns, shown, more)]


def _chance(value: float | None) -> str:
    return "not stated" if value is None else f"{value:.4g}"
