"""lotproof alarms: how often charts cry wolf, and how soon they see a shift."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from lotproof.cli import common


@click.command()
@click.option("--charts", type=click.IntRange(1), default=1, show_default=True, help="Charts that are watched.")
@click.option("--points", type=click.FloatRange(0, min_open=True), default=24.0, show_default=True, help="Points of one chart a day.")
@click.option("--rules", default="western-electric", show_default=True, metavar="SET", help="Rule set.")
@click.option("--only", default=None, metavar="1,2,5", help="Some rules of the set.")
@click.option(
    "--bearable",
    type=click.FloatRange(0, min_open=True),
    default=1.0,
    show_default=True,
    help="False alarms a day that people can follow up.",
)
@click.option("--seed", type=int, default=1, show_default=True, help="Seed of the simulation, for sets with trends or alternations.")
@click.option(
    "--workspace",
    "home",
    type=click.Path(path_type=Path, file_okay=False),
    default=None,
    help="The charts of its KPIs instead of --charts.",
)
@common.json_option
@common.sentences
def alarms(charts: int, points: float, rules: str, only: str | None, bearable: float, seed: int, home: Path | None, as_json: bool) -> None:
    """The alarm budget of a set of charts: false alarms a day, and points until a shift is seen.

    With --workspace the set is that of its KPIs as they are declared, its own among them: for each chart the run length, the points a
    day, and how many alarms chance alone gives among the points that there are.

    Run lengths are exact (Markov chain) for rules on zones; sets with trends or alternations are simulated, with the error told.

    \b
    Examples:
      lotproof alarms --charts 100 --points 24
      lotproof alarms --charts 100 --points 24 --rules nelson --only 1,5 --json
      lotproof alarms --workspace lotproof-workspace --bearable 0.5
    """
    if home is not None:
        _of_workspace(home, bearable, as_json)
        return
    from lotproof.stats.charts.budget import Watched, budget
    from lotproof.stats.charts.rules import rule_set
    from lotproof.stats.charts.runlength import ZONED, of_rules, simulated

    chosen = rule_set(rules, [word.strip() for word in only.split(",")] if only else [])
    exact = all(rule.shape in ZONED for rule in chosen.rules)
    lengths, errors = {}, {}
    for shift in (0.0, 0.5, 1.0, 1.5, 2.0, 3.0):
        if exact:
            lengths[f"{shift:g}"] = of_rules(chosen, shift)
        else:
            made_up = simulated(chosen, shift, seed=seed)
            lengths[f"{shift:g}"], errors[f"{shift:g}"] = made_up.length, made_up.error
    told = budget([Watched(rules, charts, points, lengths["0"])], bearable)
    told = {
        "rules": [rule.id for rule in chosen.rules],
        "set": rules,
        "exact": exact,
        "run_length_by_shift": lengths,
        "standard_error": errors,
        **told,
    }
    if as_json:
        common.emit(told)
        return
    how = "exact" if exact else f"simulated, standard error {errors['0']:.1f}"
    common.say(f"{charts} charts of {points:g} points a day, rules {rules}: a false alarm every {lengths['0']:.2f} points ({how})")
    holds = "holds" if told["holds"] else "does not hold"
    common.say(f"  {told['false_signals_a_day']:.1f} false alarms a day; {bearable:g} are bearable: {holds}")
    if not told["holds"]:
        common.say(f"  fewer rules, wider limits or fewer points are needed: a run length of {told['run_length_needed']:,.0f}")
    for key in ("0.5", "1", "1.5", "2", "3"):
        common.say(f"  a shift of {key} sigma is seen after {lengths[key]:.1f} points")


def _of_workspace(home: Path, bearable: float, as_json: bool) -> None:
    from lotproof.control.kpis.budget import told
    from lotproof.workspace.kpis import judge_all

    with common.progress_bar() as progress:
        judged = judge_all(home, common.time_text(None), common.actor_name(None), progress)
    found = told(judged, bearable)
    if as_json:
        common.emit(found)
        return
    common.say(f"{len(found['watched'])} charts, {found['points']:,} points: {found['expected']:.2f} false alarms to expect, "
               f"{found['signals']:,} points signal")  # fmt: skip
    for one in found["watched"]:
        common.say(f"  {_chart(one)}")
    holds = "holds" if found["holds"] else "does not hold"
    common.say(f"  {found['false_signals_a_day']:.2f} false alarms a day; {bearable:g} are bearable: {holds}")
    if found["without_times"]:
        common.say(f"  not among those a day, as their points come at no known rate: {'; '.join(found['without_times'])}")


def _chart(one: dict[str, Any]) -> str:
    rate = f"{one['points_a_day']:.3g} points a day, " if one["points_a_day"] else ""
    return (
        f"{one['name']:<30} {one['chart']:<8} {rate}a false alarm every {one['run_length']:.1f} points; "
        f"{one['points']:,} points, {one['expected']:.2f} expected, {one['signals']:,} signal"
    )
