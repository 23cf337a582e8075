"""The rows of a few items out of all segments of a lake, cell by cell, without a query engine."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from io import FileIO
from itertools import groupby
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

from lotproof.lake.cells import Chunk, Unreadable
from lotproof.lake.directory import FEW, Directory
from lotproof.lake.index import positions
from lotproof.lake.places import Places, find_places, read_places
from lotproof.lake.schema import OBSERVATION
from lotproof.lake.store import Lake

Row = dict[str, Any]
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC).replace(tzinfo=None)


class Reader:
    """Reads the rows of items from the segments of some sources; opened once for many questions."""

    def __init__(self, lake: Lake, sources: Iterable[str]) -> None:
        """``sources`` by their SHA-256, in the order in which rows are given."""
        self._lake = lake
        self._order = {sha: place for place, sha in enumerate(sources)}
        self._directory = Directory(lake, self._order)
        self._places: dict[str, Places | None] = {}

    @property
    def indexed(self) -> bool:
        """Whether many keys may be asked at once: the directory covers the sources but for a few."""
        return self._directory.uncovered <= FEW

    def rows_of(self, keys: Sequence[bytes], columns: Sequence[str]) -> Iterator[tuple[str, bytes, Row]]:
        """Source, key and row of every observation of the items with these keys, source by source, in the order of rows.

        A row holds the ``columns`` that say something in it.
        """
        told: dict[str, list[bytes]] = {}
        for key, sha in self._directory.speakers(keys):
            told.setdefault(sha, []).append(key)
        for sha in sorted(told, key=self._order.__getitem__):
            if found := positions(self._lake.segment(sha), told[sha]):
                path = self._lake.segment(sha) / "observation.parquet"
                for key, row in _rows(path, self._kept(sha) or find_places(path), found, columns):
                    yield sha, key, row

    def _kept(self, sha: str) -> Places | None:
        if sha not in self._places:
            self._places[sha] = read_places(self._lake, sha)
        return self._places[sha]

    def gtins(self) -> list[str] | None:
        """The GTINs that the sources state, sorted; None where one of them names too many to be told, or they are not known yet."""
        found: set[str] = set()
        for sha in self._order:
            places = self._kept(sha)
            if places and places.gtins is not None:
                found.update(places.gtins)
            elif (self._lake.segment(sha) / "observation.parquet").exists():
                return None
        return sorted(found)


def _rows(path: Path, places: Places, found: Sequence[tuple[int, bytes]], columns: Sequence[str]) -> Iterator[tuple[bytes, Row]]:
    """Keys and rows at these places, as far as they are of the item by its whole key, not by its first bits alone."""
    names = ["item", *(name for name in columns if name in places.columns)]
    firsts = places.firsts
    with path.open("rb", buffering=0) as stream:
        for group, members in groupby(found, key=lambda one: bisect_right(firsts, one[0]) - 1):
            sought = [(at - firsts[group], key) for at, key in members]
            try:
                yield from list(_cells(stream, places, group, names, sought))
            except Unreadable:
                yield from _by_arrow(path, group, names, sought)


def _cells(
    stream: FileIO, places: Places, group: int, names: Sequence[str], sought: Iterable[tuple[int, bytes]]
) -> Iterator[tuple[bytes, Row]]:
    chunks = {}
    for name in names:
        if (how := places.columns[name]) is None:
            raise Unreadable(name)
        start, end = places.bounds(group, name)
        stream.seek(start)
        chunks[name] = Chunk(stream.read(-1 if end is None else end - start), how)
    item = chunks.pop("item")
    for at, key in sought:
        if item.cell(at) == key:
            cells = ((name, chunk.cell(at)) for name, chunk in chunks.items())
            yield key, {name: _value(OBSERVATION[name], value) for name, value in cells if value is not None}


def _value(kind: str, value: Any) -> Any:
    if kind == "TIMESTAMP":
        return _EPOCH + timedelta(microseconds=value)
    return value.decode() if kind == "VARCHAR" else value


def _by_arrow(path: Path, group: int, names: list[str], sought: Iterable[tuple[int, bytes]]) -> Iterator[tuple[bytes, Row]]:
    with pq.ParquetFile(path) as file:
        table = file.read_row_group(group, names, use_threads=False)
    columns = {name: table.column(name) for name in table.column_names}
    item = columns.pop("item")
    for at, key in sought:
        value = item[at].as_py()
        if value is not None and getattr(value, "bytes", value) == key:
            cells = ((name, column[at].as_py()) for name, column in columns.items())
            yield key, {name: cell for name, cell in cells if cell is not None}
