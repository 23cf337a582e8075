"""lotproof chart: a control chart of a CSV file."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click

from lotproof.cli import common


def _list(text: str | None) -> tuple[str, ...]:
    return tuple(word.strip() for word in (text or "").split(",") if word.strip())


@click.command()
@click.argument("kind")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False, exists=True))
@click.option("--value", default="", metavar="COLUMN", help="Column of measurements or gaps (default: value).")
@click.option("--count", default="", metavar="COLUMN", help="Column of events or defectives (default: count).")
@click.option("--size", default="", metavar="COLUMN", help="Column of units looked at (default: size).")
@click.option("--columns", default=None, metavar="A,B,C", help="Measurements of a subgroup (default: all columns that are nothing else).")
@click.option("--label", default="", metavar="COLUMN", help="Column that names the points (default: label, else time).")
@click.option("--time", "time_column", default="", metavar="COLUMN", help="Column of times, for limit sets (default: time).")
@click.option("--part", default="", metavar="COLUMN", help="Column of products, for short runs (default: part).")
@click.option("--target", default="", metavar="COLUMN", help="Column of nominal values, for dnom (default: target).")
@click.option("--stage", default="", metavar="COLUMN", help="Column of stages: new limits where it changes (default: stage).")
@click.option(
    "--rules", default="western-electric", show_default=True, metavar="SET", help="limits, western-electric, nelson, aiag, montgomery."
)
@click.option("--only", default=None, metavar="1,2,5", help="Some rules of the set.")
@click.option("--width", type=click.FloatRange(0, min_open=True), default=3.0, show_default=True, help="Half width of the limits in sigma.")
@click.option("--leave-out", multiple=True, metavar="POINT=REASON", help="A point that the limits are not made of, and its cause.")
@click.option("--estimator", default=None, metavar="average/pooled/mvlue", help="How subgroups give sigma.")
@click.option("--method", default=None, metavar="NAME", help="g: percentile or benneyan; t: weibull or power.")
@click.option("--exact-d2", is_flag=True, help="Divide moving ranges by 2/sqrt(pi) instead of the printed 1.128.")
@click.option("--lambda", "lambda_", type=float, default=None, help="EWMA: weight of the newest point (default 0.2).")
@click.option("--ewma-width", type=float, default=None, help="EWMA: half width in its own sigma (default 2.962).")
@click.option("--k", type=float, default=None, help="CUSUM: slack in sigma (default 0.5).")
@click.option("--h", type=float, default=None, help="CUSUM: decision interval in sigma (default 5).")
@click.option("--lower-spec", type=float, default=None, help="Lower limit of the specification, for capability.")
@click.option("--upper-spec", type=float, default=None, help="Upper limit of the specification, for capability.")
@click.option("--phase", type=click.Choice(["1", "2"]), default=None, help="1: limits from these points. 2: frozen ones, with --limits.")
@click.option(
    "--limits", type=click.Path(path_type=Path, dir_okay=False, exists=True), default=None, help="File of approved limit sets (phase 2)."
)
@click.option(
    "--save-limits", type=click.Path(path_type=Path, dir_okay=False), default=None, help="Add the limits of this chart to this file."
)
@click.option("--name", default="", metavar="TEXT", help="What the chart watches: its title, and the name of its limits.")
@click.option("--approved-by", default="", metavar="NAME", help="Who approves saved limits.")
@click.option("--effective", default="", metavar="TIME", help="Time from which saved limits hold (2026-03-09T10:00:00Z).")
@click.option("--change", default="", metavar="TEXT", help="Change control or reason of saved limits.")
@click.option("--fail-on-signal", is_flag=True, help="Exit 1 where a rule fires.")
@click.option("--svg", type=click.Path(path_type=Path, dir_okay=False), default=None, help="Write the drawing to this file.")
@common.json_option
@common.sentences
def chart(kind: str, file: Path, as_json: bool, **asked: Any) -> None:
    """A control chart of the points in FILE (CSV), in their order.

    KIND is p, np, u, c, laney-p (p'), laney-u (u'), g, t, i-mr, xbar-r, xbar-s, ewma, cusum, short-run, dnom or z-p. Columns are
    count and size, or value, or one a measurement of a subgroup. See docs/control-charts.md.

    \b
    Examples:
      lotproof chart laney-p rejects.csv --label day --svg rejects.svg
      lotproof chart i-mr contrast.csv --rules nelson --json
      lotproof chart p rejects.csv --save-limits limits.json --approved-by QA --effective 2026-03-01T00:00:00Z
      lotproof chart p rejects.csv --phase 2 --limits limits.json --fail-on-signal
    """
    from lotproof.control import charting, series
    from lotproof.control.table import read_table
    from lotproof.stats.charts.kinds import kind_name

    name = kind_name(kind)
    table = read_table(file)
    mapping = series.Mapping(
        asked["value"], asked["count"], asked["size"], _list(asked["columns"]), asked["label"], asked["time_column"], asked["part"],
        asked["target"], asked["stage"],
    )  # fmt: skip
    points = series.series_of(table, name, mapping)
    left_out = [_reason(text) for text in asked["leave_out"]]
    wanted = charting.Wanted(
        asked["rules"], _list(asked["only"]), asked["width"], _settings(name, asked), tuple(label for label, _ in left_out),
        asked["lower_spec"], asked["upper_spec"],
    )  # fmt: skip
    if asked["phase"] == "2" or asked["limits"]:
        if asked["limits"] is None or asked["phase"] == "1":
            raise click.UsageError("Phase 2 judges by frozen limits: name their file with --limits; phase 1 makes limits and takes none.")
        charted = charting.phase_two(name, points, read_sets(asked["limits"]), series.times(table, mapping.time))
    else:
        charted = charting.phase_one(name, points, wanted, series.words(table, mapping.stage, "stage"))
    told = charting.document(charted, wanted)
    if asked["save_limits"]:
        _save(charted, wanted, left_out, asked)
    if asked["svg"]:
        asked["svg"].write_text(charting.drawing(charted, asked["name"] or f"{told['title']}: {file.stem}"), encoding="utf-8")
    if as_json:
        common.emit(told)
    else:
        for line in _lines(told, file):
            common.say(line)
    if asked["fail_on_signal"] and told["signals"]:
        sys.exit(common.FAILED)


def _settings(kind: str, asked: dict[str, Any]) -> dict[str, Any]:
    """Settings of the kind; one that the kind does not have is refused."""
    from lotproof.stats.charts.constants import d2

    names = {
        "estimator": ("xbar-r", "xbar-s"),
        "method": ("g", "t"),
        "lambda_": ("ewma",),
        "ewma_width": ("ewma",),
        "k": ("cusum",),
        "h": ("cusum",),
    }
    keys = {"lambda_": "lambda", "ewma_width": "width"}
    found: dict[str, Any] = {}
    for name, chosen in names.items():
        if asked[name] is None:
            continue
        if kind not in chosen:
            option = keys.get(name, name) if name != "ewma_width" else "ewma-width"
            raise click.UsageError(f"A chart {kind} has no --{option}; that belongs to {' and '.join(chosen)}.")
        found[keys.get(name, name)] = asked[name]
    if asked["exact_d2"]:
        if kind not in ("i-mr", "laney-p", "laney-u"):
            raise click.UsageError(f"A chart {kind} has no --exact-d2; that belongs to i-mr, laney-p and laney-u.")
        found["divisor"] = d2(2)
    return found


def _reason(text: str) -> tuple[str, str]:
    label, sign, reason = text.partition("=")
    if not sign or not reason.strip():
        raise click.UsageError(f'--leave-out "{text}": a point is left out for a cause that was found; write POINT=REASON.')
    return label.strip(), reason.strip()


def read_sets(path: Path) -> list[Any]:
    """The limit sets of a file."""
    from lotproof.stats.charts.limits import from_json
    from lotproof.stats.problem import MethodProblem

    try:
        told = json.loads(path.read_text(encoding="utf-8"))
    except ValueError:
        told = None
    if not isinstance(told, list) or not told:
        raise MethodProblem(f"{path.name} is no file of limit sets; write one with lotproof chart ... --save-limits FILE.")
    return [from_json(one) for one in told]


def _save(charted: Any, wanted: Any, left_out: list[tuple[str, str]], asked: dict[str, Any]) -> None:
    from lotproof.control import charting
    from lotproof.stats.charts.limits import Exclusion, checked

    if not asked["approved_by"] or not asked["effective"]:
        raise click.UsageError(
            "Limits are saved with --approved-by NAME and --effective TIME: who answers for them, and from when they hold."
        )
    if wanted.only:
        raise click.UsageError("Saved limits go with a whole rule set; leave --only out.")
    path: Path = asked["save_limits"]
    before = read_sets(path) if path.exists() else []
    new = charting.limit_set(
        charted, asked["name"] or "chart", wanted, effective_from=common.time_text(asked["effective"]), approved_by=asked["approved_by"],
        exclusions=tuple(Exclusion(label, reason, asked["approved_by"]) for label, reason in left_out), change=asked["change"],
        supersedes=before[-1].name if before else "",
    )  # fmt: skip
    path.write_text(json.dumps(charting.saved(checked([*before, new])), indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def _lines(told: dict[str, Any], file: Path) -> Iterator[str]:
    count = len(told["points"])
    yield f"{told['title']} of {file.name}: {count} points, phase {told['phase']}, rules {told['rules']['set']}"
    for panel in told["panels"]:
        limits = [f"{name} {_number(panel[name][-1])}" for name in ("lower", "upper") if panel[name][-1] is not None]
        steps = " (limits of the last point; they vary)" if len(set(panel["upper"][1:])) > 1 else ""
        yield f"  {panel['statistic_name']}: centre {_number(panel['center'])}, {', '.join(limits)}{steps}"
    parameters = told["stages"][-1]["parameters"]
    if parameters["sigma_z"] != 1:
        yield f"  sigma_z {parameters['sigma_z']:.3f}"
    for signal in told["signals"]:
        name = signal["label"] or signal["index"]
        yield f"  signal at {name} ({signal['panel']}, {signal['side']}): rule {signal['rule']}, {signal['sentence']}"
    if not told["signals"]:
        yield "  no signal"
    if told["run_length"]:
        length, shifted = (told["run_length"][key] for key in ("in_control", "shift_of_one_sigma"))
        yield f"  false alarm on average every {length:.0f} points; a shift of 1 sigma is seen after {shifted:.1f}"
    if "dispersion" in told and told["dispersion"]["proposed"] != told["chart"]:
        yield f"  a chart {told['dispersion']['proposed']} fits better: {told['dispersion']['reason']}"
    for warning in told["warnings"]:
        yield f"  note: {warning}"


def _number(value: float) -> str:
    return f"{value:.6g}"
