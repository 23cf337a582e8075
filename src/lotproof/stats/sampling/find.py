"""Plans made to measure: zero acceptance by a lot's exact law, two points of the curve, success runs, Wald's sequential plan."""

from __future__ import annotations

import math
from dataclasses import dataclass

from lotproof.stats.problem import MethodProblem
from lotproof.stats.sampling.curves import accepted

GUARD = 1e-9
"""Added where a whole number is looked for, so that 0.07 * 100 is 7 and not 8."""
MOST = 10_000_000
"""Largest sample that is looked for."""


def wrong_in_lot(lot: int, share: float) -> int:
    """Units that are wrong in a lot in which the share is exceeded or just reached: rounded up."""
    return max(math.ceil(lot * share - GUARD), 1)


def smallest_sample(lot: int, wrong: int, risk: float, accept: int = 0) -> int:
    """Smallest n that accepts a lot with ``wrong`` units (or more) with a probability of ``risk`` at most; hypergeometric, exact."""
    if not 0 < wrong <= lot or accept >= wrong:
        raise MethodProblem(
            f"A lot of {lot} with {wrong} wrong units cannot be told by a plan that accepts {accept}; all would have to be inspected."
        )
    return _first(accept + 1, lot, lambda n: accepted(n, accept, wrong, "hypergeometric", lot) <= risk * (1 + GUARD))


def for_max_rate(lot: int, rate: float, confidence: float, accept: int = 0) -> int:
    """Smallest n of a lot: if no more than ``accept`` are wrong, then with this confidence fewer than ``rate`` of the lot are."""
    _share("--max-rate", rate)
    _share("--confidence", confidence)
    return smallest_sample(lot, wrong_in_lot(lot, rate), 1 - confidence, accept)


def success_run(reliability: float, confidence: float) -> int:
    """Units without a failure that show ``reliability`` with this confidence, in a process (binomial)."""
    _share("reliability", reliability)
    _share("--confidence", confidence)
    return math.ceil(math.log(1 - confidence) / math.log(reliability) - GUARD)


def two_points(good: float, producer: float, bad: float, consumer: float, law: str = "binomial", lot: int | None = None) -> tuple[int, int]:
    """Smallest (n, c) that accepts quality ``good`` with ``producer`` at least, and ``bad`` with ``consumer`` at most."""
    if not 0 <= good < bad or not 0 < consumer < producer < 1:
        raise MethodProblem(
            f"No plan tells {good:g} from {bad:g} so: the good quality must be the smaller one, and be accepted more often ({producer:g}) "
            f"than the bad one ({consumer:g})."
        )

    def chance(n: int, c: int, quality: float) -> float:
        count = quality * lot if law == "hypergeometric" and lot else quality
        return accepted(n, c, count, law, lot)

    most = lot if law == "hypergeometric" and lot else MOST
    for c in range(most):
        n = _first(c + 1, most, lambda n, c=c: chance(n, c, bad) <= consumer)
        if chance(n, c, good) >= producer:
            return n, c
    raise MethodProblem("No plan keeps both risks; inspect all, or bear a larger one.")


def _first(low: int, high: int, holds: object) -> int:
    """Smallest n of ``low`` to ``high`` at which it holds; it holds at all larger ones."""
    reached = low
    while reached < high and not holds(reached):  # type: ignore[operator]
        low, reached = reached + 1, min(reached * 2, high)
    while low < reached:
        middle = (low + reached) // 2
        low, reached = (low, middle) if holds(middle) else (middle + 1, reached)  # type: ignore[operator]
    return reached


@dataclass(frozen=True)
class Sequential:
    """Wald's sequential plan (1947): after n units with d wrong accept if d <= slope n - h1, reject if d >= slope n + h2."""

    k: float
    """Logarithm of the odds ratio of both qualities."""
    h1: float
    """Distance of the line of acceptance."""
    h2: float
    """Distance of the line of rejection."""
    slope: float
    """Slope of both."""
    longest: int
    """Units at which it is cut off: three times those of the single plan with the same risks."""

    def judge(self, n: int, wrong: int) -> str:
        """accept, reject, or go on; at the cut the nearer line decides."""
        if wrong <= self.slope * n - self.h1:
            return "accept"
        if wrong >= self.slope * n + self.h2:
            return "reject"
        if n < self.longest:
            return "go on"
        return "accept" if wrong <= self.slope * n + (self.h2 - self.h1) / 2 else "reject"


def sequential(good: float, bad: float, producer_risk: float, consumer_risk: float) -> Sequential:
    """The plan that accepts ``good`` but for the producer's risk and rejects ``bad`` but for the consumer's."""
    n, _ = two_points(good, 1 - producer_risk, bad, consumer_risk)
    k = math.log(bad * (1 - good) / (good * (1 - bad)))
    slope = math.log((1 - good) / (1 - bad)) / k
    h1 = math.log((1 - producer_risk) / consumer_risk) / k
    h2 = math.log((1 - consumer_risk) / producer_risk) / k
    return Sequential(k, h1, h2, slope, 3 * n)


def _share(name: str, value: float) -> None:
    if not 0 < value < 1:
        raise MethodProblem(f"{name} {value:g}: state a share between 0 and 1; 5 % is 0.05.")
