"""The rows of a table, held coded by columns until all of them are known; on disk where they are many."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from lotproof.intake.arrays import decoded, whole
from lotproof.intake.columns.clock import part
from lotproof.intake.columns.forms import Forms
from lotproof.intake.columns.words import NotPlain, Words, has_few
from lotproof.intake.fields import Kind, Type

MEMORY = 96 << 20
"""Bytes of coded rows held in memory; more go to disk."""
_FEW_TIMES = 8
"""Times that are read one by one rather than by day and clock, of the first 400."""


@dataclass
class Column:
    """How one column is coded, and its distinct texts."""

    type: Type | None
    """Of the field that it holds; None where no field takes it."""
    passed: bool
    """Whether its texts may stay as they are: nothing looks at them."""
    words: Words = field(default_factory=Words)
    forms: Forms | None = None
    """Of a column of codes."""

    def __post_init__(self) -> None:
        if self.type is Type.CODE:
            self.forms = Forms(self.words)

    def coded(self, texts: pa.StringArray) -> dict[str, pa.Array]:
        """Arrays of one block: k the numbers of words or forms, u micros beside a day, s the texts, v the serials. NotPlain where it
        is of another shape."""
        if self.type is Type.TIME:
            return self._times(texts)
        if self.forms is not None:
            return self._codes(texts, self.forms)
        if has_few(texts):
            return {"k": pa.array(self.words.number(texts))}
        if self.passed or self.type is None:
            return {"s": texts}
        encoded = texts.dictionary_encode()
        if len(encoded.dictionary) * 3 > len(texts) and len(encoded.dictionary) > 1000:
            raise NotPlain("a column that must be read word by word has too many")
        return {"k": pa.array(self.words.number(encoded))}

    def _times(self, texts: pa.StringArray) -> dict[str, pa.Array]:
        if has_few(texts, _FEW_TIMES):
            return {"k": pa.array(self.words.number(texts))}
        parted = part(texts)
        if parted.parted * 10 < 9 * (len(texts) - texts.null_count):
            raise NotPlain("a column of times has no fixed form")
        return {"k": pa.array(self.words.number(parted.days)), "u": pa.array(parted.micros), "s": texts}

    def _codes(self, texts: pa.StringArray, forms: Forms) -> dict[str, pa.Array]:
        if not has_few(texts, 200):
            numbers, serials = forms.sort(texts)
            return {"k": pa.array(numbers), "s": texts, **({} if serials is texts else {"v": serials})}
        encoded = texts.dictionary_encode()
        codes = encoded.indices.fill_null(len(encoded.dictionary)).to_numpy()
        counts = np.bincount(codes, minlength=len(encoded.dictionary) + 1)
        numbers, serials = forms.sort(encoded.dictionary, counts)
        arrays = {"k": pa.array(np.append(numbers, np.int32(0))[codes]), "s": encoded}
        if serials is not encoded.dictionary:
            arrays["v"] = pa.DictionaryArray.from_arrays(encoded.indices, serials)
        return arrays


@dataclass(frozen=True)
class Block:
    """Some rows, coded."""

    positions: npt.NDArray[np.int64]
    columns: list[Mapping[str, pa.Array]]
    """For each column what `Column.coded` gave."""


class Held:
    """Takes the rows of a table; gives them again block by block."""

    def __init__(self, kind: Kind, columns: Mapping[str, int], width: int, spill: Path) -> None:
        """``columns`` is field to index, ``spill`` a file to write beyond MEMORY."""
        named = {index: kind.field_named(name) for name, index in columns.items()}
        passed = kind.passed or ()
        self.columns = [Column(None, True) for _ in range(width)]
        for index, declared in named.items():
            self.columns[index] = Column(declared.type, declared.name in passed)
        self.plain = kind.passed is not None
        """Whether all rows so far are of the common shape."""
        self.rows = 0
        self._spill = spill
        self.constants = 0
        self._memory: list[pa.Table] = []
        self._bytes = 0
        self._stream: pa.NativeFile | None = None

    def add(self, table: pa.Table) -> None:
        """Take rows: ``position`` and one text column a cell, empty ones null."""
        texts = [whole(column) for column in table.columns[1:]]
        arrays: dict[str, pa.Array] = {"position": whole(table.column(0))}
        for index, column in enumerate(texts):
            arrays.update({f"{name}{index}": array for name, array in self._coded(index, column).items()})
        self.rows += table.num_rows
        self._keep(pa.table(arrays))

    def add_constant(self, type: Type, text: str) -> None:
        """A further column, with this text in each row."""
        column = Column(type, False)
        column.words.number(pa.array([text]))
        self.columns.append(column)
        self.constants += 1

    def _coded(self, index: int, texts: pa.StringArray) -> Mapping[str, pa.Array]:
        if self.plain:
            try:
                return self.columns[index].coded(texts)
            except NotPlain:
                self.plain = False
        return {"s": texts}

    def _keep(self, table: pa.Table) -> None:
        if self._stream is None and self._bytes + table.nbytes <= MEMORY:
            self._memory.append(table)
            self._bytes += table.nbytes
            return
        if self._stream is None:
            self._stream = pa.OSFile(str(self._spill), "wb")
        with pa.ipc.new_stream(self._stream, table.schema) as writer:
            writer.write_table(table)

    def tables(self) -> Iterator[pa.Table]:
        """The coded rows in order."""
        yield from self._memory
        if self._stream is None:
            return
        self._stream.flush()
        with pa.OSFile(str(self._spill), "rb") as source:
            end = source.size()
            while source.tell() < end:
                yield pa.ipc.open_stream(source).read_all()

    def blocks(self) -> Iterator[Block]:
        """The coded rows in order, by columns."""
        for table in self.tables():
            columns: list[dict[str, pa.Array]] = [{} for _ in self.columns]
            for name in table.column_names[1:]:
                columns[int(name[1:])][name[0]] = whole(table.column(name))
            for column in columns[len(columns) - self.constants :]:
                column["k"] = pa.array(np.ones(table.num_rows, np.int32))
            yield Block(table.column("position").to_numpy(), list(columns))

    def texts(self, index: int, arrays: Mapping[str, pa.Array]) -> pa.StringArray:
        """A column of a block as it was read."""
        if "s" in arrays:
            return decoded(arrays["s"])
        return pa.array(self.columns[index].words.texts, pa.string()).take(arrays["k"])

    def as_read(self) -> Iterator[pa.Table]:
        """The rows as they were taken."""
        width = len(self.columns) - self.constants
        names = ["position", *(f"c{index}" for index in range(width))]
        for block in self.blocks():
            cells = [self.texts(index, arrays) for index, arrays in enumerate(block.columns[:width])]
            yield pa.Table.from_arrays([pa.array(block.positions), *cells], names)

    def close(self) -> None:
        """Forget the rows."""
        self._memory.clear()
        if self._stream is not None:
            self._stream.close()
            self._spill.unlink(missing_ok=True)
