"""What the distinct texts of a table mean, and by which few shapes rows can be told apart.

A shape of a field is all that a kind's SELECTs can see of its value: words, numbers, lots and trade items themselves; of serials,
SSCCs and times only whether they are there. The values themselves stand in slots, by their names in the relation ``t``.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from lotproof.intake.arrays import factors, firsts, whole
from lotproof.intake.columns.forms import FRAME, PLAIN
from lotproof.intake.columns.held import Column
from lotproof.intake.columns.words import Codes
from lotproof.intake.fields import Field, Type

_PARTS = {
    Type.CODE: ("_raw", "_gtin", "_serial", "_sscc", "_lot", "_expiry", "_transform", "_trouble"),
    Type.TIME: ("", "_text", "_offset", "_local"),
    Type.WORD: ("", "_raw"),
}
_SLOTS = {Type.CODE: ("_raw", "_serial", "_sscc"), Type.TIME: ("", "_text", "_local")}
THERE = object()
"""Stands in a shape for a value that is in a slot."""


@dataclass(frozen=True)
class Shape:
    """What all values of one shape have in common."""

    values: Mapping[str, Any]
    """Column of ``t`` -> value, None, or THERE."""
    reason: str | None
    """Why rows with it cannot be read."""


@dataclass
class FieldShapes:
    """The shapes of one field."""

    field: Field
    index: int
    """Of its column."""
    values: Mapping[str, pa.Array]
    """Column of ``t`` -> what each word of the column means."""
    shapes: list[Shape] = dataclasses.field(default_factory=list)
    of_word: Codes = dataclasses.field(default_factory=lambda: np.zeros(0, np.int32))
    """The shape of each word."""
    of_form: dict[int, int] = dataclasses.field(default_factory=dict)
    """The shape of each form of codes."""

    def of(self, numbers: Codes) -> Codes:
        """The shape of each row of a block, from its words and forms."""
        if not self.of_form or not len(numbers) or int(numbers.min()) >= 0:
            return self.of_word[numbers]
        lowest = min(self.of_form)
        forms = np.array([self.of_form.get(form, 0) for form in range(-1, lowest - 1, -1)], np.int32)
        return np.where(numbers >= 0, self.of_word[np.maximum(numbers, 0)], forms[np.maximum(-1 - numbers, 0)])


def names_of(declared: Field) -> list[str]:
    """The columns of ``t`` that a field gives."""
    return [declared.name + part for part in _PARTS.get(declared.type, ("",))]


def slots_of(declared: Field, passed: tuple[str, ...], derived: frozenset[str]) -> list[str]:
    """Those of them whose values are no part of the shape."""
    if declared.name in passed or declared.name in derived:
        return [declared.name]
    return [declared.name + part for part in _SLOTS.get(declared.type, ())]


def shapes_of(
    declared: Field, index: int, typed: pa.Table, column: Column, passed: tuple[str, ...], derived: frozenset[str]
) -> FieldShapes:
    """The shapes of a field, from ``typed`` with a row for each word of its column."""
    count = len(column.words.texts)
    values = {name: whole(typed.column(name).slice(0, count)) for name in names_of(declared)}
    reasons = whole(typed.column(f"reason_{declared.name}").slice(0, count))
    slots = slots_of(declared, passed, derived)
    found = FieldShapes(declared, index, values)
    if declared.name in derived:  # they reach the SELECTs through what is derived from them alone
        found.shapes, found.of_word = _grouped({}, reasons, ())
    else:
        found.shapes, found.of_word = _grouped(values, reasons, slots)
    if column.forms is not None:
        _add_forms(found, column)
    if declared.name in passed:
        found.of_form[PLAIN] = len(found.shapes)  # texts that were not numbered
        found.shapes.append(Shape({declared.name: THERE}, None))
    return found


def _grouped(values: Mapping[str, pa.Array], reasons: pa.Array, slots: list[str] | tuple[str, ...]) -> tuple[list[Shape], Codes]:
    """The distinct shapes of the words, and which each word has."""
    seen: dict[str, pa.Array] = {name: array.is_valid() if name in slots else array for name, array in values.items()}
    code = np.zeros(len(reasons), np.int64)
    for array in (*seen.values(), reasons):
        encoded = array.dictionary_encode(null_encoding="encode")
        _, code = factors(code * max(len(encoded.dictionary), 1) + encoded.indices.to_numpy())
    distinct, inverse = factors(code)
    shapes = []
    for row in firsts(inverse, len(distinct)).tolist():
        shape = {name: (THERE if array[row].as_py() else None) if name in slots else array[row].as_py() for name, array in seen.items()}
        shapes.append(Shape(shape, reasons[row].as_py()))
    return shapes, inverse.astype(np.int32)


def _add_forms(found: FieldShapes, column: Column) -> None:
    """The shapes of codes that were never looked at one by one."""
    name = found.field.name
    nothing = dict.fromkeys(names_of(found.field))
    forms: list[tuple[int, dict[str, Any]]] = [
        (PLAIN, {f"{name}_raw": THERE, f"{name}_serial": THERE}),
        (PLAIN - 1, {f"{name}_raw": THERE, f"{name}_sscc": THERE}),
    ]
    for number, frame in enumerate(column.forms.labels.frames if column.forms else ()):
        reading = frame.reading
        transform = " ".join(note for note in reading.transforms if note != "plain") or None
        said = {"gtin": reading.gtin, "lot": reading.lot, "expiry": reading.expiry, "transform": transform}
        values = {f"{name}_{part}": value for part, value in said.items()}
        forms.append((FRAME - number, {f"{name}_raw": THERE, f"{name}_serial": THERE, **values}))
    for form, values in forms:
        found.of_form[form] = len(found.shapes)
        found.shapes.append(Shape({**nothing, **values}, None))


def packed(codes: list[tuple[Codes, int]], count: int) -> npt.NDArray[np.int64]:
    """One number a row from (code, how many there are) of several columns; equal where all codes are."""
    key, span = np.zeros(count, np.int64), 1
    for code, most in codes:
        if most <= 1:
            continue
        if span * most >= 1 << 62:
            distinct, key = factors(key)
            span = len(distinct)
        key, span = key * most + code, span * most
    return key
