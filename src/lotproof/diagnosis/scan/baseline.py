"""What was to be expected: a frozen baseline with one multiplicative effect for each attribute value.

The rate of a cell is the overall rate times the effect of each of its values. Effects are fitted one field at a time until they stand
still (backfitting) and shrunk towards 1 by what the values of a field differ beyond chance (empirical Bayes with a gamma prior), so
that a value with little history says little. A value that the baseline does not know has the effect 1 (QUALITY_METHODS 5.1).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from lotproof.diagnosis.scan.cells import Cells

SWEEPS = 12
"""Rounds of backfitting; the effects stand still to a thousandth before that."""

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Baseline:
    """The expected rate as a product."""

    rate: float
    """Failures for each exposure over all cells of the baseline."""
    effects: tuple[Floats, ...]
    """For each field the factor of each of its levels."""
    dispersion: float
    """Variance of a cell's count to its expectation, at least 1 (Pearson's chi-square for each degree of freedom)."""

    def expected(self, cells: Cells) -> Floats:
        """Failures to be expected in each cell."""
        expected = cells.exposed * self.rate
        for field, effect in enumerate(self.effects):
            expected = expected * effect[cells.codes[:, field]]
        return expected


def fit(cells: Cells) -> Baseline:
    """The baseline of these cells, which lie before anything that is to be explained."""
    rate = (cells.failed.sum() + 0.5) / (cells.exposed.sum() + 1.0)
    effects = [np.ones(len(levels)) for levels in cells.levels]
    expected = cells.exposed * rate
    dispersion = 1.0
    for _ in range(SWEEPS):
        for field, effect in enumerate(effects):
            codes = cells.codes[:, field]
            others = expected / effect[codes]
            effect[:] = _shrunk(np.bincount(codes, cells.failed, len(effect)), np.bincount(codes, others, len(effect)), dispersion)
            expected = others * effect[codes]
        drift = cells.failed.sum() / max(expected.sum(), 1e-9)
        rate, expected = rate * drift, expected * drift
        dispersion = _dispersion(cells.failed, expected, sum(len(effect) - 1 for effect in effects))
    return Baseline(rate, tuple(effects), dispersion)


def _shrunk(failed: Floats, expected: Floats, dispersion: float) -> Floats:
    """Ratio of failures to expectation by level, drawn towards 1; the spread beyond chance is found by the method of moments."""
    between = (((failed - expected) ** 2).sum() - dispersion * expected.sum()) / max((expected**2).sum(), 1e-9)
    if between <= 0:
        return np.ones(len(failed))
    prior = dispersion / between
    return (failed + prior) / (expected + prior)


def _dispersion(failed: Floats, expected: Floats, fitted: int) -> float:
    """Pearson's chi-square over the degrees of freedom, of the cells that expect enough for it to mean something."""
    enough = expected >= 0.5
    if enough.sum() < 30:
        enough = expected > 0
    chi = ((failed[enough] - expected[enough]) ** 2 / expected[enough]).sum()
    return max(float(chi) / max(int(enough.sum()) - fitted - 1, 1), 1.0)
