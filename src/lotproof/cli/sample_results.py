"""lotproof sample evaluate and shows: the verdict on a sample, and what a count shows."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from lotproof.cli import common
from lotproof.cli.sample_select import of_file

if TYPE_CHECKING:
    from lotproof.stats.sampling.evaluate import Judgement
    from lotproof.stats.sampling.select import Selection


@click.command()
@click.argument("selection", type=click.Path(path_type=Path, dir_okay=False, exists=True))
@click.argument("results", type=click.Path(path_type=Path, dir_okay=False, exists=True))
@click.option("--unit", default="unit", show_default=True, metavar="COLUMN", help="Column of the units in RESULTS.")
@click.option("--result", default="result", show_default=True, metavar="COLUMN", help="Column of the results.")
@click.option("--right", default="ok", show_default=True, metavar="WORD", help="The word for a unit that is right; any other is wrong.")
@click.option(
    "--list",
    "listed",
    type=click.Path(path_type=Path, dir_okay=False, exists=True),
    default=None,
    help="The list selected from: is the selection the one that list and seed give?",
)
@click.option("--noun", default="units", show_default=True, help="What was looked at, for the sentence: cases, packs.")
@common.workspace_option
@common.now_option
@common.actor_option
@common.json_option
@common.sentences
def evaluate(selection: Path, results: Path, listed: Path | None, noun: str, as_json: bool, **asked: Any) -> None:
    """Judges the RESULTS (CSV) of a SELECTION: accepted, rejected or unfinished, what it shows, what follows for the lot.

    A selection that the ledger of the workspace holds gets its evaluation there as well. Exit codes: 0 accepted, 1 rejected, 3 unfinished.

    \b
    Examples:
      lotproof sample evaluate selection.json results.csv --noun cases
      lotproof sample evaluate selection.json results.csv --list cases.csv --json
    """
    from lotproof.control.table import read_table
    from lotproof.stats.problem import MethodProblem
    from lotproof.stats.sampling import evaluate as judging
    from lotproof.stats.sampling import select as selecting

    chosen, number = _selection(selection)
    if listed is not None and not selecting.replayed(chosen, of_file(listed, "")):
        raise MethodProblem(f"{listed.name} and the seed do not give the units of {selection.name}: list or selection were changed.")
    table = read_table(results)
    words = table.words(asked["unit"]), table.words(asked["result"])
    told = judging.evaluate(chosen, _results(*words, table.lines, asked["right"], results.name), noun)
    entry = _keep(number, chosen, told, noun, asked)
    if as_json:
        common.emit({**asdict(told), "replayed": True if listed else None, "entry": entry})
    else:
        common.say(f"{told.verdict}: {told.shown.sentence if told.shown else told.consequence}")
        if told.shown:
            common.say(f"  {told.consequence}")
        for name, some in (("wrong", told.wrong), ("not looked at", told.missing), ("not selected, does not count", told.strange)):
            for one in some[:20]:
                common.say(f"  {name}: {one}")
        if entry is not None:
            common.say(f"Entry {entry} of the ledger; lotproof sample replay {number} judges it again.")
    if told.verdict != "accepted":
        sys.exit(common.FAILED if told.verdict == "rejected" else common.UNDECIDED)


def _selection(path: Path) -> tuple[Selection, int | None]:
    """The selection of a file, and its number where the ledger holds it."""
    from lotproof.stats.problem import MethodProblem
    from lotproof.stats.sampling import select as selecting

    try:
        told = json.loads(path.read_text(encoding="utf-8"))
    except ValueError:
        told = None
    if not isinstance(told, dict):
        raise MethodProblem(f"{path.name} is no selection; make one with lotproof sample select --json.")
    number = told.get("number")
    return selecting.from_json(told), number if isinstance(number, int) else None


def _keep(number: int | None, chosen: Selection, told: Judgement, noun: str, asked: dict[str, Any]) -> int | None:
    if number is None:
        return None
    from lotproof.workspace.sampling import keep_evaluation

    time, actor = common.time_text(asked["now"]), common.actor_name(asked["actor"])
    return keep_evaluation(asked["workspace_dir"], number, chosen, told, noun, time, actor)


@click.command()
@click.option("--wrong", type=click.IntRange(0), required=True, help="Wrong units found.")
@click.option("--looked-at", type=click.IntRange(1), required=True, help="Units looked at.")
@click.option("--lot-size", type=click.IntRange(1), default=None, help="Units of the lot.")
@click.option("--confidence", type=float, default=0.95, show_default=True, help="Confidence of the statement.")
@click.option("--noun", default="units", show_default=True, help="What was looked at: cases, packs.")
@common.json_option
@common.sentences
def shows(wrong: int, looked_at: int, lot_size: int | None, confidence: float, noun: str, as_json: bool) -> None:
    """What a count shows, with exact bounds.

    \b
    Examples:
      lotproof sample shows --wrong 0 --looked-at 60 --lot-size 1200 --noun cases
    """
    from lotproof.stats.sampling.confidence import shown

    told = shown(wrong, looked_at, lot_size, confidence, noun)
    if as_json:
        common.emit(asdict(told))
    else:
        common.say(told.sentence)


def _results(units: tuple[str, ...], words: tuple[str, ...], lines: tuple[int, ...], right: str, name: str) -> dict[str, bool]:
    from lotproof.stats.problem import MethodProblem

    found: dict[str, bool] = {}
    for unit, word, line in zip(units, words, lines, strict=True):
        if not word:
            raise MethodProblem(f"{name}, line {line}: the unit {unit} has no result; write one, or leave the row out.")
        if unit in found:
            raise MethodProblem(
                f"{name}, line {line}: the unit {unit} is there twice; keep the first result, a second look does not replace it."
            )
        found[unit] = word.lower() == right.lower()
    return found
