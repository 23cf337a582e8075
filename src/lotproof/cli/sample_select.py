"""lotproof sample select and replay: which units, and the same ones again."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from lotproof.cli import common

if TYPE_CHECKING:
    from lotproof.stats.sampling.select import Selection


@click.command()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False, exists=True), required=False)
@click.option("--unit", default="", metavar="COLUMN", help="Column of the units in FILE (default: its first).")
@click.option("--lot", default=None, help="Instead of FILE: the items of this lot in the workspace; the ledger keeps the selection.")
@click.option("--item-level", default="unit", show_default=True, metavar="unit/case/pallet", help="With --lot: which of its items.")
@click.option("--n", type=click.IntRange(1), required=True, help="How many.")
@click.option("--seed", required=True, help="Any text, fixed before the list is seen, as by a witness.")
@click.option("--accept", type=click.IntRange(0), default=0, show_default=True, help="Wrong units at which the lot is still accepted.")
@click.option("--confidence", type=float, default=0.95, show_default=True, help="Confidence of the statement that will be made.")
@click.option("--plan", default="", metavar="TEXT", help="The plan that n and accept come from, for the ledger.")
@click.option("--keep", is_flag=True, help="With FILE: write the selection into the ledger of the workspace as well.")
@common.workspace_option
@common.now_option
@common.actor_option
@common.json_option
@common.sentences
def select(file: Path | None, lot: str | None, as_json: bool, **asked: Any) -> None:
    """Chooses units at random, so that anyone who has list and seed chooses the same ones. Keep its --json for `evaluate`.

    \b
    Examples:
      lotproof sample select cases.csv --unit sscc --n 60 --seed "2026-03-09 M. Roth" --json > selection.json
      lotproof sample select --lot B7-2231 --item-level case --n 60 --seed "2026-03-09 M. Roth"
    """
    from lotproof.stats.sampling import select as selecting

    if (file is None) == (lot is None):
        raise click.UsageError("Name either a FILE of units, or a lot of the workspace with --lot.")
    n, seed = asked["n"], asked["seed"]
    if file is not None:
        chosen = selecting.select(of_file(file, asked["unit"]), n, seed, asked["accept"], asked["confidence"])
        kept = _keep(chosen, asked) if asked["keep"] else {}
    else:
        chosen, kept = _from_lot(str(lot), asked)
    if as_json:
        common.emit({**selecting.to_json(chosen), **kept})
        return
    common.say(f"{n} of {chosen.listed:,} units, seed {seed!r}, list {chosen.list_digest}")
    for one in chosen.units:
        common.say(f"  {one}")
    if kept:
        number = kept["number"]
        common.say(f"Selection {number}, entry {kept['entry']} of the ledger; lotproof sample replay {number} makes it again.")


def _keep(chosen: Selection, asked: dict[str, Any]) -> dict[str, int]:
    from lotproof.workspace.sampling import keep_selection

    time, actor = common.time_text(asked["now"]), common.actor_name(asked["actor"])
    found = keep_selection(asked["workspace_dir"], chosen, time, actor, asked["plan"])
    return {"number": found.number, "entry": found.entry}


def _from_lot(lot: str, asked: dict[str, Any]) -> tuple[Selection, dict[str, int]]:
    from lotproof.workspace.sampling import select_from_lot

    with common.progress_bar() as progress:
        found = select_from_lot(
            asked["workspace_dir"], lot, asked["item_level"], asked["n"], asked["seed"], common.time_text(asked["now"]),
            common.actor_name(asked["actor"]), progress, asked["accept"], asked["confidence"], asked["plan"],
        )  # fmt: skip
    return found.selection, {"number": found.number, "entry": found.entry}


@click.command()
@click.argument("number", type=click.IntRange(1))
@click.option(
    "--list",
    "listed",
    type=click.Path(path_type=Path, dir_okay=False, exists=True),
    default=None,
    help="The list, where it was made of a file.",
)
@click.option("--unit", default="", metavar="COLUMN", help="Column of the units in the list (default: its first).")
@common.workspace_option
@common.json_option
@common.sentences
def replay(number: int, listed: Path | None, unit: str, workspace_dir: Path, as_json: bool) -> None:
    """Makes selection NUMBER of the ledger again and judges its evaluations again.

    Exit code 1 where other units or another verdict come out, 3 where the list has changed since.

    \b
    Examples:
      lotproof sample replay 1
    """
    from lotproof.workspace.sampling import replay_selection

    with common.progress_bar() as progress:
        units = of_file(listed, unit) if listed else None
        told = replay_selection(workspace_dir, number, common.time_text(None), common.actor_name(None), progress, units)
    judged = [{"evaluation": body, "same": same} for body, same in told.evaluations]
    if as_json:
        same = {"list_same": told.list_same, "units_same": told.units_same}
        common.emit({"entry": told.body, **same, "units": list(told.selection.units), "evaluations": judged})
    elif told.units_same:
        of = f"of the lot {told.body['lot']}" if told.body["lot"] else "of the list"
        common.say(f"Selection {number} {of} comes out again: {told.body['n']} units, seed {told.body['seed']!r}.")
        for body, same_again in told.evaluations:
            again = "comes out again" if same_again else "does not follow from its counts; its entry is wrong"
            common.say(f"  {body['verdict']}: {body['wrong_count']} wrong, {body['missing_count']} not looked at; the verdict {again}.")
    elif told.list_same:
        common.say(f"Selection {number}: list and seed are those of the ledger, and other units come out; its entry is wrong.")
    else:
        common.say(f"Selection {number}: the workspace tells of {told.selection.listed:,} units now, of {told.body['listed']:,} then.")
    if not told.holds:
        sys.exit(common.FAILED if told.list_same else common.UNDECIDED)


def of_file(file: Path, unit: str) -> list[str]:
    """The units of a list, in its first column or the one that is named."""
    from lotproof.control.table import read_table

    table = read_table(file)
    return list(table.words(unit or table.columns[0]))
