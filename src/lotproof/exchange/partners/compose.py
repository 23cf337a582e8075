"""Exception messages of ours, written as PDG's schemas demand. Pure: what the record knows in, a document out.

Identifiers are UUIDs of version 5: the same exception keeps its identifier in every update of its thread.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from lotproof.exchange.partners.message import ANSWERS, MISALIGNED, RESOLUTIONS, SERIALS, Answer
from lotproof.exchange.partners.problem import PartnerError

MASTER_DATA = "master_data_errors"
RESOLUTION = {
    "missing_product_data": "Send new data",
    "missing_product": "Send product",
    MISALIGNED: "Send new data",
    "overages": "Return product",
    "underages": "Send product",
}
"""Key -> what is asked for unless a person states something else."""


@dataclass(frozen=True)
class Side:
    """A pack as one side has it; empty texts where that side does not say."""

    gtin: str = ""
    """GTIN-14."""
    serial: str = ""
    """Serial."""
    lot: str = ""
    """Lot."""
    expiry: str = ""
    """Expiry date."""


@dataclass(frozen=True)
class Told:
    """One exception that we tell of."""

    key: str
    """Section of the message."""
    product: Side
    """The pack as it is physically."""
    data: Side = Side()
    """The pack as the data have it."""
    file: str = ""
    """The data file that names it."""
    source: str = "Scan"
    """How it was seen, one of SOURCES."""
    ordered: int = 0
    """Quantity by the data, where quantities differ."""
    received: int = 0
    """Quantity found."""
    proposed: str = ""
    """The GTIN that it should have, where that is known."""


@dataclass(frozen=True)
class Head:
    """What every message begins with."""

    case: str
    """Identifier of the exception case."""
    number: int
    """How many messages the thread had before."""
    time: str
    """Now, UTC as entries spell it."""
    po: str
    """Purchase order or other reference; the format demands the field."""
    contact: Mapping[str, str]
    """gln, email, phone."""

    def members(self) -> dict[str, Any]:
        """The members of the document."""
        stamp = int(datetime.fromisoformat(self.time).timestamp())
        return {
            "message_uuid": str(uuid.uuid5(_namespace(self.case), f"message {self.number} {self.time}")),
            "exception_case_uuid": self.case, "timestamp": stamp, "po_number": self.po, "sender_information": dict(self.contact),
        }  # fmt: skip


def case_uuid(site: str, about: Sequence[str], partner: str) -> str:
    """Identifier of the case in which a site tells a partner of something; ``site`` is the key of its log."""
    return str(uuid.uuid5(uuid.NAMESPACE_URL, "\n".join((site, partner, *sorted(about)))))


def report(head: Head, told: Iterable[Told], errors: Sequence[str], asked: str, resolved: bool = False) -> dict[str, Any]:
    """An exception report; ``asked`` is the resolution that is asked for, empty for that of each key."""
    if asked and asked not in RESOLUTIONS:
        raise PartnerError(f"“{asked[:60]}” is no resolution of the format; write one of {', '.join(RESOLUTIONS)}.")
    sections: dict[str, dict[str, dict[str, Any]]] = {}
    for one in told:
        named = "\n".join((one.key, one.product.gtin, one.product.serial, one.data.serial))
        identifier = str(uuid.uuid5(_namespace(head.case), named))
        asks = asked or RESOLUTION.get(one.key)
        entry = {"exception_item_uuid": identifier, **_entry(one), **({"resolution_request": asks} if asks else {})}
        sections.setdefault(one.key, {})[identifier] = entry
    exceptions: dict[str, Any] = {key: list(entries.values()) for key, entries in sections.items()}
    if MASTER_DATA in exceptions:
        exceptions[MASTER_DATA] = {"gtin_errors": exceptions[MASTER_DATA]}
    return {**head.members(), "exceptions": exceptions, "other_errors": list(errors) or None, "case_resolved": resolved}


def _namespace(case: str) -> uuid.UUID:
    """A partner's case may have any text as its identifier."""
    return uuid.uuid5(uuid.NAMESPACE_URL, case)


def _entry(one: Told) -> dict[str, Any]:
    if one.key == MASTER_DATA:
        return {"invalid_gtin": one.product.gtin, "proposed_gtin": one.proposed or None}
    if one.key == SERIALS[0]:
        return {"product_gtin": one.product.gtin, "observation_source": one.source, "product_serial": one.product.serial or None}
    if one.key == SERIALS[1]:
        return {
            "file_id": one.file,
            "product_gtin": one.data.gtin or one.product.gtin,
            "product_serial": one.data.serial or one.product.serial,
        }
    if one.key == MISALIGNED:
        sides = (("received_product", one.product), ("product_data", one.data))
        return {
            f"{name}_{part}": (value or None) if part == "serial" else value for name, side in sides for part, value in vars(side).items()
        }
    return {"gtin": one.product.gtin, "quantity_ordered": one.ordered, "quantity_received": one.received}


def response(head: Head, answers: Iterable[Answer], notes: str) -> dict[str, Any]:
    """An answer to a partner's report."""
    return {**head.members(), "response_items": [_answer(one) for one in answers], "additional_notes": notes or None}


def _answer(one: Answer) -> dict[str, Any]:
    if one.said not in ANSWERS:
        raise PartnerError(f"An exception is answered by {' or '.join(ANSWERS)}, not by “{one.said[:40]}”.")
    if one.instead and one.instead not in RESOLUTIONS:
        raise PartnerError(f"“{one.instead[:60]}” is no resolution of the format; write one of {', '.join(RESOLUTIONS)}.")
    instead = {"alternative_resolution": one.instead, "follow_up": None, "follow_up_details": None} if one.instead else None
    return {
        "exception_item_uuid": one.uuid,
        "resolution_response": one.said,
        "comments": one.comment or None,
        "alternative_resolution": instead,
    }


def as_bytes(document: Mapping[str, Any]) -> bytes:
    """A message as it is kept and sent."""
    return (json.dumps(document, ensure_ascii=False, indent=1) + "\n").encode()
