"""Do counts spread as chance alone would have them? The test, and the chart that fits."""

from __future__ import annotations

import math
from dataclasses import dataclass

import scipy

from lotproof.stats.charts.attribute import laney_sigma
from lotproof.stats.charts.values import Series, positive_sizes
from lotproof.stats.problem import MethodProblem

RARE = 1.0
"""Expected events a point below which a p or u chart has no lower limit and a skew that its limits do not know."""
DOUBT = 0.05
"""Probability below which the spread is called more, or less, than chance."""


@dataclass(frozen=True)
class Dispersion:
    """How counts spread."""

    chi_square: float
    """Pearson's sum over the points."""
    freedom: int
    """Its degrees of freedom."""
    ratio: float
    """chi_square by freedom: 1 where chance alone spreads the points."""
    more: float
    """Probability of as much spread or more by chance alone."""
    less: float
    """Probability of as little spread or less by chance alone."""
    sigma_z: float
    """Laney's factor: spread from point to point in units of chance."""
    expected: float
    """Mean number of events a point."""
    proposed: str
    """Kind of chart that fits."""
    reason: str
    """Why, in a sentence."""


def dispersion(series: Series, defectives: bool = True) -> Dispersion:
    """The test; ``defectives`` where a unit is wrong or not (p), else events per unit (u). Counts and sizes, a point each."""
    sizes = positive_sizes(series, "p" if defectives else "u")
    if len(series) < 2:
        raise MethodProblem("One point alone says nothing of spread; take at least 2.")
    center = float(series.values.sum() / sizes.sum())
    unit = center * (1 - center) if defectives else center
    freedom = len(series) - 1
    chi = 0.0 if unit == 0 else float(((series.values - center * sizes) ** 2 / (unit * sizes)).sum())
    sigma_z = laney_sigma(series.values, sizes, center, math.sqrt(unit))
    expected = float(series.values.mean())
    more = float(scipy.special.chdtrc(freedom, chi))
    proposed, reason = _proposal(chi / freedom, more, sigma_z, expected, defectives)
    return Dispersion(chi, freedom, chi / freedom, more, 1 - more, sigma_z, expected, proposed, reason)


def _proposal(ratio: float, more: float, sigma_z: float, expected: float, defectives: bool) -> tuple[str, str]:
    letter = "p" if defectives else "u"
    if expected < RARE:
        return (
            "g",
            f"{expected:.2g} events a point are too few for a {letter} chart: count what lies between two events (g, or t for times).",
        )
    if more < DOUBT:
        told = f"the points spread {ratio:.1f} times as much as chance alone would (chi-square by its degrees, p = {more:.2g})"
        return f"laney-{letter}", f"{told}; limits from chance alone would alarm at ordinary days (sigma_z {sigma_z:.2f})."
    if 1 - more < DOUBT:
        return letter, f"the points spread less than chance allows (ratio {ratio:.2f}, p = {1 - more:.2g}): check how they were counted."
    return letter, f"the points spread as chance alone would have them (chi-square by its degrees {ratio:.2f}, p = {more:.2g})."
