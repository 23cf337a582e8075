"""Texts of the rows of a part of packs.v2 that repeat: words once, and their numbers among the other arrays."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from lotproof.lake.columns import ColumnFile, ColumnWriter

REPEATED = ("image", "counter", "event")
"""Texts that often differ in every row; they are kept only where they repeat."""
TEXTS = ("step", "sscc", "place", "actor", "reason", "result", "reference", "transform", *REPEATED)
"""Columns of texts that are kept as numbers from 1 on where they repeat; 0 is no text."""
_FEW = 64
"""So many words are kept whatever the count of rows."""
_TIMES = 16
"""Rows for each word, from which on words are kept."""


def codes(column: pa.ChunkedArray, of: Callable[[str], int], absent: int = 0) -> np.ndarray:
    """A number for each row by its word; each distinct word is asked once a chunk."""
    if column.null_count == len(column):
        return np.full(len(column), absent, np.int32)
    pieces = []
    for chunk in column.chunks:
        coded = chunk if isinstance(chunk, pa.DictionaryArray) else chunk.dictionary_encode()
        numbers = np.array([*(of(word) for word in coded.dictionary.to_pylist()), absent], np.int32)
        indices = pc.fill_null(coded.indices, len(numbers) - 1) if coded.null_count else coded.indices
        pieces.append(numbers[indices.to_numpy(zero_copy_only=False)])
    return pieces[0] if len(pieces) == 1 else np.concatenate(pieces)


def repeating(file: pq.ParquetFile, group: int, names: Sequence[str]) -> list[str]:
    """Which of these columns repeat in a row group, so that it may pay to read them all. A group has few rows of one event, for its rows
    are sorted by item."""
    table = file.read_row_group(group, columns=list(names), use_threads=False)
    return [name for name in table.column_names if len(pc.unique(table.column(name))) <= max(_FEW, len(table) // 2)]


def coded(column: pa.ChunkedArray, rows: np.ndarray) -> tuple[np.ndarray, list[str]] | None:
    """Number of the text of each row, and the texts; None where those of ``rows`` (bool) repeat too little.

    Other rows may have any number.
    """
    known: dict[str, int] = {}
    numbers = codes(column, lambda word: known.setdefault(word, len(known) + 1))
    if not known:
        return numbers, []
    used = np.flatnonzero(np.bincount(numbers[rows], minlength=1))
    used = used[used > 0]
    if len(used) > max(_FEW, len(rows) // _TIMES):
        return None
    new = np.zeros(len(known) + 1, np.int64)
    new[used] = np.arange(1, len(used) + 1)
    words = list(known)
    return new[numbers], [words[number - 1] for number in used.tolist()]


def of_boxes(numbers: np.ndarray, box: np.ndarray, boxes: int) -> np.ndarray | None:
    """The number of the text of each container, by number; None where a row of ``box`` (0 for none) says otherwise than another."""
    found = np.zeros(boxes, np.int64)
    found[box] = numbers
    return found if found[0] == 0 and np.array_equal(found[box], numbers) else None


def write_words(out: ColumnWriter, words: Sequence[str | None]) -> list[Any]:
    """Write words; return what the directory must say of them."""
    spelled = [(word or "").encode() for word in words]
    ends = np.cumsum([0, *map(len, spelled)])
    return [out.add(ends.astype(np.int64)), out.add(np.frombuffer(b"".join(spelled), np.uint8)), len(spelled), int(ends[-1])]


def read_words(file: ColumnFile, told: list[Any]) -> pa.StringArray:
    """The words that the directory tells of so."""
    ends, letters, count, size = told
    buffers = [None, pa.py_buffer(file.read(ends, 0, count + 1).astype(np.int32)), pa.py_buffer(file.read(letters, 0, size))]
    return pa.StringArray.from_buffers(count, buffers[1], buffers[2])


def text_of(words: pa.Array, numbers: np.ndarray) -> pa.Array:
    """The text of each number: word ``number - 1``, null for 0."""
    return words.take(pa.array(numbers.astype(np.int64) - 1, mask=numbers == 0))
