"""A large table into observations by columns, held to the same result as the SQL over all rows (`intake.table_source`).

1. `held` codes the columns as the rows come: each distinct text has a number, times are parted into days and clocks, codes sorted
   by their form.
2. One table of the distinct texts goes through `intake.typed`, so SQL decides what each means and why one cannot be read.
3. `classes` puts each shape of rows through the kind's SELECTs once; `output` fills in serials and times.

What is of another shape raises NotPlain before anything is kept, and goes through SQL row by row.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from lotproof.intake import typed
from lotproof.intake.columns.block import BlockValues, classes_of
from lotproof.intake.columns.classes import Classes, pairs_of
from lotproof.intake.columns.held import Block, Held
from lotproof.intake.columns.output import Output
from lotproof.intake.columns.shapes import FieldShapes, shapes_of
from lotproof.intake.columns.words import Codes, NotPlain
from lotproof.intake.columns.zones import Doubts, ZoneTable
from lotproof.intake.completed import Completed
from lotproof.intake.fields import Type
from lotproof.intake.problem import SourceProblem
from lotproof.intake.profile import Statement
from lotproof.intake.segments import text_writer
from lotproof.intake.tally import Tally
from lotproof.intake.time_doubts import doubt_times

FEWEST = 5_000
"""Rows from which it is worth while."""
_CLOCK = re.compile(r"\d{1,2}:\d{2}")
SHOWN = 2000
"""Characters of a row in quarantine."""


def is_worth_while(held: Held) -> bool:
    """Whether a table is large and plain enough."""
    return held.plain and held.rows >= FEWEST


def read_columns(
    connection: duckdb.DuckDBPyConnection, held: Held, whole: Completed, tally: Tally, name: str, stated: Statement,
    zone: str | None, folder: Path, source: str,
) -> bool:  # fmt: skip
    """Write observation.parquet into ``folder``, and what the tally and the small tables need. False where nothing was done, because
    the table is of no plain shape."""
    before = Tally(rows=tally.rows, no_data=tally.no_data, stored=tally.stored, quarantined=tally.quarantined)
    problems, notes = list(tally.problems), list(tally.notes)
    try:
        _Reading(connection, held, whole, name, stated, zone).write(tally, folder / "observation.parquet", source)
    except (NotPlain, SourceProblem):
        tally.stored, tally.quarantined = before.stored, before.quarantined
        tally.problems, tally.notes = problems, notes
        for file in folder.iterdir():
            file.unlink()
        return False
    return True


class _Reading:
    """One table while it is read."""

    def __init__(
        self, connection: duckdb.DuckDBPyConnection, held: Held, whole: Completed, name: str, stated: Statement, zone: str | None
    ) -> None:
        self._connection, self._held, self._whole, self._name = connection, held, whole, name
        self._kind = whole.match.kind
        self._bad: list[pa.Table] = []
        for field, text in whole.facts:
            held.add_constant(self._kind.field_named(field).type, text)
        self._made = self._typed(stated, zone)
        self._fields = self._shapes()
        self._zones = ZoneTable(connection, self._made.plan.zone)
        self._pairs = pairs_of(self._fields)
        self._classes = Classes(connection, self._kind, self._fields, self._pairs, self._schema())

    def _typed(self, stated: Statement, zone: str | None) -> typed.TypedTable:
        """The table ``typed`` of the distinct texts. NotPlain where a whole column must be looked at."""
        match = self._whole.match
        if any(index >= len(self._held.columns) for index in match.columns.values()):
            raise NotPlain("a column was made of two")
        times = [column.words.texts for column in self._held.columns if column.type is Type.TIME]
        if any(text and _CLOCK.match(text) for texts in times for text in texts):
            raise NotPlain("the day of a time may stand in a column of its own")
        rows = max(len(column.words.texts) for column in self._held.columns)
        columns = {"position": pa.array(np.arange(rows))}
        for index, column in enumerate(self._held.columns):
            texts = column.words.texts if column.type is not None else [None]
            columns[f"c{index}"] = pa.array([*texts, *[None] * (rows - len(texts))], pa.string())
        _make(self._connection, "raw", pa.table(columns))
        forms = [column.forms for column in self._held.columns if column.forms is not None]
        lots = frozenset(frame.reading.lot for found in forms for frame in found.labels.frames if frame.reading.lot)
        made = typed.build(self._connection, match, self._whole.titles, self._name, stated, zone, "raw", True, lots)
        if made.problems or any(found.damaged() for found in forms) or self._has_readings():
            raise NotPlain("there is something to ask about a whole column")
        return made

    def _has_readings(self) -> bool:
        codes = [field.name for field in self._kind.fields if field.type is Type.CODE and field.name in self._whole.match.columns]
        return any(self._connection.execute(f"SELECT 1 FROM parsed_{name}_other LIMIT 1").fetchone() for name in codes)

    def _shapes(self) -> list[FieldShapes]:
        table = self._connection.execute("SELECT * FROM typed ORDER BY position").to_arrow_table()
        derived = frozenset(field for _, fields in self._kind.least for field in fields)
        columns = self._whole.match.columns
        return [
            shapes_of(field, columns[field.name], table, self._held.columns[columns[field.name]], self._kind.passed or (), derived)
            for field in self._kind.fields if field.name in columns
        ]  # fmt: skip

    def _schema(self) -> pa.Schema:
        schema = self._connection.execute("SELECT * FROM typed LIMIT 0").to_arrow_table().schema
        fields = [field for field in schema if not field.name.startswith("reason_")]
        return pa.schema([*fields, *(pa.field(name, pa.float64()) for name, _ in self._kind.least)])

    def write(self, tally: Tally, path: Path, source: str) -> None:
        """Write the observations; count rows; put into quarantine what cannot be read."""
        output = Output(self._classes)
        zone = self._made.plan.zone
        doubts = [Doubts(name, zone) for name in self._made.time_columns]
        with text_writer(path, source) as writer:
            for block in self._held.blocks():
                values = BlockValues(block, self._fields, self._zones)
                self._derive(values, block)
                of_row = classes_of(values, self._fields, self._pairs, self._classes)
                bad = np.array([bool(reason) for reason in self._classes.reasons])[of_row]
                for table in output.tables(values, of_row):
                    writer.add(table)
                for doubt in doubts:
                    doubt.take(values, self._offsets(doubt.name, values), ~bad)
                self._set_aside(block, np.flatnonzero(bad), of_row)
                tally.stored += int(len(bad) - bad.sum())
                tally.quarantined += int(bad.sum())
        for table in self._bad:
            self._connection.register("_bad", table)
            self._connection.execute("INSERT INTO out_quarantine BY NAME SELECT * FROM _bad")
            self._connection.unregister("_bad")
        self._ask(tally, doubts)

    def _derive(self, values: BlockValues, block: Block) -> None:
        for name, of in self._kind.least:
            shapes = [shapes for shapes in self._fields if shapes.field.name in of]
            there = [s.values[s.field.name].take(block.columns[s.index]["k"]) for s in shapes]
            values.derived[name] = pc.min_element_wise(*there) if there else pa.nulls(len(values.positions), pa.float64())

    def _offsets(self, name: str, values: BlockValues) -> pa.Array:
        shapes = next(shapes for shapes in self._fields if shapes.field.name == name)
        return shapes.values[f"{name}_offset"].take(pa.array(values.numbers(name)))

    def _set_aside(self, block: Block, rows: Sequence[int] | np.ndarray, of_row: Codes) -> None:
        if not len(rows):
            return
        cells = [self._held.texts(index, arrays).take(pa.array(rows)).to_pylist() for index, arrays in enumerate(block.columns)]
        width = len(self._whole.titles) - self._held.constants
        raw = ["\t".join(cell or "" for cell in row[:width])[:SHOWN] for row in zip(*cells, strict=True)]
        reasons = [self._classes.reasons[of_row[row]] for row in rows]
        self._bad.append(pa.table({"reason": reasons, "raw": raw, "position": block.positions[rows]}))

    def _ask(self, tally: Tally, doubts: Sequence[Doubts]) -> None:
        """What a person is asked about the table."""
        tally.problems += typed.unknown_words(self._connection, self._kind, self._name, self._whole.titles, self._whole.match)
        for doubt in doubts:
            _make(self._connection, f"moments_{doubt.name}", doubt.table())
        doubt_times(self._connection, self._made, tally, self._name, "moments_$name")


def _make(connection: duckdb.DuckDBPyConnection, name: str, table: pa.Table) -> None:
    connection.register("_table", table)
    connection.execute(f"DROP TABLE IF EXISTS {name}")
    connection.execute(f"CREATE TABLE {name} AS SELECT * FROM _table")
    connection.unregister("_table")
