"""Rows of the same shape, of which a kind's SELECTs make the same but for the values in slots.

Each class of rows is put through the SELECTs once, with a sign of its own in the place of each value in a slot. Where the sign
comes out, the value belongs: the SELECTs are asked, not rewritten.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import duckdb
import pyarrow as pa

from lotproof.intake.columns.shapes import THERE, FieldShapes
from lotproof.intake.columns.words import NotPlain
from lotproof.intake.fields import Kind, Type

MOST = 20_000
"""Classes of one table; with more of them the SELECTs may as well run over the rows."""
_SIGN = re.compile("\ue000([a-z_]+)\ue001")
_DAY = datetime(1600, 1, 1)  # noqa: DTZ001 - a column of the lake without zone
_NUMBER = -1e300
POSITION = "position"


@dataclass(frozen=True)
class Slot:
    """A value that comes out of a slot."""

    name: str
    """Column of ``t``."""
    head: str = ""
    """Text before it."""
    tail: str = ""
    """Text behind it."""


Cell = Any
"""What a column of one class holds: None, a value, or a Slot."""


class Classes:
    """The classes of a table, and what each SELECT makes of them."""

    def __init__(
        self, connection: duckdb.DuckDBPyConnection, kind: Kind, fields: Sequence[FieldShapes], pairs: Sequence[tuple[str, str]],
        schema: pa.Schema,
    ) -> None:  # fmt: skip
        """``pairs`` are the codes whose serials may be equal; ``schema`` that of ``t``."""
        self._connection, self._kind, self._fields, self._pairs = connection, kind, fields, pairs
        self._schema = schema
        self._ids: dict[tuple[int, ...], int] = {}
        self.reasons: list[str] = []
        """Why rows of each class cannot be read; '' where they can."""
        self.made: list[list[Mapping[str, Cell] | None]] = [[] for _ in kind.emits]
        """For each SELECT and class the columns of its row; None where it makes none."""
        slots = [name for shapes in fields for shape in shapes.shapes for name, value in shape.values.items() if value is THERE]
        self._slots = list(dict.fromkeys([*slots, *(name for name, _ in kind.least)]))

    def of(self, keys: Sequence[tuple[int, ...]]) -> list[int]:
        """The number of each class; a key holds the shape of each field, a bit a pair, a bit a derived column."""
        fresh = [key for key in dict.fromkeys(keys) if key not in self._ids]
        if fresh:
            if len(self._ids) + len(fresh) > MOST:
                raise NotPlain("the rows are of too many shapes")
            self._learn(fresh)
        return [self._ids[key] for key in keys]

    def _learn(self, keys: Sequence[tuple[int, ...]]) -> None:
        first = len(self._ids)
        rows = [self._prototype(key, first + number) for number, key in enumerate(keys)]
        self._ids.update({key: first + number for number, key in enumerate(keys)})
        self.reasons += [row["row_reason"] for row in rows]
        readable = [row for row in rows if not row["row_reason"]]
        self._connection.register("_prototypes", pa.Table.from_pylist(readable, schema=self._schema))
        self._connection.execute("CREATE OR REPLACE TEMP TABLE prototype AS SELECT * FROM _prototypes")
        self._connection.unregister("_prototypes")
        self._connection.execute("CREATE OR REPLACE VIEW t AS SELECT * FROM prototype")
        for made, (_, select) in zip(self.made, self._kind.emits, strict=True):
            made += [None] * len(keys)
            for row in self._connection.execute(select).to_arrow_table().to_pylist():
                number = row[POSITION]
                if made[number] is not None:
                    raise NotPlain("a SELECT makes several rows of one")
                made[number] = {name: self._cell(name, value, number) for name, value in row.items()}

    def _prototype(self, key: tuple[int, ...], number: int) -> dict[str, Any]:
        row: dict[str, Any] = {POSITION: number}
        reasons = []
        for shapes, shape in zip(self._fields, key, strict=False):
            found = shapes.shapes[shape]
            row |= {name: self._sign(name) if value is THERE else value for name, value in found.values.items()}
            reasons.append(found.reason)
        bits = key[len(self._fields) :]
        for (one, other), same in zip(self._pairs, bits, strict=False):
            if same:
                row[f"{other}_serial"] = row[f"{one}_serial"]
        for (name, _), there in zip(self._kind.least, bits[len(self._pairs) :], strict=True):
            row[name] = self._sign(name) if there else None
        row["row_reason"] = "; ".join(reason for reason in reasons if reason)
        return row

    def _sign(self, name: str) -> Any:
        kind = self._schema.field(name).type
        if pa.types.is_timestamp(kind):
            return _DAY + timedelta(seconds=self._slots.index(name))
        if pa.types.is_floating(kind):
            return _NUMBER * (1 + self._slots.index(name))
        return f"\ue000{name}\ue001"

    def _cell(self, name: str, value: Any, number: int) -> Cell:
        if name in (POSITION, "ordinal"):
            if value != number:
                raise NotPlain("a SELECT counts for itself")
            return Slot(POSITION)
        if isinstance(value, str):
            return _text_cell(value)
        if isinstance(value, datetime):
            return Slot(self._slots[(value - _DAY).seconds])
        if isinstance(value, float) and value <= _NUMBER:
            return Slot(self._slots[round(value / _NUMBER) - 1])
        return value


def _text_cell(value: str) -> Cell:
    signs = list(_SIGN.finditer(value))
    if len(signs) > 1 or (not signs and ("\ue000" in value or "\ue001" in value)):
        raise NotPlain("a SELECT looks into a value")
    return Slot(signs[0][1], value[: signs[0].start()], value[signs[0].end() :]) if signs else value


def pairs_of(fields: Sequence[FieldShapes]) -> list[tuple[str, str]]:
    """Codes whose serials a SELECT may compare."""
    codes = [shapes.field.name for shapes in fields if shapes.field.type is Type.CODE]
    return [(one, other) for at, one in enumerate(codes) for other in codes[at + 1 :]]
