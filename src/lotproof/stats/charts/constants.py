"""Constants of control charts, computed and not typed in: d2, d3 and c4 of normal samples of n.

Printed tables round d2(2) to 1.128 and so E2(2) to 2.660; the exact values are 2/sqrt(pi) and 2.6587.
"""

from __future__ import annotations

import math
from functools import lru_cache

import numpy as np
import scipy

from lotproof.stats.problem import MethodProblem

SPAN = 9.0
"""Standard deviations on each side of the mean over which densities are summed; beyond lies less than 1e-18."""
D2_TABLE = 1.128
"""d2(2) as tables print it; Laney (2002), Minitab and JMP divide by this one."""


@lru_cache(maxsize=256)
def range_moments(n: int) -> tuple[float, float]:
    """Mean and standard deviation of the range of ``n`` standard normal values (d2, d3).

    E[R] is the integral of 1 - Phi^n - (1 - Phi)^n. E[R^2] is twice the double integral over x < y of
    1 - Phi(y)^n - (1 - Phi(x))^n + (Phi(y) - Phi(x))^n, summed here by the trapezoid rule in x and Gauss-Legendre in y - x.
    """
    if n < 2:
        raise MethodProblem(f"A range needs at least 2 values in a subgroup, not {n}; use an I-MR chart for single values.")
    x = np.linspace(-SPAN, SPAN, 2001)
    step = float(x[1] - x[0])
    below = scipy.special.ndtr(x)
    mean = float(np.sum(1 - below**n - (1 - below) ** n) * step)
    nodes, weights = np.polynomial.legendre.leggauss(160)
    width = SPAN * (nodes + 1)
    upper = scipy.special.ndtr(x[:, None] + width[None, :])
    inner = 1 - upper**n - (1 - below[:, None]) ** n + (upper - below[:, None]) ** n
    second = 2.0 * float(np.sum(inner @ (SPAN * weights)) * step)
    return mean, math.sqrt(second - mean * mean)


def d2(n: int) -> float:
    """Mean range of n standard normal values."""
    return range_moments(int(n))[0]


def d3(n: int) -> float:
    """Standard deviation of the range of n standard normal values."""
    return range_moments(int(n))[1]


def c4(n: int) -> float:
    """Mean of the standard deviation (n - 1 in the divisor) of n standard normal values."""
    if n < 2:
        raise MethodProblem(f"A standard deviation needs at least 2 values in a subgroup, not {n}; use an I-MR chart for single values.")
    return math.sqrt(2 / (n - 1)) * math.exp(math.lgamma(n / 2) - math.lgamma((n - 1) / 2))
