"""Coefficients of agreement: Cohen (1960), Fleiss (1971), PABAK (Byrt 1993), AC1 (Gwet 2008)."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence

import numpy as np

from lotproof.stats.problem import MethodProblem


def fleiss(ratings: Sequence[Sequence[str]]) -> float:
    """Fleiss' kappa of subjects rated equally often; not a number where only one category was ever used."""
    categories, counts = _counts(ratings)
    times = _times(counts)
    observed = float(((counts**2).sum(axis=1) - times).mean()) / (times * (times - 1))
    expected = float(((counts.sum(axis=0) / counts.sum()) ** 2).sum())
    return math.nan if len(categories) < 2 else (observed - expected) / (1 - expected)


def fleiss_of(ratings: Sequence[Sequence[str]], category: str) -> float:
    """Fleiss' kappa of one category against all others."""
    return fleiss([[str(rating == category) for rating in subject] for subject in ratings])


def cohen(first: Sequence[str], second: Sequence[str]) -> float:
    """Cohen's kappa of two raters; not a number where both used one and the same category only."""
    if len(first) != len(second) or not first:
        raise MethodProblem(f"Two raters must have rated the same parts; here one rated {len(first)} and the other {len(second)}.")
    n = len(first)
    observed = sum(a == b for a, b in zip(first, second, strict=True)) / n
    left, right = Counter(first), Counter(second)
    expected = sum(left[word] * right[word] for word in left) / n**2
    return math.nan if expected == 1 else (observed - expected) / (1 - expected)


def pabak(first: Sequence[str], second: Sequence[str]) -> float:
    """Prevalence and bias adjusted kappa: 2 times the share of agreement less 1 for two categories, k in general."""
    kinds = max(len(set(first) | set(second)), 2)
    observed = sum(a == b for a, b in zip(first, second, strict=True)) / len(first)
    return (kinds * observed - 1) / (kinds - 1)


def gwet(ratings: Sequence[Sequence[str]]) -> float:
    """Gwet's AC1 of subjects rated equally often; 1 where only one category was ever used, and rightly so."""
    categories, counts = _counts(ratings)
    if len(categories) < 2:
        return 1.0
    times = _times(counts)
    observed = float(((counts**2).sum(axis=1) - times).mean()) / (times * (times - 1))
    share = counts.sum(axis=0) / counts.sum()
    expected = float((share * (1 - share)).sum()) / (len(categories) - 1)
    return (observed - expected) / (1 - expected)


def _counts(ratings: Sequence[Sequence[str]]) -> tuple[list[str], np.ndarray]:
    """Subjects x categories: how often each was named."""
    categories = sorted({rating for subject in ratings for rating in subject})
    return categories, np.array([[list(subject).count(name) for name in categories] for subject in ratings], dtype=float)


def _times(counts: np.ndarray) -> float:
    times = counts.sum(axis=1)
    if len(set(times.tolist())) != 1 or times[0] < 2:
        raise MethodProblem("Agreement needs every part rated equally often, twice at least; complete the study or leave parts out.")
    return float(times[0])
