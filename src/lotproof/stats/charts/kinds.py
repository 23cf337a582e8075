"""Every kind of chart by its name: how its limits are estimated and how it is made."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from lotproof.stats.charts import attribute, memory, rare, shortrun, variables
from lotproof.stats.charts.values import Chart, Parameters, Series
from lotproof.stats.problem import MethodProblem

ENOUGH = 20
"""Points below which limits of phase I are told to be provisional (Montgomery: 20 to 25)."""


@dataclass(frozen=True)
class Kind:
    """A kind of chart."""

    title: str
    """Its name for a person."""
    columns: str
    """What a point consists of: count, count+size, value, value+part, value+target, count+size+part, subgroup, value or subgroup."""
    estimate: Callable[..., Parameters]
    """(kind, series, settings of its own) -> parameters."""
    make: Callable[[Parameters, Series, float], Chart]
    """(parameters, series, width) -> chart."""


KINDS: dict[str, Kind] = {
    "p": Kind("p chart", "count+size", attribute.estimate, attribute.chart),
    "np": Kind("np chart", "count+size", attribute.estimate, attribute.chart),
    "u": Kind("u chart", "count+size", attribute.estimate, attribute.chart),
    "c": Kind("c chart", "count", attribute.estimate, attribute.chart),
    "laney-p": Kind("Laney p′ chart", "count+size", attribute.estimate, attribute.chart),
    "laney-u": Kind("Laney u′ chart", "count+size", attribute.estimate, attribute.chart),
    "g": Kind("g chart", "value", rare.estimate, rare.chart),
    "t": Kind("t chart", "value", rare.estimate, rare.chart),
    "i-mr": Kind("I-MR chart", "value", variables.estimate, variables.chart),
    "xbar-r": Kind("X̄-R chart", "subgroup", variables.estimate, variables.chart),
    "xbar-s": Kind("X̄-S chart", "subgroup", variables.estimate, variables.chart),
    "ewma": Kind("EWMA chart", "value or subgroup", memory.estimate, memory.chart),
    "cusum": Kind("CUSUM chart", "value or subgroup", memory.estimate, memory.chart),
    "short-run": Kind("Short-run Z chart", "value+part", shortrun.estimate, shortrun.chart),
    "dnom": Kind("Deviation from nominal", "value+target", shortrun.estimate, shortrun.chart),
    "z-p": Kind("Short-run p chart", "count+size+part", shortrun.estimate, shortrun.chart),
}
"""Name -> kind, in the order of the help."""
OTHER_NAMES = {
    "p'": "laney-p", "pprime": "laney-p", "p-prime": "laney-p", "pp": "laney-p", "p′": "laney-p", "laney": "laney-p",
    "u'": "laney-u", "uprime": "laney-u", "u-prime": "laney-u", "up": "laney-u", "u′": "laney-u",
    "i": "i-mr", "imr": "i-mr", "individuals": "i-mr", "xbar-one": "i-mr", "xbarr": "xbar-r", "xbars": "xbar-s", "xbar": "xbar-r",
    "shortrun": "short-run", "z-mr": "short-run", "zmr": "short-run",
}  # fmt: skip
"""Other spellings of the same."""


def kind_name(word: str) -> str:
    """The name of a kind, however it was spelled."""
    name = word.strip().lower().replace("_", "-").replace(" ", "-")
    name = OTHER_NAMES.get(name, OTHER_NAMES.get(name.replace("-", ""), name))
    if name not in KINDS:
        raise MethodProblem(f'There is no chart "{word}"; known are {", ".join(KINDS)}.')
    return name


def estimate(kind: str, series: Series, **settings: Any) -> Parameters:
    """Phase I: the parameters of the limits from these points."""
    if not len(series):
        raise MethodProblem("There is no point to make limits from.")
    return KINDS[kind].estimate(kind, series, **settings)


def make(parameters: Parameters, series: Series, width: float = 3.0) -> Chart:
    """The chart of ``series`` under limits that are given: phase I with its own estimate, phase II with frozen ones."""
    made = KINDS[parameters.kind].make(parameters, series, width)
    if 0 < parameters.points < ENOUGH:
        told = f"The limits come from {parameters.points} points; below {ENOUGH} they are provisional."
        made = Chart(made.parameters, made.panels, (*made.warnings, told))
    return made
