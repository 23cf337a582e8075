"""What the readers yield: batches of events as Arrow tables, events that could not be read, and the document's header.

Source of the event's members: EPCIS 2.0, clause 7.4; EPCIS 1.2, clause 7.4 (GS1, https://ref.gs1.org/standards/epcis/).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import pyarrow as pa

SCALARS: tuple[str, ...] = (
    "event_time",
    "zone_offset",
    "record_time",
    "action",
    "biz_step",
    "disposition",
    "read_point",
    "biz_location",
    "parent",
    "event_id",
    "lot",
    "expiry",
    "error_reason",
    "error_time",
    "transformation_id",
)
"""The text columns of an event that hold one value each; `corrective_ids` is the only one that may join several."""

SHORTENED: frozenset[str] = frozenset({"biz_step", "disposition", "error_reason"})
"""Columns whose value is a word of the Core Business Vocabulary and is stored as the short word."""

TEXT_COLUMNS: tuple[str, ...] = (*SCALARS[:14], "corrective_ids", "transformation_id")

EVENTS_SCHEMA: pa.Schema = pa.schema(
    [("seq", pa.int64()), ("type", pa.string()), ("offset", pa.int64()), *((name, pa.string()) for name in TEXT_COLUMNS)]
)
EPCS_SCHEMA: pa.Schema = pa.schema([("seq", pa.int64()), ("role", pa.string()), ("epc", pa.string())])
QUANTITIES_SCHEMA: pa.Schema = pa.schema(
    [
        ("seq", pa.int64()),
        ("role", pa.string()),
        ("epc_class", pa.string()),
        ("quantity", pa.string()),
        ("uom", pa.string()),
    ]
)
LINKS_SCHEMA: pa.Schema = pa.schema([("seq", pa.int64()), ("role", pa.string()), ("type", pa.string()), ("value", pa.string())])


@dataclass(frozen=True)
class EventBatch:
    """Some consecutive events of one document, in document order. An event is never split over two batches."""

    events: pa.Table
    """One row an event (EVENTS_SCHEMA): `seq` counts the events read from 0 in the document, `type` is the name of the
    event class, `offset` the byte of its start tag or opening brace in the raw document; texts are stripped, and null
    where absent or empty. `biz_step`, `disposition` and `error_reason` are short words ("commissioning")."""
    epcs: pa.Table
    """One row an identifier (EPCS_SCHEMA): `role` is "epc", "child", "input" or "output"; the text is as written."""
    quantities: pa.Table
    """One row a quantity element (QUANTITIES_SCHEMA), roles as in `epcs`; the number is the text as written."""
    links: pa.Table
    """One row a link (LINKS_SCHEMA): `role` is "bizTransaction", "source" or "destination"; `type` is the short word."""


@dataclass(frozen=True)
class Unreadable:
    """An event, or the rest of the document, that could not be read."""

    offset: int
    """Byte offset in the raw document: of the event's start, or of the place where reading ended."""
    line: int | None
    """Line number from 1 of that place, None where it is not known."""
    reason: str
    """A sentence for a person: what, where, and what was kept."""


@dataclass(frozen=True)
class DocumentHeader:
    """What a document says about itself before its first event; None where it says nothing."""

    format: str
    """"xml" or "json"."""
    root: str | None = None
    """Local name of the root element, or the `type` of the root object: "EPCISDocument", "EPCISQueryDocument", ..."""
    schema_version: str | None = None
    """`schemaVersion` as written ("1.2", "2.0"; real documents also say "0", "1", "3.1")."""
    creation_date: str | None = None
    """`creationDate` as written."""
    sender: str | None = None
    """The SBDH's first Sender/Identifier, or the JSON member `sender`."""
    receiver: str | None = None
    """The SBDH's first Receiver/Identifier, or the JSON member `receiver`."""
    instance_identifier: str | None = None
    """The SBDH's InstanceIdentifier, or the JSON member `instanceIdentifier`: equal in a repeated transmission."""
    created_at: str | None = None
    """The SBDH's CreationDateAndTime as written."""
    guideline: str | None = None
    """`gs1ushc:guidelineVersion` as written ("GS1 US DSCSA R1.3")."""


OnHeader = Callable[[DocumentHeader], None]
"""Called once before the first batch, and again at the end of the document if members after the events added to it."""


class Broken(Exception):
    """The document cannot be read on from here. Raised inside the room only; readers turn it into an Unreadable."""

    def __init__(self, offset: int, line: int | None, reason: str) -> None:
        super().__init__(reason)
        self.offset = offset
        self.line = line
        self.reason = reason


def breaks_off(broken: Broken, kept: int) -> Unreadable:
    """The sentence about the rest of a document, `kept` being the number of events before it that were read."""
    line = "" if broken.line is None else f", line {broken.line}"
    events = {0: "no event was read before it", 1: "the 1 event before it was kept"}.get(kept, f"the {kept:,} events before it were kept")
    reason = f"The document breaks off at byte {broken.offset:,}{line}: {broken.reason}; {events}."
    return Unreadable(broken.offset, broken.line, reason)
