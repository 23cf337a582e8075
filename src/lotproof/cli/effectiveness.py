"""lotproof effectiveness: a criterion declared before the data, and the verdict on them."""

from __future__ import annotations

import json
import math
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click

from lotproof.cli import common


@click.group()
def effectiveness() -> None:
    """Did a corrective action work? Declare what would show it, act, then judge. See docs/sampling.md."""


@effectiveness.command()
@click.option("--metric", required=True, help="What is counted: no reads of line 3.")
@click.option("--opportunity", default="packs", show_default=True, help="What it is counted in: packs, cases, scans, lots.")
@click.option("--baseline-events", type=click.IntRange(0), required=True, help="Events before the action.")
@click.option("--baseline-opportunities", type=click.IntRange(1), required=True, help="Opportunities before the action.")
@click.option(
    "--target", type=float, default=0.5, show_default=True, help="Share of the rate before that must not be exceeded; 1: any reduction."
)
@click.option("--opportunities", type=click.IntRange(1), required=True, help="Opportunities after which it is judged.")
@click.option("--confidence", type=float, default=0.95, show_default=True, help="Confidence of the verdict.")
@click.option("--owner", required=True, help="Who answers for it.")
@common.now_option
@common.sentences
def declare(now: str | None, **asked: Any) -> None:
    """Declares the criterion: a JSON document on stdout, to be kept until it is judged.

    \b
    Examples:
      lotproof effectiveness declare --metric "no reads" --baseline-events 40 --baseline-opportunities 100000 \\
        --opportunities 100000 --owner "M. Roth" > criterion.json
    """
    from lotproof.stats.effectiveness import Criterion, zero_events_needed

    criterion = Criterion(**asked, declared=common.time_text(now))
    common.emit({**asdict(criterion), "name": criterion.name, "needed_without_event": zero_events_needed(criterion)})


@effectiveness.command()
@click.argument("criterion", type=click.Path(path_type=Path, dir_okay=False, exists=True))
@click.option("--events", type=click.IntRange(0), required=True, help="Events after the action.")
@click.option("--opportunities", type=click.IntRange(0), required=True, help="Opportunities after the action.")
@click.option("--from", "observed_from", required=True, metavar="TIME", help="From when on they were counted.")
@click.option("--side-effects", type=click.IntRange(0), default=0, show_default=True, help="Signals on other charts since the action.")
@common.json_option
@common.sentences
def judge(criterion: Path, events: int, opportunities: int, observed_from: str, side_effects: int, as_json: bool) -> None:
    """The verdict: effective (exit code 0), not effective (1), or inconclusive (3), with what is missing.

    \b
    Examples:
      lotproof effectiveness judge criterion.json --events 5 --opportunities 100000 --from 2026-03-10T00:00:00Z
    """
    from lotproof.stats import effectiveness as method

    declared = _declared(criterion)
    found = method.judge(declared, events, opportunities, common.time_text(observed_from), side_effects)
    if as_json:
        ratio = {name: value if math.isfinite(value) else None for name, value in asdict(found.ratio).items()}
        common.emit({**asdict(found), "ratio": ratio})
    else:
        common.say(found.sentence)
        if found.missing:
            common.say(f"  missing: {found.missing}")
    if found.verdict != "effective":
        sys.exit(common.FAILED if found.verdict == "not effective" else common.UNDECIDED)


def _declared(path: Path) -> Any:
    from lotproof.stats.effectiveness import Criterion
    from lotproof.stats.problem import MethodProblem

    try:
        told = json.loads(path.read_text(encoding="utf-8"))
        kept = Criterion(**{name: told[name] for name in Criterion.__dataclass_fields__})
    except MethodProblem:
        raise
    except (ValueError, KeyError, TypeError):
        raise MethodProblem(f"{path.name} is no criterion; make one with lotproof effectiveness declare.") from None
    if told.get("name") != kept.name:
        raise MethodProblem(
            f"{path.name} was changed after it was declared: its name does not fit what it says. Judge by the one that was declared."
        )
    return kept
