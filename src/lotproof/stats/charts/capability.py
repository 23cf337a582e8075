"""Capability of a stable process: Cp and Cpk from sigma within, Pp and Ppk from sigma overall; of counts, ppm with exact bounds.

Intervals: Cp by chi-square, Cpk after Bissell (1990). A process whose chart has signals has no capability: it is refused.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import scipy

from lotproof.stats.charts.values import Floats
from lotproof.stats.exact import share_interval
from lotproof.stats.problem import MethodProblem


@dataclass(frozen=True)
class Capability:
    """Capability of a measurement; None where a specification has one side only."""

    cp: float | None
    """Width of the specification by 6 sigma within."""
    cpk: float
    """Distance of the mean from the nearer limit by 3 sigma within."""
    pp: float | None
    """As cp, with the overall standard deviation."""
    ppk: float
    """As cpk, with the overall standard deviation."""
    cpk_interval: tuple[float, float]
    """Interval of cpk."""
    expected_ppm: float
    """Units outside per million, if the values are normal with sigma within."""


def capability(values: Floats, sigma: float, lower: float | None, upper: float | None, signals: int, level: float = 0.95) -> Capability:
    """Capability of ``values`` (all single measurements) between the specification limits, where the chart has no signal."""
    if lower is None and upper is None:
        raise MethodProblem("Capability needs a specification; state --lower-spec, --upper-spec or both.")
    if signals:
        raise MethodProblem(f"The chart has {signals} signals: a process that is not stable has no capability; find their causes first.")
    if sigma <= 0 or len(values) < 2:
        raise MethodProblem("Capability needs values that vary; these do not.")
    mean, overall = float(values.mean()), float(values.std(ddof=1))
    cpk, tail = _nearest(mean, sigma, lower, upper), float(scipy.stats.norm.ppf((1 + level) / 2))
    half = tail * math.sqrt(1 / (9 * len(values)) + cpk**2 / (2 * (len(values) - 1)))
    both = upper - lower if lower is not None and upper is not None else None
    outside = sum(float(scipy.stats.norm.cdf(side)) for side in _distances(mean, sigma, lower, upper))
    return Capability(
        both and both / (6 * sigma),
        cpk,
        both and both / (6 * overall),
        _nearest(mean, overall, lower, upper),
        (cpk - half, cpk + half),
        1e6 * outside,
    )


@dataclass(frozen=True)
class CountCapability:
    """Capability of a share of defectives."""

    ppm: float
    """Defective units per million."""
    interval: tuple[float, float]
    """Its interval, exact (Clopper and Pearson)."""
    z_bench: float | None
    """The normal distance that has this share beyond it; None where none or all were found."""


def of_counts(defective: int, units: int, level: float = 0.95) -> CountCapability:
    """Capability of ``defective`` units of ``units``."""
    low, high = share_interval(defective, units, level)
    bench = -float(scipy.stats.norm.ppf(defective / units)) if 0 < defective < units else None
    return CountCapability(1e6 * defective / units, (1e6 * low, 1e6 * high), bench)


def _distances(mean: float, sigma: float, lower: float | None, upper: float | None) -> list[float]:
    """Distance of each limit in sigma, negative on the good side."""
    return ([(lower - mean) / sigma] if lower is not None else []) + ([(mean - upper) / sigma] if upper is not None else [])


def _nearest(mean: float, sigma: float, lower: float | None, upper: float | None) -> float:
    return -max(_distances(mean, sigma, lower, upper)) / 3
