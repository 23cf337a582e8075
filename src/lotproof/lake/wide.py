"""Rows of packs with all their columns again, made from packs.v3; only what lies nowhere else is read from observation.parquet."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from lotproof.lake.columns import NEVER, ColumnFile
from lotproof.lake.serials import Serials
from lotproof.lake.texts import TEXTS, read_words, text_of
from lotproof.lake.writer import SHAPE

_FORGOTTEN = ("at_text", "zone_offset")
"""Columns that no rule reads: they are not made again."""
TRACES = ("image", "counter")
"""Columns that tell several reads or prints of one pack apart (SN-03). No row says the same as another there, so they are dear to read."""
_TIMES = {"at_utc": "at", "recorded_at": "recorded"}
_WORDS = [field.name for field in SHAPE if field.type == pa.string() and field.name not in ("serial", "event", "image", "counter")]
_NOWHERE = np.zeros(0, np.int64)
Rows = dict[str, np.ndarray]


@dataclass(frozen=True)
class Chosen:
    """Some rows of a section."""

    part: int
    """Number of the part."""
    section: str
    """Name of the section."""
    rows: np.ndarray
    """Places in the section, each once."""


class Wide:
    """The rows of a segment with all their columns."""

    def __init__(self, folder: Path, columns: ColumnFile, source: str) -> None:
        """``folder`` of the segment, its file of columns (lake/packs.py) and the SHA-256 that its rows bear."""
        self._path = folder / "observation.parquet"
        self._columns = columns
        self._source = source
        self._silent = set(columns.directory["silent"])
        self._file: pq.ParquetFile | None = None
        self._keepers = 0

    def in_trade_items(self) -> bool:
        """Whether a pack is in a container that bears no SSCC."""
        for part in self._columns.directory["parts"]:
            if part["box_count"] <= 1:
                continue
            if "box_words" not in part:
                whole = self._read(np.arange(self._columns.directory["rows"]), ["parent_text"])
                return any(pc.any(bears_none(table.column(0))).as_py() for table in whole)
            if pc.any(bears_none(read_words(self._columns, part["box_words"]))).as_py():
                return True
        return False

    def of_no_pack(self) -> Iterator[pa.Table]:
        """The rows that are of no pack, without the columns in which all of the segment say the same; words mostly as dictionaries."""
        yield from self._read(np.flatnonzero(self._not_packs()), [name for name in SHAPE.names if name not in self._same()])

    def whole(self, table: pa.Table) -> pa.Table:
        """Rows that `of_no_pack` gave, with all columns."""
        same = self._same()
        told = {name: table.column(name).cast(SHAPE.field(name).type) for name in table.schema.names}
        told |= {name: pa.repeat(pa.scalar(word, SHAPE.field(name).type), len(table)) for name, word in same.items()}
        return pa.Table.from_arrays([told[name] for name in SHAPE.names], schema=SHAPE)

    def _same(self) -> dict[str, str | None]:
        """Columns in which all rows of the segment say the same, and what."""
        return dict.fromkeys(self._silent) | {"source": self._source}

    def named(self, rows: np.ndarray) -> pa.Table:
        """``item_prefix``, ``level`` and ``serial`` of these rows of the file, which rise."""
        names = ["item_prefix", "level", "serial"]
        return pa.table(self._looked_up(rows, names) or {name: pa.nulls(0, SHAPE.field(name).type) for name in names})

    def of_packs(self, chosen: Sequence[Chosen], serials: Serials, traced: np.ndarray | None = None) -> Iterator[pa.Table]:
        """These rows, in the order of the file. ``serials`` knows those of other segments, and is told those of this one. ``traced`` are
        the first 60 bits of the items (sorted) whose rows have TRACES; None for all."""
        with self._kept_open():
            for number in sorted({each.part for each in chosen}):
                part = self._columns.directory["parts"][number]
                rows = self._gathered(part, [each for each in chosen if each.part == number])
                yield self._made(part, rows, serials, traced)

    def _not_packs(self) -> np.ndarray:
        """bool: whether each row is of no pack."""
        found = [
            np.unpackbits(self._columns.read(part["stays"], 0, -(-part["rows"] // 8)), count=part["rows"]).view(bool)
            for part in self._columns.directory["parts"]
        ]
        return np.concatenate(found) if found else np.zeros(0, bool)

    def _gathered(self, part: Mapping[str, Any], chosen: Sequence[Chosen]) -> Rows:
        """The arrays of these rows of a part, and ``group``, by the number of the row in the file."""
        found: dict[str, list[np.ndarray]] = {}
        for each in chosen:
            told = part["sections"][each.section]
            ends = np.cumsum(told["counts"])
            found.setdefault("group", []).append(np.array(told["groups"])[np.searchsorted(ends, each.rows, side="right")])
            for name, column in told["columns"].items():
                found.setdefault(name, []).append(self._columns.take(column, each.rows))
        whole = {name: np.concatenate(pieces) for name, pieces in found.items()}
        order = np.argsort(whole["row"])
        return {name: values[order] for name, values in whole.items()}

    def _made(self, part: Mapping[str, Any], rows: Rows, serials: Serials, traced: np.ndarray | None) -> pa.Table:
        made = self._from_numbers(rows) | self._texts(part, rows) | self._containers(part, rows)
        wide = [name for name in part["wide"] if name not in self._silent and name != "serial"]
        made |= self._looked_up(rows["row"], [name for name in wide if traced is None or name not in TRACES])
        made |= {} if traced is None else self._some(rows, [name for name in wide if name in TRACES], traced)
        self._serials(made, rows, serials)
        count = len(rows["row"])
        columns = [made[field.name].cast(field.type) if field.name in made else pa.nulls(count, field.type) for field in SHAPE]
        return pa.Table.from_arrays(columns, schema=SHAPE)

    def _from_numbers(self, rows: Rows) -> dict[str, pa.Array]:
        count, told = len(rows["row"]), self._columns.directory
        lots, orders = (pa.array([pair[side] for pair in told["group"]], pa.string()) for side in (0, 1))
        stated = np.where(rows["adopted"] == 1, 0, rows["group"])
        position, lead = rows["position"], rows["lead"]
        return {
            "item_prefix": pa.array((rows["high"] >> np.uint64(4)).astype(np.int64)), "item": keys_of(rows["high"], rows["low"]),
            "level": pa.repeat("unit", count), "source": pa.repeat(self._source, count),
            "lot": lots.take(pa.array(stated)), "order_no": orders.take(pa.array(stated)),
            **{name: pa.array(told[name], pa.string()).take(pa.array(rows[name])) for name in ("gtin", "expiry", "device")},
            **{name: pa.array(rows[array], mask=rows[array] == NEVER).cast(pa.timestamp("us")) for name, array in _TIMES.items()},
            "grade": pa.array(rows["grade"], mask=np.isnan(rows["grade"])), "position": pa.array(position, mask=position == -1),
            "ordinal": pa.array(position + lead, mask=lead == NEVER),
        }  # fmt: skip

    def _texts(self, part: Mapping[str, Any], rows: Rows) -> dict[str, pa.Array]:
        found = {name: rows[name] for name in TEXTS if name in part["words"] and rows[name].any()}
        return {name: text_of(read_words(self._columns, part["words"][name]), numbers) for name, numbers in found.items()}

    def _containers(self, part: Mapping[str, Any], rows: Rows) -> dict[str, pa.Array]:
        box = rows["box"]
        if not box.any():
            return {}
        high, low = (self._columns.read(told, 0, part["box_count"])[box] for told in part["boxes"])
        found = {"parent": keys_of(high, low, box == 0)}
        if "box_words" in part:
            known = self._columns.read(part["box_known"], 0, part["box_count"])[box] == 1
            found["parent_text"] = text_of(read_words(self._columns, part["box_words"]), np.where(known, box + 1, 0))
        return found

    def _serials(self, made: dict[str, pa.Array], rows: Rows, serials: Serials) -> None:
        """Fill in the serials: those that another row of the same item told need not be read."""
        keys = serials.keys(rows["high"], rows["low"], made["gtin"], made.get("sscc"))
        found = serials.of(keys)
        lost = np.flatnonzero(found.is_null().to_numpy(zero_copy_only=False))
        if len(lost):
            read = self._looked_up(rows["row"][lost], ["serial"])["serial"]
            serials.learn(keys, lost, read)
            place = np.arange(len(found))
            place[lost] = len(found) + np.arange(len(lost))
            found = pa.concat_arrays([found, read]).take(pa.array(place))
        made["serial"] = found

    def _looked_up(self, rows: np.ndarray, names: Sequence[str]) -> dict[str, pa.Array]:
        """Columns of these rows of the file, read there."""
        if not names or not len(rows):
            return {}
        tables = [table.cast(pa.schema([SHAPE.field(name) for name in names])) for table in self._read(rows, names)]
        whole = pa.concat_tables(tables).combine_chunks()
        return {name: pa.concat_arrays(whole.column(name).chunks) for name in names}

    def _some(self, rows: Rows, names: Sequence[str], items: np.ndarray) -> dict[str, pa.Array]:
        """Columns of rows of these items (sorted), null in all other rows."""
        prefix = (rows["high"] >> np.uint64(4)).astype(np.int64)
        chosen = np.flatnonzero(items[np.minimum(np.searchsorted(items, prefix), len(items) - 1)] == prefix) if len(items) else _NOWHERE
        place = np.full(len(prefix), -1)
        place[chosen] = np.arange(len(chosen))
        taken = pa.array(place, mask=place < 0)
        return {name: column.take(taken) for name, column in self._looked_up(rows["row"][chosen], names).items()}

    def _read(self, rows: np.ndarray, names: Sequence[str]) -> Iterator[pa.Table]:
        """Columns of these rows, which rise, some row groups at a time."""
        if not len(rows):
            return
        with self._kept_open():
            file = self._opened()
            sizes = [file.metadata.row_group(group).num_rows for group in range(file.num_row_groups)]
            ends = np.cumsum(sizes)
            groups = np.unique(np.searchsorted(ends, rows, side="right")).tolist()
            for taken in _together(groups, sizes):
                base = 0
                inside = []
                for group in taken:
                    start = int(ends[group]) - sizes[group]
                    low, high = np.searchsorted(rows, [start, int(ends[group])])
                    inside.append(rows[low:high] - start + base)
                    base += sizes[group]
                # Threads of the reader cost a third more, and the columns of a few row groups are small.
                table = file.read_row_groups(taken, columns=list(names), use_threads=False)
                place = np.concatenate(inside)
                yield table if len(place) == len(table) else table.take(pa.array(place))

    def _opened(self) -> pq.ParquetFile:
        self._file = self._file or pq.ParquetFile(self._path, read_dictionary=[*_WORDS])
        return self._file

    @contextmanager
    def _kept_open(self) -> Iterator[None]:
        """Close the file at the end of the outermost of these: what it says of its row groups is dear to read again and again, and dear to
        hold for all files of a large site."""
        self._keepers += 1
        try:
            yield
        finally:
            self._keepers -= 1
            if not self._keepers and self._file is not None:
                self._file.close()
                self._file = None


def bears_none(texts: pa.ChunkedArray | pa.Array) -> pa.ChunkedArray | pa.Array:
    """Whether each text is that of a container that bears no SSCC (lake/inner.py)."""
    texts = texts.cast(pa.string())
    return pc.or_(pc.starts_with(texts, "(01)"), pc.starts_with(texts, "(21)"))


READ_ROWS = 50_000
"""Rows that are read at once, or a row group where that has more."""


def _together(groups: Sequence[int], sizes: Sequence[int]) -> Iterator[list[int]]:
    """Row groups, so many at once that the work on them outweighs the calls."""
    taken: list[int] = []
    rows = 0
    for group in groups:
        taken.append(group)
        rows += sizes[group]
        if rows >= READ_ROWS:
            yield taken
            taken, rows = [], 0
    if taken:
        yield taken


def keys_of(high: np.ndarray, low: np.ndarray, missing: np.ndarray | None = None) -> pa.Array:
    """Keys of 16 bytes from their halves."""
    whole = np.stack([high, low], axis=1).astype(">u8")
    valid = None if missing is None else pa.py_buffer(np.packbits(~missing, bitorder="little"))
    storage = pa.FixedSizeBinaryArray.from_buffers(pa.binary(16), len(high), [valid, pa.py_buffer(whole)])
    return pa.ExtensionArray.from_storage(pa.uuid(), storage)
