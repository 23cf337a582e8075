"""Charts of counts: p, np, u, c, and Laney's p' and u' (Laney 2002) for large samples that spread more than chance alone."""

from __future__ import annotations

import math

import numpy as np

from lotproof.stats.charts.constants import D2_TABLE
from lotproof.stats.charts.values import Chart, Floats, Panel, Parameters, Series, positive_sizes, within
from lotproof.stats.problem import MethodProblem


def estimate(kind: str, series: Series, divisor: float = D2_TABLE) -> Parameters:
    """Centre (sum of counts by sum of sizes, not the mean of shares), sigma of one unit, and Laney's factor for laney-p and laney-u."""
    _check_counts(kind, series)
    if kind == "c":
        center = float(series.values.mean())
        return Parameters(kind, center, math.sqrt(center), points=len(series), estimator="Poisson")
    sizes = positive_sizes(series, kind)
    center = float(series.values.sum() / sizes.sum())
    sigma = math.sqrt(center * (1 - center)) if _binomial(kind) else math.sqrt(center)
    if not kind.startswith("laney"):
        return Parameters(kind, center, sigma, points=len(series), estimator="binomial" if _binomial(kind) else "Poisson")
    sigma_z = laney_sigma(series.values, sizes, center, sigma, divisor)
    return Parameters(kind, center, sigma, sigma_z, len(series), f"mean moving range of z / {divisor:.6g} (Laney 2002)")


def laney_sigma(counts: Floats, sizes: Floats, center: float, sigma: float, divisor: float = D2_TABLE) -> float:
    """sigma_z: mean absolute step of the standardised shares by ``divisor``. Order of time matters. 1 where it cannot be had."""
    if len(counts) < 2 or sigma == 0:
        return 1.0
    z = (counts / sizes - center) * np.sqrt(sizes) / sigma
    return float(np.abs(np.diff(z)).mean()) / divisor


def chart(parameters: Parameters, series: Series, width: float = 3.0) -> Chart:
    """The chart of ``series`` with limits ``width`` standard deviations from the centre; stepwise where sizes vary."""
    kind = parameters.kind
    _check_counts(kind, series)
    count = series.values.astype(float)
    if kind == "c":
        statistic, center, se, ceiling = count, np.full(len(series), parameters.center), np.full(len(series), parameters.sigma), math.inf
    elif kind == "np":
        size = _one_size(series)
        statistic, center = count, np.full(len(series), parameters.center * size)
        se, ceiling = np.full(len(series), parameters.sigma * math.sqrt(size)), size
    else:
        sizes = positive_sizes(series, kind)
        statistic, center = count / sizes, np.full(len(series), parameters.center)
        se, ceiling = parameters.sigma_z * parameters.sigma / np.sqrt(sizes), 1.0 if _binomial(kind) else math.inf
    lower, upper, z = within(statistic, se, center, width, 0.0, ceiling)
    name = {"p": "share", "np": "count", "c": "count", "u": "rate"}[kind.removeprefix("laney-")]
    return Chart(parameters, (Panel(name, statistic, center, lower, upper, z),), _warnings(parameters, lower))


def _warnings(parameters: Parameters, lower: Floats) -> tuple[str, ...]:
    told = []
    if parameters.kind.startswith("laney") and parameters.sigma_z < 1:
        told.append(
            f"sigma_z is {parameters.sigma_z:.3f}, below 1: the points spread less than chance allows; check how they were counted."
        )
    if parameters.center == 0:
        told.append("No event at all: there is no spread to judge by; use a g or t chart.")
    elif len(lower) and (lower == 0).all():
        told.append("The lower limit is 0 throughout: the chart cannot show an improvement; a g or t chart can.")
    return tuple(told)


def _binomial(kind: str) -> bool:
    return kind in ("p", "np", "laney-p")


def _one_size(series: Series) -> float:
    sizes = positive_sizes(series, "np")
    if len(set(sizes.tolist())) > 1:
        raise MethodProblem("An np chart needs samples of one size, and these vary; use a p chart.")
    return float(sizes[0])


def _check_counts(kind: str, series: Series) -> None:
    bad = np.flatnonzero(~(series.values >= 0))
    if len(bad):
        raise MethodProblem(f"Point {bad[0] + 1}: {series.values[bad[0]]:g} is no count; a {kind} chart counts events, from 0 up.")
    if _binomial(kind) and series.sizes is not None:
        bad = np.flatnonzero(series.values > series.sizes)
        if len(bad):
            at = bad[0]
            raise MethodProblem(
                f"Point {at + 1}: {series.values[at]:g} of {series.sizes[at]:g} is more than all; "
                "where one unit can have several defects, use u."
            )
