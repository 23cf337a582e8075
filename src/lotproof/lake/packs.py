"""The rows of packs of a segment as arrays of numbers: what setting ordinary packs aside reads. Made at the first check of a large site.

``packs.v3`` is derived from observation.parquet alone, and can be made again from it at any time. It has parts of at most
`PART_ROWS` rows; a part has a *section* for each step in `STEPS` and one for all other rows of packs (``odd``). The rows of a section are
sorted by group and item; a group is the pair of lot and order that the source states of them. A row that states neither belongs
to the group that another row of the same item states, if there is just one.

A row can be made from its numbers again (`lake/wide.py`), but for the columns that its part lists as ``wide``.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from lotproof.lake.columns import NEVER, ColumnWriter
from lotproof.lake.store import Lake
from lotproof.lake.texts import REPEATED, TEXTS, coded, codes, of_boxes, repeating, write_words

NAME = "packs.v3"
PART_ROWS = 2_000_000
"""Rows that are sorted at once; about 200 bytes each while they are."""
STEPS = ("allocated", "encoded", "verified", "commissioned", "aggregated", "rejected", "label_scrapped")
"""Steps of ordinary packs and of ordinary rejects."""
ODD = "odd"
DAMAGED = ("gs_missing", "not_cset82")
"""Transforms that a rule reports; all others are spellings."""
WORDS = ("gtin", "expiry", "device")
"""Columns of words that are kept as numbers from 1 on; 0 is no word."""
_BARE = ("quantity", "partial")
_READ = ("item_prefix", "item", "level", "at_utc", "recorded_at", "parent", "parent_text", "lot", "order_no", *WORDS, "grade", "position",
         "ordinal", *_BARE, *(name for name in TEXTS if name not in REPEATED))  # fmt: skip
_CODED = ("level", "lot", "order_no", "parent_text", *TEXTS, *WORDS)

Rows = dict[str, np.ndarray]
"""Arrays by their names. ``high`` and ``low`` are the halves of the item; gtin, expiry and device numbers of words; ``at`` and ``recorded``
times (us); ``told`` 1 where a reason or a result is given; ``box`` the number of the container among
those of the part, from 1 on; ``row`` the number of the row in its file; ``lead`` how much the ordinal is more than the position;
``adopted`` 1 where another row said the group; and the texts of `texts.TEXTS` that repeat, by number."""


def packs_of(lake: Lake, sha256: str) -> Path:
    """The file of a segment with observations: beside it, or kept among what is derived; made now where there is none.

    Only large sites are screened, so the intake makes none. The name holds size and time of the segment's file: a file written anew has
    another.
    """
    folder = lake.segment(sha256)
    if (folder / NAME).exists():
        return folder / NAME
    stamp = (folder / "observation.parquet").stat()
    kept = lake.index / "packs" / f"{sha256}-{stamp.st_size}-{stamp.st_mtime_ns}-{NAME}"
    if not kept.exists():
        kept.parent.mkdir(parents=True, exist_ok=True)
        for other in kept.parent.glob(f"*-{NAME}"):
            if other.name.startswith(sha256) or not lake.segment(other.name.split("-")[0]).exists():
                other.unlink(missing_ok=True)
        made = kept.with_name(f"{uuid.uuid4().hex}.new")
        write_packs(folder, made)
        made.replace(kept)
    return kept


def write_packs(folder: Path, target: Path | None = None) -> None:
    """Derive the file for a finished segment folder, or as ``target``; nothing where the folder has no observations."""
    source = folder / "observation.parquet"
    if not source.exists():
        return
    words = _Words()
    with pq.ParquetFile(source, read_dictionary=[*_CODED]) as file, ColumnWriter(target or folder / NAME) as out:
        parts = []
        first = 0
        for groups in _together(file.metadata):
            here = [name for name in file.schema_arrow.names if name in _READ] + repeating(file, groups[0], REPEATED)
            parts.append(_part(file.read_row_groups(groups, columns=here, use_threads=False), first, words, out))
            first += parts[-1]["rows"]
        nameless = any(part.pop("nameless") for part in parts)
        out.finish({"parts": parts, "rows": file.metadata.num_rows, "nameless": nameless, "silent": _silent(file), **words.listed()})


class _Words:
    """Words of the whole file as numbers."""

    def __init__(self) -> None:
        self.known: dict[str, dict[Any, int]] = {name: {None: 0} for name in WORDS}
        self.known["group"] = {(None, None): 0}

    def code(self, name: str, word: Any) -> int:
        known = self.known[name]
        return known.setdefault(word, len(known))

    def listed(self) -> dict[str, list[Any]]:
        return {name: list(known) for name, known in self.known.items()}


def _together(metadata: pq.FileMetaData) -> Iterator[list[int]]:
    groups: list[int] = []
    rows = 0
    for number in range(metadata.num_row_groups):
        groups.append(number)
        rows += metadata.row_group(number).num_rows
        if rows >= PART_ROWS or number == metadata.num_row_groups - 1:
            yield groups
            groups, rows = [], 0


def _silent(file: pq.ParquetFile) -> list[str]:
    """Columns without a value in the whole file."""
    silent = []
    groups = list(range(file.num_row_groups))
    for place, name in enumerate(file.schema_arrow.names):
        # A chunk of nulls holds their count only; what holds more is not looked at.
        sizes = [file.metadata.row_group(number).column(place).total_uncompressed_size for number in groups]
        if max(sizes) < 128:
            column = file.read_row_groups(groups, columns=[name], use_threads=False).column(0)
            silent += [name] if column.null_count == len(column) else []
    return silent


def _part(table: pa.Table, first: int, words: _Words, out: ColumnWriter) -> dict[str, Any]:
    """Write one part, whose first row has the number ``first`` in the file; return what the directory says of it."""
    here = {name: table.column(name) for name in table.column_names}
    unit = codes(here["level"], lambda word: int(word == "unit")) == 1
    packs = unit & pc.is_valid(here["item_prefix"]).to_numpy()
    rows, boxes = _rows(table, words)
    rows["row"] = np.arange(first, first + table.num_rows)
    step = _step(here, table.num_rows)
    own = _groups(here, words)
    rows["group"] = _by_item(own, rows["high"])
    rows["adopted"] = (own != rows["group"]).view(np.uint8)
    texts, told = _texts(here, packs, rows, len(boxes[0]), out)
    sections = {}
    for number, name in enumerate((*STEPS, ODD)):
        chosen = np.flatnonzero((step == number) & packs)
        if len(chosen):
            sections[name] = write_section({each: values[chosen] for each, values in (rows | texts).items()}, out)
    nameless = bool(np.any(pc.is_null(here["gtin"]).to_numpy() & unit))
    told |= {"rows": table.num_rows, "nameless": nameless, "stays": out.add(np.packbits(~packs))}
    return told | {"boxes": [out.add(half) for half in boxes], "box_count": len(boxes[0]), "sections": sections}


def _texts(here: dict[str, pa.ChunkedArray], packs: np.ndarray, rows: Rows, boxes: int, out: ColumnWriter) -> tuple[Rows, dict[str, Any]]:
    """Write the words of texts that repeat; return the numbers of the rows, and what the directory says of words and of what is missing."""
    wide, numbers, words = ["serial"], {}, {}
    for name in TEXTS:
        found = coded(here[name], packs) if name in here else None
        if found is None:
            wide.append(name)
        else:
            numbers[name] = found[0]
            words[name] = write_words(out, pa.array(found[1], pa.string()))
    wide += [name for name in _BARE if np.any(pc.is_valid(here[name]).to_numpy() & packs)]
    wide += ["grade"] if np.any(pc.is_valid(here["grade"]).to_numpy() & np.isnan(rows["grade"]) & packs) else []
    told = {"words": words, "wide": wide}
    by_box = of_boxes(here["parent_text"], packs, rows["box"], boxes)
    if by_box is None:
        wide.append("parent_text")
    else:
        told["box_words"] = write_words(out, by_box)
        told["box_known"] = out.add(pc.is_valid(by_box).to_numpy(zero_copy_only=False).view(np.uint8))
    return numbers, told


def write_section(rows: Rows, out: ColumnWriter) -> dict[str, Any]:
    """Sort the rows of a section and write them."""
    order = _order(rows["group"], rows["high"])
    counts = np.bincount(rows["group"])
    groups = np.flatnonzero(counts)
    counts = counts[groups]
    told = {name: out.add(values[order]) for name, values in rows.items() if name != "group"}
    return {"groups": groups.tolist(), "counts": counts.tolist(), "columns": told}


def _order(group: np.ndarray, high: np.ndarray) -> np.ndarray:
    """Rows by group and item. Group and most of the item make one number, which sorts several times as fast as two."""
    bits = int(group.max()).bit_length()
    order = np.argsort(group.astype(np.uint64) << np.uint64(64 - bits) | high >> np.uint64(bits)) if bits else np.argsort(high)
    sorted_group, sorted_high = group[order], high[order]
    if np.any((sorted_group[1:] == sorted_group[:-1]) & (sorted_high[1:] < sorted_high[:-1])):
        return np.lexsort((high, group))
    return order


def _rows(table: pa.Table, words: _Words) -> tuple[Rows, tuple[np.ndarray, np.ndarray]]:
    """The arrays of all rows of a table, and the two halves of the keys of its containers."""
    count = table.num_rows
    here = {name: table.column(name) for name in table.column_names}
    high, low = halves(here["item"])
    box_high, box_low = halves(here["parent"])
    box, boxes = _boxes(box_high, box_low)
    position = integers(here["position"], -1)
    told = np.zeros(count, np.uint8)
    for name in ("reason", "result"):
        told |= pc.is_valid(here[name]).to_numpy().astype(np.uint8)
    grade = np.asarray(pc.fill_null(here["grade"].cast(pa.float64()), np.nan).to_numpy())
    rows = {"high": high, "low": low, "box": box, "told": told, "grade": grade, "at": integers(here["at_utc"]),
            "recorded": integers(here["recorded_at"]), "position": position, "lead": _lead(here["ordinal"], position)}  # fmt: skip
    for name in WORDS:
        rows[name] = codes(here[name], lambda word, name=name: words.code(name, word))  # type: ignore[misc]
    return rows, boxes


def _lead(ordinal: pa.ChunkedArray, position: np.ndarray) -> np.ndarray:
    """How much the ordinal is more than the position, which often is the same throughout; NEVER where there is none."""
    order = integers(ordinal)
    return np.where(order == NEVER, NEVER, order - position)


def _boxes(high: np.ndarray, low: np.ndarray) -> tuple[np.ndarray, tuple[np.ndarray, np.ndarray]]:
    """Containers as numbers from 1 on in the order of their keys, 0 for none, and the keys by number."""
    given = np.flatnonzero(high | low)
    if not len(given):
        return np.zeros(len(high), np.int64), (np.zeros(1, np.uint64), np.zeros(1, np.uint64))
    order = given[np.argsort(high[given])]
    top, rest = high[order], low[order]
    if np.any((top[1:] == top[:-1]) & (rest[1:] != rest[:-1])):  # two containers that agree in half of their keys
        order = given[np.lexsort((low[given], high[given]))]
        top, rest = high[order], low[order]
    new = np.append(True, (top[1:] != top[:-1]) | (rest[1:] != rest[:-1]))
    box = np.zeros(len(high), np.int64)
    box[order] = np.cumsum(new)
    return box, (np.append(np.uint64(0), top[new]), np.append(np.uint64(0), rest[new]))


def _step(here: dict[str, pa.ChunkedArray], count: int) -> np.ndarray:
    """Number of the section of each row."""
    step = codes(here["step"], lambda word: STEPS.index(word) if word in STEPS else len(STEPS), len(STEPS))
    odd = codes(here["transform"], lambda word: int(any(name in word for name in DAMAGED))) == 1
    odd |= pc.is_valid(here["sscc"]).to_numpy()
    return np.where(odd, len(STEPS), step) if count else step


def _groups(here: dict[str, pa.ChunkedArray], words: _Words) -> np.ndarray:
    """Number of the group that each row states."""
    lots: dict[str, int] = {}
    orders: dict[str, int] = {}
    lot = codes(here["lot"], lambda word: lots.setdefault(word, len(lots) + 1)).astype(np.int64)
    order = codes(here["order_no"], lambda word: orders.setdefault(word, len(orders) + 1)).astype(np.int64)
    pair = lot << 32 | order
    names = [[None, *lots], [None, *orders]]
    # Pairs are few; those of a row are numbered by way of a small table where that is possible.
    width = len(orders) + 1
    flat = lot * width + order
    distinct = np.flatnonzero(np.bincount(flat, minlength=1)) if (len(lots) + 1) * width < 1 << 24 else np.unique(pair)
    small = len(distinct) == 0 or int(distinct[-1]) < 1 << 24
    named = [words.code("group", _pair(int(each), width, small, names)) for each in distinct.tolist()]
    keys = flat if small else pair
    return np.asarray(named, np.int64)[np.searchsorted(distinct, keys)] if len(named) else np.zeros(0, np.int64)


def _pair(number: int, width: int, small: bool, names: list[list[Any]]) -> tuple[Any, Any]:
    lot, order = divmod(number, width) if small else (number >> 32, number & 0xFFFFFFFF)
    return names[0][lot], names[1][order]


def _by_item(group: np.ndarray, high: np.ndarray) -> np.ndarray:
    """Rows without lot and order in the group of the other rows of their item, where these have one."""
    lost = np.flatnonzero(group == 0)
    if not len(lost) or len(lost) == len(group):
        return group
    group = group.copy()
    stated = np.flatnonzero(group)
    order = stated[np.argsort(high[stated])]
    keys, told = high[order], group[order]
    new = np.flatnonzero(np.append(True, keys[1:] != keys[:-1]))
    least, most = np.minimum.reduceat(told, new), np.maximum.reduceat(told, new)
    keys = keys[new]
    place = np.minimum(np.searchsorted(keys, high[lost]), len(keys) - 1)
    found = (keys[place] == high[lost]) & (least[place] == most[place])
    group[lost[found]] = least[place[found]]
    return group


def integers(column: pa.ChunkedArray, absent: int = NEVER) -> np.ndarray:
    """A column of integers or times (microseconds) as int64."""
    if pa.types.is_timestamp(column.type):
        column = column.cast(pa.timestamp("us")).cast(pa.int64())
    return np.asarray(pc.fill_null(column, absent).to_numpy())


def halves(column: pa.ChunkedArray) -> tuple[np.ndarray, np.ndarray]:
    """16-byte keys as two arrays of uint64; zeros where there is none."""
    if column.null_count == len(column):
        return np.zeros(len(column), np.uint64), np.zeros(len(column), np.uint64)
    pieces = [_chunk_halves(chunk) for chunk in column.chunks if len(chunk)]
    return np.concatenate([high for high, _ in pieces]), np.concatenate([low for _, low in pieces])


def _chunk_halves(array: pa.Array) -> tuple[np.ndarray, np.ndarray]:
    storage = array.storage if isinstance(array, pa.ExtensionArray) else array
    whole = np.frombuffer(storage.buffers()[1], ">u8").reshape(-1, 2)[storage.offset : storage.offset + len(storage)]
    both = whole[:, 0].astype(np.uint64), whole[:, 1].astype(np.uint64)
    if storage.null_count:
        missing = ~pc.is_valid(storage).to_numpy(zero_copy_only=False)
        for half in both:
            half[missing] = 0
    return both
