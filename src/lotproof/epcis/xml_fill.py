"""Turn events found by their shapes into columns, without touching them one by one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from lotproof.epcis.model import SCALARS, SHORTENED
from lotproof.epcis.parts import Ints, Part
from lotproof.epcis.words import short
from lotproof.epcis.xml_match import Flags, Found, Match, Window

_Rows = tuple[Ints, list[pa.Array]]


@dataclass
class _Spans:
    """Where the texts of some rows stand, collected over shapes and then put into document order."""

    owners: list[Ints]
    keys: list[Ints]
    """What the rows are ordered by: positions in the document."""
    words: list[list[str | None]]
    """For each addition the constant columns (role, type)."""
    starts: list[list[Ints]]
    sizes: list[list[Ints]]


def fill(found: Found, accepted: Flags, base: int) -> Part:
    """Columns of the accepted events; `base` is the byte offset of the window in the document."""
    position = np.cumsum(accepted) - 1
    count = int(position[-1]) + 1
    kept = [(one, accepted[one.events]) for one in found.matches]
    places = [(one, flags, position[one.events[flags]]) for one, flags in kept if flags.any()]
    texts = {"corrective_ids": pa.nulls(count, pa.string())}
    types = np.zeros(count, np.int32)
    names = sorted({one.shape.type for one, _, _ in places})
    for one, _, rows in places:
        types[rows] = names.index(one.shape.type)
    texts["type"] = _words(types, names)
    for index, name in enumerate(SCALARS):
        column = _scalar(found.window, places, index, count)
        texts[name] = _shorten(column) if name in SHORTENED else column
    return Part(
        offsets=found.begins[accepted] + base,
        texts=texts,
        epcs=_epcs(found, places),
        quantities=_quantities(found.window, places),
        links=_links(found.window, places),
    )


_Places = Sequence[tuple[Match, Flags, Ints]]


def _scalar(window: Window, places: _Places, index: int, count: int) -> pa.Array:
    starts, sizes = np.zeros(count, np.int64), np.full(count, -1, np.int64)
    for one, flags, rows in places:
        for number, slot in enumerate(one.shape.slots):
            if slot.leaf and slot.leaf.kind == "scalar" and slot.leaf.index == index:
                start, end = one.text(number)
                starts[rows], sizes[rows] = start[flags], (end - start)[flags]
    return gather(window, starts, sizes)


def gather(window: Window, starts: Ints, sizes: Ints) -> pa.Array:
    """The texts at these places as a string column; a negative size gives null."""
    present = sizes >= 0
    if not present.any():
        return pa.nulls(len(starts), pa.string())
    if not present.all():
        texts = gather(window, starts[present], sizes[present])
        return texts.take(pa.array(np.cumsum(present) - 1, mask=~present))
    size, count = int(sizes[0]), len(starts)
    if size and (sizes == size).all():
        # one length throughout, as times and identifiers have: rows of a matrix
        first = window.data[int(starts[0]) : int(starts[0]) + size]
        if window.same(starts[:2], first).all() and window.same(starts[-1:], first).all() and window.same(starts, first).all():
            return pa.repeat(pa.scalar(first.decode(), pa.string()), count)
        rows = np.ascontiguousarray(window.texts(starts, size, "V"))
        ends = np.arange(0, (count + 1) * size, size, dtype=np.int32)
        return pa.StringArray.from_buffers(count, pa.py_buffer(ends), pa.py_buffer(rows))
    # texts and what stands between them as one array over the window itself; take copies the texts out
    bounds = np.empty(2 * count + 1, np.int32)
    bounds[0:-1:2], bounds[1::2], bounds[-1] = starts, starts + sizes, starts[-1] + sizes[-1]
    both = pa.StringArray.from_buffers(2 * count, pa.py_buffer(bounds), pa.py_buffer(window.padded))
    return both.take(pa.array(np.arange(0, 2 * count, 2)))


def _shorten(column: pa.Array) -> pa.Array:
    coded = column.dictionary_encode()
    words = [None if word is None else short(word) for word in coded.dictionary.to_pylist()]
    return pa.array(words, pa.string()).take(coded.indices)


def _words(codes: npt.NDArray[np.int32], words: Sequence[str | None]) -> pa.Array:
    if len(codes) and len(words) > 1 and (codes == codes[0]).all():
        words = [words[int(codes[0])]]
    if len(words) == 1:
        return pa.repeat(pa.scalar(words[0], pa.string()), len(codes))
    return pa.array(words, pa.string()).take(pa.array(codes))


def _epcs(found: Found, places: _Places) -> _Rows:
    owners, firsts, counts, roles = [], [], [], []
    words = ["epc", "child", "input", "output"]
    for one, flags, rows in places:
        for run in one.runs:
            leaf = one.shape.slots[run.slot].leaf
            if leaf is None or leaf.kind != "epc":
                continue
            owners.append(rows)
            firsts.append(run.first[flags])
            counts.append((run.last - run.first)[flags])
            roles.append(np.full(len(rows), words.index(leaf.role), np.int32))
    if not owners:
        return np.empty(0, np.int64), [pa.array([], pa.string())] * 2
    first, count = np.concatenate(firsts), np.concatenate(counts)
    order = np.argsort(first, kind="stable")
    first, count = first[order], count[order]
    items = np.repeat(first - np.cumsum(count) + count, count) + np.arange(count.sum())
    starts = found.items.starts[items]
    texts = gather(found.window, starts, found.items.ends[items] - starts)
    owner = np.repeat(np.concatenate(owners)[order], count)
    return owner, [_words(np.repeat(np.concatenate(roles)[order], count), words), texts]


def _links(window: Window, places: _Places) -> _Rows:
    spans = _Spans([], [], [], [], [])
    for one, flags, rows in places:
        for number, slot in enumerate(one.shape.slots):
            if slot.leaf and slot.leaf.kind == "link":
                start, end = (side[flags] for side in one.text(number))
                spans.owners.append(rows)
                spans.keys.append(start)
                spans.words.append([slot.leaf.role, slot.link_type])
                spans.starts.append([start])
                spans.sizes.append([end - start])
    return _collect(window, spans, 2, 1)


def _quantities(window: Window, places: _Places) -> _Rows:
    spans = _Spans([], [], [], [], [])
    for one, flags, rows in places:
        for row, role in enumerate(one.shape.rows):
            starts = [np.zeros(len(rows), np.int64) for _ in range(3)]
            sizes = [np.full(len(rows), -1, np.int64) for _ in range(3)]
            for number, slot in enumerate(one.shape.slots):
                if slot.leaf and slot.leaf.kind in ("quantity", "bare") and slot.row == row:
                    start, end = (side[flags] for side in one.text(number))
                    starts[slot.leaf.index - 1], sizes[slot.leaf.index - 1] = start, end - start
            spans.owners.append(rows)
            spans.keys.append(one.begins[0][flags] * 4096 + row)
            spans.words.append([role])
            spans.starts.append(starts)
            spans.sizes.append(sizes)
    return _collect(window, spans, 1, 3)


def _collect(window: Window, spans: _Spans, words: int, texts: int) -> _Rows:
    """The spans as rows in document order: `words` constant columns, then `texts` columns of text."""
    if not spans.owners:
        return np.empty(0, np.int64), [pa.array([], pa.string())] * (words + texts)
    order = np.argsort(np.concatenate(spans.keys), kind="stable")
    lengths = [len(owner) for owner in spans.owners]
    codes = np.repeat(np.arange(len(lengths), dtype=np.int32), lengths)[order]
    columns = [_words(codes, [word[index] for word in spans.words]) for index in range(words)]
    for index in range(texts):
        starts = np.concatenate([one[index] for one in spans.starts])[order]
        sizes = np.concatenate([one[index] for one in spans.sizes])[order]
        columns.append(gather(window, starts, sizes))
    return np.concatenate(spans.owners)[order], columns
