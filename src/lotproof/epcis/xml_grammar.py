"""Where in an event element each column stands: one table for the tolerant path and for the shapes of the bulk path.

Paths are of local names, so any prefix and any namespace will do, and `extension` and `baseExtension` are looked
through, so the nesting of 1.1 and 1.2 (EPCIS 1.2, clause 9.5) and the flat form of 2.0 are the same path.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from lotproof.epcis.parts import SCALAR_INDEX

WRAPPERS: frozenset[str] = frozenset({"extension", "baseExtension"})
IGNORED: str = "?"
"""The path of everything that has no column: vendor extensions, sensor data, certification."""


@dataclass(frozen=True)
class Leaf:
    """What the text at a path is."""

    kind: str
    """"scalar", "epc", "quantity", "bare" (a quantity outside any list), "link" or "corrective"."""
    role: str = ""
    """The row's role for "epc", "quantity" and "link"."""
    index: int = 0
    """The column: in SCALARS for "scalar"; epc_class, quantity, uom (1 to 3) for "quantity"."""


def _scalars() -> dict[str, Leaf]:
    columns = {
        "/eventTime": "event_time",
        "/eventTimeZoneOffset": "zone_offset",
        "/recordTime": "record_time",
        "/action": "action",
        "/bizStep": "biz_step",
        "/disposition": "disposition",
        "/readPoint": "read_point",
        "/readPoint/id": "read_point",
        "/bizLocation": "biz_location",
        "/bizLocation/id": "biz_location",
        "/parentID": "parent",
        "/eventID": "event_id",
        "/transformationID": "transformation_id",
        "/errorDeclaration/reason": "error_reason",
        "/errorDeclaration/declarationTime": "error_time",
        "/ilmd/lotNumber": "lot",
        "/ilmd/itemExpirationDate": "expiry",
        # GS1 US guideline R1.1 and older: gs1ushc members of the event itself
        "/lotNumber": "lot",
        "/itemExpirationDate": "expiry",
        # Optel: <x:extension name="BATCH">; SAP: SAPExtension
        "/@BATCH": "lot",
        "/@EXPIRY": "expiry",
        "/SAPExtension/ObjAttributes/LOTNO": "lot",
        "/SAPExtension/ObjAttributes/DATEX": "expiry",
    }
    return {path: Leaf("scalar", index=SCALAR_INDEX[column]) for path, column in columns.items()}


def _lists() -> dict[str, Leaf]:
    leaves = {
        "/epcList/epc": Leaf("epc", "epc"),
        "/childEPCs/epc": Leaf("epc", "child"),
        "/inputEPCList/epc": Leaf("epc", "input"),
        "/outputEPCList/epc": Leaf("epc", "output"),
        "/bizTransactionList/bizTransaction": Leaf("link", "bizTransaction"),
        "/sourceList/source": Leaf("link", "source"),
        "/destinationList/destination": Leaf("link", "destination"),
        "/errorDeclaration/correctiveEventIDs/correctiveEventID": Leaf("corrective"),
        # QuantityEvent of EPCIS 1.0 states its one quantity without a list
        "/epcClass": Leaf("bare", "epc", 1),
        "/quantity": Leaf("bare", "epc", 2),
    }
    for path, role in QUANTITY_ELEMENTS.items():
        for index, part in enumerate(("epcClass", "quantity", "uom"), start=1):
            leaves[f"{path}/{part}"] = Leaf("quantity", role, index)
    return leaves


QUANTITY_ELEMENTS: dict[str, str] = {
    "/quantityList/quantityElement": "epc",
    "/childQuantityList/quantityElement": "child",
    "/inputQuantityList/quantityElement": "input",
    "/outputQuantityList/quantityElement": "output",
}
"""Paths of the elements that make one row of the quantities each, and its role."""

LEAVES: dict[str, Leaf] = {**_scalars(), **_lists()}
_KNOWN: frozenset[str] = frozenset(
    "/".join(steps[:length]) for steps in (path.split("/") for path in LEAVES) for length in range(2, len(steps) + 1)
)


def step(path: str, name: str, attributes: Mapping[str, str]) -> str:
    """The path of a child element from its parent's path. The event's own path is ""; a wrapper keeps its parent's."""
    word = name.rpartition(":")[2]
    if word in WRAPPERS and "name" not in attributes:
        return path
    child = f"{path}/@{attributes['name']}" if word in WRAPPERS else f"{path}/{word}"
    return child if child in _KNOWN else IGNORED
