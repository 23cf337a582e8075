"""An EPCIS document into the lake, batch by batch: identifiers and steps in SQL, once per distinct text; rows in Arrow."""

from __future__ import annotations

import hashlib
from pathlib import Path

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from lotproof.epcis.batch import EventBatch, Unreadable, read_json, read_xml
from lotproof.epcis.count import count_events
from lotproof.gs1.reading import UnreadableIdentifier, read
from lotproof.gs1.urn import sgtin_to_gtin
from lotproof.intake import epcis_sql as sql
from lotproof.intake.epcis_steps import step_of
from lotproof.intake.table_source import Context, Tally
from lotproof.lake.writer import ObservationWriter

_PARTS = pa.schema([(name, pa.string()) for name in ("epc", "gtin", "serial", "sscc", "lot", "transform")])
_CLASSES = pa.schema([("class", pa.string()), ("gtin", pa.string())])
SMALL = 8_192
"""Rows a record batch: DuckDB reserves buffers for the whole of one, a million by default."""
_OF_EVENT = ("at_utc", "at_text", "zone_offset", "recorded_at", "place", "result", "event", "reason", "position", "reference")


class EpcisSource:
    """Reads one EPCIS document; keeps the translations of identifiers and steps that it has met."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, context: Context, kind: str, writer: ObservationWriter) -> None:
        self.connection = connection
        self.context = context
        self.kind = kind
        self.writer = writer
        self.events = 0
        self.unreadable: list[Unreadable] = []
        for table, schema in (("epc_part", _PARTS), ("epc_class", _CLASSES)):
            connection.register("_shape", schema.empty_table())
            connection.execute(f"CREATE OR REPLACE TABLE {table} AS SELECT * FROM _shape")
            connection.unregister("_shape")

    def read(self, path: Path) -> Tally:
        """Read the document; the tally holds for the event elements counted in its raw bytes."""
        reader = read_xml if self.kind == "epcis-xml" else read_json
        with path.open("rb") as stream:
            for part in reader(stream):
                if isinstance(part, EventBatch):
                    self._take(part)
                else:
                    self.unreadable.append(part)
        with path.open("rb") as stream:
            counted = count_events(stream)
        return self._tally(counted)

    def _tally(self, counted: int) -> Tally:
        """Events counted in the raw bytes, independently of the reader, must be those stored or those in quarantine."""
        name = self.context.name
        tally = Tally(kind=self.kind, rows=max(counted, self.events), stored=self.events)
        tally.quarantined = tally.rows - tally.stored
        for part in self.unreadable:
            self._quarantine(part.reason, part.offset)
            tally.problems.append(f"{name}: {part.reason}")
        if tally.quarantined and not self.unreadable:
            reason = f"{tally.quarantined} of the {counted} event elements counted in the raw bytes were not understood by the reader"
            self._quarantine(reason, 0)
            tally.problems.append(f"{name}: {reason}; report this document, its events are not all in the lake.")
        if self.events > counted:
            tally.problems.append(f"{name}: {self.events} events were read, {counted} counted in the raw bytes; report this document.")
        return tally

    def _quarantine(self, reason: str, position: int) -> None:
        self.connection.execute("INSERT INTO out_quarantine BY NAME SELECT ? AS reason, ? AS position", [reason, position])

    def _take(self, batch: EventBatch) -> None:
        self.events += batch.events.num_rows
        connection = self.connection
        for name in ("events", "epcs", "links"):
            connection.register(f"_{name}", getattr(batch, name))
        zone = self._naive_zone()
        items = self._items()
        events = connection.execute(sql.EVENT_ROWS.replace("$zone", zone)).to_arrow_table(SMALL)
        if items.num_rows:
            self.writer.add(_rows(events, items))
        if len(np.unique(items.column("seq").to_numpy())) < events.num_rows:
            connection.execute(sql.BARE_EVENTS.replace("$zone", zone))
        if events.column("at_utc").null_count:
            connection.execute(sql.DOUBTS.replace("$zone", zone))
        for name in ("events", "epcs", "links"):
            connection.unregister(f"_{name}")
        self.context.progress(self.events)

    def _items(self) -> pa.Table:
        """The identifiers of the batch, taken apart; what is met for the first time is learned once."""
        self._learn_parents()
        items = self.connection.execute(sql.ITEM_ROWS).to_arrow_table(SMALL)
        if pc.all(items.column("known")).as_py() is not False:
            return items
        fetch = self.connection.execute
        self._append("epc_class", [_class(name) for (name,) in fetch(sql.NEW_CLASSES).fetchall()], _CLASSES)
        self._append("epc_part", [_parts(text) for (text,) in fetch(sql.NEW_PARTS).fetchall()], _PARTS)
        return fetch(sql.ITEM_ROWS).to_arrow_table(SMALL)

    def _learn_parents(self) -> None:
        new = "SELECT DISTINCT parent FROM _events WHERE parent IS NOT NULL EXCEPT SELECT epc FROM epc_part"
        self._append("epc_part", [_parts(text) for (text,) in self.connection.execute(new).fetchall()], _PARTS)

    def _naive_zone(self) -> str:
        zone = self.context.stated.zone or self.context.zone
        return f"timezone('UTC', timezone('{zone}', try_cast(event_time AS TIMESTAMP)))" if zone else "NULL::TIMESTAMP"

    def _append(self, table: str, rows: list[dict[str, object]], schema: pa.Schema) -> None:
        if rows:
            self.connection.register("_new", pa.Table.from_pylist(rows, schema=schema))
            self.connection.execute(f"INSERT INTO {table} SELECT * FROM _new")
            self.connection.unregister("_new")


def _class(name: str) -> dict[str, object]:
    prefix, _, reference = name.rpartition(":")[2].partition(".")
    right = prefix.isdigit() and reference.isdigit() and len(prefix) + len(reference) == 13
    return {"class": name, "gtin": sgtin_to_gtin(prefix, reference) if right else None}


def _parts(text: str) -> dict[str, object]:
    try:
        found = read(text)
    except UnreadableIdentifier:
        return {"epc": text}
    needed = [name for name in found.transforms if name not in ("urn", "digital_link", "plain")]
    return {"epc": text, "gtin": found.gtin, "serial": found.serial, "sscc": found.sscc, "lot": found.lot,
            "transform": " ".join(needed) or None}  # fmt: skip


def _rows(events: pa.Table, items: pa.Table) -> pa.Table:
    """Observations: what the event says, gathered to its items through dictionaries, so that nothing is copied an item."""
    first = events.column("seq").to_numpy()
    at = np.searchsorted(first, items.column("seq").to_numpy()).astype(np.int32)
    columns: dict[str, pa.Array | pa.ChunkedArray] = {name: _gather(events.column(name), at) for name in _OF_EVENT}
    columns["ordinal"] = items.column("seq")
    columns["step"] = _steps(events, items, at)
    is_parent = pc.equal(items.column("role"), "parent")
    parents = _gather(events.column("parent_text"), at)
    columns["parent_text"] = _none_where(is_parent, parents)
    columns["parent"] = _uuid_of(columns["parent_text"])
    takes_lot = pc.and_(pc.is_null(items.column("sscc")), pc.not_equal(items.column("role"), "input"))
    for name in ("lot", "expiry"):
        columns[name] = _none_where(pc.invert(takes_lot), _gather(events.column(name), at))
    if items.column("class_lot").null_count < items.num_rows:
        columns["lot"] = pc.coalesce(columns["lot"].dictionary_decode(), items.column("class_lot")).combine_chunks().dictionary_encode()
    for name in ("item_prefix", "gtin", "serial", "sscc", "level", "transform"):
        columns[name] = items.column(name)
    columns["item"] = items.column("item").cast(pa.binary(16))
    return pa.table(columns)


def _none_where(mask: pa.ChunkedArray, values: pa.DictionaryArray) -> pa.DictionaryArray:
    """The values, null where the mask holds; a dictionary as before, so that batches can be joined."""
    if not pc.any(mask).as_py():
        return values
    return pa.DictionaryArray.from_arrays(pc.if_else(mask, None, values.indices).combine_chunks(), values.dictionary)


def _gather(column: pa.ChunkedArray, at: np.ndarray) -> pa.Array:
    """The event's value for each of its items; texts stay dictionaries, so that a list of 500 holds its words once."""
    whole = column.combine_chunks()
    return (whole.dictionary_encode() if pa.types.is_string(whole.type) else whole).take(pa.array(at))


_OF_STEP = ("type", "action", "biz_step", "result", "wrong")


def _steps(events: pa.Table, items: pa.Table, at: np.ndarray) -> pa.Array:
    """The step of each item: decided once for each combination of type, action, step, disposition and role that occurs."""
    encoded = [events.column(name).combine_chunks().dictionary_encode(null_encoding="encode") for name in _OF_STEP]
    roles = items.column("role").combine_chunks().dictionary_encode()
    code = np.zeros(events.num_rows, np.int64)
    for array in encoded:
        code = code * len(array.dictionary) + array.indices.to_numpy()
    code = code[at] * len(roles.dictionary) + roles.indices.to_numpy()
    _, example, inverse = np.unique(code, return_index=True, return_inverse=True)
    words = [_step_at(encoded, roles, int(at[row]), int(row)) for row in example]
    return pa.DictionaryArray.from_arrays(pa.array(inverse.astype(np.int32)), pa.array(words, pa.string()))


def _step_at(encoded: list[pa.DictionaryArray], roles: pa.DictionaryArray, event: int, row: int) -> str:
    kind, action, biz, disposition, wrong = (array.dictionary[array.indices[event].as_py()].as_py() for array in encoded)
    role = roles[row].as_py()
    step = step_of(kind, action, biz, disposition, role, bool(wrong))
    if role != "parent":
        return step
    return {"disaggregated": "emptied", "voided": "voided", "shipped": "shipped", "received": "received"}.get(step, "observed")


def _uuid_of(texts: pa.Array) -> pa.Array:
    """Keys of container texts: few distinct ones, hashed once each."""
    whole = texts.combine_chunks() if isinstance(texts, pa.ChunkedArray) else texts
    encoded = whole if pa.types.is_dictionary(whole.type) else whole.dictionary_encode()
    keys = [hashlib.sha256(text.encode()).digest()[:16] for text in encoded.dictionary.to_pylist()]
    return pa.array(keys, pa.binary(16)).take(encoded.indices)
