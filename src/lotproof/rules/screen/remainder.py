"""The rows that stay when ordinary packs are set aside, as segments of their own."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq


def write_remainder(path: Path, stays: np.ndarray, target: Path) -> int:
    """Copy of a segment to ``target`` the rows that are of no pack, or of one in ``stays`` (sorted int64); return their count."""
    kept = 0
    with pq.ParquetFile(path) as file, pq.ParquetWriter(target, file.schema_arrow, compression="ZSTD", compression_level=1) as writer:
        for group in range(file.num_row_groups):
            mask = _staying(file.read_row_group(group, columns=["item_prefix", "level"]), stays)
            if mask.any():
                writer.write_table(file.read_row_group(group).filter(pa.array(mask)))
                kept += int(mask.sum())
    return kept


def _staying(table: pa.Table, stays: np.ndarray) -> np.ndarray:
    prefix = pc.fill_null(table.column("item_prefix"), -1).to_numpy()
    unit = pc.fill_null(pc.equal(table.column("level"), "unit"), False).to_numpy()
    if not len(stays):
        return ~unit | (prefix < 0)
    place = np.minimum(np.searchsorted(stays, prefix), len(stays) - 1)
    return ~unit | (prefix < 0) | (stays[place] == prefix)


def write_all(segments: Sequence[tuple[str, Path]], stays: np.ndarray, folder: Path) -> list[Path]:
    """The remainder of each (source, segment) below ``folder``, in their order."""
    made = []
    for source, path in segments:
        target = folder / f"{source}.parquet"
        write_remainder(path, stays, target)
        made.append(target)
    return made
