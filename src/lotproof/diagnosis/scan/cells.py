"""The table that is scanned: what was exposed and what failed, for each bucket of time and each combination of attribute values."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

UNKNOWN = ""
"""The value of an attribute that the data do not state; it is never a suspect."""

Row = tuple[int, tuple[str, ...], float, float]
"""Bucket of time, a value for each field, exposures, failures."""


@dataclass(frozen=True)
class Cells:
    """One row a cell; all arrays have the same length, ``codes`` a column for each field."""

    fields: tuple[str, ...]
    """Names of the attributes."""
    levels: tuple[tuple[str, ...], ...]
    """For each field its values, sorted; ``codes`` point into them."""
    codes: NDArray[np.int64]
    """Cell by field: which value."""
    bucket: NDArray[np.int64]
    """Number of the time bucket, rising with time."""
    exposed: NDArray[np.float64]
    """How many packs, reads or requests there were."""
    failed: NDArray[np.float64]
    """How many of them failed."""

    def __len__(self) -> int:
        return len(self.bucket)

    def where(self, mask: NDArray[np.bool_]) -> Cells:
        """The cells of the mask, with the same fields and levels."""
        return Cells(self.fields, self.levels, self.codes[mask], self.bucket[mask], self.exposed[mask], self.failed[mask])

    def only(self, columns: Sequence[int]) -> Cells:
        """The cells with these fields alone; cells that have become alike stay apart."""
        kept = list(columns)
        return Cells(
            tuple(self.fields[at] for at in kept), tuple(self.levels[at] for at in kept), self.codes[:, kept], self.bucket, self.exposed, self.failed
        )

    def split(self, start: int) -> tuple[Cells, Cells]:
        """The cells before bucket ``start``, and those from it on."""
        before = self.bucket < start
        return self.where(before), self.where(~before)


def cells_of(fields: Sequence[str], rows: Iterable[Row]) -> Cells:
    """Cells from rows; rows of the same bucket and values are added up. Fields with one value only tell nothing and are kept out."""
    merged: dict[tuple[int, tuple[str, ...]], list[float]] = {}
    for bucket, values, exposed, failed in rows:
        sums = merged.setdefault((bucket, values), [0.0, 0.0])
        sums[0] += exposed
        sums[1] += failed
    keys = sorted(merged)
    kept, levels, columns = [], [], []
    for at, field in enumerate(fields):
        known, codes = np.unique(np.array([values[at] for _, values in keys], dtype=object).astype(str), return_inverse=True)
        if len(known) > 1:
            kept.append(field)
            levels.append(tuple(known.tolist()))
            columns.append(codes.astype(np.int64))
    sums_of = np.array([merged[key] for key in keys], dtype=float).reshape(len(keys), 2)
    codes_of = np.stack(columns, axis=1) if columns else np.zeros((len(keys), 0), dtype=np.int64)
    bucket_of = np.array([bucket for bucket, _ in keys], dtype=np.int64)
    return Cells(tuple(kept), tuple(levels), codes_of, bucket_of, sums_of[:, 0], sums_of[:, 1])
