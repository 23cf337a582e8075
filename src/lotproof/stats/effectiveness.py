"""Did a corrective action work? The criterion is declared before the data, in opportunities; three verdicts.

effective: what was declared is shown. not effective: the opposite is shown. inconclusive: neither; what is missing is told.
"""

from __future__ import annotations

import hashlib
import json
import math
from dataclasses import asdict, dataclass

import scipy

from lotproof.stats.exact import Estimate, rate_ratio
from lotproof.stats.problem import MethodProblem
from lotproof.stats.sampling.confidence import percent


@dataclass(frozen=True)
class Criterion:
    """What was declared before the data."""

    metric: str
    """What is counted."""
    opportunity: str
    """What it is counted in: packs, cases, scans, lots."""
    baseline_events: int
    """Events before the action."""
    baseline_opportunities: int
    """Opportunities before the action."""
    target: float
    """Share of the baseline rate that must not be exceeded afterwards: 0.5 is half the events; 1 any reduction."""
    opportunities: int
    """Opportunities after which it is judged."""
    declared: str
    """Time of the declaration, as text that sorts (ISO 8601, UTC)."""
    owner: str
    """Who answers for it."""
    confidence: float = 0.95
    """Confidence of the verdict."""

    def __post_init__(self) -> None:
        """A criterion that cannot be judged is refused."""
        if self.baseline_opportunities < 1 or not 0 <= self.baseline_events <= self.baseline_opportunities:
            raise MethodProblem(f"{self.baseline_events} events in {self.baseline_opportunities} {self.opportunity} is no baseline.")
        if not 0 < self.target <= 1:
            raise MethodProblem(f"A target of {self.target:g} is no reduction; state a share of the baseline rate above 0 and up to 1.")
        if not 0.5 < self.confidence < 1:
            raise MethodProblem(f"A confidence of {self.confidence:g} decides nothing; state a share above 0.5 and below 1.")
        if self.opportunities < 1:
            raise MethodProblem(f"An effect is judged in {self.opportunity}; state after how many, 1 at least.")

    @property
    def name(self) -> str:
        """SHA-256 of the declaration."""
        return hashlib.sha256(json.dumps(asdict(self), sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()).hexdigest()


@dataclass(frozen=True)
class Verdict:
    """What the data say of the criterion."""

    verdict: str
    """effective, not effective, inconclusive."""
    ratio: Estimate
    """Rate after to rate before, with its exact two-sided interval."""
    below: float
    """Exact probability of so few events if the rate were still the target rate or more."""
    above: float
    """Exact probability of so many events if the rate were the target rate or less."""
    needed: int | None
    """Opportunities that would show the target if no event happened in them; None where no number would."""
    missing: str
    """What is missing, where it is inconclusive."""
    sentence: str
    """For a person."""
    criterion: str
    """Name of the criterion."""


def judge(criterion: Criterion, events: int, opportunities: int, observed_from: str, side_effects: int = 0) -> Verdict:
    """The verdict on ``events`` in ``opportunities`` from ``observed_from`` on; ``side_effects``: signals of other charts since then.

    Conditional exact test of two Poisson rates: given all events, those after are binomial (Przyborowski and Wilenski 1940).
    """
    if observed_from <= criterion.declared:
        raise MethodProblem(
            f"The data begin at {observed_from}, the criterion was declared at {criterion.declared}: "
            "a criterion is declared before its data."
        )
    if opportunities < 0 or not 0 <= events <= max(opportunities, events):
        raise MethodProblem(f"{events} events in {opportunities} {criterion.opportunity} is no count.")
    before, exposure = criterion.baseline_events, criterion.baseline_opportunities
    ratio = (
        rate_ratio(events, opportunities, before, exposure, criterion.confidence) if opportunities else Estimate(math.nan, 0.0, math.inf)
    )
    below, above = _against_target(criterion, events, opportunities)
    needed = zero_events_needed(criterion)
    told = f"{events:,} in {opportunities:,} {criterion.opportunity} after, {before:,} in {exposure:,} before"
    verdict, missing = _decide(criterion, events, opportunities, side_effects)
    return Verdict(verdict, ratio, below, above, needed, missing, f"{told}: {verdict} ({_ratio_text(criterion, ratio)}).", criterion.name)


def _decide(criterion: Criterion, events: int, opportunities: int, side_effects: int) -> tuple[str, str]:
    """The verdict, and what is missing. A good count does not end it before the declared number; a bad one may."""
    alpha = 1 - criterion.confidence
    below, above = _against_target(criterion, events, opportunities)
    if above <= alpha:
        return "not effective", ""
    if opportunities < criterion.opportunities:
        left = criterion.opportunities - opportunities
        return "inconclusive", f"{left:,} more {criterion.opportunity}: the criterion is judged after {criterion.opportunities:,}."
    if below > alpha:
        return "inconclusive", _missing(criterion, events, opportunities)
    if side_effects:
        return "inconclusive", f"{side_effects} signals on other charts since the action: explain them first."
    return "effective", ""


def _against_target(criterion: Criterion, events: int, opportunities: int) -> tuple[float, float]:
    return tails(events, opportunities * criterion.target, criterion.baseline_events, criterion.baseline_opportunities)


def tails(events: int, exposure: float, before: int, exposure_before: float) -> tuple[float, float]:
    """Exact probabilities of so few, and of so many, events after, if both rates were equal."""
    if exposure <= 0 or events + before == 0:
        return 1.0, 1.0
    share = exposure / (exposure + exposure_before)
    return float(scipy.stats.binom.cdf(events, events + before, share)), float(scipy.stats.binom.sf(events - 1, events + before, share))


def zero_events_needed(criterion: Criterion) -> int | None:
    """Opportunities without any event that would show the target; None where the baseline has no event to compare with."""
    if criterion.baseline_events == 0:
        return None
    share = float((1 - criterion.confidence) ** (1 / criterion.baseline_events))
    return math.ceil((1 - share) / share * criterion.baseline_opportunities / criterion.target - 1e-9)


def opportunities_for_known_rate(rate: float, confidence: float = 0.95) -> int:
    """Opportunities without an event after which a known rate is ruled out: ln(alpha) / ln(1 - rate), rounded up."""
    if not 0 < rate < 1:
        raise MethodProblem(f"A rate of {rate:g} is none per opportunity; state a share between 0 and 1.")
    return math.ceil(math.log(1 - confidence) / math.log1p(-rate) - 1e-9)


def _missing(criterion: Criterion, events: int, opportunities: int) -> str:
    needed = zero_events_needed(criterion)
    if needed is None:
        return "The baseline has no event: no count afterwards can show a reduction; choose a metric that had some."
    if events == 0:
        return f"{needed - opportunities:,} more {criterion.opportunity} without an event ({needed:,} in all)."
    enough = (n for n in _growing(opportunities) if _against_target(criterion, events, n)[0] <= 1 - criterion.confidence)
    more = next(enough, None)
    if more is None:
        return "The counts cannot decide it."
    return f"{more - opportunities:,} more {criterion.opportunity} without a further event ({more:,} in all)."


def _growing(start: int) -> list[int]:
    """Numbers that grow by a twentieth: how much longer need not be known to the unit."""
    return [math.ceil(max(start, 1) * 1.05**step) for step in range(400)]


def _ratio_text(criterion: Criterion, ratio: Estimate) -> str:
    if math.isnan(ratio.value):
        return "no event before or after"
    high = "without bound" if math.isinf(ratio.high) else percent(ratio.high)
    return f"{percent(ratio.value)} of the rate before, {percent(ratio.low)} to {high} at {100 * criterion.confidence:g} %"
