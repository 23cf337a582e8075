"""A batch of EPCIS events as observations: what the event says, gathered to its items."""

from __future__ import annotations

import hashlib

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from lotproof.epcis.batch import EventBatch
from lotproof.intake.arrays import Rows, factors, firsts, whole
from lotproof.intake.epcis_items import Items, Spellings, coded
from lotproof.intake.epcis_steps import step_of

LISTED = 16
"""Items of an event on average from which its own texts are handed on once and not with each item."""
_OF_STEP = ("type", "action", "biz_step", "disposition")
_AS_PARENT = {"disaggregated": "emptied", "voided": "voided", "shipped": "shipped", "received": "received"}
"""Steps of an event that names only its parent."""


def observations(batch: EventBatch, at_utc: pa.Array, recorded_at: pa.Array, spellings: Spellings) -> pa.Table:
    """Rows for the lake, one an identifier; an event that names only its parent is about that parent.

    ``at_utc`` and ``recorded_at`` are the times of the events.
    """
    events = batch.events.combine_chunks()
    first = int(events.column("seq")[0].as_py()) if events.num_rows else 0
    of_item, role, texts = _about(batch, events, first)
    items = spellings.items(texts)
    columns = _event_columns(events, at_utc, recorded_at, _references(batch, first, events.num_rows), of_item)
    columns["ordinal"] = pa.array(of_item + first)
    columns["step"] = _steps(events, role, of_item)
    _add_parents(columns, events, role, of_item, spellings)
    _add_lots(columns, items, role)
    columns["item_prefix"] = pa.array(items.prefix)
    columns["item"] = pa.FixedSizeBinaryArray.from_buffers(pa.binary(16), len(items.keys), [None, pa.py_buffer(items.keys)])
    for name in ("gtin", "serial", "sscc", "level", "transform"):
        columns[name] = items.columns[name]
    return pa.table(columns)


def bare(batch: EventBatch) -> npt.NDArray[np.bool_]:
    """Which events name no item: quantities only."""
    events = batch.events
    named = np.zeros(events.num_rows, np.bool_)
    if events.num_rows:
        named[batch.epcs.column("seq").to_numpy() - int(events.column("seq")[0].as_py())] = True
    return np.asarray(~named & pc.is_null(events.column("parent")).to_numpy())


def _about(batch: EventBatch, events: pa.Table, first: int) -> tuple[Rows, pa.DictionaryArray, pa.StringArray]:
    """For each row the index of its event, its role and its identifier, in document order."""
    epcs = batch.epcs.combine_chunks()
    owner = epcs.column("seq").to_numpy() - first
    role, text = whole(epcs.column("role")), whole(epcs.column("epc"))
    alone = np.ones(events.num_rows, np.bool_)
    alone[owner] = False
    alone &= pc.is_valid(events.column("parent")).to_numpy()
    if not alone.any():
        return owner, role.dictionary_encode(), text
    rows = np.flatnonzero(alone)
    parents = whole(events.column("parent")).take(pa.array(rows))
    owner = np.concatenate([owner, rows])
    order = pa.array(np.argsort(owner, kind="stable"))
    roles = pa.concat_arrays([role, pa.repeat(pa.scalar("parent"), len(rows))])
    return np.sort(owner, kind="stable"), roles.take(order).dictionary_encode(), pa.concat_arrays([text, parents]).take(order)


def _event_columns(
    events: pa.Table, at_utc: pa.Array, recorded_at: pa.Array, reference: pa.Array, of_item: Rows
) -> dict[str, pa.Array]:
    of_event = {"at_utc": at_utc, "recorded_at": recorded_at, "position": whole(events.column("offset")), "reference": reference}
    words = {
        "zone_offset": events.column("zone_offset"),
        "place": pc.coalesce(events.column("read_point"), events.column("biz_location")),
        "result": events.column("disposition"),
        "reason": pc.coalesce(events.column("error_reason"), events.column("biz_step")),
        "lot": events.column("lot"),
        "expiry": events.column("expiry"),
    }
    of_event.update({name: whole(column).dictionary_encode() for name, column in words.items()})
    each = {"at_text": whole(events.column("event_time")), "event": whole(events.column("event_id"))}
    long = len(of_item) >= LISTED * events.num_rows
    of_event.update({name: column.dictionary_encode() if long else column for name, column in each.items()})
    if len(of_item) == events.num_rows and (len(of_item) == 0 or of_item[-1] == len(of_item) - 1):
        return of_event
    index = pa.array(of_item)
    return {name: column.take(index) for name, column in of_event.items()}


def _references(batch: EventBatch, first: int, count: int) -> pa.Array:
    """The business transactions and parties of each event as one text."""
    links = batch.links
    if not links.num_rows:
        return pa.nulls(count, pa.string())
    links = links.sort_by([("seq", "ascending"), ("type", "ascending"), ("value", "ascending")]).combine_chunks()
    words = pc.binary_join_element_wise(links.column("type"), links.column("value"), " ", null_handling="skip")
    bounds = np.searchsorted(links.column("seq").to_numpy() - first, np.arange(count + 1)).astype(np.int32)
    joined = pc.binary_join(pa.ListArray.from_arrays(pa.array(bounds), whole(words)), " ")
    return pc.if_else(pa.array(np.diff(bounds) > 0), joined, pa.scalar(None, pa.string()))


def _steps(events: pa.Table, role: pa.DictionaryArray, of_item: Rows) -> pa.Array:
    """The step of each item: decided once for each combination of type, action, step, disposition and role that occurs."""
    wrong = pc.or_(pc.is_valid(events.column("error_reason")), pc.is_valid(events.column("error_time"))).to_numpy()
    encoded = [whole(events.column(name)).dictionary_encode(null_encoding="encode") for name in _OF_STEP]
    code = wrong.astype(np.int64)
    for array in encoded:
        code = code * max(len(array.dictionary), 1) + array.indices.to_numpy()
    code = code[of_item] * max(len(role.dictionary), 1) + role.indices.to_numpy()
    kinds, inverse = factors(code)
    examples = firsts(inverse, len(kinds))
    words = [_step_at(encoded, bool(wrong[of_item[row]]), role[int(row)].as_py(), int(of_item[row])) for row in examples]
    return coded(inverse.astype(np.int32), words)


def _step_at(encoded: list[pa.DictionaryArray], wrong: bool, role: str, event: int) -> str:
    kind, action, biz, disposition = (array.dictionary[array.indices[event].as_py()].as_py() for array in encoded)
    step = step_of(kind, action, biz, disposition, role, wrong)
    return step if role != "parent" else _AS_PARENT.get(step, "observed")


def _add_parents(columns: dict[str, pa.Array], events: pa.Table, role: pa.DictionaryArray, of_item: Rows, spellings: Spellings) -> None:
    """The container of each item that has one; what an event says of its parent alone has none."""
    parents = whole(events.column("parent")).dictionary_encode()
    if not len(parents.dictionary):
        return
    known = [spellings.parts(text).text for text in parents.dictionary.to_pylist()]
    codes = pc.fill_null(parents.indices, len(known)).to_numpy()[of_item]
    if "parent" in role.dictionary.to_pylist():
        codes = np.where(pc.equal(role.dictionary_decode(), "parent").to_numpy(zero_copy_only=False), len(known), codes)
    columns["parent_text"] = coded(codes.astype(np.int32), [*known, None])
    keys = [*(hashlib.sha256(text.encode()).digest()[:16] for text in known), None]
    columns["parent"] = pa.array(keys, pa.binary(16)).take(pa.array(codes))


def _add_lots(columns: dict[str, pa.Array], items: Items, role: pa.DictionaryArray) -> None:
    """Lot and expiry of the event, for its items that are units and no inputs; the lot of a lot class where it has none."""
    no_lot = pc.or_(pc.is_valid(items.columns["sscc"]), pc.equal(role.dictionary_decode(), "input"))
    if pc.any(no_lot).as_py():
        for name in ("lot", "expiry"):
            indices = pc.if_else(no_lot, pa.scalar(None, pa.int32()), columns[name].indices)
            columns[name] = pa.DictionaryArray.from_arrays(indices, columns[name].dictionary)
    if items.columns["class_lot"].null_count < len(no_lot):
        both = pc.coalesce(columns["lot"].dictionary_decode(), items.columns["class_lot"].dictionary_decode())
        columns["lot"] = both.dictionary_encode()
