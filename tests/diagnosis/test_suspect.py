"""The probability behind a suspect."""

from __future__ import annotations

from itertools import product

import pytest

from lotproof.diagnosis.suspect import at_least


@pytest.mark.parametrize(("hits", "trials", "share"), [(3, 5, 0.3), (5, 5, 0.5), (1, 8, 0.05), (7, 8, 0.2)])
def test_it_is_the_sum_over_all_outcomes(hits: int, trials: int, share: float) -> None:
    exact = 0.0
    for outcome in product((0, 1), repeat=trials):
        if sum(outcome) >= hits:
            exact += share ** sum(outcome) * (1 - share) ** (trials - sum(outcome))
    assert at_least(hits, trials, share) == pytest.approx(exact, rel=1e-12)


def test_what_is_not_more_than_its_share_is_no_surprise() -> None:
    assert at_least(50, 100, 0.5) == 1.0
    assert at_least(10, 10, 1.0) == 1.0


def test_it_holds_for_large_counts() -> None:
    assert 0 < at_least(6_000, 10_000, 0.5) < 1e-80
