"""Limit sets: immutable, approved, each from its day on. Every verdict of the past can be given again.

A set's name is the SHA-256 of what it says. Limits change only by a new set that names the one it replaces; nothing recomputes them.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from lotproof.stats.charts.kinds import make
from lotproof.stats.charts.rules import Signal, rule_set, signals
from lotproof.stats.charts.values import Chart, Parameters, Series
from lotproof.stats.problem import MethodProblem


@dataclass(frozen=True)
class Exclusion:
    """A point of the baseline that was left out."""

    label: str
    """The point."""
    reason: str
    """The cause that was found for it."""
    approver: str
    """Who agreed."""


@dataclass(frozen=True)
class LimitSet:
    """Frozen limits of one chart."""

    chart: str
    """What the chart watches."""
    parameters: Parameters
    """What the limits are made of."""
    baseline: str
    """SHA-256 of the points that they come from."""
    effective_from: str
    """Time from which they hold, as text that sorts (ISO 8601, UTC)."""
    width: float = 3.0
    """Half width in standard deviations."""
    rules: str = "western-electric"
    """Rule set that goes with them."""
    exclusions: tuple[Exclusion, ...] = ()
    """Points of the baseline that were left out, each with its reason."""
    supersedes: str = ""
    """Name of the set that this one replaces; empty for the first."""
    change: str = ""
    """Change control or reason of this set."""
    approved_by: str = ""
    """Who approved it; empty while it is a proposal."""
    name: str = field(default="", compare=False)
    """SHA-256 of all the rest."""

    def __post_init__(self) -> None:
        """The name follows from the content; one that does not is refused."""
        told = {key: value for key, value in asdict(self).items() if key != "name"}
        name = hashlib.sha256(_canonical(told)).hexdigest()
        if self.name and self.name != name:
            raise MethodProblem(
                f"The limit set {self.name[:12]} does not say what it said when it was named: it was changed. Make a new set."
            )
        object.__setattr__(self, "name", name)


def digest(series: Series) -> str:
    """SHA-256 of the points of a baseline: values, sizes, labels, parts, targets."""
    parts: list[Any] = [
        [None if value != value else value for value in series.values.ravel().tolist()],
        list(series.values.shape),
        list(series.labels),
        list(series.parts),
    ]
    parts += [None if column is None else column.tolist() for column in (series.sizes, series.targets)]
    return hashlib.sha256(_canonical(parts)).hexdigest()


def to_json(limits: LimitSet) -> dict[str, Any]:
    """The set as a JSON document."""
    return asdict(limits)


def from_json(told: Mapping[str, Any]) -> LimitSet:
    """The set of a JSON document; refused where it was changed."""
    try:
        kept = {**told, "parameters": Parameters(**told["parameters"]), "exclusions": tuple(Exclusion(**one) for one in told["exclusions"])}
        return LimitSet(**kept)
    except (KeyError, TypeError) as error:
        raise MethodProblem(f"This is no limit set ({error}); write one with lotproof chart ... --save-limits FILE.") from None


def checked(sets: Sequence[LimitSet]) -> tuple[LimitSet, ...]:
    """The sets in the order of their days; each must be approved and name the one before it."""
    ordered = tuple(sorted(sets, key=lambda one: one.effective_from))
    for before, one in zip((None, *ordered), ordered, strict=False):
        if not one.approved_by:
            raise MethodProblem(f"The limit set {one.name[:12]} of {one.chart} is not approved; state who approves it with --approved-by.")
        if one.supersedes != (before.name if before else ""):
            expected = before.name[:12] if before else "no other"
            raise MethodProblem(f"The limit set {one.name[:12]} should replace {expected}, but names {one.supersedes[:12] or 'no other'}.")
    return ordered


def in_force(sets: Sequence[LimitSet], time: str) -> LimitSet | None:
    """The approved set that holds at ``time``; None before the first."""
    valid = [one for one in sets if one.effective_from <= time and one.approved_by]
    return max(valid, key=lambda one: one.effective_from) if valid else None


@dataclass(frozen=True)
class Judged:
    """Consecutive points under one limit set."""

    limits: LimitSet
    """The set in force."""
    first: int
    """Number of the first point, from 1."""
    chart: Chart
    """The chart of these points."""
    signals: tuple[Signal, ...]
    """Its signals, numbered over all points."""


def replay(sets: Sequence[LimitSet], series: Series, times: Sequence[str]) -> list[Judged]:
    """Phase II: every point judged by the set that was in force at its time. Runs do not reach over a change of limits."""
    ordered = checked(sets)
    holds = [in_force(ordered, time) for time in times]
    if None in holds:
        at = holds.index(None)
        raise MethodProblem(f"Point {at + 1} ({times[at]}) lies before the first limit set ({ordered[0].effective_from}); leave it out.")
    judged, start = [], 0
    for end in range(1, len(holds) + 1):
        if end < len(holds) and holds[end] is holds[start]:
            continue
        limits = holds[start]
        assert limits is not None
        chart = make(limits.parameters, series.take(slice(start, end)), limits.width)
        judged.append(Judged(limits, start + 1, chart, tuple(signals(chart, rule_set(limits.rules), start))))
        start = end
    return judged


def _canonical(told: Any) -> bytes:
    return json.dumps(told, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
