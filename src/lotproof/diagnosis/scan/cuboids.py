"""Every group that could be a suspect: each value, each pair of values, and each moment from which on it could have begun.

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


@dataclass(frozen=True)
class Cuboid:
    """A set of fields over a table of cells: its groups (one for each combination of values that occurs) and their onsets."""

    fields: tuple[int, ...]
    """Columns of the cells."""
    order: Ints
    """Cells by group, each group backwards in time; cells whose value is not stated are left out."""
    ends: Ints
    """Positions in ``order`` where a bucket of a group is complete: a running sum up to here is "this group from this onset on"."""
    group: Ints
    """For each of ``ends`` the number of its group."""
    first: Ints
    """For each group the position in ``order`` where it begins."""
    onset: Ints
    """For each of ``ends`` the bucket that is the onset."""
    codes: Ints
    """Group by field: its values."""
    masks: Floats
    """For each group a fingerprint of its set of cells; equal sets have equal fingerprints."""

    @property
    def groups(self) -> int:
        """How many groups there are: what naming one of them costs."""
        return len(self.first)

    def sums(self, values: Floats) -> Floats:
        """Sum of a value for each of ``ends``: one column or many (cells by tables)."""
        running = np.cumsum(values[self.order], axis=0)
        before = np.concatenate([np.zeros_like(running[:1]), running])[self.first]
        return running[self.ends] - before[self.group]


def cuboids(cells: Cells, order: int, seed: int = 1) -> Iterator[Cuboid]:
    """All cuboids of up to ``order`` fields over these cells."""
    prints = np.random.default_rng(seed).random(len(cells)) + 1.0
    for size in range(1, order + 1):
        for fields in combinations(range(len(cells.fields)), size):
            made = _cuboid(cells, fields, prints)
            if made.groups > 1:
                yield made


def _cuboid(cells: Cells, fields: tuple[int, ...], prints: Floats) -> Cuboid:
    known = np.ones(len(cells), dtype=bool)
    key = np.zeros(len(cells), dtype=np.int64)
    for field in fields:
        key = key * len(cells.levels[field]) + cells.codes[:, field]
        if UNKNOWN in cells.levels[field]:
            known &= cells.codes[:, field] != cells.levels[field].index(UNKNOWN)
    order = np.lexsort((-cells.bucket, key))
    order = order[known[order]]
    keys, buckets = key[order], cells.bucket[order]
    new = np.ones(len(order), dtype=bool)
    new[1:] = keys[1:] != keys[:-1]
    last = np.ones(len(order), dtype=bool)
    last[:-1] = new[1:] | (buckets[1:] != buckets[:-1])
    first, ends = np.flatnonzero(new), np.flatnonzero(last)
    group = np.cumsum(new) - 1
    masks = np.bincount(group, prints[order], len(first)) if len(order) else np.zeros(0)
    return Cuboid(fields, order, ends, group[ends], first, buckets[ends], cells.codes[order[first]][:, list(fields)], masks)
