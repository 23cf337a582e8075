"""Observations of a block: the columns that each SELECT makes of the classes, with the values out of the slots."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from lotproof.intake.arrays import Rows, decoded, factors
from lotproof.intake.columns.block import BlockValues
from lotproof.intake.columns.classes import Cell, Classes, Slot
from lotproof.intake.columns.words import Codes, NotPlain
from lotproof.intake.keys import Keys, digests, key_array, prefix_array
from lotproof.lake.writer import SHAPE

_ITEM = ("gtin", "serial", "sscc")


class Output:
    """Makes tables of observations; remembers the keys of a block."""

    def __init__(self, classes: Classes) -> None:
        self._classes = classes
        self._literals: dict[tuple[int, str], Callable[[Codes], pa.Array]] = {}
        self._keys: dict[tuple[str, str], tuple[Rows, Keys]] = {}

    def tables(self, values: BlockValues, of_row: Codes) -> Sequence[pa.Table]:
        """The rows of each SELECT that makes any."""
        self._keys.clear()
        used = factors(of_row)[0]
        tables = []
        for made in self._classes.made:
            alive = np.array([cells is not None for cells in made])
            rows = np.flatnonzero(alive[of_row]) if not alive[used].all() else np.arange(len(of_row))
            if len(rows):
                tables.append(self._table(made, values, rows, of_row[rows]))
        return tables

    def _table(self, made: Sequence[Mapping[str, Cell] | None], values: BlockValues, rows: Rows, of_row: Codes) -> pa.Table:
        whole = rows if len(rows) < len(values.positions) else None
        distinct, inverse = factors(of_row)
        cells = [made[number] or {} for number in distinct.tolist()]
        names = [name for name in SHAPE.names if any(cell.get(name) is not None for cell in cells)]
        columns: dict[str, pa.Array] = {}
        for name in names:
            columns[name] = _column([cell.get(name) for cell in cells], inverse, values, whole, SHAPE.field(name).type)
        forms = [_form(cell) for cell in cells]
        keys, known = self._digests(forms, inverse, values, rows)
        columns["item"], columns["item_prefix"] = key_array(keys, known), prefix_array(keys, known)
        if "parent_text" in columns:
            keys, known = self._digests([cell.get("parent_text") for cell in cells], inverse, values, rows)
            columns["parent"] = key_array(keys, known)
        return pa.table(columns)

    def _digests(self, cells: Sequence[Cell], inverse: Rows, values: BlockValues, rows: Rows) -> tuple[Keys, npt.NDArray[np.bool_]]:
        """The key of each row's text, and whether it has one."""
        keys = np.zeros(len(rows), "V16")
        known = np.array([cell is not None for cell in cells])[inverse]
        groups: dict[Any, list[int]] = {}
        for number, cell in enumerate(cells):
            if cell is not None:
                groups.setdefault(cell if isinstance(cell, str) else (cell.head, cell.name, cell.tail), []).append(number)
        for group, numbers in groups.items():
            mine = np.isin(inverse, numbers) if len(groups) > 1 or not known.all() else None
            here = rows if mine is None else rows[mine]
            if isinstance(group, str):
                found = digests([group.encode()])[[0] * len(here)]
            else:
                if group[2]:
                    raise NotPlain("a SELECT writes something behind a value")
                found = self._of_slot(group[0], group[1], values, here)
            if mine is None:
                keys = found
            else:
                keys[mine] = found
        return keys, known

    def _of_slot(self, head: str, slot: str, values: BlockValues, rows: Rows) -> Keys:
        known = self._keys.get((head, slot))
        if known is not None:
            at = np.minimum(np.searchsorted(known[0], rows), len(known[0]) - 1)
            if np.array_equal(known[0][at], rows):
                return np.asarray(known[1][at])
        array = values.slot(slot)
        array = array if len(rows) == len(array) else array.take(pa.array(rows))
        if isinstance(array, pa.DictionaryArray):
            array = decoded(array) if len(array.dictionary) > len(array) else array
        if isinstance(array, pa.DictionaryArray):
            keys = digests(_bytes(array.dictionary), head.encode())[array.indices.to_numpy()]
        elif slot.endswith("_sscc"):
            coded = array.dictionary_encode()
            keys = digests(_bytes(coded.dictionary), head.encode())[coded.indices.to_numpy()]
        else:
            keys = digests(_bytes(array), head.encode())
        self._keys[(head, slot)] = rows, keys
        return np.asarray(keys)


def _bytes(texts: pa.StringArray) -> list[bytes]:
    found: list[bytes] = (pc.fill_null(texts, "") if texts.null_count else texts).view(pa.binary()).to_pylist()
    return found


def _form(cells: Mapping[str, Cell]) -> Cell:
    """The canonical spelling of a class's items, as the SQL macro item_text has it."""
    gtin, serial, sscc = (cells.get(name) for name in _ITEM)
    if sscc is not None:
        return _behind("(00)", sscc)
    if serial is None:
        return None
    if gtin is not None and not isinstance(gtin, str):
        raise NotPlain("the trade item comes out of a slot")
    return _behind("(21)" if gtin is None else f"(01){gtin}(21)", serial)


def _behind(head: str, cell: Cell) -> Cell:
    return Slot(cell.name, head + cell.head, cell.tail) if isinstance(cell, Slot) else head + cell


def _column(cells: Sequence[Cell], inverse: Rows, values: BlockValues, rows: Rows | None, kind: pa.DataType) -> pa.Array:
    """One column: what each class has, at its rows (all of the block where ``rows`` is None)."""
    slots = list(dict.fromkeys(cell for cell in cells if isinstance(cell, Slot)))
    if not slots:
        return _literal(cells, inverse, kind)
    if len(slots) == 1 and all(cell == slots[0] for cell in cells):
        return _of_slot(slots[0], values, rows)
    column = _literal([None if isinstance(cell, Slot) else cell for cell in cells], inverse, kind)
    column = decoded(column)
    for slot in slots:
        mine = np.array([cell == slot for cell in cells])[inverse]
        column = pc.if_else(pa.array(mine), decoded(_of_slot(slot, values, rows)), column)
    return column


def _literal(cells: Sequence[Cell], inverse: Rows, kind: pa.DataType) -> pa.Array:
    distinct = list(dict.fromkeys(cell for cell in cells if cell is not None))
    place = {cell: number for number, cell in enumerate(distinct)}
    codes = np.array([place.get(cell, -1) if cell is not None else -1 for cell in cells], np.int32)[inverse]
    array = pa.DictionaryArray.from_arrays(pa.array(codes, mask=codes < 0), pa.array(distinct, kind))
    return array if kind == pa.string() else array.dictionary_decode()


def _of_slot(slot: Slot, values: BlockValues, rows: Rows | None) -> pa.Array:
    array = values.slot(slot.name)
    array = array if rows is None else array.take(pa.array(rows))
    if not (slot.head or slot.tail):
        return array
    coded = array if isinstance(array, pa.DictionaryArray) else array.dictionary_encode()
    words = pc.binary_join_element_wise(slot.head, coded.dictionary, slot.tail, "")
    return pa.DictionaryArray.from_arrays(coded.indices, words)


