"""Since when: the one point from which events come at another rate, with how sure that is.

The step is the one of greatest Poisson likelihood over all points (Hinkley 1970). What is left of spread after it divides the
likelihood (quasi-likelihood; never below 1), so that ordinary ups and downs are no onset. Chance is told by drawing the same number
of events over the same exposure again, with a stated seed; the interval holds every point whose likelihood is within 1.92 of the best.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from lotproof.stats.charts.values import Floats
from lotproof.stats.exact import Estimate, rate_ratio
from lotproof.stats.problem import MethodProblem

DRAWS = 1_999
"""Draws that chance is told from: to half a per mille."""
NEAR = 1.92
"""Half of the 95 % point of chi-square with one degree of freedom."""


@dataclass(frozen=True)
class Onset:
    """A step in the rate of events."""

    at: int
    """First point of the new rate, from 0."""
    earliest: int
    """First point that is nearly as likely."""
    latest: int
    """Last point that is nearly as likely."""
    before: float
    """Rate before."""
    after: float
    """Rate from then on."""
    ratio: Estimate
    """After to before, exact interval at 95 % (counts divided by the dispersion)."""
    dispersion: float
    """Spread that is left after the step, in units of chance; at least 1."""
    chance: float
    """Probability of so clear a step by chance alone."""


def onset(counts: Floats, exposure: Floats, seed: int = 1) -> Onset | None:
    """The likeliest step; None where there are fewer than 3 points or no event. Counts and exposure, one a point in the order of time."""
    if len(counts) != len(exposure) or (exposure <= 0).any():
        raise MethodProblem("An onset needs an exposure above 0 at each point; leave points without any out.")
    if len(counts) < 3 or counts.sum() == 0:
        return None
    likelihood = _likelihood(counts[None, :], exposure)[0]
    at = int(likelihood.argmax()) + 1
    spread = _spread(counts, exposure, at)
    near = np.flatnonzero(likelihood >= likelihood.max() - NEAR * spread) + 1
    parts = [(float(counts[part].sum()), float(exposure[part].sum())) for part in (slice(0, at), slice(at, None))]
    (old, old_size), (new, new_size) = parts
    ratio = rate_ratio(new / spread, new_size / spread, old / spread, old_size / spread)
    chance = _chance(float(likelihood.max()) / spread, counts, exposure, seed)
    return Onset(at, int(near[0]), int(near[-1]), old / old_size, new / new_size, ratio, spread, chance)


def _likelihood(counts: Floats, exposure: Floats) -> Floats:
    """Log likelihood ratio of a step before each point but the first, a row a draw."""
    before, size = counts.cumsum(axis=1)[:, :-1], exposure.cumsum()[:-1]
    total, whole = counts.sum(axis=1)[:, None], exposure.sum()
    after, rest = total - before, whole - size
    return _term(before, total * size / whole) + _term(after, total * rest / whole)


def _term(seen: Floats, expected: Floats) -> Floats:
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(seen > 0, seen * np.log(seen / expected), 0.0)


def _spread(counts: Floats, exposure: Floats, at: int) -> float:
    expected = np.concatenate([exposure[part] * counts[part].sum() / exposure[part].sum() for part in (slice(0, at), slice(at, None))])
    with np.errstate(divide="ignore", invalid="ignore"):
        chi = np.where(expected > 0, (counts - expected) ** 2 / expected, 0.0).sum()
    return max(float(chi) / max(len(counts) - 2, 1), 1.0)


def _chance(best: float, counts: Floats, exposure: Floats, seed: int) -> float:
    drawn = np.random.default_rng(seed).multinomial(round(counts.sum()), exposure / exposure.sum(), size=DRAWS).astype(float)
    found = _likelihood(drawn, exposure).max(axis=1)
    return float((1 + (found >= best - 1e-9).sum()) / (DRAWS + 1))
