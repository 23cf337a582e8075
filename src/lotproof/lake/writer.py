"""Observations written as sorted runs, for sources too large to sort whole.

A run is sorted by item and cut into row groups, so that the statistics of each group still lead to one item; a file of
several runs needs one group of each. Memory is bounded by the run.
"""

from __future__ import annotations

from pathlib import Path
from types import TracebackType

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from lotproof.lake.index import IndexWriter
from lotproof.lake.schema import OBSERVATION

Rows = npt.NDArray[np.int64]
RUN_ROWS = 32_768
ROW_GROUP = 8_192

_KEY = pa.binary(16)
_LAST = (1 << 63) - 1
"""Where rows of no item are sorted to."""
_WORD = pa.dictionary(pa.int32(), pa.string())
_UNIQUE = ("serial", "at_text", "event", "image", "counter")
"""Texts that hold another value in nearly every row, unless the first rows say otherwise; all others are written from dictionaries."""
_REPEATED = 16
"""Rows for each value from which such texts and numbers are written from dictionaries too: events with long lists."""
_ARROW = {
    "VARCHAR": pa.string(), "BIGINT": pa.int64(), "DOUBLE": pa.float64(), "BOOLEAN": pa.bool_(), "TIMESTAMP": pa.timestamp("us"),
    "UUID": pa.uuid(),
}  # fmt: skip
SHAPE = pa.schema([(name, _ARROW[kind]) for name, kind in OBSERVATION.items()])
"""Arrow schema of observations, as DuckDB writes it."""
_WORDS = [name for name, kind in OBSERVATION.items() if kind == "VARCHAR" and name not in _UNIQUE]
_STEPS = ("at_utc", "recorded_at", "ordinal", "position")
"""Numbers that repeat where an event has a long list. Written plainly, for `cells` reads single ones; differences would be smaller."""
_LONG = ("parent_text", "sscc", "reference")
"""Words that a group may have many of."""
_PACKED = {
    name: "ZSTD" if name in (*_UNIQUE, *_LONG) or name not in (*_WORDS, "item", "item_prefix", "parent") else "NONE"
    for name in OBSERVATION
}
"""Keys are random bytes, and of words (as of numbers written from dictionaries) little more is left than their numbers: packing them
takes time and saves nothing."""


class ObservationWriter:
    """Writes observation.parquet run by run, and the index of its items beside it."""

    def __init__(self, path: Path, source: str, run: int = RUN_ROWS, by_time: bool = False) -> None:
        """``path`` of the file to write, ``source`` the SHA-256 that each row bears, ``run`` the rows sorted at once.

        The rows of one item stand in the order in which they came, or ``by_time`` as `schema.SORT` has it.
        """
        self.path = path
        self.source = source
        self.rows = 0
        self._run, self._by_time = run, by_time
        self._waiting: list[pa.Table] = []
        self._count = 0
        self._schema: pa.Schema | None = None
        """As the rows are handed to Parquet; the file has the types of SHAPE."""
        self._listed: list[str] = []
        """Columns that are written from dictionaries."""
        self._writer: pq.ParquetWriter | None = None
        self._index: IndexWriter | None = None

    def add(self, table: pa.Table) -> None:
        """Take rows with any of the schema's columns; absent ones are null. ``item_prefix`` is required; null where no item is named."""
        if not table.num_rows:
            return
        if self._schema is None:
            self._listed = [name for name in OBSERVATION if _is_listed(name, table)]
            words = {name for name in self._listed if OBSERVATION[name] == "VARCHAR"}
            self._schema = pa.schema([(field.name, _WORD if field.name in words else field.type) for field in SHAPE])
        self._waiting.append(complete(table, self.source, self._schema))
        self._count += table.num_rows
        if self._count >= self._run:
            self._flush()

    def _flush(self) -> None:
        if not self._count:
            return
        table = pa.concat_tables(self._waiting).unify_dictionaries().combine_chunks()
        self._waiting, self._count = [], 0
        nameless = table.column("item_prefix").null_count > 0
        prefix = pc.fill_null(table.column("item_prefix"), _LAST).to_numpy()
        order, packs = _packs_first(table, _order_in_time(table, prefix) if self._by_time else _order(prefix))
        table = pa.Table.from_arrays([_taken(column, pa.array(order)) for column in table.columns], schema=table.schema)
        if self._writer is None or self._index is None:
            self._writer = _parquet(self.path, table.schema, self._listed)
            self._index = IndexWriter(self.path.parent)
        for rows in (table.slice(0, packs), table.slice(packs)):
            if rows.num_rows:
                self._writer.write_table(rows, row_group_size=ROW_GROUP)
        ordered = prefix[order]
        self._index.add(np.where(ordered == _LAST, -1, ordered) if nameless else ordered)
        self.rows += table.num_rows

    def close(self) -> int:
        """Write what waits; return the number of rows written."""
        self._flush()
        self._end()
        return self.rows

    def _end(self) -> None:
        if self._writer is not None:
            self._writer.close()
        if self._index is not None:
            self._index.close()

    def __enter__(self) -> ObservationWriter:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        if kind is None:
            self.close()
        else:
            self._end()


def _is_listed(name: str, first: pa.Table) -> bool:
    """Whether a column is written from dictionaries in a file that begins with these rows."""
    if name in _WORDS or name == "parent":
        return True
    if name not in first.column_names or name not in (*_UNIQUE, *_STEPS):
        return False
    column = first.column(name)
    if pa.types.is_dictionary(column.type):
        return len(column) >= _REPEATED * sum(len(chunk.dictionary) for chunk in column.chunks)
    return name in _STEPS and len(column) >= _REPEATED * pc.count_distinct(column).as_py()


def _parquet(path: Path, schema: pa.Schema, listed: list[str]) -> pq.ParquetWriter:
    packed = {name: "NONE" if name in _STEPS and name in listed else how for name, how in _PACKED.items()}
    levels = {name: 1 for name, how in packed.items() if how == "ZSTD"}
    return pq.ParquetWriter(
        path, schema, compression=packed, compression_level=levels, use_dictionary=listed,
        write_statistics=["item_prefix"], store_schema=False,
    )  # fmt: skip


def _order(prefix: np.ndarray) -> np.ndarray:
    """Rows sorted by item, those of one item in the order in which they came."""
    order = np.argsort(prefix)
    ordered = prefix[order]
    # the quick sort of numpy is many times as fast as its stable one; only repeated items need the latter
    return np.argsort(prefix, kind="stable") if np.any(ordered[1:] == ordered[:-1]) else order


def _packs_first(table: pa.Table, order: Rows) -> tuple[Rows, int]:
    """The order with rows of no pack behind all others, and how many come before: row groups of their own are read without the packs."""
    level = table.column("level").combine_chunks()
    level = level.chunk(0) if isinstance(level, pa.ChunkedArray) else level
    packs = pc.fill_null(pc.equal(level.dictionary, "unit").take(level.indices), False).to_numpy(zero_copy_only=False)[order]
    if packs.all():
        return order, len(order)
    return np.concatenate([order[packs], order[~packs]]), int(packs.sum())


def _order_in_time(table: pa.Table, prefix: Rows) -> Rows:
    """Rows sorted by item, those of one item by time (none comes last), ordinal and position, as they came where all are equal."""
    order = np.argsort(prefix)
    ordered = prefix[order]
    same = ordered[1:] == ordered[:-1]
    if not same.any():
        return order
    tied = np.zeros(len(order), np.bool_)
    tied[1:] |= same
    tied[:-1] |= same
    rows = order[tied]
    keys = (table.column(name).cast(pa.int64()) for name in ("at_utc", "ordinal", "position"))
    at, ordinal, position = (pc.fill_null(key, _LAST).to_numpy()[rows] for key in keys)
    order[tied] = rows[_sorted_within(np.cumsum(np.append(True, ~same))[tied], at, ordinal, position, rows)]
    return order


def _sorted_within(group: Rows, at: Rows, ordinal: Rows, position: Rows, came: Rows) -> Rows:
    """The order by group and then by the other keys. Group and time are packed into one number where they fit, which sorts faster."""
    span = int(at.max()) - int(at.min())
    if span < 1 << 62 and (int(group[-1]) + 1) * (span + 1) < 1 << 62:
        packed = group * (span + 1) + (at - at.min())
        order = np.argsort(packed)
        found = packed[order]
        if not np.any(found[1:] == found[:-1]):
            return order
    return np.lexsort((came, position, ordinal, at, group))


def _taken(column: pa.ChunkedArray, order: pa.Array) -> pa.ChunkedArray:
    if column.null_count == len(column):
        return column
    if pa.types.is_dictionary(column.type) and column.num_chunks == 1 and len(column.chunk(0).dictionary) == 1 and not column.null_count:
        return column  # one word throughout
    taken = column.take(order)
    return _by_groups(taken) if pa.types.is_dictionary(column.type) else taken


def _by_groups(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """The words of each row group with a dictionary of their own: Parquet writes the whole dictionary once a group."""
    whole = column.combine_chunks() if column.num_chunks != 1 else column.chunk(0)
    if isinstance(whole, pa.ChunkedArray) or len(whole.dictionary) <= ROW_GROUP // 8:
        return column
    groups = (whole.slice(start, ROW_GROUP).dictionary_decode().dictionary_encode() for start in range(0, len(whole), ROW_GROUP))
    return pa.chunked_array(list(groups), type=column.type)


def complete(table: pa.Table, source: str, schema: pa.Schema) -> pa.Table:
    """The table with every column of the schema, in its order."""
    count = table.num_rows
    columns = []
    for field in schema:
        if field.name == "source":
            columns.append(pa.DictionaryArray.from_arrays(pa.array(np.zeros(count, np.int32)), pa.array([source])))
        elif field.name in table.column_names:
            columns.append(_typed(table.column(field.name), field.type))
        else:
            columns.append(pa.nulls(count, field.type))
    return pa.Table.from_arrays(columns, schema=schema)


def _typed(column: pa.ChunkedArray, kind: pa.DataType) -> pa.ChunkedArray:
    if column.type == kind:
        return column
    if kind == pa.uuid():
        chunks = [pa.ExtensionArray.from_storage(pa.uuid(), chunk) for chunk in column.cast(_KEY).chunks]
        return pa.chunked_array(chunks, type=pa.uuid())
    if kind == _WORD:
        return column.dictionary_encode() if column.null_count < len(column) else pa.chunked_array([pa.nulls(len(column), kind)])
    return pc.cast(column, kind)
