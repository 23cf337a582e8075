"""EPCIS documents as a stream of event batches: what comes out, and the readers.

    for piece in read_xml(stream):
        if isinstance(piece, EventBatch): ...
        else: ...  # Unreadable: say so, count it

Stand `count.count_events` beside it: events counted in the raw bytes = events read + events reported as unreadable.
"""

from lotproof.epcis.json_read import read_json
from lotproof.epcis.model import (
    EPCS_SCHEMA,
    EVENTS_SCHEMA,
    LINKS_SCHEMA,
    QUANTITIES_SCHEMA,
    DocumentHeader,
    EventBatch,
    OnHeader,
    Unreadable,
)
from lotproof.epcis.sniff import sniff
from lotproof.epcis.xml_read import read_xml

__all__ = [
    "EPCS_SCHEMA",
    "EVENTS_SCHEMA",
    "LINKS_SCHEMA",
    "QUANTITIES_SCHEMA",
    "DocumentHeader",
    "EventBatch",
    "OnHeader",
    "Unreadable",
    "read_json",
    "read_xml",
    "sniff",
]
