"""Rule sets for out-of-control signals, as data with their sources, and what they find.

A rule says: ``need`` of the last ``window`` points lie so. z is the statistic in standard deviations from its centre; a point within
1e-9 of a line lies on it, and a point on a line is neither beyond it nor on a side.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from lotproof.stats.charts.values import Chart, Floats, Panel
from lotproof.stats.problem import MethodProblem

Flags = NDArray[np.bool_]
LINE = 1e-9
"""Within this of a line a point lies on it: sums of counts do not come out to the last bit."""


@dataclass(frozen=True)
class Rule:
    """One rule."""

    id: str
    """Number in its set, as its source counts."""
    sentence: str
    """The rule for a person."""
    shape: str
    """beyond: need of window beyond ``zone`` on one side; within: all nearer than zone; outside: all farther, either side;
    trend: each higher, or each lower, than the one before; alternate: up and down in turn."""
    need: int
    """Points that must lie so."""
    window: int
    """Points looked at."""
    zone: float = 0.0
    """Bound in standard deviations."""


@dataclass(frozen=True)
class RuleSet:
    """Rules that are used together."""

    name: str
    """Name for the command line."""
    rules: tuple[Rule, ...]
    """In the order of the source."""
    source: str
    """Where they are published."""
    checked: bool = True
    """Whether the numbers were held against published run lengths or another program; False: from secondary sources only."""


def _rule(number: str, shape: str, need: int, window: int, zone: float = 0.0) -> Rule:
    side = {0.0: "on one side of the centre"}.get(zone, f"beyond {zone:g} sigma on one side")
    amount = f"{need} of {window} points" if need < window else f"{need} points in a row"
    sentence = {
        "beyond": "1 point beyond 3 sigma" if (need, zone) == (1, 3.0) else f"{amount} {side}",
        "within": f"{need} points in a row within {zone:g} sigma of the centre",
        "outside": f"{need} points in a row farther than {zone:g} sigma from the centre, on either side",
        "trend": f"{need} points in a row steadily rising or falling",
        "alternate": f"{need} points in a row alternating up and down",
    }[shape]
    return Rule(number, sentence, shape, need, window, zone)


_LIMIT = _rule("1", "beyond", 1, 1, 3.0)
RULE_SETS = MappingProxyType({
    "limits": RuleSet("limits", (_LIMIT,), "Shewhart 1931"),
    "western-electric": RuleSet(
        "western-electric",
        (_LIMIT, _rule("2", "beyond", 2, 3, 2.0), _rule("3", "beyond", 4, 5, 1.0), _rule("4", "beyond", 8, 8)),
        "Western Electric, Statistical Quality Control Handbook, 1956",
    ),
    "nelson": RuleSet(
        "nelson",
        (
            _LIMIT, _rule("2", "beyond", 9, 9), _rule("3", "trend", 6, 6), _rule("4", "alternate", 14, 14), _rule("5", "beyond", 2, 3, 2.0),
            _rule("6", "beyond", 4, 5, 1.0), _rule("7", "within", 15, 15, 1.0), _rule("8", "outside", 8, 8, 1.0),
        ),
        "L. S. Nelson, The Shewhart Control Chart: Tests for Special Causes, Journal of Quality Technology 16 (1984)",
    ),
    "aiag": RuleSet(
        "aiag",
        (
            _LIMIT, _rule("2", "beyond", 7, 7), _rule("3", "trend", 6, 6), _rule("4", "alternate", 14, 14), _rule("5", "beyond", 2, 3, 2.0),
            _rule("6", "beyond", 4, 5, 1.0), _rule("7", "within", 15, 15, 1.0), _rule("8", "outside", 8, 8, 1.0),
        ),
        "AIAG, Statistical Process Control, 2nd edition, 2005",
        checked=False,
    ),
    "montgomery": RuleSet(
        "montgomery",
        (
            _LIMIT, _rule("2", "beyond", 2, 3, 2.0), _rule("3", "beyond", 4, 5, 1.0), _rule("4", "beyond", 8, 8), _rule("5", "trend", 6, 6),
            _rule("6", "within", 15, 15, 1.0), _rule("7", "alternate", 14, 14), _rule("8", "outside", 8, 8, 1.0),
        ),
        "D. C. Montgomery, Introduction to Statistical Quality Control, sensitizing rules",
        checked=False,
    ),
})  # fmt: skip
"""Name -> set."""


@dataclass(frozen=True)
class Signal:
    """A point at which a rule fires."""

    index: int
    """The point, from 1."""
    rule: str
    """Number of the rule in its set."""
    sentence: str
    """The rule."""
    side: str
    """above, below, or both."""
    panel: str
    """The drawing that it is in."""


def rule_set(name: str, only: Sequence[str] = ()) -> RuleSet:
    """The set of this name, or some of its rules."""
    if name not in RULE_SETS:
        raise MethodProblem(f'There is no rule set "{name}"; known are {", ".join(RULE_SETS)}.')
    whole = RULE_SETS[name]
    if unknown := [number for number in only if number not in [rule.id for rule in whole.rules]]:
        raise MethodProblem(f"The rule set {name} has no rule {unknown[0]}; it has {', '.join(rule.id for rule in whole.rules)}.")
    chosen = tuple(rule for rule in whole.rules if not only or rule.id in only)
    return RuleSet(whole.name, chosen, whole.source, whole.checked)


def fires(z: Floats, rule: Rule) -> tuple[Flags, Flags]:
    """Where ``rule`` fires, above (or rising, or with no side) and below (or falling). ``z`` may have charts before its last axis."""
    if rule.shape == "beyond":
        return _need(z > rule.zone + LINE, rule.need, rule.window), _need(z < -rule.zone - LINE, rule.need, rule.window)
    nothing = np.zeros(z.shape, dtype=bool)
    if rule.shape in ("within", "outside"):
        far = np.abs(z)
        flags = far < rule.zone - LINE if rule.shape == "within" else far > rule.zone + LINE
        return _need(flags, rule.need, rule.window), nothing
    step = np.diff(z)
    up, down = _first(step > LINE), _first(step < -LINE)
    if rule.shape == "trend":
        return _need(up, rule.need - 1, rule.need - 1), _need(down, rule.need - 1, rule.need - 1)
    turn = np.zeros(z.shape, dtype=bool)
    turn[..., 1:] = (up[..., 1:] & down[..., :-1]) | (down[..., 1:] & up[..., :-1])
    return _need(turn, rule.need - 2, rule.need - 2), nothing


def _first(flags: Flags) -> Flags:
    """Flags of steps as flags of the points that they lead to."""
    return np.concatenate([np.zeros((*flags.shape[:-1], 1), dtype=bool), flags], axis=-1)


def _need(flags: Flags, need: int, window: int) -> Flags:
    """Where ``need`` of the last ``window`` flags are set, the last among them. What lies before the first point is not set."""
    if need == window:
        return _run(flags, need)
    count = flags.astype(np.int8)
    total = count.copy()
    for back in range(1, window):
        total[..., back:] += count[..., :-back]
    return (total >= need) & flags


def _run(flags: Flags, length: int) -> Flags:
    """Where the last ``length`` flags are set, by doubling."""
    held, known = flags, 1
    while known < length:
        step = min(known, length - known)
        shifted = np.zeros_like(held)
        shifted[..., step:] = held[..., :-step]
        held, known = held & shifted, known + step
    return held


def panel_signals(panel: Panel, rules: RuleSet, offset: int = 0) -> list[Signal]:
    """The signals of one drawing in the order of points; on drawings without runs only that of the limits."""
    found = []
    for rule in rules.rules:
        if not panel.runs and rule.shape + str(rule.window) != "beyond1":
            continue
        for flags, side in zip(fires(panel.z, rule), _sides(rule), strict=True):
            found += [Signal(int(at) + 1 + offset, rule.id, rule.sentence, side, panel.name) for at in np.flatnonzero(flags)]
    return sorted(found, key=lambda signal: (signal.index, rules_order(rules, signal.rule)))


def signals(chart: Chart, rules: RuleSet, offset: int = 0) -> list[Signal]:
    """The signals of all drawings of a chart; ``offset`` points lie before its first one."""
    return [signal for panel in chart.panels for signal in panel_signals(panel, rules, offset)]


def rules_order(rules: RuleSet, number: str) -> int:
    """Place of a rule in its set."""
    return [rule.id for rule in rules.rules].index(number)


def _sides(rule: Rule) -> tuple[str, str]:
    if rule.shape == "trend":
        return "rising", "falling"
    return ("above", "below") if rule.shape == "beyond" else ("both", "both")
