"""The rows that stay, as a file."""

from __future__ import annotations

from pathlib import Path
from types import TracebackType

import pyarrow as pa
import pyarrow.parquet as pq

from lotproof.lake.writer import SHAPE

HELD_ROWS = 100_000
"""Rows that are written at once."""
_NARROW = ("serial", "at_text", "event", "image", "counter")
_WORDS = [field.name for field in SHAPE if field.type == pa.string() and field.name not in _NARROW]


class RestWriter:
    """Writes observations to one file; a context manager."""

    def __init__(self, path: Path) -> None:
        self._writer = pq.ParquetWriter(path, SHAPE, compression="SNAPPY", use_dictionary=[*_WORDS, "parent"], write_statistics=False)
        self._held: list[pa.Table] = []

    def __enter__(self) -> RestWriter:
        return self

    def __exit__(self, _kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None) -> None:
        self._flush()
        self._writer.close()

    def take(self, table: pa.Table) -> None:
        """Take rows with all columns."""
        self._held.append(table)
        if sum(map(len, self._held)) >= HELD_ROWS:
            self._flush()

    def _flush(self) -> None:
        if self._held:
            self._writer.write_table(pa.concat_tables(self._held).cast(SHAPE))
            self._held = []
