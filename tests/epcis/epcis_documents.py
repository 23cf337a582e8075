"""Small EPCIS documents for the tests of this folder, all invented, and how to read them into plain rows."""

from __future__ import annotations

import io
import json
from dataclasses import dataclass
from typing import Any
from xml.sax.saxutils import escape

from lotproof.epcis.batch import EventBatch, Unreadable, read_json, read_xml

TABLES = ("events", "epcs", "quantities", "links")


@dataclass(frozen=True)
class Reading:
    """Everything that a reader yielded."""

    events: list[dict[str, Any]]
    epcs: list[dict[str, Any]]
    quantities: list[dict[str, Any]]
    links: list[dict[str, Any]]
    unreadable: list[Unreadable]
    batches: int


def reading(data: bytes, bulk: bool = True) -> Reading:
    """Read a document; JSON if it begins like that."""
    reader = read_json if data.lstrip(b"\xef\xbb\xbf\xff\xfe\xfe\xff\0 \r\n\t")[:1] in (b"{", b"[") else read_xml
    pieces = list(reader(io.BytesIO(data), bulk=bulk))
    batches = [piece for piece in pieces if isinstance(piece, EventBatch)]
    rows = {name: [row for batch in batches for row in getattr(batch, name).to_pylist()] for name in TABLES}
    return Reading(**rows, unreadable=[piece for piece in pieces if isinstance(piece, Unreadable)], batches=len(batches))


def xml_document(*events: str, version: str = "1.2", head: str = '<?xml version="1.0" encoding="UTF-8"?>') -> bytes:
    """The events in an EPCISDocument."""
    space = "urn:epcglobal:epcis:xsd:2" if version == "2.0" else "urn:epcglobal:epcis:xsd:1"
    return (
        f'{head}\n<epcis:EPCISDocument xmlns:epcis="{space}" xmlns:cbvmda="urn:epcglobal:cbv:mda" '
        f'schemaVersion="{version}" creationDate="2031-05-01T08:00:00Z"><EPCISBody><EventList>\n'
        + "\n".join(events)
        + "\n</EventList></EPCISBody></epcis:EPCISDocument>\n"
    ).encode()


def object_event(*epcs: str, time: str = "2031-05-01T07:00:00.000Z", more: str = "", step: str = "commissioning") -> str:
    """A commissioning of 1.2; `more` goes before the end tag."""
    listed = "".join(f"<epc>{epc}</epc>" for epc in epcs)
    return (
        f"<ObjectEvent><eventTime>{time}</eventTime><eventTimeZoneOffset>+02:00</eventTimeZoneOffset>"
        f"<epcList>{listed}</epcList><action>ADD</action><bizStep>urn:epcglobal:cbv:bizstep:{step}</bizStep>"
        f"<readPoint><id>urn:epc:id:sgln:9521321.00001.0</id></readPoint>{more}</ObjectEvent>"
    )


def sgtin(serial: object) -> str:
    """An identifier of the invented product."""
    return f"urn:epc:id:sgtin:9521321.012345.{serial}"


def json_document(*events: Any, **members: Any) -> bytes:
    """The events, as values or as text, in an EPCISDocument."""
    listed = ",\n".join(event if isinstance(event, str) else json.dumps(event) for event in events)
    head = {"type": "EPCISDocument", "schemaVersion": "2.0", "creationDate": "2031-05-01T08:00:00Z", **members}
    return (json.dumps(head)[:-1] + ', "epcisBody": {"eventList": [\n' + listed + "\n]}}").encode()


def as_xml(event: dict[str, Any], flat: bool, indent: str = "") -> str:
    """One event of the plain form that `tests/epcis/test_epcis_paths.py` draws, in XML of 2.0 (`flat`) or of 1.2."""
    out: list[str] = []

    def tag(name: str, value: str | None, attributes: str = "") -> str:
        return "" if value is None else f"{indent}<{name}{attributes}>{escape(value)}</{name}>"

    def listed(name: str, body: str) -> str:
        return f"{indent}<{name}>{body}{indent}</{name}>" if body else ""

    def nested(body: str) -> str:
        return body if flat or not body else f"{indent}<extension>{body}{indent}</extension>"

    out += [tag(name, event.get(name)) for name in ("eventTime", "recordTime", "eventTimeZoneOffset")]
    out.append(tag("eventID", event.get("eventID")) if flat else listed("baseExtension", tag("eventID", event.get("eventID"))))
    out.append(tag("parentID", event.get("parentID")))
    out += [listed(name, "".join(tag("epc", epc) for epc in event.get(name, ()))) for name in ("epcList", "childEPCs")]
    out += [tag(name, event.get(name)) for name in ("action", "bizStep", "disposition")]
    out += [listed(name, tag("id", event[name]["id"])) for name in ("readPoint", "bizLocation") if name in event]
    transactions = "".join(
        tag("bizTransaction", one["bizTransaction"], f' type="{one["type"]}"') for one in event.get("bizTransactionList", ())
    )
    out.append(listed("bizTransactionList", transactions))
    quantities = "".join(
        listed("quantityElement", tag("epcClass", one["epcClass"]) + tag("quantity", str(one["quantity"])))
        for one in event.get("quantityList", ())
    )
    ilmd = "".join(tag(key, value) for key, value in event.get("ilmd", {}).items())
    out.append(nested(listed("quantityList", quantities) + listed("ilmd", ilmd)))
    return f"<{event['type']}>{''.join(out)}{indent}</{event['type']}>"
