"""Which serials of a segment may be another's misspelling: a number for each row that equal serials, and misspelled ones, share.

`lake/spelling.py` folds spellings in SQL, at a microsecond a serial. Here serials are folded in the same way, all rows at once, and four
bytes of a hash of the fold kept a row, in ``lake/index/folds/``; they are made again where they are missing. What has the number of a
sought serial is then read and folded as a whole.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from lotproof.lake.store import Lake

NAME = "folds.v2"
LOOK = 0
"""Number of a serial that must be read: it is long, or has a character outside ASCII, or a point, comma or plus (IDT-04)."""
_LONGEST = 24
"""Characters of a serial that are hashed; GS1 allows twenty. A longer one is looked at."""
_FACTORS = np.array([0x9E3779B97F4A7C15, 0xC2B2AE3D27D4EB4F, 0x165667B19E3779F9], np.uint64)
"""Odd numbers by which each eight characters are multiplied before they are added up (modulo 2 ** 64)."""
_ROWS = 1_000_000
"""Rows that are looked at together."""


def _letters() -> np.ndarray:
    """What `spelling.LETTERS` makes of each byte."""
    table = np.arange(256, dtype=np.uint8)
    for text, meant in zip("&\"'(-_", "134568", strict=True):
        table[ord(text)] = ord(meant)
    table[ord("a") : ord("z") + 1] = np.arange(ord("A"), ord("Z") + 1)
    for text, meant in zip("OILYQWoilyqw?;", "011ZAZ011ZAZMM", strict=True):
        table[ord(text)] = ord(meant)
    return table


_LETTERS = _letters()
_STRANGE = (np.arange(256) >= 128) | np.isin(np.arange(256), [ord(each) for each in ".,+"])


def numbers(serials: pa.Array) -> np.ndarray:
    """The number (uint32) of each serial of an array of strings; that of ``''`` where there is none."""
    serials = serials.cast(pa.large_string())
    offsets = np.frombuffer(serials.buffers()[1], np.int64)[serials.offset : serials.offset + len(serials) + 1]
    data = np.frombuffer(serials.buffers()[2] or b"", np.uint8)
    ends, lengths = offsets[1:], np.diff(offsets)
    if serials.null_count:
        lengths = np.where(serials.is_valid().to_numpy(zero_copy_only=False), lengths, 0)
    folded = _LETTERS[data] if len(data) else np.zeros(1, np.uint8)
    words = np.zeros((len(_FACTORS), len(serials)), np.uint64)
    # A serial loses its leading zeros in the fold: a zero is nothing here, and so is what lies before the first character.
    for place in range(min(_LONGEST, int(lengths.max(initial=0)))):
        letter = np.where(lengths > place, folded[np.maximum(ends - 1 - place, 0)] ^ np.uint8(ord("0")), np.uint8(0))
        words[place // 8] |= letter.astype(np.uint64) << np.uint64(8 * (place % 8))
    found: np.ndarray = ((words * _FACTORS[:, None]).sum(axis=0) >> np.uint64(32)).astype(np.uint32) | np.uint32(1)
    found[lengths > _LONGEST] = LOOK
    strange = _STRANGE[data]
    if strange.any():
        upto = np.append(0, np.cumsum(strange))
        found[(upto[ends] > upto[ends - lengths])] = LOOK
    return found


def folds_of(lake: Lake, sha256: str) -> Path:
    """The file of a segment with observations; made now where there is none. Its name holds size and time of the segment's file."""
    source = lake.segment(sha256) / "observation.parquet"
    stamp = source.stat()
    kept = lake.index / "folds" / f"{sha256}-{stamp.st_size}-{stamp.st_mtime_ns}-{NAME}"
    if not kept.exists():
        kept.parent.mkdir(parents=True, exist_ok=True)
        for other in kept.parent.glob("*"):
            if other.name.startswith(sha256) or not lake.segment(other.name.split("-")[0]).exists():
                other.unlink(missing_ok=True)
        made = kept.with_name(f"{uuid.uuid4().hex}.new")
        with pq.ParquetFile(source) as file, made.open("wb") as out:
            for batch in file.iter_batches(131_072, columns=["serial"], use_threads=False):
                out.write(numbers(batch.column(0)).data)
        made.replace(kept)
    return kept


def rows_with(path: Path, sought: Sequence[str]) -> Iterator[np.ndarray]:
    """Numbers of the rows of a segment whose serial may be one of those sought, however it is spelled, or must be read in any case."""
    wanted = np.unique(np.append(numbers(pa.array(sought, pa.string())), np.uint32(LOOK)))
    table = np.zeros(1 << 20, bool)
    table[wanted >> 12] = True
    kept = np.memmap(path, np.uint32, "r") if path.stat().st_size else np.zeros(0, np.uint32)
    for start in range(0, len(kept), _ROWS):
        some = kept[start : start + _ROWS]
        hits = np.flatnonzero(table[some >> np.uint32(12)])
        yield start + hits[np.isin(some[hits], wanted)]
