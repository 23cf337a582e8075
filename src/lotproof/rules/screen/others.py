"""What is kept of rows that are of no pack, so that containers are judged without reading everything again."""

from __future__ import annotations

from pathlib import Path
from types import TracebackType

import pyarrow as pa
import pyarrow.parquet as pq

FLUSH_ROWS = 200_000
"""Rows held back; rows come in small pieces, a piece a row group."""
_TEXTS = ("level", "step")
COLUMNS = ("item", "parent", "level", "step", "at_utc", "quantity", "partial")
"""Columns of the observation that are kept, besides the kind of the source."""
_SCHEMA = pa.schema([
    ("item", pa.uuid()), ("parent", pa.uuid()), ("level", pa.string()), ("step", pa.string()), ("at_utc", pa.timestamp("us")),
    ("quantity", pa.float64()), ("partial", pa.bool_()), ("kind", pa.string()),
])  # fmt: skip


class Others:
    """Writes such rows to one file; a context manager."""

    def __init__(self, path: Path) -> None:
        self._writer = pq.ParquetWriter(path, _SCHEMA)
        self._held: list[pa.Table] = []

    def __enter__(self) -> Others:
        return self

    def __exit__(self, _kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None) -> None:
        self._flush()
        self._writer.close()

    def take(self, table: pa.Table, kind: str) -> None:
        """Keep the rows of a table with ``COLUMNS``."""
        columns = [table.column(name).cast(pa.string()) if name in _TEXTS else table.column(name) for name in COLUMNS]
        self._held.append(pa.table([*columns, pa.repeat(kind, len(table))], schema=_SCHEMA))
        if sum(map(len, self._held)) >= FLUSH_ROWS:
            self._flush()

    def _flush(self) -> None:
        if self._held:
            self._writer.write_table(pa.concat_tables(self._held))
            self._held = []
