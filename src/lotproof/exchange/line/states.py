"""Collections of serial numbers as OPC 30260 has them, and the lines that they are written down as. Pure."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

NAMESPACE = "http://opcfoundation.org/UA/OPENSCS-SER/"
FOLDER = "OPENSCSObjects"
"""Folder below Objects that holds a server's OPEN-SCS objects (OPC 30260, 6.2)."""
COLLECTIONS = ("OPENSCSSNCollectionDataType", "OPENSCSLabelCollectionDataType")
"""Structures that carry serial numbers with their state (OPC 30260, 6.4.6 and 6.4.11)."""
STATES = (
    "Unassigned", "Unallocated", "Allocated", "SNInvalid", "Encoded", "LabelSampled", "LabelScrapped", "Commissioned", "Sampled",
    "Inactive", "Destroyed", "Released",
)  # fmt: skip
"""OPENSCSSerialNumberStateEnum by value (OPC 30260, 6.4.9)."""
RETURNS = (
    "Undefined", "NoError", "InvalidSerialNumberCollection", "InsufficientSerialNumbers", "InvalidSerialNumbersFormat",
    "InvalidRequestToken", "InvalidSelectionCriteria", "UnableToAcceptSerialNumberEvents", "UnableToAcceptLabelEvents",
    "UnableToAcceptSIDEvents", "UnknownAggregationSID", "InsufficientPrivilegeToExecute",
)  # fmt: skip
"""OPENSCSReturnEnum by value (OPC 30260, 6.4.8)."""


@dataclass(frozen=True)
class Collection:
    """A collection as it was read."""

    node: str
    """NodeId of the variable."""
    number: int
    """Place in the variable's array, from 0."""
    id: str
    """Its ID."""
    description: str
    """Its description."""
    state: int
    """State of its serial numbers, OPENSCSSerialNumberStateEnum."""
    pool: str
    """AssociatedPoolID."""
    serials: tuple[str, ...]
    """SerialNumbers."""
    labels: tuple[tuple[str, Mapping[str, str]], ...] = ()
    """Labels: ID and properties."""
    properties: Mapping[str, str] = field(default_factory=dict)
    """LabelCollectionProperties."""
    source_time: str = ""
    """When the source says it became so, UTC."""
    server_time: str = ""
    """When the server says it, UTC."""


def state_name(value: int) -> str:
    """The name of a state; its number where the specification has none."""
    return STATES[value] if 0 <= value < len(STATES) else str(value)


def lines(collections: Iterable[Collection], line: str, gtin: str, lot: str, read: str) -> Iterator[str]:
    """One JSON document a serial number, with everything that was read of it. ``gtin`` and ``lot`` stand where a serial has none."""
    for one in collections:
        facts = {
            "LineId": line,
            "OpenScsState": state_name(one.state),
            "StateValue": one.state,
            "SourceTimestamp": one.source_time or one.server_time or read,
            "ServerTimestamp": one.server_time,
            "ReadTimestamp": read,
            "AssociatedPoolID": one.pool,
            "CollectionID": one.id,
            "Description": one.description,
            "Node": one.node,
            "NodeIndex": one.number,
        }
        named: list[tuple[str, Mapping[str, str]]] = [(serial, {}) for serial in one.serials]
        for serial, properties in (*named, *one.labels):
            yield _line(serial, facts, {**one.properties, **properties}, {"GTIN": gtin, "Lot": lot})


def _line(serial: str, facts: Mapping[str, Any], properties: Mapping[str, str], otherwise: Mapping[str, str]) -> str:
    """What a label says of itself goes before what line.toml says for all."""
    said = {key.lower() for key in properties}
    given = {key: value for key, value in otherwise.items() if value and key.lower() not in said}
    return json.dumps({"SerialNumber": serial, **given, **properties, **facts}, ensure_ascii=False)
