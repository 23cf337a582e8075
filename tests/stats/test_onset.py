"""The onset of another rate: found where it was put, and not where there is none."""

from __future__ import annotations

import numpy as np
import pytest

from lotproof.stats.charts.onset import onset
from lotproof.stats.problem import MethodProblem


def test_a_step_is_found_with_its_ratio() -> None:
    found = onset(np.array([2.0, 3, 2, 3, 2, 12, 14, 11, 13, 12]), np.full(10, 1000.0))
    assert found is not None and (found.at, found.earliest, found.latest) == (5, 5, 5)
    assert found.ratio.value == pytest.approx(12.4 / 2.4)
    assert found.ratio.low > 2.5 and found.chance <= 1 / 1000
    assert found.before == pytest.approx(0.0024) and found.after == pytest.approx(0.0124)


def test_exposure_counts_and_not_the_number_of_points() -> None:
    """Five times the events on five times the packs is the same rate."""
    found = onset(np.array([10.0, 10, 10, 50, 50, 50]), np.array([100.0, 100, 100, 500, 500, 500]))
    assert found is not None and found.chance > 0.5 and found.ratio.value == pytest.approx(1.0)


def test_chance_alone_is_rarely_an_onset() -> None:
    source = np.random.default_rng(7)
    found = [onset(source.poisson(4, 25).astype(float), np.ones(25), seed=n) for n in range(200)]
    assert sum(one is not None and one.chance < 0.05 for one in found) <= 20  # 10 are expected; 20 is beyond the 99.8 % point


def test_ordinary_ups_and_downs_are_none_either() -> None:
    """Lots that differ by themselves (variance ten times the mean) would give an onset nearly always without the dispersion."""
    source = np.random.default_rng(8)
    counts = source.poisson(source.gamma(2.0, 10.0, (100, 25))).astype(float)
    found = [onset(row, np.ones(25), seed=n) for n, row in enumerate(counts)]
    assert sum(one is not None and one.chance < 0.05 for one in found) <= 15


def test_too_little_is_no_onset() -> None:
    assert onset(np.array([1.0, 2.0]), np.ones(2)) is None
    assert onset(np.zeros(9), np.ones(9)) is None
    with pytest.raises(MethodProblem, match=r"An onset needs an exposure above 0 at each point; leave points without any out\."):
        onset(np.ones(3), np.array([1.0, 0.0, 1.0]))
