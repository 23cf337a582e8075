"""A batch of events as rows of the index: one row an event, and one row for each name by which events are looked up."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from lotproof.epcis.canonical import canonical
from lotproof.epcis.model import EventBatch

EVENTS = pa.schema(
    [
        ("source", pa.string()), ("offset", pa.int64()), ("happened", pa.timestamp("us")), ("type", pa.string()), ("action", pa.string()),
        ("biz_step", pa.string()), ("disposition", pa.string()), ("read_point", pa.string()), ("biz_location", pa.string()),
        ("lot", pa.string()), ("error", pa.bool_()), ("error_at", pa.timestamp("us")),
    ]
)  # fmt: skip
"""One row an event; places are canonical, times UTC."""
NAMES = pa.schema([("role", pa.string()), ("name", pa.string()), ("source", pa.string()), ("offset", pa.int64())])
"""role: id, parent, class, transformation, corrective, or a link as `bizTransaction|type`; the name is canonical."""


def rows(batch: EventBatch, source: str, at: pa.Array, good: pa.Array, error_at: pa.Array) -> tuple[pa.Table, pa.Table]:
    """Tables of EVENTS and NAMES for those events of a batch that are `good`."""
    events = batch.events.combine_chunks()
    told = {
        "source": pa.repeat(pa.scalar(source), events.num_rows),
        "offset": events.column("offset"),
        "happened": at,
        **{name: events.column(name) for name in ("type", "action", "biz_step", "disposition", "lot")},
        **{name: _mapped(events.column(name), canonical) for name in ("read_point", "biz_location")},
        "error": pc.or_(pc.is_valid(events.column("error_time")), pc.is_valid(events.column("error_reason"))),
        "error_at": error_at,
    }
    found = pa.table(told).select(EVENTS.names).cast(EVENTS)
    return found.filter(good), _names(batch, events, source, good)


def _names(batch: EventBatch, events: pa.Table, source: str, good: pa.Array) -> pa.Table:
    offsets, first = events.column("offset").to_numpy(), int(events.column("seq")[0].as_py()) if events.num_rows else 0
    keep = good.to_numpy(zero_copy_only=False)
    parts: list[pa.Table] = []

    def add(roles: Any, names: Any, at: Any) -> None:
        here = np.asarray(at) - first
        wanted = keep[here] & pc.is_valid(names).to_numpy(zero_copy_only=False)
        if wanted.any():
            where = offsets[here[wanted]]
            columns = [
                roles.filter(pa.array(wanted)),
                names.filter(pa.array(wanted)),
                pa.repeat(pa.scalar(source), len(where)),
                pa.array(where),
            ]
            parts.append(pa.table([_plain(column) for column in columns], schema=NAMES))

    seq = events.column("seq").to_numpy()
    for role, name in (("id", "event_id"), ("parent", "parent"), ("transformation", "transformation_id"), ("corrective", "corrective_ids")):
        column = _plain(events.column(name))
        if column.null_count < len(column):
            add(pa.repeat(pa.scalar(role), len(column)), _mapped(column, canonical) if role == "parent" else column, seq)
    if batch.quantities.num_rows:
        classes = _mapped(batch.quantities.column("epc_class"), canonical)
        add(pa.repeat(pa.scalar("class"), len(classes)), classes, batch.quantities.column("seq").to_numpy())
    if batch.links.num_rows:
        kinds = pc.binary_join_element_wise(batch.links.column("role"), pc.fill_null(batch.links.column("type"), ""), "|")
        add(_plain(kinds), _mapped(batch.links.column("value"), canonical), batch.links.column("seq").to_numpy())
    return pa.concat_tables(parts) if parts else NAMES.empty_table()


def _mapped(column: Any, change: Callable[[str], str]) -> pa.Array:
    """A text column with each distinct value changed once."""
    coded = _plain(column).dictionary_encode()
    words: Sequence[str] = coded.dictionary.to_pylist()
    return pa.array([change(word) for word in words], pa.string()).take(coded.indices)


def _plain(column: Any) -> pa.Array:
    whole = column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column
    if isinstance(whole, pa.ChunkedArray):
        whole = pa.concat_arrays(whole.chunks) if whole.num_chunks else pa.array([], column.type)
    return whole.dictionary_decode() if pa.types.is_dictionary(whole.type) else whole
