"""What an event consists of, in the order of the schemas: the table that both ways between XML and JSON read.

Sources: EPCIS 2.0, clauses 7.4 and 9.5 (XML), 10 (JSON); EPCIS 1.2, clause 9.5.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import Final

CONTEXT: Final = "https://ref.gs1.org/standards/epcis/epcis-context.jsonld"
"""The standard's JSON-LD context; never fetched."""
EPCIS2, EPCIS1 = "urn:epcglobal:epcis:xsd:2", "urn:epcglobal:epcis:xsd:1"
EPC_LISTS: Final = ("epcList", "childEPCs", "inputEPCList", "outputEPCList")
QUANTITY_LISTS: Final = ("quantityList", "childQuantityList", "inputQuantityList", "outputQuantityList")
LINK_LISTS: Final = MappingProxyType({"bizTransactionList": "bizTransaction", "sourceList": "source", "destinationList": "destination"})
"""List -> its element, which is also the member of its JSON objects."""
PLACES: Final = ("readPoint", "bizLocation")
SCALARS: Final = (
    "eventTime", "recordTime", "eventTimeZoneOffset", "eventID", "certificationInfo", "action", "bizStep", "disposition", "parentID",
    "transformationID",
)  # fmt: skip
WORDS: Final = MappingProxyType({"bizStep": ("bizstep", "BizStep"), "disposition": ("disp", "Disp")})
"""Member with a word of the Core Business Vocabulary -> its part of a URN and of a web address."""

_HEAD = ("eventTime", "recordTime", "eventTimeZoneOffset", "eventID", "errorDeclaration", "certificationInfo")
_WHAT = ("bizStep", "disposition", "readPoint", "bizLocation")
_TAIL = ("sourceList", "destinationList", "sensorElementList", "persistentDisposition")
ORDER: Final = MappingProxyType(
    {
        "ObjectEvent": (*_HEAD, "epcList", "action", *_WHAT, "bizTransactionList", "quantityList", *_TAIL, "ilmd"),
        "AggregationEvent": (*_HEAD, "parentID", "childEPCs", "action", *_WHAT, "bizTransactionList", "childQuantityList", *_TAIL),
        "TransactionEvent": (*_HEAD, "bizTransactionList", "parentID", "epcList", "action", *_WHAT, "quantityList", *_TAIL),
        "TransformationEvent": (
            *_HEAD, "inputEPCList", "inputQuantityList", "outputEPCList", "outputQuantityList", "transformationID", *_WHAT,
            "bizTransactionList", *_TAIL, "ilmd",
        ),
        "AssociationEvent": (*_HEAD, "parentID", "childEPCs", "childQuantityList", "action", *_WHAT, "bizTransactionList", *_TAIL),
    }
)  # fmt: skip
"""Members of each event class in the order of EPCglobal-epcis-2_0.xsd."""
EXTENDED: Final = frozenset({"quantityList", "childQuantityList", "sourceList", "destinationList", "ilmd"})
"""Members that EPCIS 1.2 puts into `extension`, but for a TransformationEvent."""
BASE_EXTENDED: Final = frozenset({"eventID", "errorDeclaration"})
"""Members that EPCIS 1.2 puts into `baseExtension`."""
ONLY_2: Final = frozenset({"sensorElementList", "persistentDisposition", "certificationInfo"})
"""Members that EPCIS 1.2 does not have."""
