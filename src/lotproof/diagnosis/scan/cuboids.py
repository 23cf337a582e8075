"""Every group that could be a suspect: each value, each combination of values, and each moment from which on it could have begun.

The cells of a cuboid (a set of fields) are put in the order of their values and, within these, backwards in time. Running sums then give
failures and expectation of every group from every onset on in one pass, also for many simulated tables at once.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from lotproof.diagnosis.scan.cells import UNKNOWN, Cells

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
LARGEST = 20_000
"""Groups of a cuboid; one with more is left out, as naming one group among so many needs more failures than there are."""


@dataclass(frozen=True)
class Cuboid:
    """A set of fields over a table of cells: its groups (one for each combination of values that occurs) and their onsets."""

    fields: tuple[int, ...]
    """Columns of the cells."""
    codes: Ints
    """Group by field: its values."""
    order: Ints
    """Cells by group, each group backwards in time; cells whose value is not stated are left out."""
    first: Ints
    """For each group the position in ``order`` where it begins."""
    ends: Ints
    """Positions in ``order`` where a bucket of a group is complete: a running sum up to here is "this group from this onset on"."""
    group: Ints
    """For each of ``ends`` the number of its group."""
    onset: Ints
    """For each of ``ends`` the bucket that is the onset."""
    starts: Ints
    """For each group the position in ``ends`` where it begins."""

    @property
    def groups(self) -> int:
        """How many groups there are: what naming one of them costs."""
        return len(self.first)

    def sums(self, values: NDArray[np.generic]) -> NDArray[np.generic]:
        """Sum of a value for each of ``ends``: one column or many (cells by tables)."""
        running = np.cumsum(values[self.order], axis=0)
        before = np.concatenate([np.zeros_like(running[:1]), running])[self.first]
        return np.asarray(running[self.ends] - before[self.group])

    def cells_of(self, end: int) -> Ints:
        """The cells of one of ``ends``."""
        return self.order[self.first[self.group[end]] : self.ends[end] + 1]


def cuboids(cells: Cells, order: int) -> Iterator[Cuboid]:
    """All cuboids of up to ``order`` fields over these cells; one whose cells all bear the same values says nothing."""
    for size in range(1, order + 1):
        for fields in combinations(range(len(cells.fields)), size):
            made = _cuboid(cells, fields)
            if 1 < made.groups <= LARGEST:
                yield made


def fingerprints(cells: Cells) -> NDArray[np.uint64]:
    """A number for each cell; sums of them are equal, bit for bit, where the sets of cells are (and, but for 1 in 2^60, only there)."""
    return np.random.default_rng(20_201).integers(0, 2**63, len(cells), dtype=np.uint64)


def _cuboid(cells: Cells, fields: tuple[int, ...]) -> Cuboid:
    known = np.ones(len(cells), dtype=bool)
    key = np.zeros(len(cells), dtype=np.int64)
    for field in fields:
        key = key * len(cells.levels[field]) + cells.codes[:, field]
        if UNKNOWN in cells.levels[field]:
            known &= cells.codes[:, field] != cells.levels[field].index(UNKNOWN)
    order = np.lexsort((-cells.bucket, key))
    order = order[known[order]]
    keys, buckets = key[order], cells.bucket[order]
    fresh = np.ones(len(order), dtype=bool)
    fresh[1:] = keys[1:] != keys[:-1]
    last = np.ones(len(order), dtype=bool)
    last[:-1] = fresh[1:] | (buckets[1:] != buckets[:-1])
    first, ends = np.flatnonzero(fresh), np.flatnonzero(last)
    group = (np.cumsum(fresh) - 1)[ends]
    starts = np.searchsorted(group, np.arange(len(first)))
    return Cuboid(fields, cells.codes[order[first]][:, list(fields)], order, first, ends, group, buckets[ends], starts)
