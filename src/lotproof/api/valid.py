"""Which events are valid: what EPCIS 2.0 clause 7.4 demands of every event, and of each class."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from lotproof.epcis.model import EventBatch

TIME = r"^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d{1,9})?(Z|[+-]\d{2}:\d{2})$"
OFFSET = r"^[+-](0\d|1[0-4]):[0-5]\d$"
ACTIONS = ("ADD", "OBSERVE", "DELETE")
_BITS = ("time", "offset", "parent", "transaction")


def why_not(kind: str, action: str | None, has: dict[str, bool]) -> str | None:
    """Why an event of this class is not valid, None where it is; `has` tells of time, offset, parent and transaction."""
    if not has["time"]:
        return "its eventTime is missing or no time with a zone (2026-03-09T10:00:00Z)"
    if not has["offset"]:
        return "its eventTimeZoneOffset is missing or none (+01:00)"
    if kind not in ("TransformationEvent", "QuantityEvent") and action not in ACTIONS:
        return "its action is none of ADD, OBSERVE and DELETE"
    if kind == "AssociationEvent" and not has["parent"]:
        return "it has no parentID"
    if kind == "AggregationEvent" and not has["parent"] and action != "OBSERVE":
        return f"it has no parentID, which action {action} needs"
    if kind == "TransactionEvent" and not has["transaction"]:
        return "its bizTransactionList is missing or empty"
    return None


def instants(column: pa.ChunkedArray) -> pa.Array:
    """Times with a zone as UTC to the microsecond, null where one is none."""
    texts = pc.if_else(_like(column, TIME), column, pa.scalar(None, pa.string()))
    try:
        found = texts.cast(pa.timestamp("ns", "UTC"))
    except pa.ArrowInvalid:  # one that looks like a time and is none, such as 30 February
        found = pa.array([_instant(text) for text in texts.to_pylist()], pa.timestamp("ns", "UTC"))
    found = pc.cast(found, pa.timestamp("us", "UTC"), safe=False).cast(pa.timestamp("us"))
    return found.combine_chunks() if isinstance(found, pa.ChunkedArray) else found


def _instant(text: str | None) -> datetime | None:
    try:
        return datetime.fromisoformat(text) if text else None
    except ValueError:
        return None


def invalid(batch: EventBatch, at: pa.Array) -> Iterator[tuple[int, str]]:
    """Row and reason of every event of a batch that is not valid, ``at`` being its times. Each combination of facts is judged once."""
    events = batch.events.combine_chunks()
    if not events.num_rows:
        return
    linked = pc.equal(batch.links.column("role"), "bizTransaction")
    owners = batch.links.column("seq").filter(linked).combine_chunks()
    facts = {
        "type": events.column("type"),
        "action": events.column("action"),
        "time": pc.is_valid(at),
        "offset": _like(events.column("zone_offset"), OFFSET),
        "parent": pc.is_valid(events.column("parent")),
        "transaction": pc.is_in(events.column("seq"), value_set=pc.unique(owners)),
    }
    table = pa.table(facts)
    for row in table.group_by(list(facts), use_threads=False).aggregate([]).to_pylist():
        reason = why_not(row["type"], row["action"], {name: row[name] for name in _BITS})
        if reason:
            yield from ((at, reason) for at in _rows(table, row))


def _rows(table: pa.Table, like: dict[str, Any]) -> list[int]:
    """Rows of the table that say the same as one."""
    mask = None
    for name, value in like.items():
        column = table.column(name)
        same = pc.is_null(column) if value is None else pc.fill_null(pc.equal(column, value), False)
        mask = same if mask is None else pc.and_(mask, same)
    return [int(at) for at in pc.indices_nonzero(mask).to_pylist()]


def _like(column: pa.ChunkedArray, pattern: str) -> pa.ChunkedArray:
    return pc.fill_null(pc.match_substring_regex(column, pattern), False)


def event_valid(event: dict[str, Any]) -> bool:
    """The same for one event as JSON."""
    has = {
        "time": _instant(time if isinstance(time := event.get("eventTime"), str) and re.match(TIME, time) else None) is not None,
        "offset": bool(re.match(OFFSET, str(event.get("eventTimeZoneOffset", "")))),
        "parent": bool(event.get("parentID")),
        "transaction": bool(event.get("bizTransactionList")),
    }
    action = event.get("action")
    return why_not(str(event.get("type", "")), action if isinstance(action, str) else None, has) is None
