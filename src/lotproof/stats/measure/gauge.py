"""Gauge R&R of crossed studies: analysis of variance (AIAG: interaction pooled where p > 0.25), or ranges (AIAG MSA, average and range)."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import scipy

from lotproof.stats.problem import MethodProblem

STUDY = 6.0
"""Standard deviations that count as the study variation (AIAG 4th edition, Minitab)."""
POOL = {"aiag": 0.25, "minitab": 0.05}
"""Probability of the interaction above which it is pooled into repeatability."""


@dataclass(frozen=True)
class Component:
    """One component of the variance."""

    variance: float
    """Its variance; those that come out negative are 0."""
    contribution: float
    """Per cent of the total variance."""
    study: float
    """Per cent of the total standard deviation."""
    tolerance: float | None
    """6 standard deviations in per cent of the tolerance; None where none was stated."""


@dataclass(frozen=True)
class GaugeStudy:
    """The study."""

    components: Mapping[str, Component]
    """gauge, repeatability, reproducibility, operator, interaction, part, total."""
    distinct: int
    """Number of distinct categories: 1.41 times the parts' sigma by the gauge's, rounded down, at least 1."""
    interaction_p: float | None
    """Probability of the interaction; None where it cannot be had."""
    pooled: bool
    """Whether the interaction was pooled into repeatability."""
    verdict: str
    """AIAG: below 10 % of the study acceptable, to 30 % marginal, above unacceptable; and 5 categories or more."""


def crossed(values: np.ndarray, pool_above: float = POOL["aiag"], tolerance: float | None = None) -> GaugeStudy:
    """``values``: parts x operators x trials, complete."""
    _complete(values)
    parts, operators, trials = values.shape
    squares = _squares(values)
    freedom = {
        "part": parts - 1,
        "operator": operators - 1,
        "interaction": (parts - 1) * (operators - 1),
        "error": parts * operators * (trials - 1),
    }
    mean = {name: squares[name] / freedom[name] for name in freedom if freedom[name]}
    chance = None
    if "interaction" in mean and mean["error"] > 0:
        chance = float(scipy.stats.f.sf(mean["interaction"] / mean["error"], freedom["interaction"], freedom["error"]))
    pooled = chance is None or chance > pool_above
    if pooled:
        repeat = (squares["interaction"] + squares["error"]) / (freedom["interaction"] + freedom["error"])
        between, base = 0.0, repeat
    else:
        repeat, base = mean["error"], mean["interaction"]
        between = max((mean["interaction"] - repeat) / trials, 0.0)
    operator = max((mean["operator"] - base) / (parts * trials), 0.0) if "operator" in mean else 0.0
    part = max((mean["part"] - base) / (operators * trials), 0.0)
    return _study({"repeatability": repeat, "operator": operator, "interaction": between, "part": part}, chance, pooled, tolerance)


@dataclass(frozen=True)
class RangeStudy:
    """AIAG's average and range method, in standard deviations of the measured unit."""

    ev: float
    """Equipment variation (repeatability)."""
    av: float
    """Appraiser variation (reproducibility)."""
    grr: float
    """Both."""
    pv: float
    """Part variation."""
    tv: float
    """Total."""
    percent: float
    """grr in per cent of tv."""
    distinct: int
    """Number of distinct categories."""


def ranges(values: np.ndarray) -> RangeStudy:
    """The same study by ranges. K1 = 1/d2 of the trials; K2, K3 by d2* of one range of operators and of parts (Duncan)."""
    _complete(values)
    parts, operators, trials = values.shape
    from lotproof.stats.charts.constants import d2

    mean_range = float(np.ptp(values, axis=2).mean())
    ev = mean_range / d2(trials)
    spread = float(np.ptp(values.mean(axis=(0, 2))))
    av = math.sqrt(max((spread / _d2_star(operators)) ** 2 - ev**2 / (parts * trials), 0.0)) if operators > 1 else 0.0
    pv = float(np.ptp(values.mean(axis=(1, 2)))) / _d2_star(parts)
    grr = math.hypot(ev, av)
    tv = math.hypot(grr, pv)
    return RangeStudy(ev, av, grr, pv, tv, 100 * grr / tv, max(int(1.41 * pv / grr), 1))


def matrix(rows: Sequence[tuple[str, str, float]]) -> np.ndarray:
    """(part, operator, value) in the order of the trials as parts x operators x trials; refused where one is missing."""
    cells: dict[tuple[str, str], list[float]] = {}
    for part, operator, value in rows:
        cells.setdefault((part, operator), []).append(value)
    parts, operators = (list(dict.fromkeys(key[axis] for key in cells)) for axis in (0, 1))
    trials = max(len(cell) for cell in cells.values()) if cells else 0
    for part in parts:
        for operator in operators:
            if len(cells.get((part, operator), [])) != trials:
                count = len(cells.get((part, operator), []))
                raise MethodProblem(f"{operator} measured the part {part} {count} times, others {trials} times; complete the study.")
    return np.array([[cells[part, operator] for operator in operators] for part in parts], dtype=float)


def _complete(values: np.ndarray) -> None:
    if values.ndim != 3 or values.shape[0] < 2 or values.shape[2] < 2:
        raise MethodProblem("A gauge study needs 2 parts and 2 trials of each at least; usual are 10 parts, 3 operators, 3 trials.")


def _squares(values: np.ndarray) -> dict[str, float]:
    parts, operators, trials = values.shape
    grand = values.mean()
    part = operators * trials * float(((values.mean(axis=(1, 2)) - grand) ** 2).sum())
    operator = parts * trials * float(((values.mean(axis=(0, 2)) - grand) ** 2).sum())
    error = float(((values - values.mean(axis=2, keepdims=True)) ** 2).sum())
    total = float(((values - grand) ** 2).sum())
    return {"part": part, "operator": operator, "interaction": max(total - part - operator - error, 0.0), "error": error}


def _study(variances: dict[str, float], chance: float | None, pooled: bool, tolerance: float | None) -> GaugeStudy:
    reproduce = variances["operator"] + variances["interaction"]
    gauge = variances["repeatability"] + reproduce
    total = gauge + variances["part"]
    if total == 0:
        raise MethodProblem("All measurements are equal: the gauge does not resolve these parts at all.")
    every = {"gauge": gauge, "reproducibility": reproduce, **variances, "total": total}
    components = {
        name: Component(
            v, 100 * v / total, 100 * math.sqrt(v / total), None if tolerance is None else 100 * STUDY * math.sqrt(v) / tolerance
        )
        for name, v in every.items()
    }
    distinct = max(int(1.41 * math.sqrt(variances["part"] / gauge)), 1) if gauge else 999
    share = components["gauge"].study
    verdict = "acceptable" if share < 10 and distinct >= 5 else "marginal" if share <= 30 else "unacceptable"
    return GaugeStudy(components, distinct, chance, pooled, verdict)


def _d2_star(size: int) -> float:
    """Duncan's d2* for one range: root of the mean square of the range."""
    from lotproof.stats.charts.constants import d2, d3

    return math.hypot(d2(size), d3(size))
