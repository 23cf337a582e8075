"""Exact tests against R 4.2.2, and against sums that can be done by hand."""

from __future__ import annotations

import csv
import math
from pathlib import Path

import pytest

from lotproof.stats import exact
from lotproof.stats.multiple import benjamini_hochberg, benjamini_yekutieli, holm

VECTORS = Path("/work/shared/vectors/rca")
here = pytest.mark.skipif(not VECTORS.is_dir(), reason="the expected values are not beside this checkout")


def rows(name: str) -> list[dict[str, str]]:
    with (VECTORS / name).open(encoding="utf-8") as stream:
        return list(csv.DictReader(stream))


@here
def test_two_groups_as_r_has_them() -> None:
    seen = rows("exact_two_group_tests.csv")
    assert len(seen) == 9
    for row in seen:
        # the file's ratios are of the second count to the first or the other way; the rate ratio tells which
        a, n, b, m = (int(float(row[name])) for name in ("x1", "n1", "x2", "n2"))
        if not math.isclose(float(row["poisson_rr"]), exact.rate_ratio(a, n, b, m).value, rel_tol=1e-9):
            a, n, b, m = b, m, a, n
        ratio, odds = exact.rate_ratio(a, n, b, m), exact.odds_ratio(a, n, b, m)
        expected = {
            "fisher_p_two": exact.shares_differ(a, n, b, m), "fisher_p_greater": exact.share_above(a, n, b, m), "or_cond_mle": odds.value,
            "or_lo95": odds.low, "or_hi95": odds.high, "poisson_rr": ratio.value, "poisson_rr_lo95": ratio.low,
            "poisson_rr_hi95": ratio.high, "poisson_p_two": exact.rates_differ(a, n, b, m),
        }  # fmt: skip
        for name, value in expected.items():
            stated = float(row[name])
            if name.startswith("or_") and stated > 0:
                # R looks for the odds ratio, or for one divided by it, between 0 and 1 and stops within 1.3e-4 (uniroot's default)
                stated, value = min(stated, 1 / stated), value if stated < 1 else 1 / value
                assert value == pytest.approx(stated, abs=1.3e-4), (row, name)
            else:
                assert value == pytest.approx(stated, rel=1e-9), (row, name)


@here
def test_many_tests_as_r_has_them() -> None:
    seen = rows("fdr_bh1995.csv")
    given = [float(row["p"]) for row in seen]
    for name, function in (("bh_q", benjamini_hochberg), ("by_q", benjamini_yekutieli), ("holm", holm)):
        assert list(function(given)) == pytest.approx([float(row[name]) for row in seen], rel=1e-9), name


def test_a_family_counts_the_tests_that_are_not_handed_over() -> None:
    assert list(benjamini_hochberg([0.01, 0.001], family=10)) == pytest.approx([0.05, 0.01])
    assert list(benjamini_hochberg([])) == []


def test_events_above_expectation_are_the_poisson_tail() -> None:
    tail = 1 - sum(math.exp(-2.0) * 2.0**k / math.factorial(k) for k in range(5))
    assert exact.above(5, 2.0) == pytest.approx(tail)
    assert exact.above(0, 2.0) == 1.0
    assert exact.above(10, 4.0, dispersion=2.0) == pytest.approx(tail)


def test_intervals_of_nothing_and_of_all() -> None:
    assert exact.share_interval(0, 20) == pytest.approx((0.0, 1 - 0.025 ** (1 / 20)))
    assert exact.share_interval(20, 20) == pytest.approx((0.025 ** (1 / 20), 1.0))
