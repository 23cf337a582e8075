"""lotproof sample plan and switch: how many to look at, and how hard the next lot is looked at."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from lotproof.cli import common


@click.command()
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


@click.command()
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
