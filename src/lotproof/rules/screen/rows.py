"""Rows of packs read from segments as arrays."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from lotproof.rules.screen.kernel import NEVER, Rows
from lotproof.rules.screen.others import COLUMNS, Others
from lotproof.rules.screen.shape import CLASSES, DAMAGED, LOWEST_GRADE, OTHER, VERIFIED, Words

READ_ROWS = 50_000
"""Rows that are read at once, or a row group where that has more."""
_WORDS = ("step", "level", "lot", "gtin", "expiry", "order_no", "device", "transform", "reason", "result")
_COLUMNS = ("item_prefix", "item", "sscc", "at_utc", "recorded_at", "parent", "grade", "position", "quantity", "partial", *_WORDS)


@dataclass(frozen=True)
class Facts:
    """What is known before the rows are read."""

    order_lot: dict[str, str]
    """Order to its one lot."""
    day: dict[str, str | None]
    """Expiry as written to the day it means, YYYYMMDD."""
    lots: Words = field(default_factory=Words)
    """Lots met."""
    gtins: Words = field(default_factory=Words)
    """Trade items met."""
    days: Words = field(default_factory=Words)
    """Expiry days met."""
    devices: Words = field(default_factory=Words)
    """Devices met."""


class Segment:
    """One segment of observations."""

    def __init__(self, path: Path, kind: str, number: int) -> None:
        """``kind`` of its source and the ``number`` that rows bear as their file."""
        self.kind = kind
        self.number = number
        self.file = pq.ParquetFile(path, read_dictionary=[*_WORDS])
        said = stating(self.file.metadata)
        self._read = [name for name in _COLUMNS if name in said]
        self._silent = [self.file.schema_arrow.field(name) for name in _COLUMNS if name not in said]
    def read(self, facts: Facts, others: Others) -> Iterator[Rows]:
        """The rows of its packs, some row groups at a time; ``others`` takes those of containers with the kind of the source."""
        for groups in _together(self.file.metadata):
            # Threads of the reader cost a third more, and the columns of a few row groups are small.
            table = self.file.read_row_groups(groups, columns=self._read, use_threads=False)
            for silent in self._silent:  # most columns of a source say nothing anywhere
                table = table.append_column(silent, pa.chunked_array([pa.nulls(len(table), silent.type)]))
            unit = _codes(table.column("level"), lambda word: 1 if word == "unit" else 0) == 1
            if not unit.all():
                others.take(table.select(COLUMNS).filter(pa.array(~unit)), self.kind)
            unit &= pc.is_valid(table.column("item_prefix")).to_numpy()
            rows = self._made(table, facts)
            yield rows if unit.all() else rows.where(unit)

    def _made(self, table: pa.Table, facts: Facts) -> Rows:
        count = table.num_rows
        ordered = _codes(table.column("order_no"), lambda word: facts.lots.code(facts.order_lot.get(word)))
        stated = _codes(table.column("lot"), facts.lots.code)
        _, low = _halves(table.column("item"))
        parent_high, parent_low = _halves(table.column("parent"))
        kind = self._class(table)
        return Rows(
            key=_integers(table.column("item_prefix"), 0).astype(np.uint64) << np.uint64(3) | kind.astype(np.uint64),
            low=low, lot=np.where(stated > 0, stated, ordered), gtin=_codes(table.column("gtin"), facts.gtins.code),
            day=_codes(table.column("expiry"), lambda word: facts.days.code(facts.day.get(word))),
            at=_integers(table.column("at_utc"), NEVER), recorded=_integers(table.column("recorded_at"), NEVER),
            parent_high=parent_high, parent_low=parent_low, device=_codes(table.column("device"), facts.devices.code),
            grade=_floats(table.column("grade")), file=np.full(count, self.number, np.int32), position=_integers(table.column("position"), -1),
        )  # fmt: skip

    def _class(self, table: pa.Table) -> np.ndarray:
        kind = _codes(table.column("step"), lambda word: CLASSES.get((self.kind, word), OTHER), OTHER)
        odd = _codes(table.column("transform"), lambda word: int(any(name in word for name in DAMAGED))) == 1
        odd |= pc.is_valid(table.column("sscc")).to_numpy()
        if self.kind == "hub":
            odd |= pc.or_(pc.is_valid(table.column("reason")), pc.is_valid(table.column("result"))).to_numpy()
        grade = _floats(table.column("grade"))
        odd |= (kind == VERIFIED) & (grade < LOWEST_GRADE)
        return np.where(odd, OTHER, kind)


def _together(metadata: pq.FileMetaData) -> Iterator[list[int]]:
    """Row groups in their order, so many at once that the work on them outweighs the calls."""
    groups: list[int] = []
    rows = 0
    for number in range(metadata.num_row_groups):
        groups.append(number)
        rows += metadata.row_group(number).num_rows
        if rows >= READ_ROWS or number == metadata.num_row_groups - 1:
            yield groups
            groups, rows = [], 0


def stating(metadata: pq.FileMetaData) -> frozenset[str]:
    """Names of the columns with a value anywhere in the file, as far as its statistics tell."""
    silent = set(metadata.schema.names)
    for number in range(metadata.num_row_groups):
        group = metadata.row_group(number)
        for place, name in enumerate(metadata.schema.names):
            told = group.column(place).statistics
            if told is None or not told.has_null_count or told.null_count < group.num_rows:
                silent.discard(name)
    return frozenset(metadata.schema.names) - silent


def _codes(column: pa.ChunkedArray, of: Callable[[str], int], absent: int = 0) -> np.ndarray:
    """A number for each row by its word; each distinct word is asked once."""
    if column.null_count == len(column):
        return np.full(len(column), absent, np.int32)
    pieces = []
    for chunk in column.chunks:
        coded = chunk if isinstance(chunk, pa.DictionaryArray) else chunk.dictionary_encode()
        numbers = np.array([absent, *(of(word) for word in coded.dictionary.to_pylist())], np.int32)
        pieces.append(numbers[pc.fill_null(coded.indices, -1).to_numpy(zero_copy_only=False) + 1])
    return pieces[0] if len(pieces) == 1 else np.concatenate(pieces)


def _integers(column: pa.ChunkedArray, absent: int) -> np.ndarray:
    if pa.types.is_timestamp(column.type):
        column = column.cast(pa.timestamp("us")).cast(pa.int64())
    return np.asarray(pc.fill_null(column, absent).to_numpy())


def _floats(column: pa.ChunkedArray) -> np.ndarray:
    return np.asarray(pc.fill_null(column.cast(pa.float64()), np.nan).to_numpy())


def _halves(column: pa.ChunkedArray) -> tuple[np.ndarray, np.ndarray]:
    """16-byte keys as two arrays of uint64; zeros where there is none."""
    if column.null_count == len(column):
        return np.zeros(len(column), np.uint64), np.zeros(len(column), np.uint64)
    array = column.combine_chunks()
    array = array.chunk(0) if isinstance(array, pa.ChunkedArray) else array
    storage = array.storage if isinstance(array, pa.ExtensionArray) else array
    whole = np.frombuffer(storage.buffers()[1], ">u8").reshape(-1, 2)[storage.offset : storage.offset + len(storage)]
    halves = whole[:, 0].astype(np.uint64), whole[:, 1].astype(np.uint64)
    if storage.null_count:
        missing = ~pc.is_valid(storage).to_numpy(zero_copy_only=False)
        for half in halves:
            half[missing] = 0
    return halves
