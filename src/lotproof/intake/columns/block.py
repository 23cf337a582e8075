"""The values of one block of rows: what is in its slots, of which class each row is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Protocol

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from lotproof.intake.arrays import Rows, decoded, factors, firsts
from lotproof.intake.columns.classes import POSITION, Classes
from lotproof.intake.columns.forms import PLAIN, SSCC
from lotproof.intake.columns.held import Block
from lotproof.intake.columns.shapes import FieldShapes, packed
from lotproof.intake.columns.words import Codes, Mask, NotPlain
from lotproof.intake.fields import Type


class Zones(Protocol):
    """Local times to UTC."""

    def to_utc(self, local: Rows) -> Rows:
        """Microseconds of UTC for those of local times."""


class BlockValues:
    """Slots of a block, made when asked for."""

    def __init__(self, block: Block, fields: Sequence[FieldShapes], zones: Zones) -> None:
        self._block, self._zones = block, zones
        self._fields = {shapes.field.name: shapes for shapes in fields}
        self.positions = block.positions
        self.derived: dict[str, pa.Array] = {}
        self.slot = cache(self._slot)
        self.local = cache(self._local)
        self.utc = cache(self._utc)

    def numbers(self, name: str) -> Codes:
        """The words and forms of a field."""
        arrays = self._arrays(name)
        if "k" in arrays:
            return np.asarray(arrays["k"].to_numpy())
        return np.where(arrays["s"].is_valid().to_numpy(zero_copy_only=False), PLAIN, 0).astype(np.int32)

    def _arrays(self, name: str) -> Mapping[str, pa.Array]:
        return self._block.columns[self._fields[name].index]

    def _slot(self, name: str) -> pa.Array:
        if name == POSITION:
            return pa.array(self.positions)
        if name in self.derived:
            return self.derived[name]
        base = next(field for field in sorted(self._fields, key=len, reverse=True) if name == field or name.startswith(f"{field}_"))
        part = name[len(base) :]
        kind = self._fields[base].field.type
        if kind is Type.CODE:
            return self._code(base, part)
        if kind is Type.TIME:
            return self._time(base, part)
        arrays = self._arrays(base)
        return arrays["s"] if "s" in arrays else self._fields[base].values[base].take(arrays["k"])

    def _code(self, base: str, part: str) -> pa.Array:
        arrays, numbers = self._arrays(base), self.numbers(base)
        if part == "_raw":
            return arrays["s"]
        formed = arrays.get("v", arrays["s"]) if part == "_serial" else arrays["s"]
        mine = numbers <= PLAIN if part == "_serial" else numbers == SSCC
        if part == "_serial":
            mine = mine & (numbers != SSCC)
        if not np.any(numbers > 0):
            return formed  # only rows that have it are asked for
        formed = decoded(formed)
        words = self._fields[base].values[base + part].take(pa.array(np.maximum(numbers, 0)))
        return pc.if_else(pa.array(mine), formed, words)

    def _time(self, base: str, part: str) -> pa.Array:
        arrays, shapes = self._arrays(base), self._fields[base]
        if part == "_text":
            return arrays["s"] if "s" in arrays else shapes.values[f"{base}_text"].take(arrays["k"])
        local, known = self.local(base)
        if part == "_local":
            return pa.array(local, pa.timestamp("us"), mask=~known)
        utc = self.utc(base)
        return pa.array(utc, pa.timestamp("us"), mask=~known)

    def _local(self, base: str) -> tuple[Rows, Mask]:
        """Local times in microseconds, and whether there is one."""
        arrays, shapes = self._arrays(base), self._fields[base]
        local = shapes.values[f"{base}_local"].take(arrays["k"])
        known = local.is_valid().to_numpy(zero_copy_only=False)
        micros = pc.fill_null(local.cast(pa.int64()), 0).to_numpy()
        return (micros + arrays["u"].to_numpy() if "u" in arrays else micros), known

    def _utc(self, base: str) -> Rows:
        """Times in microseconds of UTC; what is unknown is 0."""
        arrays, shapes = self._arrays(base), self._fields[base]
        local, known = self.local(base)
        offset = shapes.values[f"{base}_offset"]
        if offset.null_count == len(offset):
            return np.where(known, self._zones.to_utc(np.where(known, local, 0)), 0)
        # of a word with an offset its own UTC tells how far the two are apart, whatever the clock
        apart = pc.subtract(shapes.values[f"{base}_local"].cast(pa.int64()), shapes.values[base].cast(pa.int64()))
        own = pc.if_else(offset.is_valid(), apart, pa.scalar(None, pa.int64())).take(arrays["k"])
        stated = own.is_valid().to_numpy(zero_copy_only=False)
        utc = local - pc.fill_null(own, 0).to_numpy()
        zoned = known & ~stated
        if zoned.any():
            utc[zoned] = self._zones.to_utc(local[zoned])
        return np.where(known, utc, 0)


def classes_of(values: BlockValues, fields: Sequence[FieldShapes], pairs: Sequence[tuple[str, str]], classes: Classes) -> Codes:
    """The class of each row of a block."""
    columns: list[tuple[Codes, int]] = [(shapes.of(values.numbers(shapes.field.name)), len(shapes.shapes)) for shapes in fields]
    for one, other in pairs:
        same = pc.fill_null(pc.equal(decoded(values.slot(f"{one}_serial")), decoded(values.slot(f"{other}_serial"))), False)
        both = np.logical_and(*(np.isin(shapes_in(columns, fields, name), having(fields, name)) for name in (one, other)))
        columns.append(((same.to_numpy(zero_copy_only=False) & both).astype(np.int32), 2))
    columns += [(array.is_valid().to_numpy(zero_copy_only=False).astype(np.int32), 2) for array in values.derived.values()]
    key = packed(columns, len(values.positions))
    distinct, inverse = factors(key)
    first = firsts(inverse, len(distinct))
    if len(first) > 500 and len(first) * 4 > len(key):
        raise NotPlain("nearly every row is of a shape of its own")
    keys = list(zip(*(code[first].tolist() for code, _ in columns), strict=True)) if columns else [()]
    return np.array(classes.of(keys), np.int32)[inverse]


def shapes_in(columns: Sequence[tuple[Codes, int]], fields: Sequence[FieldShapes], name: str) -> Codes:
    """The shapes of one field among those of all."""
    return next(code for (code, _), shapes in zip(columns, fields, strict=False) if shapes.field.name == name)


def having(fields: Sequence[FieldShapes], name: str) -> list[int]:
    """The shapes of a code that have a serial."""
    shapes = next(shapes for shapes in fields if shapes.field.name == name)
    return [number for number, shape in enumerate(shapes.shapes) if shape.values.get(f"{name}_serial") is not None]


