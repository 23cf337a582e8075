"""Operating characteristic of a single plan (n, c), average outgoing quality, average total inspection.

hypergeometric (type A): one lot of N with D wrong. binomial (type B): a process with share p. poisson: defects per unit.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import scipy

from lotproof.stats.problem import MethodProblem

LAWS = ("binomial", "poisson", "hypergeometric")


def accepted(n: int, c: int, quality: float, law: str = "binomial", lot: int | None = None) -> float:
    """Probability that the plan accepts. ``quality``: share wrong (binomial), defects per unit (poisson), D wrong of ``lot`` (else)."""
    if law == "binomial":
        return float(scipy.stats.binom.cdf(c, n, quality))
    if law == "poisson":
        return float(scipy.stats.poisson.cdf(c, n * quality))
    if law != "hypergeometric":
        raise MethodProblem(f'There is no law "{law}"; known are {", ".join(LAWS)}.')
    if lot is None or not 0 <= quality <= lot or n > lot:
        raise MethodProblem("The hypergeometric law needs the lot size, no smaller than the sample and the number that is wrong in it.")
    return float(scipy.stats.hypergeom.cdf(c, lot, round(quality), n))


@dataclass(frozen=True)
class Point:
    """One point of the curves."""

    share: float
    """Share wrong."""
    accepted: float
    """Probability of acceptance."""
    outgoing: float | None
    """Average outgoing quality where rejected lots are inspected to the last unit; None without a lot size."""
    inspected: float | None
    """Average units inspected; None without a lot size."""


def curve(n: int, c: int, shares: Sequence[float], lot: int | None = None, law: str = "binomial") -> list[Point]:
    """The curves at these shares; of a hypergeometric law at whole numbers of wrong units."""
    return [_point(n, c, share, lot, law) for share in shares]


def _point(n: int, c: int, share: float, lot: int | None, law: str) -> Point:
    if law == "hypergeometric":
        share = round(share * (lot or 0)) / (lot or 1)
        chance = accepted(n, c, share * (lot or 0), law, lot)
    else:
        chance = accepted(n, c, share, law)
    if lot is None:
        return Point(share, chance, None, None)
    return Point(share, chance, chance * share * (lot - n) / lot, n + (1 - chance) * (lot - n))


def limit_of_outgoing(n: int, c: int, lot: int) -> tuple[float, float]:
    """AOQL: the worst average outgoing quality, and the incoming share at which it is reached (binomial)."""
    shares = np.linspace(0, 1, 2001)
    outgoing = shares * scipy.stats.binom.cdf(c, n, shares)
    at = int(np.argmax(outgoing))
    bounds = (float(shares[max(at - 1, 0)]), float(shares[min(at + 1, 2000)]))
    best = scipy.optimize.minimize_scalar(
        lambda p: -p * scipy.stats.binom.cdf(c, n, p), bounds=bounds, method="bounded", options={"xatol": 1e-12}
    )
    return float(-best.fun) * (lot - n) / lot, float(best.x)
