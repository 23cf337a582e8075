"""Exact tests and intervals for counts: two rates (Poisson), two shares (Fisher), events above an expectation.

Two-sided probabilities add up all outcomes that are no more likely than the one seen; intervals are equal-tailed (Clopper and
Pearson 1934). Held against R's ``fisher.test`` and ``poisson.test`` in the tests.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import scipy


@dataclass(frozen=True)
class Estimate:
    """A ratio with its interval."""

    value: float
    """Best value; infinite where the denominator has no event, not a number where neither has one."""
    low: float
    """Lower end."""
    high: float
    """Upper end; infinite where the data set no bound."""


def share_interval(hits: float, trials: float, level: float = 0.95) -> tuple[float, float]:
    """Clopper and Pearson's interval of a share. Counts need not be whole, so that they may be divided by a dispersion."""
    tail = (1 - level) / 2
    low = 0.0 if hits <= 0 else float(scipy.stats.beta.ppf(tail, hits, trials - hits + 1))
    high = 1.0 if hits >= trials else float(scipy.stats.beta.ppf(1 - tail, hits + 1, trials - hits))
    return low, high


def above(observed: float, expected: float, dispersion: float = 1.0) -> float:
    """Probability of ``observed`` or more where ``expected`` are expected (Poisson); with a dispersion both are divided by it first."""
    return 1.0 if observed <= 0 else float(scipy.stats.gamma.cdf(expected / dispersion, observed / dispersion))


def share_of_events(observed: float, events: float, share: float) -> float:
    """Probability that ``observed`` or more of ``events`` fall where ``share`` of them is expected (binomial)."""
    return 1.0 if observed <= 0 or share >= 1 else float(scipy.stats.binom.sf(observed - 1, events, share))


def rate_ratio(events: float, exposure: float, other: float, other_exposure: float, level: float = 0.95) -> Estimate:
    """Rate of the first to rate of the second, with the exact interval given the sum of both. Counts need not be whole."""
    if events + other == 0:
        return Estimate(math.nan, 0.0, math.inf)
    shares = (events / (events + other), *share_interval(events, events + other, level))
    return Estimate(*(math.inf if share >= 1 else share / (1 - share) * other_exposure / exposure for share in shares))


def rates_differ(events: int, exposure: float, other: int, other_exposure: float) -> float:
    """Two-sided exact probability that two Poisson rates are equal, given the sum of both counts."""
    return float(scipy.stats.binomtest(events, events + other, exposure / (exposure + other_exposure)).pvalue) if events + other else 1.0


def shares_differ(hits: int, trials: int, other: int, other_trials: int) -> float:
    """Fisher's two-sided exact probability that two shares are equal."""
    return float(scipy.stats.fisher_exact(_table(hits, trials, other, other_trials)).pvalue)


def share_above(hits: int, trials: int, other: int, other_trials: int) -> float:
    """Fisher's one-sided probability of ``hits`` or more in the first, given the margins."""
    return float(scipy.stats.fisher_exact(_table(hits, trials, other, other_trials), alternative="greater").pvalue)


def odds_ratio(hits: int, trials: int, other: int, other_trials: int, level: float = 0.95) -> Estimate:
    """Odds ratio of two shares, conditional maximum likelihood, with its exact interval."""
    found = scipy.stats.contingency.odds_ratio(_table(hits, trials, other, other_trials))
    interval = found.confidence_interval(level)
    return Estimate(float(found.statistic), float(interval.low), float(interval.high))


def _table(hits: int, trials: int, other: int, other_trials: int) -> list[list[int]]:
    return [[hits, trials - hits], [other, other_trials - other]]
