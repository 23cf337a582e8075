"""Three verdicts on a corrective action, from a criterion that was declared first."""

from __future__ import annotations

from dataclasses import replace
from math import comb

import pytest

from lotproof.stats.effectiveness import Criterion, judge, opportunities_for_known_rate, zero_events_needed
from lotproof.stats.problem import MethodProblem

DECLARED = Criterion("no reads", "packs", 40, 100_000, 0.5, 100_000, "2026-01-01", "M. Roth")


def test_the_three_verdicts() -> None:
    assert judge(DECLARED, 5, 100_000, "2026-01-02").verdict == "effective"
    assert judge(DECLARED, 45, 100_000, "2026-01-02").verdict == "not effective"
    open_one = judge(DECLARED, 14, 100_000, "2026-01-02")
    assert open_one.verdict == "inconclusive"
    assert open_one.missing.endswith("more packs without a further event (121,551 in all).")
    assert judge(DECLARED, 5, 100_000, "2026-01-02").sentence == (
        "5 in 100,000 packs after, 40 in 100,000 before: effective (12.5 % of the rate before, 3.9 % to 31.7 % at 95 %)."
    )


def test_the_test_is_the_conditional_binomial() -> None:
    whole = replace(DECLARED, target=1.0)
    told = judge(whole, 2, 100_000, "2026-01-02")
    assert told.below == pytest.approx(sum(comb(42, k) for k in range(3)) / 2**42)
    assert told.above == pytest.approx(1 - sum(comb(42, k) for k in range(2)) / 2**42)


def test_a_good_count_does_not_end_it_early_and_a_bad_one_does() -> None:
    early = judge(DECLARED, 0, 50_000, "2026-01-02")
    assert (early.verdict, early.missing) == ("inconclusive", "50,000 more packs: the criterion is judged after 100,000.")
    assert judge(DECLARED, 40, 30_000, "2026-01-02").verdict == "not effective"


def test_side_effects_keep_it_open() -> None:
    told = judge(DECLARED, 5, 100_000, "2026-01-02", side_effects=2)
    assert (told.verdict, told.missing) == ("inconclusive", "2 signals on other charts since the action: explain them first.")


def test_how_long_without_an_event() -> None:
    needed = zero_events_needed(DECLARED)
    assert needed is not None
    ready = replace(DECLARED, opportunities=1)
    assert judge(ready, 0, needed, "2026-01-02").verdict == "effective"
    assert judge(ready, 0, needed - 1, "2026-01-02").missing == f"1 more packs without an event ({needed:,} in all)."
    assert opportunities_for_known_rate(1e-4) == 29_956


def test_a_baseline_without_events_shows_nothing() -> None:
    told = judge(replace(DECLARED, baseline_events=0), 0, 100_000, "2026-01-02")
    assert told.missing == "The baseline has no event: no count afterwards can show a reduction; choose a metric that had some."


def test_the_criterion_comes_before_the_data_and_has_a_name() -> None:
    with pytest.raises(MethodProblem, match=r"^The data begin at 2026-01-01, the criterion was declared at 2026-01-01: a criterion is declared before its data\.$"):
        judge(DECLARED, 0, 1, "2026-01-01")
    assert judge(DECLARED, 0, 1, "2026-01-02").criterion == DECLARED.name != replace(DECLARED, target=0.6).name


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"target": 1.5}, "A target of 1.5 is no reduction; state a share of the baseline rate above 0 and up to 1."),
        ({"baseline_opportunities": 0}, "40 events in 0 packs is no baseline."),
        ({"confidence": 0.4}, "A confidence of 0.4 decides nothing; state a share above 0.5 and below 1."),
        ({"opportunities": 0}, "An effect is judged in packs; state after how many, 1 at least."),
    ],
)
def test_what_cannot_be_declared(changes: dict[str, float], sentence: str) -> None:
    with pytest.raises(MethodProblem) as told:
        replace(DECLARED, **changes)  # type: ignore[arg-type]
    assert str(told.value) == sentence
