"""Beside each segment: where the columns of its row groups lie, and which GTINs it names; so that one row is read quickly.

``index/places/<sha256>`` is one line of JSON and then 64-bit numbers: the row at which each group begins, the count of rows, and group
by group where each column begins. All of it comes from observation.parquet and is made again where it is absent, of another version,
or older than the segment; a footer says the same, but describes so much that reading it takes longer than reading the row.
"""

from __future__ import annotations

import json
import mmap
import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq

from lotproof.lake.cells import KINDS, Column
from lotproof.lake.store import Lake, put
from lotproof.lake.writer import SHAPE

VERSION = 1
GTINS = 1_000
"""More GTINs in one source are not listed: it names no products."""
_SILENT = 64
"""Bytes up to which a column of a row group may hold nothing but nulls; what is larger says something for certain."""
_CODECS = {"ZSTD": "zstd", "SNAPPY": "snappy", "GZIP": "gzip", "UNCOMPRESSED": ""}


@dataclass(frozen=True)
class Places:
    """How to reach the rows of one segment."""

    columns: dict[str, Column | None]
    """Columns with a value in at least one row, in the order of the file; None for one that only Arrow reads."""
    gtins: tuple[str, ...] | None
    """GTINs that its rows state, sorted; None where they are more than GTINS."""
    numbers: Sequence[int]
    """As the file has them."""
    groups: int
    """Count of row groups."""

    @property
    def firsts(self) -> Sequence[int]:
        """Row at which each row group begins, and the count of rows."""
        return self.numbers[: self.groups + 1]

    def bounds(self, group: int, name: str) -> tuple[int, int | None]:
        """Where a column of a row group begins in the file, and where the next one does that says something; None for the last."""
        at = self.groups + 1 + group * len(self.columns) + list(self.columns).index(name)
        return self.numbers[at], self.numbers[at + 1] if at + 1 < len(self.numbers) else None


def stamp(segment: Path | str) -> list[int]:
    """Size and time of the observations of a segment folder: what is derived from others is of no use. Zeros where it has none."""
    try:
        told = os.stat(f"{segment}/observation.parquet")  # noqa: PTH116 - a Path for each of hundreds of segments costs more than the look
    except FileNotFoundError:
        return [0, 0]
    return [told.st_size, told.st_mtime_ns]


def places_file(lake: Lake, sha256: str) -> Path:
    """Where the places of a segment lie."""
    return lake.index / "places" / sha256


def read_places(lake: Lake, sha256: str) -> Places | None:
    """The places of a segment as they were kept; None where they have to be made."""
    try:
        head, _, body = places_file(lake, sha256).read_bytes().partition(b"\n")
        told = json.loads(head)
        if told["version"] != VERSION or told["stamp"] != stamp(lake.segment(sha256)):
            return None
        columns = {name: Column(*how) if how else None for name, how in told["columns"]}
        numbers = memoryview(body).cast("q")
        gtins = None if told["gtins"] is None else tuple(told["gtins"])
        if len(numbers) != told["groups"] * (len(columns) + 1) + 1:
            return None
        return Places(columns, gtins, numbers, told["groups"])
    except (FileNotFoundError, ValueError, KeyError, TypeError):
        return None


def keep_places(lake: Lake, sha256: str) -> Places:
    """Find the places of a segment and keep them; the segment must have observations."""
    segment = lake.segment(sha256)
    found = find_places(segment / "observation.parquet")
    columns = [[name, [how.kind, how.codec] if how else None] for name, how in found.columns.items()]
    head = {"version": VERSION, "stamp": stamp(segment), "groups": found.groups, "columns": columns, "gtins": found.gtins}
    put(places_file(lake, sha256), json.dumps(head).encode() + b"\n" + np.array(found.numbers, "<i8").tobytes())
    return found


def find_places(path: Path) -> Places:
    """The places of a file of observations, from its footer and the columns that may be silent."""
    silent: set[tuple[int, str, bytes]] = set()
    with pq.ParquetFile(path) as file, path.open("rb") as stream, mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ) as raw:
        meta = file.metadata
        groups = [meta.row_group(group) for group in range(meta.num_row_groups)]
        spoken = {name: place for place, name in enumerate(file.schema_arrow.names) if _speaks(file, raw, place, name, silent)}
        firsts = np.cumsum([0, *(group.num_rows for group in groups)], dtype=np.int64).tolist()
        starts = [_start(group.column(place)) for group in groups for place in spoken.values()]
        columns = {name: _how(file, groups, place) for name, place in spoken.items()}
        return Places(columns, _gtins(path, meta) if "gtin" in spoken else (), [*firsts, *starts], len(groups))


def _start(chunk: pq.ColumnChunkMetaData) -> int:
    return int(chunk.dictionary_page_offset or chunk.data_page_offset)


def _how(file: pq.ParquetFile, groups: Sequence[pq.RowGroupMetaData], place: int) -> Column | None:
    """How a column is laid out, None where not as our writer does it."""
    flat = file.schema.column(place)
    as_ours = flat.name in SHAPE.names and file.schema_arrow.field(flat.name).type == SHAPE.field(flat.name).type
    codecs = {group.column(place).compression for group in groups}
    if not as_ours or (flat.max_definition_level, flat.max_repetition_level) != (1, 0) or flat.physical_type not in KINDS:
        return None
    return Column(flat.physical_type, _CODECS[codecs.pop()]) if len(codecs) == 1 and codecs <= _CODECS.keys() else None


def _speaks(file: pq.ParquetFile, raw: mmap.mmap, place: int, name: str, silent: set[tuple[int, str, bytes]]) -> bool:
    """Whether a column has a value. Files keep no statistics of most columns, so those small enough are read, equal bytes once."""
    for group in range(file.num_row_groups):
        chunk = file.metadata.row_group(group).column(place)
        if chunk.total_uncompressed_size > _SILENT:
            return True
        start = _start(chunk)
        key = (chunk.num_values, chunk.physical_type, raw[start : start + chunk.total_compressed_size])
        if key in silent:
            continue
        column = file.read_row_group(group, columns=[name], use_threads=False).column(0)
        if column.null_count < len(column):
            return True
        silent.add(key)
    return False


def _gtins(path: Path, meta: pq.FileMetaData) -> tuple[str, ...] | None:
    """Read as dictionaries, so that a text is made of each word and not of each row."""
    found: set[str] = set()
    with pq.ParquetFile(path, metadata=meta, read_dictionary=["gtin"]) as file:
        for group in range(file.num_row_groups):
            for chunk in file.read_row_group(group, columns=["gtin"], use_threads=False).column(0).chunks:
                found.update(word for word in chunk.dictionary.to_pylist() if word is not None)
            if len(found) > GTINS:
                return None
    return tuple(sorted(found))
