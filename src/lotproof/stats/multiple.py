"""Many tests at once: Benjamini and Hochberg (1995), Benjamini and Yekutieli (2001), Holm (1979)."""

from __future__ import annotations

import numpy as np
import scipy
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]


def benjamini_hochberg(probabilities: ArrayLike, family: int = 0) -> Floats:
    """q-values in the order given: the least false discovery rate at which each would be named.

    ``family`` is the number of tests made, where only the smallest probabilities are handed over; the others count as 1.
    """
    return _controlled(probabilities, family, "bh")


def benjamini_yekutieli(probabilities: ArrayLike, family: int = 0) -> Floats:
    """The same under any dependence between the tests."""
    return _controlled(probabilities, family, "by")


def _controlled(probabilities: ArrayLike, family: int, method: str) -> Floats:
    given = np.asarray(probabilities, dtype=float)
    if not len(given):
        return given
    padded = np.concatenate([given, np.ones(max(family - len(given), 0))])
    return np.asarray(scipy.stats.false_discovery_control(padded, method=method))[: len(given)]


def holm(probabilities: ArrayLike) -> Floats:
    """Probabilities corrected so that one false discovery in the whole family is as rare as stated."""
    given = np.asarray(probabilities, dtype=float)
    order = np.argsort(given)
    corrected = np.empty_like(given)
    corrected[order] = np.minimum(np.maximum.accumulate(given[order] * np.arange(len(given), 0, -1)), 1.0)
    return corrected
