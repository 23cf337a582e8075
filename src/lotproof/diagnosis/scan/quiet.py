"""The baseline of a history that was not always normal: which of its buckets of time an earlier incident takes out.

An incident within the history raises what is expected, and then hides the same fault when it comes again, or blames a part of it that
had been well before. So the baseline is fitted to the quieter half of the buckets first, and every bucket that this fit does not find
raised comes back: a forward search (Atkinson and Riani 2000; least trimmed squares with reweighting, Rousseeuw 1984). It bears up to
half of the history in incidents.
A bucket is raised where it, or a value in it, failed more than chance allows among all that is looked at, and lies above the median of
its series by more than three times what the calmer half of the series lies below it: what drifts all the time is no incident. Buckets
with too few failures stay.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from lotproof.diagnosis.scan.baseline import Baseline, fit
from lotproof.diagnosis.scan.cells import Cells
from lotproof.diagnosis.scan.cuboids import Floats, Ints

ROUNDS = 6
"""Fits at most; two or three are enough as a rule."""
FEWEST = 3
"""Of fewer buckets nobody can say which is the odd one."""
BEYOND = 3.0
"""A raised bucket lies above the median by more than this many standard deviations of the calmer half of its series."""


def fit_quiet(cells: Cells) -> Baseline:
    """The baseline of these cells without the buckets in which something was wrong."""
    buckets, at = np.unique(cells.bucket, return_inverse=True)
    baseline = fit(cells)
    if len(buckets) < FEWEST:
        return baseline
    quiet = _quieter_half(_by_bucket(cells, at, len(buckets), baseline))
    kept = quiet
    for _ in range(ROUNDS):
        baseline = fit(cells.where(kept[at]))
        normal = ~_raised(cells, at, len(buckets), baseline)
        # fewer than half would mean that the quieter half is not alike itself; there is then nothing better to compare with
        fresh = normal if normal.sum() >= quiet.sum() else normal | quiet
        if np.array_equal(fresh, kept):
            break
        kept = fresh
    return baseline


def _by_bucket(cells: Cells, at: Ints, buckets: int, baseline: Baseline) -> Floats:
    """For each bucket its failures to their expectation."""
    expected = np.bincount(at, baseline.expected(cells), buckets)
    return np.asarray(np.bincount(at, cells.failed, buckets) / np.maximum(expected, np.finfo(float).tiny))


def _quieter_half(ratios: Floats) -> NDArray[np.bool_]:
    half = np.zeros(len(ratios), dtype=bool)
    half[np.argsort(ratios, kind="stable")[: (len(ratios) + 1) // 2]] = True
    return half


def _raised(cells: Cells, at: Ints, buckets: int, baseline: Baseline) -> NDArray[np.bool_]:
    """For each bucket whether all of it, or one value in it, failed too often."""
    price = np.log(buckets * (1 + sum(len(levels) for levels in cells.levels)))
    raised = np.zeros(buckets, dtype=bool)
    for failed, expected in _series(cells, at, buckets, baseline.expected(cells)):
        with np.errstate(divide="ignore", invalid="ignore"):
            gain = np.where(failed > expected, failed * np.log(failed / expected) - (failed - expected), 0.0)
            beyond = _beyond_drift(failed / expected)
        raised |= ((gain / baseline.dispersion > price) & beyond).any(axis=1)
    return raised


def _series(cells: Cells, at: Ints, buckets: int, expected: Floats) -> Iterator[tuple[Floats, Floats]]:
    """Failures and expectation by bucket of everything, then by bucket and value of each field (bucket by value)."""
    everything = (np.zeros(len(cells), dtype=np.int64), 1)
    for codes, values in (everything, *zip(cells.codes.T, map(len, cells.levels), strict=True)):
        key = at * values + codes
        failed, normal = (np.bincount(key, weights, buckets * values) for weights in (cells.failed, expected))
        yield failed.reshape(buckets, values).astype(float), normal.reshape(buckets, values).astype(float)


def _beyond_drift(ratios: Floats) -> NDArray[np.bool_]:
    """Bucket by value: whether a ratio lies above the median by more than the lower half of its own column makes likely."""
    known = np.isfinite(ratios)
    ranked = np.sort(np.where(known, ratios, np.inf), axis=0)
    middle = np.maximum((known.sum(axis=0) + 1) // 2 - 1, 0)
    median = ranked[middle, np.arange(ratios.shape[1])]
    below = known & (ratios <= median)
    squares = np.where(below, (np.where(below, ratios, 0.0) - np.where(np.isfinite(median), median, 0.0)) ** 2, 0.0)
    spread = np.sqrt(squares.sum(axis=0) / np.maximum(below.sum(axis=0), 1))
    return np.asarray(known & (ratios > median + BEYOND * spread))
