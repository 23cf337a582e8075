"""Texts of the rows of a part of packs.v3 that repeat: words once, and their numbers among the other arrays."""

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
    """A number for each row by its word; each distinct word is asked once."""
    if column.null_count == len(column):
        return np.full(len(column), absent, np.int32)
    coded = (column if pa.types.is_dictionary(column.type) else column.dictionary_encode()).unify_dictionaries()
    words = coded.chunk(0).dictionary.to_pylist()  # all chunks have the same now
    numbers = np.array([*map(of, words), absent], np.int32)
    indices = [pc.fill_null(chunk.indices, len(words)) if chunk.null_count else chunk.indices for chunk in coded.chunks]
    return np.asarray(numbers[np.concatenate([each.to_numpy(zero_copy_only=False) for each in indices])])


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


def of_boxes(column: pa.ChunkedArray, rows: np.ndarray, box: np.ndarray, boxes: int) -> pa.Array | None:
    """The text that ``rows`` (bool) state of each container, by number (``box``, 0 for none); None where two rows differ."""
    place = np.zeros(boxes, np.int64)
    given = np.flatnonzero(rows)
    place[box[given]] = given
    met = np.zeros(boxes, bool)
    met[box[given]] = True
    met[0] = False
    words = column.take(pa.array(place, mask=~met)).cast(pa.string()).combine_chunks()
    stated = column.take(pa.array(given)).cast(pa.string())
    same = pc.equal(pc.fill_null(stated, ""), pc.fill_null(words.take(pa.array(box[given])), ""))
    return words if pc.all(same).as_py() is not False else None


def write_words(out: ColumnWriter, words: pa.Array) -> list[Any]:
    """Write words (no text as an empty one); return what the directory must say of them."""
    whole = pc.fill_null(words, "").view(pa.binary())
    ends = np.append(0, np.cumsum(pc.binary_length(whole).to_numpy(zero_copy_only=False), dtype=np.int64))
    letters = b"".join(whole.to_pylist())
    return [out.add(ends), out.add(np.frombuffer(letters, np.uint8)), len(words), len(letters)]


def read_words(file: ColumnFile, told: list[Any]) -> pa.StringArray:
    """The words that the directory tells of so."""
    ends, letters, count, size = told
    buffers = [None, pa.py_buffer(file.read(ends, 0, count + 1).astype(np.int32)), pa.py_buffer(file.read(letters, 0, size))]
    return pa.StringArray.from_buffers(count, buffers[1], buffers[2])


def text_of(words: pa.Array, numbers: np.ndarray) -> pa.Array:
    """The text of each number: word ``number - 1``, null for 0."""
    return words.take(pa.array(numbers.astype(np.int64) - 1, mask=numbers == 0))
