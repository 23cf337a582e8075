"""What was to be expected: a frozen baseline with one multiplicative effect for each attribute value.

The logarithm of a cell's rate is a constant plus an effect of each of its values (a Poisson model with the logarithm of the exposures as
offset). The effects of a field are drawn towards nought by what its values differ beyond chance (empirical Bayes: a normal prior whose
variance is estimated with them), so that a value with little history says little. A value that the baseline does not know has the
effect 1, known no better than its like (QUALITY_METHODS 5.1). Fitted by Newton's method, variances by MacKay's fixed point.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import linalg, sparse

from lotproof.diagnosis.scan.cells import Cells

STEPS = 40
"""Newton steps at most; each is followed by one step of the variances and the dispersion."""
STILL = 1e-4
"""The fit is ended when no effect moves by more than this."""
NARROW, WIDE = 1e-4, 4.0
"""Bounds of the variance of a field's effects (of the logarithm of the rate)."""
ENOUGH = 0.5
"""Cells that expect fewer failures than this say nothing about the dispersion."""

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Baseline:
    """The expected rate as a product, and how well it is known."""

    effects: Floats
    """The constant, then the effect of each level of each field, as logarithms."""
    root: Floats
    """Lower triangular root of the covariance of the effects."""
    dispersion: float
    """Variance of a cell's count to its expectation, at least 1 (Pearson's chi-square for each degree of freedom)."""

    def expected(self, cells: Cells) -> Floats:
        """Failures to be expected in each cell."""
        return np.asarray(cells.exposed * np.exp(design(cells) @ self.effects))

    def possible(self, cells: Cells, tables: int, rng: np.random.Generator) -> Floats:
        """Cells by tables: expectations that the baseline's data allow as well."""
        effects = self.effects[:, None] + self.root @ rng.standard_normal((len(self.effects), tables))
        return np.asarray(cells.exposed[:, None] * np.exp(design(cells) @ effects))


def design(cells: Cells) -> sparse.csr_matrix:
    """Cell by effect: 1 for the constant and for each level that the cell bears."""
    offsets = np.cumsum([1] + [len(levels) for levels in cells.levels])
    columns = np.concatenate([np.zeros((len(cells), 1), dtype=np.int64), cells.codes + offsets[:-1]], axis=1)
    pointers = np.arange(0, columns.size + 1, columns.shape[1])
    return sparse.csr_matrix((np.ones(columns.size), columns.ravel(), pointers), shape=(len(cells), int(offsets[-1])))


def fit(cells: Cells) -> Baseline:
    """The baseline of these cells, which lie before anything that is to be explained."""
    matrix, field_of = design(cells), np.repeat(np.arange(len(cells.levels)), [len(levels) for levels in cells.levels])
    effects = np.zeros(matrix.shape[1])
    effects[0] = np.log((cells.failed.sum() + 0.5) / (cells.exposed.sum() + 1.0))
    variances, dispersion = np.full(len(cells.levels), 0.1), 1.0
    for _ in range(STEPS):
        precision = np.concatenate([[1e-6], 1 / variances[field_of]])
        expected = cells.exposed * np.exp(matrix @ effects)
        covariance = _covariance(matrix, expected, precision, dispersion)
        step = covariance @ (matrix.T @ (cells.failed - expected) / dispersion - precision * effects)
        step *= min(1.0, 2.0 / max(float(np.abs(step).max()), 1e-9))
        effects = effects + step
        expected = cells.exposed * np.exp(matrix @ effects)
        free = 1 - precision * np.diag(covariance)
        variances = _variances(effects[1:], free[1:], field_of, len(cells.levels))
        dispersion = _dispersion(cells.failed, expected, float(free.sum()))
        if np.abs(step).max() < STILL:
            break
    precision = np.concatenate([[1e-6], 1 / variances[field_of]])
    return Baseline(effects, linalg.cholesky(_covariance(matrix, expected, precision, dispersion), lower=True), dispersion)


def _covariance(matrix: sparse.csr_matrix, expected: Floats, precision: Floats, dispersion: float) -> Floats:
    """Covariance of the effects: inverse of the information of the counts and of the prior."""
    information = (matrix.T @ matrix.multiply((expected / dispersion)[:, None])).toarray() + np.diag(precision)
    return np.asarray(linalg.inv(information))


def _variances(effects: Floats, free: Floats, field_of: NDArray[np.int64], fields: int) -> Floats:
    """For each field the squares of its effects for each degree of freedom that the data gave them."""
    squares = np.bincount(field_of, effects**2, fields)
    return np.clip(squares / np.maximum(np.bincount(field_of, free, fields), 1e-6), NARROW, WIDE)


def _dispersion(failed: Floats, expected: Floats, fitted: float) -> float:
    """Pearson's chi-square over the degrees of freedom, of the cells that expect enough for it to mean something."""
    enough = expected >= ENOUGH
    if enough.sum() < 30:
        enough = expected > 0
    chi = ((failed[enough] - expected[enough]) ** 2 / expected[enough]).sum()
    return max(float(chi) / max(float(enough.sum()) - fitted, 1.0), 1.0)
