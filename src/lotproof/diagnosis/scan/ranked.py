"""Ranked suspects: the scan of a table of cells, its evidence, and the gate that calls a suspect supported or not.

A supported suspect is no root cause: a person decides after the swap test. With a baseline (``start``) the cells before it say what is
normal. Without one, each bucket of time says what is normal in it: then values that fill whole buckets cannot be judged, since they are
the same as their time.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from lotproof.diagnosis.scan.cells import Cells
from lotproof.diagnosis.scan.chance import dealt_supports, probability, supports_by_chance
from lotproof.diagnosis.scan.cuboids import Floats, Ints, cuboids
from lotproof.diagnosis.scan.evidence import Part, onset_interval, parts
from lotproof.diagnosis.scan.quiet import fit_quiet
from lotproof.diagnosis.scan.search import Candidate, Group, Settings, search
from lotproof.stats.exact import Estimate, above, rate_ratio, share_of_events
from lotproof.stats.multiple import benjamini_hochberg

LEVEL = 0.02
"""The strongest suspect is supported where chance alone gives its like, among all that was looked at, less often than this."""
LEAST_RATIO = 1.3
"""A smaller rise of the rate is not told from the drift of values between two periods, however many packs there are."""
TABLES = 199
"""Tables drawn by chance, at least; enough for the level to be reached."""
FILLED = 0.9
"""A field is bound to time where in the mean its commonest value fills so much of a bucket."""
NORMAL = 1.96
"""Quantile of the normal distribution for 95 % intervals."""
SHOWN = 5
"""Suspects with their evidence."""


@dataclass(frozen=True)
class Ranked:
    """A suspect with its evidence."""

    names: tuple[Group, ...]
    """The suspect, then its aliases: what the same packs bear."""
    failed: float
    """Failures from the onset on."""
    expected: float
    """Failures to be expected there."""
    exposed: float
    """Packs, reads or other exposures there."""
    ratio: Estimate
    """Failures to expectation with its 95 % interval: quasi-Poisson, with what the baseline does not know for certain; without a
    baseline the rate to that of all other cells, exact."""
    probability: float
    """Of so many failures or more in this group from this onset on."""
    q: float
    """The same corrected for every group and onset looked at (Benjamini and Hochberg)."""
    chance: float
    """How often chance alone gives a group as strong, among all that was looked at; of two values of a field: as the weaker of them."""
    share: float
    """Share of the excess of all cells from the onset on."""
    onset: int
    """Bucket from which on the failures rose."""
    onset_interval: tuple[int, int]
    """Onsets that the data allow as well (95 % likelihood interval)."""
    parts: tuple[Part, ...]
    """The group, divided by each other field, where a part speaks against it; and its siblings, which are the is-not."""
    supported: bool
    """Whether it passed the gate."""


@dataclass(frozen=True)
class Scan:
    """What a scan gave."""

    suspects: tuple[Ranked, ...]
    """The first-ranked first."""
    second: Ranked | None
    """A second supported suspect, found when the first is taken as given; None where there is none."""
    looked_at: int
    """Groups with their onsets that were looked at."""
    dispersion: float
    """Variance of a cell's count to its expectation."""
    baseline: bool
    """Whether earlier time said what is normal; otherwise each bucket did."""


def scan(cells: Cells, start: int | None, settings: Settings | None = None, seed: int = 1, level: float = LEVEL) -> Scan:
    """The ranked suspects of these cells. ``start`` is the first bucket after the baseline, None where there is no baseline."""
    settings = settings or Settings()
    cells = cells.where(cells.exposed > 0)
    if start is None:
        return _without_baseline(cells, settings, seed, level)
    before, after = cells.split(start)
    baseline = fit_quiet(before)
    expected = baseline.expected(after)
    possible = baseline.possible(after, _tables(level), np.random.default_rng(seed))
    by_chance = supports_by_chance(after, baseline, possible, settings, seed)
    return _scan(_Judge(after, baseline.dispersion, by_chance, possible, settings, level), expected)


def _without_baseline(cells: Cells, settings: Settings, seed: int, level: float) -> Scan:
    _, at = np.unique(cells.bucket, return_inverse=True)
    cells = cells.only([column for column in range(len(cells.fields)) if not _bound_to_time(cells, column, at)])
    rates = np.bincount(at, cells.failed) / np.bincount(at, cells.exposed)
    expected = cells.exposed * rates[at]
    by_chance = dealt_supports(cells, expected, settings, _tables(level), seed)
    return _scan(_Judge(cells, 1.0, by_chance, None, settings, level), expected)


def _tables(level: float) -> int:
    """So many tables that a suspect stronger than all of them is well below the level."""
    return max(TABLES, math.ceil(2 / level))


def _bound_to_time(cells: Cells, column: int, at: Ints) -> bool:
    """Whether a value of this field fills the buckets, so that it cannot be told from their time."""
    by_level = np.zeros((int(at.max()) + 1, len(cells.levels[column])))
    np.add.at(by_level, (at, cells.codes[:, column]), cells.exposed)
    return bool(by_level.max(axis=1).sum() >= FILLED * cells.exposed.sum())


def _scan(judge: _Judge, expected: Floats) -> Scan:
    suspects = judge.suspects(expected, SHOWN)
    second = None
    if suspects and suspects[0].supported:
        first = suspects[0]
        taken = expected.copy()
        taken[_bearers(judge.cells, first)] *= first.failed / first.expected
        again = judge.suspects(taken, 1)
        second = again[0] if again and again[0].supported else None
    return Scan(tuple(suspects), second, judge.looked_at, judge.dispersion, judge.possible is not None)


def _bearers(cells: Cells, found: Ranked) -> Ints:
    """The cells of a suspect from its onset on."""
    bears = cells.bucket >= found.onset
    for field, values in found.names[0]:
        column = cells.fields.index(field)
        bears &= np.isin(cells.codes[:, column], [cells.levels[column].index(value) for value in values])
    return np.flatnonzero(bears)


@dataclass(frozen=True)
class _Judge:
    cells: Cells
    dispersion: float
    by_chance: Floats
    possible: Floats | None
    settings: Settings
    level: float

    @property
    def looked_at(self) -> int:
        return sum(len(cuboid.ends) for cuboid in cuboids(self.cells, self.settings.order))

    def suspects(self, expected: Floats, shown: int) -> list[Ranked]:
        found = search(self.cells, expected, self.dispersion, self.settings)
        chances = [self._exact(one) for one in found]
        q = benjamini_hochberg(chances, self.looked_at)
        return [self._ranked(one, expected, chances[at], float(q[at])) for at, one in enumerate(found[:shown])]

    def _ranked(self, one: Candidate, expected: Floats, exact: float, q: float) -> Ranked:
        since = self.cells.bucket >= one.onset
        excess = one.failed - one.expected
        everywhere = float(self.cells.failed[since].sum() - expected[since].sum())
        chance, ratio = probability(one.judged, self.by_chance), self._ratio(one, since)
        # a rate that is raised by so much varies by as much more than chance
        dispersion = 1 + (self.dispersion - 1) * one.failed / one.expected
        return Ranked(
            one.names, one.failed, one.expected, one.exposed, ratio, exact, q, chance, excess / max(everywhere, excess), one.onset,
            onset_interval(self.cells, one, expected, dispersion), tuple(parts(self.cells, one, expected)),
            chance <= self.level and q <= self.level and ratio.value >= LEAST_RATIO,
        )  # fmt: skip

    def _exact(self, one: Candidate) -> float:
        """Poisson against a baseline; without one, of the failures since the onset so many would have to fall into the group."""
        if self.possible is not None:
            return above(one.failed, one.expected, self.dispersion)
        events = float(self.cells.failed[self.cells.bucket >= one.onset].sum())
        return share_of_events(one.failed, events, one.expected / events)

    def _ratio(self, one: Candidate, since: NDArray[np.bool_]) -> Estimate:
        if self.possible is None:
            others = float(self.cells.failed[since].sum()) - one.failed
            return rate_ratio(one.failed, one.exposed, others, max(float(self.cells.exposed[since].sum()) - one.exposed, 1.0))
        value = one.failed / one.expected
        doubt = float(np.var(np.log(self.possible[one.cells].sum(axis=0))))
        spread = (1 + (self.dispersion - 1) * value) / one.failed + doubt
        wide = math.exp(NORMAL * math.sqrt(spread))
        return Estimate(value, value / wide, value * wide)
