"""A control chart of a table as a document: limits, signals, what they are made of; and its drawing."""

from __future__ import annotations

import math
from collections.abc import Mapping as Frozen
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

import numpy as np

from lotproof.draw.charts_control import Drawn, control_chart
from lotproof.stats.charts import kinds
from lotproof.stats.charts.capability import capability, of_counts
from lotproof.stats.charts.dispersion import dispersion
from lotproof.stats.charts.limits import Judged, LimitSet, digest, replay, to_json
from lotproof.stats.charts.rules import RuleSet, Signal, rule_set, signals
from lotproof.stats.charts.runlength import ZONED, of_rules
from lotproof.stats.charts.values import Chart, Parameters, Series
from lotproof.stats.problem import MethodProblem


@dataclass(frozen=True)
class Wanted:
    """What is asked of a chart."""

    rules: str = "western-electric"
    """Rule set."""
    only: tuple[str, ...] = ()
    """Some of its rules; empty for all."""
    width: float = 3.0
    """Half width of the limits in standard deviations."""
    settings: Frozen[str, Any] = field(default_factory=dict)
    """Settings of the kind: estimator, method, lambda, k, h."""
    leave_out: tuple[str, ...] = ()
    """Labels of points that the limits are not made of."""
    lower_spec: float | None = None
    """Lower limit of the specification, for capability."""
    upper_spec: float | None = None
    """Upper limit of the specification."""


@dataclass(frozen=True)
class Charted:
    """A chart over its stages."""

    kind: str
    """Kind of chart."""
    parts: tuple[tuple[int, Chart, tuple[Signal, ...]], ...]
    """(first point from 0, chart, its signals numbered over all points), one a stage."""
    series: Series
    """All points."""
    rules: RuleSet
    """What was looked for."""
    phase: int
    """1: limits from these points; 2: frozen ones."""
    baseline: Series
    """The points that the limits were made of (phase 1)."""


def phase_one(kind: str, series: Series, wanted: Wanted, stages: Sequence[str] = ()) -> Charted:
    """Limits from the points themselves, stage by stage; points left out are judged and not counted in."""
    rules = rule_set(wanted.rules, wanted.only)
    keep = _kept(series, wanted.leave_out)
    parts = []
    for start, end in _stages(stages, len(series)):
        own, inside = series.take(slice(start, end)), keep[start:end]
        if not inside.any():
            raise MethodProblem(f"All points from {start + 1} to {end} are left out; a stage needs points of its own.")
        chart = kinds.make(kinds.estimate(kind, own.take(inside), **wanted.settings), own, wanted.width)
        parts.append((start, chart, tuple(signals(chart, rules, start))))
    return Charted(kind, tuple(parts), series, rules, 1, series.take(keep))


def phase_two(kind: str, series: Series, sets: Sequence[LimitSet], times: Sequence[str]) -> Charted:
    """Frozen limits; where points have no times the newest set judges them all."""
    newest = max(sets, key=lambda one: one.effective_from)
    for one in sets:
        if one.parameters.kind != kind:
            raise MethodProblem(f"The limit set {one.name[:12]} is one of a chart {one.parameters.kind}, not {kind}.")
    judged: Sequence[Judged] = replay(sets, series, times or [newest.effective_from] * len(series))
    parts = tuple((part.first - 1, part.chart, part.signals) for part in judged)
    return Charted(kind, parts, series, rule_set(newest.rules), 2, series)


def document(charted: Charted, wanted: Wanted) -> dict[str, Any]:
    """The chart as one JSON document. Lists have one value a point; ``center`` is that of the last stage."""
    panels = [_joined(charted, at) for at in range(len(charted.parts[0][1].panels))]
    last = charted.parts[-1][1]
    found = [signal for part in charted.parts for signal in part[2]]
    labels = charted.series.labels
    told: dict[str, Any] = {
        "chart": charted.kind,
        "title": kinds.KINDS[charted.kind].title,
        "phase": charted.phase,
        **panels[0],
        "panels": panels,
        "labels": list(labels),
        "stages": [{"first": start + 1, "parameters": asdict(chart.parameters)} for start, chart, _ in charted.parts],
        "rules": {"set": charted.rules.name, "source": charted.rules.source, "checked": charted.rules.checked,
                  "rules": [{"rule": rule.id, "sentence": rule.sentence} for rule in charted.rules.rules]},
        "signals": [{**asdict(signal), "label": labels[signal.index - 1] if labels else None} for signal in found],
        "run_length": _run_length(charted.rules, last),
        "warnings": list(dict.fromkeys(warning for part in charted.parts for warning in part[1].warnings)),
    }  # fmt: skip
    if charted.series.sizes is not None and len(charted.series) > 1 and charted.kind in ("p", "np", "u", "laney-p", "laney-u"):
        told["dispersion"] = asdict(dispersion(charted.series, charted.kind in ("p", "np", "laney-p")))
    told["capability"] = _capability(charted, wanted, len(found))
    return told


def drawing(charted: Charted, title: str) -> str:
    """The chart as SVG."""
    panels = []
    for at in range(len(charted.parts[0][1].panels)):
        told = _joined(charted, at)
        marks: dict[int, list[str]] = {}
        for _, _, found in charted.parts:
            for signal in found:
                if signal.panel == told["statistic_name"] and signal.rule not in marks.setdefault(signal.index - 1, []):
                    marks[signal.index - 1].append(signal.rule)
        lists = [[math.nan if value is None else value for value in told[key]] for key in ("points", "centers", "lower", "upper")]
        panels.append(Drawn(told["statistic_name"], lists[0], lists[1], lists[2], lists[3], {key: ",".join(v) for key, v in marks.items()}))
    last = charted.parts[-1][1].parameters
    origin = "limits from these points" if charted.phase == 1 else "frozen limits"
    note = f"Phase {charted.phase}: {origin}. Sigma: {last.estimator or 'stated'}. Rules: {charted.rules.name}."
    return control_chart(title, panels, charted.series.labels, [part[0] for part in charted.parts[1:]], note)


def limit_set(charted: Charted, chart: str, wanted: Wanted, **told: Any) -> LimitSet:
    """A limit set from a phase 1 chart of one stage."""
    if charted.phase != 1 or len(charted.parts) != 1:
        raise MethodProblem("Limits are saved from a chart of phase 1 with one stage; leave --limits and --stage out.")
    parameters: Parameters = charted.parts[0][1].parameters
    return LimitSet(chart, parameters, digest(charted.baseline), width=wanted.width, rules=wanted.rules, **told)


def saved(sets: Sequence[LimitSet]) -> list[dict[str, Any]]:
    """Limit sets as a document."""
    return [to_json(one) for one in sets]


def _joined(charted: Charted, at: int) -> dict[str, Any]:
    """One drawing over all stages."""
    panels = [chart.panels[at] for _, chart, _ in charted.parts]

    def joined(name: str) -> list[float | None]:
        values = np.concatenate([getattr(panel, name) for panel in panels])
        return [value if math.isfinite(value) else None for value in values.tolist()]

    centers = joined("center")
    return {
        "statistic_name": panels[0].name, "center": centers[-1], "centers": centers,
        "lower": joined("lower"), "upper": joined("upper"), "points": joined("statistic"), "z": joined("z"),
    }  # fmt: skip


def _kept(series: Series, leave_out: Sequence[str]) -> np.ndarray:
    names = series.labels or tuple(str(at + 1) for at in range(len(series)))
    unknown = next((label for label in leave_out if label not in names), None)
    if unknown is not None:
        raise MethodProblem(f'There is no point "{unknown}" to leave out; points are named {names[0]} to {names[-1]}.')
    return np.array([name not in leave_out for name in names])


def _stages(stages: Sequence[str], count: int) -> list[tuple[int, int]]:
    cuts = [at for at in range(1, count) if stages and stages[at] != stages[at - 1]]
    return list(zip([0, *cuts], [*cuts, count], strict=True))


def _run_length(rules: RuleSet, chart: Chart) -> dict[str, Any] | None:
    """Points to a false alarm, where the points are independent and normal; None where rules or statistic have no exact chain."""
    if not chart.panels[0].runs or any(rule.shape not in ZONED for rule in rules.rules):
        return None
    return {"in_control": of_rules(rules), "shift_of_one_sigma": of_rules(rules, 1.0)}


def _capability(charted: Charted, wanted: Wanted, found: int) -> dict[str, Any] | None:
    if charted.kind in ("p", "np", "laney-p") and charted.series.sizes is not None and not found:
        return asdict(of_counts(int(charted.series.values.sum()), int(charted.series.sizes.sum())))
    if wanted.lower_spec is None and wanted.upper_spec is None:
        return None
    if charted.kind not in ("i-mr", "xbar-r", "xbar-s"):
        raise MethodProblem(f"A chart {charted.kind} has no specification of single values; use i-mr, xbar-r or xbar-s.")
    values = charted.series.values[~np.isnan(charted.series.values)]
    sigma = charted.parts[-1][1].parameters.sigma
    return asdict(capability(values, sigma, wanted.lower_spec, wanted.upper_spec, found))
