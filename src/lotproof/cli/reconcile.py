"""lotproof reconcile: the nine equations of each lot."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from lotproof.cli import common
from lotproof.cli.check import known_or_exit

if TYPE_CHECKING:
    from lotproof.rules.equations import Equation
    from lotproof.rules.reconcile import LotBalance
    from lotproof.workspace.asof import Look

LEVELS = {"unit": "packs", "case": "cases", "pallet": "pallets"}


@click.command()
@click.argument("lot", required=False)
@common.at_option
@click.option("--items", is_flag=True, help="List every item that does not fit, not only how many.")
@common.workspace_option
@common.json_option
@common.now_option
@common.actor_option
@common.sentences
def reconcile(
    lot: str | None, at_text: str | None, items: bool, workspace_dir: Path, as_json: bool, now: str | None, actor: str | None
) -> None:
    """The lot as sets: each number in exactly one class, and the nine equations for packs, cases and pallets.

    An equation whose sources were not delivered is undecided and says what is missing. Residues are named sets; net and gross
    variance are told apart. With --at only what is dated up to that moment counts; rows without a time are counted and told.

    Exits with 1 where a lot or an equation does not add up, or a lot is undecided.

    \b
    Examples:
      lotproof reconcile
      lotproof reconcile B7-2231 --items
      lotproof reconcile B7-2231 --at 2026-03-09T10:00Z --json
    """
    from lotproof.workspace.asof import look

    at = common.moment(at_text)
    with common.progress_bar() as progress:
        found = look(workspace_dir, common.time_text(now), common.actor_name(actor), progress, lot, at, items=items)
    balances = found.outcome.balances
    if at is None or not found.undated:
        known_or_exit(lot, found.outcome)
    if as_json:
        common.emit(_document(found, at_text))
    else:
        for line in _lines(found, at_text):
            common.say(line)
    if any(not balance.adds_up or any(e.verdict == "does not add up" for e in balance.equations) for balance in balances):
        sys.exit(common.FAILED)


def _document(found: Look, at_text: str | None) -> dict[str, Any]:
    balances = found.outcome.balances
    return {
        "at": at_text, "rows_without_time": found.undated,
        "reconciliation": {b.lot: b.counts for b in balances}, "matrix": {b.lot: list(b.matrix) for b in balances},
        "equations": {b.lot: [_with_items(found, b.lot, e) for e in b.equations] for b in balances},
    }  # fmt: skip


def _with_items(found: Look, lot: str, equation: Equation) -> dict[str, Any]:
    told = equation.as_json()
    for residue in told["residues"]:
        residue["items"] = found.items.get((lot, equation.level, equation.number, residue["name"]), residue["items"])
    return told


def _lines(found: Look, at_text: str | None) -> Iterator[str]:
    if at_text is not None:
        left = ", ".join(f"{count:,} of {kind}" for kind, count in sorted(found.undated.items()))
        yield f"As of {at_text}. Left out, because they have no time: {left or 'no rows'}."
    for balance in found.outcome.balances:
        yield from _balance(balance)
        for equation in balance.equations:
            yield from _equation(found, balance.lot, equation)


def _balance(balance: LotBalance) -> Iterator[str]:
    yield f"Lot {balance.lot} ({balance.gtin}): {balance.verdict}"
    for name, value in balance.counts.items():
        yield f"  {name:<16} {value:>10,}"
    for pair in balance.matrix:
        yield (
            f"  {pair['left']:>8} {pair['left_count']:>9,} | {pair['right']:<8} {pair['right_count']:>9,}: "
            f"missing {pair['missing']:,}, extra {pair['extra']:,}, format only {pair['format_only']:,}"
        )


def _equation(found: Look, lot: str, equation: Equation) -> Iterator[str]:
    head = f"  ({equation.number}) {equation.title}, {LEVELS[equation.level]}: {equation.verdict}"
    if equation.undecided:
        yield f"{head}: {equation.undecided}"
        return
    yield head + (f"; net {equation.net:+,}, gross {equation.gross:,}" if equation.gross else "")
    parts = [f"{term.letter} {term.count:,} {term.name}" for term in (equation.left, *equation.right)]
    yield "      " + parts[0] + " = " + " + ".join(parts[1:])
    for residue in equation.residues:
        yield f"      ! {residue.name}: {residue.count:,}"
        for item in found.items.get((lot, equation.level, equation.number, residue.name), ()):
            yield f"          {item}"
