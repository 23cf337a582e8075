"""Short runs: many products, few points each. Points are made comparable first, then one chart holds for all.

short-run: z = (value - mean of its product) / sigma of its product (from moving ranges inside each product).
dnom: deviation from nominal, one sigma for all products. z-p: standardised share, each product with its own mean.
"""

from __future__ import annotations

import math

import numpy as np

from lotproof.stats.charts.constants import D2_TABLE
from lotproof.stats.charts.values import Chart, Floats, Panel, Parameters, Series, positive_sizes, within
from lotproof.stats.charts.variables import single_values
from lotproof.stats.problem import MethodProblem


def estimate(kind: str, series: Series) -> Parameters:
    """Centre (and sigma) of each product as ``extra``: ``center:NAME``, ``sigma:NAME``; for dnom one of all."""
    if kind == "dnom":
        moved = _deviations(series)
        if len(moved) < 2:
            raise MethodProblem("A chart of deviations needs at least 2 points to see how they move; take more.")
        sigma = float(np.abs(np.diff(moved)).mean()) / D2_TABLE
        return Parameters(kind, float(moved.mean()), sigma, points=len(moved), estimator="mean moving range of deviations / 1.128")
    parts = _parts(series, kind)
    extra: dict[str, float] = {}
    for name in dict.fromkeys(parts):
        own = series.take(np.array([part == name for part in parts]))
        if kind == "z-p":
            extra[f"center:{name}"] = float(own.values.sum() / positive_sizes(own, kind).sum())
            continue
        values = single_values(own, kind)
        if len(values) < 2:
            raise MethodProblem(f"The product {name} has one point only: it has no spread of its own; use a chart dnom, or leave it out.")
        extra[f"center:{name}"] = float(values.mean())
        extra[f"sigma:{name}"] = float(np.abs(np.diff(values)).mean()) / D2_TABLE
    return Parameters(kind, 0.0, 1.0, points=len(series), estimator="each product by its own points", extra=extra)


def chart(parameters: Parameters, series: Series, width: float = 3.0) -> Chart:
    """The chart of the comparable values."""
    if parameters.kind == "dnom":
        return Chart(parameters, (_panel("deviation from nominal", _deviations(series), parameters.center, parameters.sigma, width),))
    return Chart(parameters, (_panel("standardised value", _standard(parameters, series), 0.0, 1.0, width),))


def _standard(parameters: Parameters, series: Series) -> Floats:
    kind, extra = parameters.kind, parameters.extra
    parts = _parts(series, kind)
    unknown = next((part for part in parts if f"center:{part}" not in extra), None)
    if unknown is not None:
        raise MethodProblem(f"The limits know no product {unknown}; make limits from points that have it, or leave it out.")
    center = np.array([extra[f"center:{part}"] for part in parts])
    if kind == "z-p":
        sizes = positive_sizes(series, kind)
        statistic, se = series.values / sizes, np.sqrt(center * (1 - center) / sizes)
    else:
        statistic, se = single_values(series, kind), np.array([extra[f"sigma:{part}"] for part in parts])
    return np.asarray(np.divide(statistic - center, se, out=np.zeros(len(series)), where=se > 0), dtype=float)


def _panel(name: str, values: Floats, center: float, sigma: float, width: float) -> Panel:
    line, se = np.full(len(values), center), np.full(len(values), sigma)
    return Panel(name, values, line, *within(values, se, line, width, -math.inf, math.inf))


def _deviations(series: Series) -> Floats:
    if series.targets is None:
        raise MethodProblem("A chart dnom needs the nominal value of each point; name its column with --target.")
    return np.asarray(single_values(series, "dnom") - series.targets, dtype=float)


def _parts(series: Series, kind: str) -> tuple[str, ...]:
    if not series.parts:
        raise MethodProblem(f"A chart {kind} needs the product of each point; name its column with --part.")
    return series.parts
