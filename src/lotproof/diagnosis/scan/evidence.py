"""Evidence about a suspect: when it began, which of its parts are normal, and how its siblings fared."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import scipy

from lotproof.diagnosis.scan.cells import UNKNOWN, Cells
from lotproof.diagnosis.scan.cuboids import Floats
from lotproof.diagnosis.scan.search import Candidate

DROP = 3.0
"""Fall of the log-likelihood within which an onset is still allowed. A change point's likelihood falls in steps, so that half of
chi-square's 95th percentile (1.92) would be too narrow; ln 20 is what a Bayesian interval of 95 % leaves out."""
SPEAKS = 5.0
"""A part or sibling says something where at least this many failures would be expected in it."""
TAIL = 0.01
"""A part is against the suspect where it would have so few failures, were it raised like the rest, less often than this."""
SIBLINGS = 8
"""Siblings of a suspect that are told, those with the most exposures."""


@dataclass(frozen=True)
class Part:
    """A part of the suspect, or a sibling of it, from the onset on."""

    kind: str
    """inside: the suspect with this value of another field; sibling: another value of the suspect's own field."""
    field: str
    """Field that divides."""
    value: str
    """Its value."""
    failed: float
    """Failures."""
    expected: float
    """Failures to be expected in normal times."""


def onset_interval(cells: Cells, found: Candidate, expected: Floats, dispersion: float) -> tuple[int, int]:
    """First and last bucket that could be the onset as well as the best one."""
    column, values = _first_field(cells, found)
    bears = np.isin(cells.codes[:, column], values)
    for field, names in found.names[0][1:]:
        other = cells.fields.index(field)
        bears &= np.isin(cells.codes[:, other], [cells.levels[other].index(name) for name in names])
    buckets, at = np.unique(cells.bucket[bears], return_inverse=True)
    failed = np.cumsum(np.bincount(at, cells.failed[bears])[::-1])[::-1]
    normal = np.maximum(np.cumsum(np.bincount(at, expected[bears])[::-1])[::-1], 1e-9)
    gain = np.where(failed > normal, failed * np.log(np.maximum(failed, 1e-9) / normal) - (failed - normal), 0.0) / dispersion
    allowed = buckets[gain >= gain.max() - DROP]
    return int(min(allowed.min(), found.onset)), int(max(allowed.max(), found.onset))


def parts(cells: Cells, found: Candidate, expected: Floats) -> Iterator[Part]:
    """Parts of the suspect that are not raised as it is, by each other field; then its siblings in its first field."""
    named = {field for field, _ in found.names[0]}
    ratio = found.failed / found.expected
    inside = np.zeros(len(cells), dtype=bool)
    inside[found.cells] = True
    for column, field in enumerate(cells.fields):
        if field in named:
            continue
        for value, failed, normal in _by_level(cells, column, inside, expected):
            if normal >= SPEAKS and scipy.stats.poisson.cdf(failed, normal * ratio) < TAIL and failed < normal * (1 + (ratio - 1) / 2):
                yield Part("inside", field, value, failed, normal)
    column, _ = _first_field(cells, found)
    beside = (cells.bucket >= found.onset) & ~inside
    siblings = [row for row in _by_level(cells, column, beside, expected) if row[2] >= SPEAKS]
    for value, failed, normal in sorted(siblings, key=lambda row: (-row[2], row[0]))[:SIBLINGS]:
        yield Part("sibling", cells.fields[column], value, failed, normal)


def _first_field(cells: Cells, found: Candidate) -> tuple[int, list[int]]:
    field, names = found.names[0][0]
    column = cells.fields.index(field)
    return column, [cells.levels[column].index(name) for name in names]


def _by_level(cells: Cells, column: int, mask: np.ndarray, expected: Floats) -> Iterator[tuple[str, float, float]]:
    codes, levels = cells.codes[mask, column], cells.levels[column]
    failed, normal = np.bincount(codes, cells.failed[mask], len(levels)), np.bincount(codes, expected[mask], len(levels))
    for code in np.unique(codes).tolist():
        if levels[code] != UNKNOWN:
            yield levels[code], float(failed[code]), float(normal[code])
