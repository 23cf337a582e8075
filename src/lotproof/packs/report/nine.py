"""Section 7: the nine equations of every lot, for packs, cases and pallets."""

from __future__ import annotations

from collections.abc import Sequence

from lotproof.packs.report.blocks import Block, Code, Column, Heading, Inline, Light, Para, Table, cut
from lotproof.packs.report.book import Book, data_ref
from lotproof.rules.equations import Equation
from lotproof.rules.reconcile import LotBalance

LEVELS = {"unit": "packs", "case": "cases", "pallet": "pallets"}
_COLUMNS = [Column("Lot", 0.9), Column("Level", 0.7), Column("Equation", 1.3), Column("Status", 1.1), Column("Terms", 3.2, lines=3),
            Column("Does not fit", 2.6, lines=4)]  # fmt: skip
_LIGHT = {"adds up": "clear", "undecided": "watch"}


def nine(book: Book, balances: Sequence[LotBalance]) -> list[Block]:
    """One row an equation, those that do not add up first."""
    every = [(b.lot, equation) for b in balances for equation in b.equations]
    if not every:
        return []
    every.sort(key=lambda pair: ("does not add up", "adds up", "undecided").index(pair[1].verdict))
    rows = [_row(lot, equation) for lot, equation in every]
    shown, more = cut(rows, book.limits.rows, data_ref("reconciliation.json"))
    return [
        Heading("The nine equations"),
        Para("The whole of each layer beside its parts, as sets. What does not fit is named and listed; what keeps an "
             "equation undecided was not delivered. An equation whose parts overlap does not add up, whatever the counts are."),
        Table("Equations by lot and level", _COLUMNS, shown, more),
    ]  # fmt: skip


def _row(lot: str, equation: Equation) -> tuple[Inline, ...]:
    status = Light(_LIGHT.get(equation.verdict, "act"), equation.verdict)
    misfit = equation.undecided or "; ".join(f"{r.name}: {r.count:,}" for r in equation.residues) or "nothing"
    return Code(lot), LEVELS[equation.level], f"{equation.number} {equation.title}", status, terms(equation), misfit


def terms(equation: Equation) -> str:
    """The equation with its numbers: ``C 3 commissioned = G 2 good + O 1 orphans``."""
    parts = [f"{term.letter} {term.count:,} {term.name}" for term in (equation.left, *equation.right)]
    return parts[0] + (" = " + " + ".join(parts[1:]) if parts[1:] else "")
