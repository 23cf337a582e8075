"""Charts of measurements: I-MR, Xbar-R, Xbar-S. The estimator of sigma is named in the parameters."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np

from lotproof.stats.charts.constants import D2_TABLE, c4, d2, d3
from lotproof.stats.charts.values import Chart, Floats, Panel, Parameters, Series, within
from lotproof.stats.problem import MethodProblem

ESTIMATORS = ("average", "pooled", "mvlue")
"""average: unweighted mean of R/d2 or S/c4 (qcc's UWAVE); pooled: root of the pooled variance by c4; mvlue: weighted by precision."""


def estimate(kind: str, series: Series, estimator: str = "average", divisor: float = D2_TABLE) -> Parameters:
    """Grand mean and sigma within subgroups (single values: mean moving range by ``divisor``, printed 1.128 or exact d2(2))."""
    if kind == "i-mr":
        values = single_values(series, kind)
        if len(values) < 2:
            raise MethodProblem("An I-MR chart needs at least 2 values to see how they move; take more points.")
        sigma = float(np.abs(np.diff(values)).mean()) / divisor
        told = f"mean moving range / {divisor:.6g}"
        return Parameters(kind, float(values.mean()), sigma, points=len(values), estimator=told, extra={"d2": divisor})
    groups = subgroups(series, kind)
    sizes = group_sizes(groups)
    center = float(np.nansum(groups) / sizes.sum())
    sigma, told = within_sigma(kind, groups, sizes, estimator)
    return Parameters(kind, center, sigma, points=len(groups), estimator=told)


def chart(parameters: Parameters, series: Series, width: float = 3.0) -> Chart:
    """The chart of the values or means, and that of the spread."""
    kind = parameters.kind
    if kind == "i-mr":
        values = single_values(series, kind)
        main = _panel("value", values, parameters.center, np.full(len(values), parameters.sigma), width)
        return Chart(parameters, (main, moving_range(values, parameters, width)))
    groups = subgroups(series, kind)
    sizes = group_sizes(groups)
    mean = _panel("mean", np.nanmean(groups, axis=1), parameters.center, parameters.sigma / np.sqrt(sizes), width)
    return Chart(parameters, (mean, _spread(kind, groups, sizes, parameters.sigma, width)))


def moving_range(values: Floats, parameters: Parameters, width: float) -> Panel:
    """The moving range of single values; its first point is none."""
    steps = np.concatenate([[np.nan], np.abs(np.diff(values))])
    center, se = parameters.extra.get("d2", d2(2)) * parameters.sigma, d3(2) * parameters.sigma
    panel = _panel("moving range", steps, center, np.full(len(values), se), width, floor=0.0)
    return Panel(panel.name, panel.statistic, panel.center, panel.lower, panel.upper, np.nan_to_num(panel.z), runs=False)


def single_values(series: Series, kind: str) -> Floats:
    """One value a point, refused where there are several."""
    if series.values.ndim != 1:
        raise MethodProblem(f"A chart {kind} takes one value a point, and these are subgroups; use xbar-r or xbar-s.")
    return series.values.astype(float)


def subgroups(series: Series, kind: str) -> Floats:
    """Points x measurements, refused where a subgroup has fewer than 2."""
    if series.values.ndim != 2:
        raise MethodProblem(f"A chart {kind} takes several measurements a point, a column each; for single values use i-mr.")
    small = np.flatnonzero(group_sizes(series.values) < 2)
    if len(small):
        raise MethodProblem(f"Point {small[0] + 1} has fewer than 2 measurements; fill the subgroup or leave the point out.")
    return series.values.astype(float)


def group_sizes(groups: Floats) -> Floats:
    """Measurements of each subgroup."""
    return np.asarray(np.sum(~np.isnan(groups), axis=1), dtype=float)


def within_sigma(kind: str, groups: Floats, sizes: Floats, estimator: str) -> tuple[float, str]:
    """Sigma within subgroups and how it was had."""
    if estimator not in ESTIMATORS:
        raise MethodProblem(f"There is no estimator {estimator}; known are {', '.join(ESTIMATORS)}.")
    if estimator == "pooled":
        freedom = float((sizes - 1).sum())
        pooled = math.sqrt(float((np.nanvar(groups, axis=1, ddof=1) * (sizes - 1)).sum()) / freedom)
        return pooled / c4(int(freedom) + 1), "pooled standard deviation / c4"
    if kind == "xbar-r":
        spread, factor, deviation = _ranges(groups), _each(d2, sizes), _each(d3, sizes)
    else:
        spread, factor = np.nanstd(groups, axis=1, ddof=1), _each(c4, sizes)
        deviation = np.sqrt(1 - factor**2)
    letter = "R / d2" if kind == "xbar-r" else "S / c4"
    if estimator == "average":
        return float((spread / factor).mean()), f"mean of {letter}"
    weights = (factor / deviation) ** 2
    return float((weights * spread / factor).sum() / weights.sum()), f"mean of {letter}, weighted by precision"


def _spread(kind: str, groups: Floats, sizes: Floats, sigma: float, width: float) -> Panel:
    if kind == "xbar-r":
        name, spread, center, se = "range", _ranges(groups), _each(d2, sizes) * sigma, _each(d3, sizes) * sigma
    else:
        factor = _each(c4, sizes)
        name, spread = "standard deviation", np.nanstd(groups, axis=1, ddof=1)
        center, se = factor * sigma, np.sqrt(1 - factor**2) * sigma
    lower, upper, z = within(spread, se, center, width, 0.0, math.inf)
    return Panel(name, spread, center, lower, upper, z, runs=False)


def _panel(name: str, values: Floats, center: float, se: Floats, width: float, floor: float = -math.inf) -> Panel:
    line = np.full(len(values), center)
    lower, upper, z = within(values, se, line, width, floor, math.inf)
    return Panel(name, values, line, lower, upper, z)


def _ranges(groups: Floats) -> Floats:
    return np.asarray(np.nanmax(groups, axis=1) - np.nanmin(groups, axis=1), dtype=float)


def _each(constant: Callable[[int], float], sizes: Floats) -> Floats:
    known = {size: constant(int(size)) for size in set(sizes.tolist())}
    return np.array([known[size] for size in sizes.tolist()])
