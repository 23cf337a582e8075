"""What single rows say of containers, as numbers: dealt out by ranges of their keys, so that all of one container comes together."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from itertools import pairwise
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from lotproof.lake.columns import NEVER
from lotproof.rules.screen.shape import Words

ROW = np.dtype([
    ("high", "<u8"), ("low", "<u8"), ("up_high", "<u8"), ("up_low", "<u8"), ("at", "<i8"), ("position", "<i8"), ("quantity", "<f8"),
    ("lot", "<i4"), ("order_lot", "<i4"), ("says", "<i4"),
])  # fmt: skip
"""A row: halves of the key of its item and of its parent (0: none), when, where in the file, how many, the lots that it and its order state
by number (0: none), and bits of what it says."""
RANGE_ROWS = 1_000_000
"""Rows that are brought together at once, about 250 bytes each while they are."""

NUMBERS, MADE_LINE, PACKED_LINE, MADE_HUB, PACKED_HUB = 1, 2, 4, 8, 16
"""Classes of rows, as bits: listed, made and packed, at the line and in the hub."""
_CLASS = {("numbers", "allocated"): NUMBERS, ("line", "commissioned"): MADE_LINE, ("line", "aggregated"): PACKED_LINE,
          ("hub", "commissioned"): MADE_HUB, ("hub", "aggregated"): PACKED_HUB}  # fmt: skip
CLASSES = sum(_CLASS.values())
HANDLED, PARTIAL, FLAGGED, RECORDED, NO_CASE, NO_PALLET, ODD, COMMISSIONED, SHIPPED, STRANGE, BOX = (1 << place for place in range(5, 16))
"""Something was done to the container that is not done to every one; it is not full; a row says whether it is; line or hub know it; its level is
another; a row says what none should; it was made, or left, in that row; the row is of no container; the row is of no pack."""
_USUAL = ("commissioned", "aggregated", "shipped", "received", "counted", "linked", "observed", "released")
_STEPS = {"commissioned": COMMISSIONED, "shipped": SHIPPED}
_DAMAGED = ("gs_missing", "not_cset82")


class Dealt:
    """Rows dealt out to files in a folder."""

    def __init__(self, folder: Path, rows: int, order_lot: Mapping[str, str]) -> None:
        """``rows`` is about how many there will be, ``order_lot`` the one lot of an order."""
        self._count = max(1, -(-rows // RANGE_ROWS))
        self._paths = [folder / f"boxes_told_{number:05d}" for number in range(self._count)]
        self._files = [path.open("wb") for path in self._paths]
        self._edges = np.array([(number << 64) // self._count for number in range(1, self._count)], np.uint64)
        self._order_lot = order_lot
        self._lots = Words()

    def take(self, batch: pa.RecordBatch, kind: str) -> None:
        """Take rows that are of no pack, of a source of this kind; what tells nothing of a container is left out."""
        rows = self._rows(batch, kind)
        # What is of no container is put with the others by the container that it is in.
        strange = rows["says"] & STRANGE != 0
        home = np.searchsorted(self._edges, np.where(strange, rows["up_high"], rows["high"]), side="right").astype(np.uint16)
        if self._count > 1:
            rows = rows.take(np.argsort(home, kind="stable"))
        bounds = np.append(0, np.cumsum(np.bincount(home, minlength=self._count))).tolist()
        for file, (start, stop) in zip(self._files, pairwise(bounds), strict=True):
            file.write(rows[start:stop].data)

    def _rows(self, batch: pa.RecordBatch, kind: str) -> np.ndarray:
        high, low = halves(batch, "item")
        up_high, up_low = halves(batch, "parent")
        says = _says(batch, kind)
        named = _given(batch, "item")
        says[~named] |= STRANGE
        rows = np.empty(len(batch), ROW)
        for name, values in (("high", high), ("low", low), ("up_high", up_high), ("up_low", up_low), ("says", says), ("at", _number(batch, "at_utc")),
                             ("position", _number(batch, "position")), ("quantity", _quantity(batch)),
                             ("lot", by_word(batch, "lot", self._lots.code)), ("order_lot", by_word(batch, "order_no", self._of_order))):  # fmt: skip
            rows[name] = values
        tells = (says & STRANGE == 0) | _given(batch, "parent")
        return rows if tells.all() else np.asarray(rows[tells])

    def _of_order(self, order: str | None) -> int:
        return self._lots.code(None if order is None else self._order_lot.get(order))

    def lots(self) -> list[str | None]:
        """Lots by their numbers."""
        return self._lots.names()

    def close(self) -> None:
        """Nothing can be taken afterwards."""
        for file in self._files:
            file.close()

    def give(self) -> Iterator[np.ndarray]:
        """The rows of each range (ROW)."""
        for path in self._paths:
            yield np.fromfile(path, ROW)


def halves(batch: pa.RecordBatch, name: str) -> tuple[np.ndarray, np.ndarray]:
    """The two halves (uint64) of keys of 16 bytes; 0 where there is none."""
    if name not in batch.schema.names:
        return np.zeros(len(batch), np.uint64), np.zeros(len(batch), np.uint64)
    column = batch.column(name)
    column = column.storage if isinstance(column, pa.ExtensionArray) else column
    whole = np.frombuffer(column.buffers()[1], ">u8", 2 * len(column), 16 * column.offset).reshape(-1, 2).astype(np.uint64)
    if column.null_count:
        whole[~column.is_valid().to_numpy(zero_copy_only=False)] = 0
    return whole[:, 0], whole[:, 1]


def _says(batch: pa.RecordBatch, kind: str) -> np.ndarray:
    def of_step(step: str | None) -> int:
        return _CLASS.get((kind, step or ""), 0) | _STEPS.get(step or "", 0) | (0 if step in _USUAL else HANDLED)

    def of_level(level: str | None) -> int:
        return (
            (0 if level in ("case", "container") else NO_CASE) | (0 if level in ("pallet", "container") else NO_PALLET)
            | (STRANGE if level in (None, "unit") else 0) | (0 if level in (None, "unit") else BOX)
        )  # fmt: skip

    says = by_word(batch, "step", of_step) | by_word(batch, "level", of_level)
    says |= by_word(batch, "transform", lambda word: ODD if any(each in (word or "") for each in _DAMAGED) else 0)
    says |= RECORDED if kind in ("line", "hub") else 0
    for name in ("expiry", "reason", "result", "serial"):
        if name in batch.schema.names:
            says[_given(batch, name)] |= ODD
    says[~_given(batch, "sscc")] |= ODD
    if "partial" in batch.schema.names:
        says[_given(batch, "partial")] |= FLAGGED
        says[pc.fill_null(batch.column("partial"), False).to_numpy(zero_copy_only=False)] |= PARTIAL
    return np.asarray(says)


def by_word(batch: pa.RecordBatch, name: str, of: Callable[[str | None], int]) -> np.ndarray:
    """What each word of a column stands for, by rows (int32)."""
    if name not in batch.schema.names:
        return np.full(len(batch), of(None), np.int32)
    column = batch.column(name)
    column = column if pa.types.is_dictionary(column.type) else column.dictionary_encode()
    table = np.array([*map(of, column.dictionary.to_pylist()), of(None)], np.int32)
    return np.asarray(table[pc.fill_null(column.indices, len(table) - 1).to_numpy(zero_copy_only=False)])


def _given(batch: pa.RecordBatch, name: str) -> np.ndarray:
    """bool: whether a row has something in a column."""
    if name not in batch.schema.names:
        return np.zeros(len(batch), bool)
    column = batch.column(name)
    return np.ones(len(batch), bool) if not column.null_count else np.asarray(column.is_valid().to_numpy(zero_copy_only=False))


def _number(batch: pa.RecordBatch, name: str) -> np.ndarray:
    """int64, NEVER for none."""
    if name not in batch.schema.names:
        return np.full(len(batch), NEVER)
    return np.asarray(pc.fill_null(batch.column(name).cast(pa.int64()), NEVER).to_numpy(zero_copy_only=False))


def _quantity(batch: pa.RecordBatch) -> np.ndarray:
    if "quantity" not in batch.schema.names:
        return np.full(len(batch), np.nan)
    return np.asarray(batch.column("quantity").to_numpy(zero_copy_only=False))
