"""What chance alone gives: tables of failures as the baseline would make them, and the strongest group found in each.

The probability of a support is the share of these tables whose strongest group, of all groups and onsets that were looked at, is as
strong: it needs no correction for the number of looks. Each table has expectations of its own, drawn from all that the baseline's data
allow: what the baseline does not know for certain, and a lot that it does not know at all, are then no surprise. Counts have the
dispersion of the baseline (negative binomial).
"""

from __future__ import annotations

import numpy as np

from lotproof.diagnosis.scan.baseline import Baseline
from lotproof.diagnosis.scan.cells import Cells
from lotproof.diagnosis.scan.cuboids import Floats
from lotproof.diagnosis.scan.search import Settings, strongest

TIE = 1e-9
"""Supports this close are equal: small counts give the same ones again and again, and machines round differently."""


def supports_by_chance(cells: Cells, baseline: Baseline, possible: Floats, settings: Settings, seed: int) -> Floats:
    """The strongest support of each of the drawn tables, sorted. ``possible`` are their expectations (cells by tables)."""
    drawn = _counts(np.random.default_rng(seed), possible, baseline.dispersion)
    return np.sort(strongest(cells, baseline.expected(cells), baseline.dispersion, settings, drawn))


def _counts(rng: np.random.Generator, mean: Floats, dispersion: float) -> Floats:
    """Counts with this expectation and a variance of ``dispersion`` times it."""
    if dispersion > 1.0001:
        mean = rng.gamma(np.maximum(mean, 1e-12) / (dispersion - 1), dispersion - 1)
    return rng.poisson(mean).astype(float)


def probability(support: float, by_chance: Floats) -> float:
    """Share of the tables, the one seen among them, whose strongest group is as strong as this."""
    return float((1 + (by_chance >= support - TIE).sum()) / (1 + len(by_chance)))


def dealt_supports(cells: Cells, expected: Floats, settings: Settings, tables: int, seed: int) -> Floats:
    """The same without a baseline: the failures of each bucket are dealt out anew among its exposures, so their times stay as they are."""
    rng = np.random.default_rng(seed)
    made = np.zeros((len(cells), tables))
    for bucket in np.unique(cells.bucket):
        here = np.flatnonzero(cells.bucket == bucket)
        packs, failed = cells.exposed[here].astype(np.int64), int(cells.failed[here].sum())
        made[here] = rng.multivariate_hypergeometric(packs, min(failed, int(packs.sum())), tables, method="marginals").T
    return np.sort(strongest(cells, expected, 1.0, settings, made))
