"""Charts of rare events: g (opportunities between events), t (time between events).

g: the geometric law of Benneyan (2001). Limits are the percentiles that stand for 3 sigma (Minitab, JASP), or Benneyan's mean
plus and minus 3 sqrt(mean (mean + 1)). t: a Weibull law with percentiles (Minitab, JASP), or Nelson's y^(1/3.6) on an I chart (1994).
z is the normal score of the percentile, so that the same rules apply.
"""

from __future__ import annotations

import math

import numpy as np
import scipy

from lotproof.stats.charts.constants import D2_TABLE
from lotproof.stats.charts.values import Chart, Floats, Panel, Parameters, Series, within
from lotproof.stats.charts.variables import single_values
from lotproof.stats.problem import MethodProblem

POWER = 1 / 3.6
"""Nelson (1994): this power of an exponential time is nearly normal."""
METHODS = {"g": ("percentile", "benneyan"), "t": ("weibull", "power")}
"""Ways to the limits; the first is the default."""


def estimate(kind: str, series: Series, method: str = "") -> Parameters:
    """Mean number between (g), or Weibull shape and scale, or mean and sigma of the transformed time (t)."""
    method = method or METHODS[kind][0]
    if method not in METHODS[kind]:
        raise MethodProblem(f"A {kind} chart knows no method {method}; known are {', '.join(METHODS[kind])}.")
    values = _checked(kind, series, method)
    if kind == "g":
        mean = float(values.mean())
        return Parameters(kind, mean, math.sqrt(mean * (mean + 1)), points=len(values), estimator=f"geometric, {method}")
    if method == "weibull":
        shape, scale = weibull(values)
        median = scale * math.log(2) ** (1 / shape)
        return Parameters(
            kind, median, 0.0, points=len(values), estimator="Weibull, maximum likelihood", extra={"shape": shape, "scale": scale}
        )
    moved = values**POWER
    sigma = float(np.abs(np.diff(moved)).mean()) / D2_TABLE
    return Parameters(kind, float(moved.mean()), sigma, points=len(values), estimator="y^(1/3.6), mean moving range / 1.128")


def chart(parameters: Parameters, series: Series, width: float = 3.0) -> Chart:
    """The chart; a point above the upper limit is a longer time without event than chance gives, one below is a cluster."""
    kind = parameters.kind
    if kind == "g":
        method = parameters.estimator.partition(", ")[2]
        values = _checked(kind, series, method)
        panel = _geometric(values, parameters.center, width) if method == "percentile" else _benneyan(values, parameters, width)
    elif parameters.extra:
        panel = _weibull(_checked(kind, series, "weibull"), parameters, width)
    else:
        panel = _power(_checked(kind, series, "power"), parameters, width)
    return Chart(parameters, (panel,))


def weibull(values: Floats) -> tuple[float, float]:
    """Shape and scale of greatest likelihood (Newton on the shape)."""
    logs = np.log(values)
    if len(values) < 2 or float(np.ptp(logs)) == 0:
        raise MethodProblem("All times are equal, or there is only one: no Weibull law can be fitted; use a g chart or take more events.")
    shape = 1.2 / float(logs.std())
    for _ in range(100):
        powers = np.exp(shape * (logs - logs.max()))
        total, first, second = (float((powers * logs**k).sum()) for k in (0, 1, 2))
        slope = first / total - 1 / shape - float(logs.mean())
        step = slope / (second / total - (first / total) ** 2 + 1 / shape**2)
        shape = max(shape - step, shape / 10)
        if abs(step) < 1e-13 * shape:
            break
    return shape, float(np.mean(np.exp(shape * logs)) ** (1 / shape))


def _geometric(values: Floats, mean: float, width: float) -> Panel:
    """Percentiles of the number of opportunities before an event; z by the tail that the value lies in."""
    if mean == 0:
        raise MethodProblem("Every gap is 0: an event at every opportunity is not rare; use a p or u chart.")
    tail = float(scipy.special.ndtr(-width))
    stay = math.log(mean / (mean + 1))
    lower, middle, upper = (max(math.ceil(math.log1p(-share) / stay - 1 - 1e-9), 0) for share in (tail, 0.5, 1 - tail))
    above = np.exp(values * stay)  # P(Y >= y)
    below = -np.expm1((values + 1) * stay)  # P(Y <= y)
    z = np.where(above < 0.5, -scipy.special.ndtri(above), np.where(below < 0.5, scipy.special.ndtri(below), 0.0))
    return Panel("between events", values, _line(values, middle), _line(values, lower), _line(values, upper), z)


def _benneyan(values: Floats, parameters: Parameters, width: float) -> Panel:
    line, se = np.full(len(values), parameters.center), np.full(len(values), parameters.sigma)
    return Panel("between events", values, line, *within(values, se, line, width, 0.0, math.inf))


def _weibull(values: Floats, parameters: Parameters, width: float) -> Panel:
    shape, scale = parameters.extra["shape"], parameters.extra["scale"]
    tail = float(scipy.special.ndtr(-width))
    lower, upper = (scale * (-math.log(share)) ** (1 / shape) for share in (1 - tail, tail))
    with np.errstate(divide="ignore"):
        exponent = (values / scale) ** shape
        # by the smaller tail, so that far values keep their digits
        z = np.where(exponent > math.log(2), -scipy.special.ndtri(np.exp(-exponent)), scipy.special.ndtri(-np.expm1(-exponent)))
    return Panel("time between events", values, _line(values, parameters.center), _line(values, lower), _line(values, upper), z)


def _power(values: Floats, parameters: Parameters, width: float) -> Panel:
    line, se = np.full(len(values), parameters.center), np.full(len(values), parameters.sigma)
    lower, upper, z = within(values**POWER, se, line, width, 0.0, math.inf)
    return Panel("time between events", values, line ** (1 / POWER), lower ** (1 / POWER), upper ** (1 / POWER), z)


def _line(values: Floats, height: float) -> Floats:
    return np.full(len(values), float(height))


def _checked(kind: str, series: Series, method: str) -> Floats:
    values = single_values(series, kind)
    bad = np.flatnonzero(~(values >= 0))
    if len(bad):
        raise MethodProblem(f"Point {bad[0] + 1}: {values[bad[0]]:g} cannot lie between two events; gaps are counted from 0 up.")
    if method == "weibull" and (values == 0).any():
        at = int(np.flatnonzero(values == 0)[0]) + 1
        raise MethodProblem(
            f"Point {at}: no time at all between two events has no Weibull law; state times more finely, or use --method power."
        )
    return values
