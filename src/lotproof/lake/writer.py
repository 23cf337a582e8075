"""Observations written as sorted runs, for sources too large to sort whole.

A run is sorted by item and cut into row groups, so that the statistics of each group still lead to one item; a file of
several runs needs one group of each. Memory is bounded by the run.
"""

from __future__ import annotations

from pathlib import Path
from types import TracebackType

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from lotproof.lake.schema import OBSERVATION

RUN_ROWS = 16_384
ROW_GROUP = 8_192

_ARROW = {
    "VARCHAR": pa.string(), "BIGINT": pa.int64(), "DOUBLE": pa.float64(), "BOOLEAN": pa.bool_(), "TIMESTAMP": pa.timestamp("us"),
    "UUID": pa.uuid(),
}  # fmt: skip
SHAPE = pa.schema([(name, _ARROW[kind]) for name, kind in OBSERVATION.items()])
"""Arrow schema of observations, as DuckDB writes it."""


class ObservationWriter:
    """Writes observation.parquet run by run."""

    def __init__(self, path: Path, source: str) -> None:
        """``path`` of the file to write, ``source`` the SHA-256 that each row bears."""
        self.path = path
        self.source = source
        self.rows = 0
        self._waiting: list[pa.Table] = []
        self._count = 0
        self._writer: pq.ParquetWriter | None = None

    def add(self, table: pa.Table) -> None:
        """Take rows with any of the schema's columns; absent ones are null. ``item_prefix`` is required."""
        self._waiting.append(table)
        self._count += table.num_rows
        if self._count >= RUN_ROWS:
            self._flush()

    def _flush(self) -> None:
        if not self._count:
            return
        table = pa.concat_tables(self._waiting, promote_options="default")
        self._waiting, self._count = [], 0
        if any(pa.types.is_dictionary(kind) for kind in table.schema.types):
            table = table.unify_dictionaries()
        order = np.argsort(table.column("item_prefix").to_numpy(), kind="stable")
        table = complete(table.take(pa.array(order)), self.source)
        if self._writer is None:
            self._writer = pq.ParquetWriter(
                self.path, SHAPE, compression="zstd", compression_level=1, use_dictionary=_DICTIONARY, write_statistics=["item_prefix"]
            )
        self._writer.write_table(table, row_group_size=ROW_GROUP)
        self.rows += table.num_rows

    def close(self) -> int:
        """Write what waits; return the number of rows written."""
        self._flush()
        if self._writer is not None:
            self._writer.close()
        return self.rows

    def __enter__(self) -> ObservationWriter:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        if kind is None:
            self.close()
        elif self._writer is not None:
            self._writer.close()


_DICTIONARY = [name for name, kind in OBSERVATION.items() if kind == "VARCHAR" and name != "serial"]


def complete(table: pa.Table, source: str) -> pa.Table:
    """The table with every column of the schema, in its order and types."""
    count = table.num_rows
    columns = []
    for field in SHAPE:
        if field.name == "source":
            columns.append(pa.DictionaryArray.from_arrays(pa.array(np.zeros(count, np.int32)), pa.array([source])).cast(pa.string()))
        elif field.name in table.column_names:
            columns.append(_typed(table.column(field.name), field.type))
        else:
            columns.append(pa.nulls(count, field.type))
    return pa.Table.from_arrays(columns, schema=SHAPE)


def _typed(column: pa.ChunkedArray, kind: pa.DataType) -> pa.ChunkedArray:
    if kind == pa.uuid() and column.type != kind:
        storage = column.cast(pa.binary(16)) if not pa.types.is_fixed_size_binary(column.type) else column
        chunks = [pa.ExtensionArray.from_storage(pa.uuid(), chunk) for chunk in storage.chunks]
        return pa.chunked_array(chunks, type=pa.uuid())
    return column if column.type == kind else pc.cast(column, kind)  # a dictionary is spelled out here, a run at a time
