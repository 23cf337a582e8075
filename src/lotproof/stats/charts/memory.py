"""Charts with a memory: EWMA (Roberts 1959) and the tabular CUSUM (Page 1954), for small shifts.

Sigma is that of the plotted value: of single values by moving range, of subgroup means within subgroups. k and h are in it.
"""

from __future__ import annotations

import math

import numpy as np

from lotproof.stats.charts.values import Chart, Floats, Panel, Parameters, Series
from lotproof.stats.charts.variables import estimate as estimate_values
from lotproof.stats.charts.variables import group_sizes, subgroups
from lotproof.stats.problem import MethodProblem

DEFAULTS = {"ewma": {"lambda": 0.2, "width": 2.962, "exact": 1.0}, "cusum": {"k": 0.5, "h": 5.0, "head": 0.0}}
"""EWMA: smoothing, half width in sigma (500 points to a false alarm), limits that widen with time (1) or their limit (0).
CUSUM: slack, decision interval, head start (Lucas and Crosier 1982: h/2)."""


def estimate(kind: str, series: Series, **settings: float) -> Parameters:
    """Centre and sigma as for I-MR or Xbar-S, with the settings of the chart."""
    known = DEFAULTS[kind]
    if unknown := sorted(set(settings) - set(known)):
        raise MethodProblem(f"A chart {kind} knows no setting {unknown[0]}; known are {', '.join(known)}.")
    chosen = {**known, **settings}
    if kind == "ewma" and not 0 < chosen["lambda"] <= 1:
        raise MethodProblem(
            f"--lambda {chosen['lambda']:g}: the weight of the newest point lies above 0 and not above 1; usual are 0.1 to 0.4."
        )
    base = estimate_values("i-mr" if series.values.ndim == 1 else "xbar-s", series)
    return Parameters(kind, base.center, base.sigma, points=base.points, estimator=base.estimator, extra=chosen)


def chart(parameters: Parameters, series: Series, width: float = 3.0) -> Chart:
    """The chart. ``width`` is not used: these charts have limits of their own."""
    z = _standard(parameters, series)
    panel = _ewma(parameters, series, z) if parameters.kind == "ewma" else None
    return Chart(parameters, (panel,) if panel else _cusum(parameters, z))


def ewma(z: Floats, weight: float) -> Floats:
    """Exponentially weighted moving average of ``z`` from 0."""
    out = np.empty_like(z)
    last = 0.0
    for i, value in enumerate(z.tolist()):
        last = weight * value + (1 - weight) * last
        out[i] = last
    return out


def cusum(z: Floats, k: float, head: float = 0.0) -> tuple[Floats, Floats]:
    """Upper and lower cumulative sum of ``z``, both from 0 up."""
    high, low = np.empty_like(z), np.empty_like(z)
    up = down = head
    for i, value in enumerate(z.tolist()):
        up, down = max(0.0, up + value - k), max(0.0, down - value - k)
        high[i], low[i] = up, down
    return high, low


def _standard(parameters: Parameters, series: Series) -> Floats:
    if parameters.sigma == 0:
        raise MethodProblem("The values do not vary at all: there is no sigma to count in; state it from an earlier study.")
    if series.values.ndim == 1:
        return np.asarray((series.values - parameters.center) / parameters.sigma, dtype=float)
    groups = subgroups(series, parameters.kind)
    return np.asarray((np.nanmean(groups, axis=1) - parameters.center) * np.sqrt(group_sizes(groups)) / parameters.sigma, dtype=float)


def _unit(parameters: Parameters, series: Series) -> Floats:
    """Sigma of the plotted value at each point."""
    if series.values.ndim == 1:
        return np.full(len(series), parameters.sigma)
    return np.asarray(parameters.sigma / np.sqrt(group_sizes(series.values)), dtype=float)


def _ewma(parameters: Parameters, series: Series, z: Floats) -> Panel:
    weight, width, exact = (parameters.extra[name] for name in ("lambda", "width", "exact"))
    unit = _unit(parameters, series)
    smooth = ewma(z, weight)
    at = np.arange(1, len(z) + 1)
    se = np.sqrt(weight / (2 - weight) * (1 - (1 - weight) ** (2 * at) * (1.0 if exact else 0.0)))
    line = np.full(len(z), parameters.center)
    # z is scaled so that 3 is at the limit: "beyond the limits" is then rule 1 on every chart
    return Panel(
        "EWMA", line + smooth * unit, line, line - width * se * unit, line + width * se * unit, 3 * smooth / (width * se), runs=False
    )


def _cusum(parameters: Parameters, z: Floats) -> tuple[Panel, ...]:
    k, h, head = (parameters.extra[name] for name in ("k", "h", "head"))
    high, low = cusum(z, k, head)
    zero, none = np.zeros(len(z)), np.full(len(z), math.nan)
    return (
        Panel("upper sum", high, zero, none, np.full(len(z), h), 3 * high / h, runs=False),
        Panel("lower sum", -low, zero, np.full(len(z), -h), none, -3 * low / h, runs=False),
    )
