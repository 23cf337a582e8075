"""lotproof sample: plans, selections that can be repeated, verdicts."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click

from lotproof.cli import common


@click.group()
def sample() -> None:
    """How many to look at, which ones, and what the count shows. See docs/sampling.md."""


@sample.command()
@click.option("--lot-size", type=click.IntRange(2), default=None, help="Units of the lot.")
@click.option("--aql", default=None, help="Acceptable quality level of the tables: 0.65, 1.0, 2.5, ...")
@click.option("--level", default="II", show_default=True, help="Inspection level: S-1 to S-4, I, II, III.")
@click.option("--severity", default="normal", show_default=True, help="normal, tightened or reduced.")
@click.option("--edition", default="MIL-STD-105E", show_default=True, help="MIL-STD-105E, Z1.4-2003 or ISO-2859-1:1999.")
@click.option("--max-rate", type=float, default=None, help="Share wrong that must be found: 0.01 is 1 %.")
@click.option("--confidence", type=float, default=0.95, show_default=True, help="Confidence with which it is found.")
@click.option(
    "--accept", type=click.IntRange(0), default=0, show_default=True, help="Wrong units at which the lot is still accepted (--max-rate)."
)
@click.option("--good", type=float, default=None, help="Two points: a quality that should be accepted.")
@click.option("--bad", type=float, default=None, help="Two points: a quality that should not.")
@click.option("--producer-risk", type=float, default=0.05, show_default=True, help="Two points: risk of rejecting the good quality.")
@click.option("--consumer-risk", type=float, default=0.10, show_default=True, help="Two points: risk of accepting the bad quality.")
@click.option(
    "--law",
    type=click.Choice(["binomial", "poisson", "hypergeometric"]),
    default="binomial",
    show_default=True,
    help="Two points: law of the count.",
)
@click.option("--sequential", is_flag=True, help="Two points: Wald's plan, unit by unit.")
@click.option("--curve", is_flag=True, help="The curves: acceptance, outgoing quality, units inspected.")
@click.option("--svg", type=click.Path(path_type=Path, dir_okay=False), default=None, help="Draw the curve of acceptance to this file.")
@common.json_option
@common.sentences
def plan(as_json: bool, svg: Path | None, **asked: Any) -> None:
    """A plan: of the tables (--aql), of a lot that may have a share wrong at most (--max-rate), or by two points (--good, --bad).

    \b
    Examples:
      lotproof sample plan --lot-size 1200 --aql 1.0
      lotproof sample plan --lot-size 1200 --max-rate 0.05 --confidence 0.95
      lotproof sample plan --good 0.01 --bad 0.06 --curve --svg oc.svg
    """
    from lotproof.control import planning

    ways = [
        name
        for name, given in (("--aql", asked["aql"]), ("--max-rate", asked["max_rate"]), ("--good and --bad", asked["good"]))
        if given is not None
    ]
    if len(ways) != 1:
        raise click.UsageError("Say which plan: --aql (tables), --max-rate (a lot), or --good and --bad (two points); one of them.")
    if ways[0] != "--good and --bad" and asked["lot_size"] is None:
        raise click.UsageError(f"A plan by {ways[0]} needs --lot-size.")
    if asked["aql"] is not None:
        told = planning.by_table(asked["lot_size"], asked["aql"], asked["level"], asked["severity"], asked["edition"])
    elif asked["max_rate"] is not None:
        told = planning.by_rate(asked["lot_size"], asked["max_rate"], asked["confidence"], asked["accept"])
    else:
        if asked["bad"] is None:
            raise click.UsageError("--good needs --bad, the quality that should not be accepted.")
        told = planning.by_points(
            asked["good"],
            asked["bad"],
            asked["producer_risk"],
            asked["consumer_risk"],
            asked["law"],
            asked["lot_size"],
            asked["sequential"],
        )
    if "n" in told and (asked["curve"] or svg):
        told["curve"] = planning.curves_of(told)
    if svg and "n" in told:
        svg.write_text(planning.drawing(told), encoding="utf-8")
    if as_json:
        common.emit(told)
        return
    for line in planning.plan_lines(told):
        common.say(line)


@sample.command()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False, exists=True), required=False)
@click.option("--unit", default="", metavar="COLUMN", help="Column of the units in FILE (default: its first).")
@click.option("--lot", default=None, help="Instead of FILE: the items of this lot in the workspace; the ledger keeps the selection.")
@click.option("--item-level", default="unit", show_default=True, metavar="unit/case/pallet", help="With --lot: which of its items.")
@click.option("--n", type=click.IntRange(1), required=True, help="How many.")
@click.option("--seed", required=True, help="Any text, fixed before the list is seen, as by a witness.")
@click.option("--accept", type=click.IntRange(0), default=0, show_default=True, help="Wrong units at which the lot is still accepted.")
@click.option("--confidence", type=float, default=0.95, show_default=True, help="Confidence of the statement that will be made.")
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
    n, seed, rest = asked["n"], asked["seed"], (asked["accept"], asked["confidence"])
    kept: dict[str, int] = {}
    if file is not None:
        chosen = selecting.select(_of_file(file, asked["unit"]), n, seed, *rest)
    else:
        from lotproof.workspace.sampling import select_from_lot

        time, actor = common.time_text(asked["now"]), common.actor_name(asked["actor"])
        with common.progress_bar() as progress:
            home, level = asked["workspace_dir"], asked["item_level"]
            found = select_from_lot(home, str(lot), level, n, seed, time, actor, progress, *rest)
        chosen, kept = found.selection, {"number": found.number, "entry": found.entry}
    if as_json:
        common.emit({**selecting.to_json(chosen), **kept})
        return
    common.say(f"{n} of {chosen.listed:,} units, seed {seed!r}, list {chosen.list_digest}")
    for one in chosen.units:
        common.say(f"  {one}")
    if kept:
        number = kept["number"]
        common.say(f"Selection {number}, entry {kept['entry']} of the ledger; lotproof sample replay {number} makes it again.")


@sample.command()
@click.argument("number", type=click.IntRange(1))
@common.workspace_option
@common.json_option
@common.sentences
def replay(number: int, workspace_dir: Path, as_json: bool) -> None:
    """Makes selection NUMBER of the ledger again. Exit code 1 where other units come out, 3 where the list has changed since.

    \b
    Examples:
      lotproof sample replay 1
    """
    from lotproof.workspace.sampling import replay_selection

    with common.progress_bar() as progress:
        told = replay_selection(workspace_dir, number, common.time_text(None), common.actor_name(None), progress)
    if as_json:
        common.emit({"entry": told.body, "list_same": told.list_same, "units_same": told.units_same, "units": list(told.selection.units)})
    elif told.units_same:
        common.say(f"Selection {number} of the lot {told.body['lot']} comes out again: {told.body['n']} units, seed {told.body['seed']!r}.")
    elif told.list_same:
        common.say(f"Selection {number}: list and seed are those of the ledger, and other units come out; its entry is wrong.")
    else:
        common.say(f"Selection {number}: the workspace tells of {told.selection.listed:,} units now, of {told.body['listed']:,} then.")
    if not told.units_same:
        sys.exit(common.FAILED if told.list_same else common.UNDECIDED)


@sample.command()
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
@common.json_option
@common.sentences
def evaluate(selection: Path, results: Path, unit: str, result: str, right: str, listed: Path | None, noun: str, as_json: bool) -> None:
    """Judges the RESULTS (CSV) of a SELECTION: accepted, rejected or unfinished, what it shows, what follows for the lot.

    Exit codes: 0 accepted, 1 rejected, 3 unfinished.

    \b
    Examples:
      lotproof sample evaluate selection.json results.csv --noun cases
      lotproof sample evaluate selection.json results.csv --list cases.csv --json
    """
    from lotproof.control.table import read_table
    from lotproof.stats.problem import MethodProblem
    from lotproof.stats.sampling import evaluate as judging
    from lotproof.stats.sampling import select as selecting

    try:
        chosen = selecting.from_json(json.loads(selection.read_text(encoding="utf-8")))
    except ValueError as error:
        if isinstance(error, MethodProblem):
            raise
        raise MethodProblem(f"{selection.name} is no selection; make one with lotproof sample select --json.") from None
    if listed is not None and not selecting.replayed(chosen, _of_file(listed, "")):
        raise MethodProblem(f"{listed.name} and the seed do not give the units of {selection.name}: list or selection were changed.")
    table = read_table(results)
    told = judging.evaluate(chosen, _results(table.words(unit), table.words(result), table.lines, right, results.name), noun)
    if as_json:
        common.emit({**asdict(told), "replayed": True if listed else None})
    else:
        common.say(f"{told.verdict}: {told.shown.sentence if told.shown else told.consequence}")
        if told.shown:
            common.say(f"  {told.consequence}")
        for name, some in (("wrong", told.wrong), ("not looked at", told.missing), ("not selected, does not count", told.strange)):
            for one in some[:20]:
                common.say(f"  {name}: {one}")
    if told.verdict != "accepted":
        sys.exit(common.FAILED if told.verdict == "rejected" else common.UNDECIDED)


@sample.command()
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


@sample.command()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False, exists=True))
@click.option("--edition", default="MIL-STD-105E", show_default=True, help="MIL-STD-105E, Z1.4-2003 or ISO-2859-1:1999.")
@click.option(
    "--limit-number", type=click.IntRange(0), default=None, help="Defects in 10 lots up to which inspection may be reduced (table VIII)."
)
@click.option(
    "--accepted-word", default="accepted", show_default=True, metavar="WORD", help="The word for an accepted lot in the column result."
)
@common.json_option
@common.sentences
def switch(file: Path, edition: str, limit_number: int | None, accepted_word: str, as_json: bool) -> None:
    """Severity of inspection for the next lot: FILE has a row a lot with result and, where known, defects, accept, tighter, steady, gap.

    \b
    Examples:
      lotproof sample switch lots.csv
      lotproof sample switch lots.csv --edition ISO-2859-1:1999 --json
    """
    from lotproof.control.planning import lots_of
    from lotproof.control.table import read_table
    from lotproof.stats.sampling.switching import history

    states = history(lots_of(read_table(file), accepted_word), edition, limit_number)
    if as_json:
        common.emit(
            {"next": states[-1].severity, "reason": states[-1].reason, "severity_before_each": [state.severity for state in states[:-1]]}
        )
        return
    common.say(f"The next lot: {states[-1].severity} inspection. {states[-1].reason}")


def _of_file(file: Path, unit: str) -> list[str]:
    from lotproof.control.table import read_table

    table = read_table(file)
    return list(table.words(unit or table.columns[0]))


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
