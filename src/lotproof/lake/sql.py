"""Texts and files in SQL."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path


def quoted(text: object) -> str:
    """A text or path as a SQL literal."""
    return "'" + str(text).replace("'", "''") + "'"


def parquet(files: Iterable[Path]) -> str:
    """The relation of these Parquet files, which have the same columns or some of them."""
    return f"read_parquet([{', '.join(map(quoted, files))}], union_by_name = true, hive_partitioning = false)"
