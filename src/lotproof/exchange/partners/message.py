"""Exception messages of partners, read: the report and the response of PDG's ExceptionsSchemas (MIT, 2024). Pure: bytes in, values out.

Reading is lenient: what departs from the format is noted and the rest is taken, because a partner in need does not send the message
again for a missing flag. What is read is never written out again; `compose` writes strictly.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from lotproof.exchange.partners.problem import PartnerError
from lotproof.gs1.item import Item
from lotproof.intake.recognise import SMALL_NOTICE

MOST_BYTES = SMALL_NOTICE
"""Bytes of a message, as intake has it; one with 50,000 serials has about 10 million."""
MOST_TEXT = 2000
"""Characters of a text that is taken over."""
MOST_UUID = 100
RESOLUTIONS = ("Send new data", "Send product", "Return product", "Send back product", "Credit account", "Debit account")
SOURCES = ("Scan", "Packing Slip", "ASN", "Other")
ANSWERS = ("Accept", "Reject")
FOLLOW_UPS = ("Email", "Phone")
SERIALS, COUNTS = ("missing_product_data", "missing_product"), ("overages", "underages")
MISALIGNED, OTHER = "data_misalignment", "other_errors"
MASTER = {"gln_errors": "invalid_gln", "gtin_errors": "invalid_gtin"}
REPORT, RESPONSE = "report", "response"
NOBODY = Item()
"""Where no pack is named."""
_SIDES = ("received_product", "product_data")


@dataclass(frozen=True)
class Named:
    """One exception of a report."""

    uuid: str
    """Identifier that answers name; empty where the partner gave none."""
    kind: str
    """Key of the message: missing_product_data, missing_product, data_misalignment, overages, underages, gln_errors, gtin_errors."""
    item: Item = NOBODY
    """The pack; of two that differ, the one that was received. A GTIN alone where no serial is named."""
    other: Item = NOBODY
    """Of data that differ, the pack as the data have it."""
    lots: tuple[str, ...] = ()
    """Lots named: received, data."""
    expiries: tuple[str, ...] = ()
    """Expiry dates named, as written: received, data."""
    ordered: int | None = None
    """Quantity ordered, where quantities differ."""
    received: int | None = None
    """Quantity received."""
    wrong: str = ""
    """The GLN or GTIN that is called wrong."""
    proposed: str = ""
    """What is proposed in its place."""
    file: str = ""
    """The data file that names the pack."""
    asks: str = ""
    """Resolution that is asked for, one of RESOLUTIONS."""

    @property
    def items(self) -> tuple[Item, ...]:
        """The packs that it names by serial, each once."""
        return tuple(dict.fromkeys(one for one in (self.item, self.other) if one.serial))


@dataclass(frozen=True)
class Answer:
    """What a response says to one exception."""

    uuid: str
    """Identifier of the exception."""
    said: str
    """Accept or Reject."""
    comment: str = ""
    """In words."""
    instead: str = ""
    """Another resolution that is offered, one of RESOLUTIONS."""
    follow_up: str = ""
    """How it goes on: Email or Phone, with details."""


@dataclass(frozen=True)
class Message:
    """A message of a partner, or ours."""

    form: str
    """report or response."""
    uuid: str
    """Identifier of the message."""
    case: str
    """Identifier of the exception case; all messages of a thread have it."""
    time: str
    """When it was made by its own clock, UTC as entries spell it; empty where it has no readable time."""
    po: str
    """Purchase order or other reference of the transaction."""
    sender: str
    """GLN of the sender; empty where none is stated."""
    resolved: bool = False
    """Whether a report says that the case is resolved."""
    items: tuple[Named, ...] = ()
    """Exceptions of a report, in order."""
    answers: tuple[Answer, ...] = ()
    """Answers of a response, in order."""
    errors: tuple[str, ...] = ()
    """Other errors of a report, in words."""
    notes: str = ""
    """Additional notes of a response."""
    odd: tuple[str, ...] = ()
    """Where it departs from the format, as sentences."""

    @property
    def packs(self) -> tuple[Item, ...]:
        """Every pack that it names by serial, once."""
        return tuple(dict.fromkeys(item for one in self.items for item in one.items))


def read_message(content: bytes) -> Message | None:
    """The message that these bytes are; None where they are none. PartnerError where they are one that nobody can follow."""
    if len(content) > MOST_BYTES or b'"exception_case_uuid"' not in content:
        return None
    try:
        document = json.loads(content.decode("utf-8-sig"))
    except (ValueError, RecursionError):
        return None
    if not isinstance(document, dict) or "exception_case_uuid" not in document:
        return None
    reading = _Reading(document)
    return reading.message()


class _Reading:
    """Reads one document and notes what is odd."""

    def __init__(self, document: Mapping[str, Any]) -> None:
        self._document = document
        self._odd: dict[str, None] = {}

    def message(self) -> Message:
        document = self._document
        case, uuid = self._identifier("exception_case_uuid"), self._identifier("message_uuid")
        form = RESPONSE if "response_items" in document or not {"exceptions", "case_resolved"} & set(document) else REPORT
        sender, errors = self._mapping(document, "sender_information"), document.get("other_errors")
        if form == REPORT and not isinstance(document.get("case_resolved"), bool):
            self._note("case_resolved is missing; the case is taken as unresolved")
        return Message(
            form, uuid, case, self._time(), self._text(document, "po_number", True), self._text(sender, "gln"),
            document.get("case_resolved") is True, tuple(self._items()), tuple(self._answers()),
            tuple(_plain(one) for one in errors if isinstance(one, str)) if isinstance(errors, list) else (),
            self._text(document, "additional_notes"), tuple(self._odd),
        )  # fmt: skip

    def _note(self, sentence: str) -> None:
        self._odd.setdefault(f"{sentence}.")

    def _identifier(self, name: str) -> str:
        found = self._document.get(name)
        if not isinstance(found, str) or not found.strip() or len(found) > MOST_UUID:
            raise PartnerError(
                f"The exception notification has no usable {name} (text of at most {MOST_UUID} characters), by which its thread is "
                "known; ask the partner to send it with one."
            )
        return _plain(found)

    def _mapping(self, of: Mapping[str, Any], name: str) -> Mapping[str, Any]:
        found = of.get(name)
        if found is not None and not isinstance(found, dict):
            self._note(f"{name} is no object")
        elif found is None and name == "sender_information":
            self._note("sender_information is missing, so nobody says who sent it")
        return found if isinstance(found, dict) else {}

    def _text(self, of: Mapping[str, Any], name: str, demanded: bool = False) -> str:
        found = of.get(name)
        if found is None or (isinstance(found, str) and not found.strip()):
            if demanded:
                self._note(f"{name} is missing")
            return ""
        if not isinstance(found, str):
            self._note(f"{name} is no text")
        return _plain(str(found))

    def _time(self) -> str:
        stamp = self._document.get("timestamp")
        if isinstance(stamp, int) and not isinstance(stamp, bool) and 0 < stamp < 1 << 33:
            return datetime.fromtimestamp(stamp, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        self._note("timestamp is no number of seconds since 1970")
        return ""

    def _items(self) -> Iterator[Named]:
        exceptions = self._mapping(self._document, "exceptions")
        for kind in (*SERIALS, MISALIGNED, *COUNTS):
            yield from (self._named(kind, one) for one in self._rows(exceptions, kind))
        master = self._mapping(exceptions, "master_data_errors")
        for kind in MASTER:
            yield from (self._named(kind, one) for one in self._rows(master, kind))

    def _rows(self, of: Mapping[str, Any], name: str) -> Iterator[Mapping[str, Any]]:
        found = of.get(name)
        if found is not None and not isinstance(found, list):
            self._note(f"{name} is no list")
        for number, one in enumerate(found if isinstance(found, list) else (), 1):
            if isinstance(one, dict):
                yield one
            else:
                self._note(f"entry {number} of {name} is no object and was left out")

    def _named(self, kind: str, one: Mapping[str, Any]) -> Named:
        uuid, asks = self._text(one, "exception_item_uuid", True), self._text(one, "resolution_request")
        if asks and asks not in RESOLUTIONS:
            self._note(f"resolution_request is “{asks[:60]}”, which is none of {', '.join(RESOLUTIONS)}")
        if kind in MASTER:
            wrong = self._text(one, MASTER[kind], True)
            return Named(uuid, kind, wrong=wrong, proposed=self._text(one, MASTER[kind].replace("invalid", "proposed")), asks=asks)
        if kind in COUNTS:
            counts = (self._count(one, "quantity_ordered"), self._count(one, "quantity_received"))
            return Named(uuid, kind, Item(gtin=self._gtin(one, "gtin")), ordered=counts[0], received=counts[1], asks=asks)
        if kind == MISALIGNED:
            sides = [self._pack(one, side) for side in _SIDES]
            lots, expiries = (_given(self._text(one, f"{side}_{name}") for side in _SIDES) for name in ("lot", "expiry"))
            return Named(uuid, kind, sides[0], sides[1], lots, expiries, asks=asks)
        lots, expiries = (_given((self._text(one, f"product_{name}"),)) for name in ("lot", "expiry"))
        return Named(uuid, kind, self._pack(one, "product"), Item(), lots, expiries, file=self._text(one, "file_id"), asks=asks)

    def _pack(self, one: Mapping[str, Any], side: str) -> Item:
        return Item(self._gtin(one, f"{side}_gtin"), self._text(one, f"{side}_serial") or None)

    def _gtin(self, one: Mapping[str, Any], name: str) -> str | None:
        text = self._text(one, name, True)
        # As intake reads it: a wrong check digit is a finding of its own, so it is kept.
        return (text.zfill(14) if text.isascii() and text.isdigit() and len(text) <= 14 else text) or None

    def _count(self, one: Mapping[str, Any], name: str) -> int | None:
        found = one.get(name)
        if isinstance(found, int) and not isinstance(found, bool) and 0 <= found < 1 << 53:
            return found
        self._note(f"{name} is no whole number")
        return None

    def _answers(self) -> Iterator[Answer]:
        for one in self._rows(self._document, "response_items"):
            said, instead = self._text(one, "resolution_response", True), self._mapping(one, "alternative_resolution")
            if said not in ANSWERS:
                self._note(f"resolution_response is “{said[:60]}”, which is neither Accept nor Reject")
            follow = " ".join(_given((self._text(instead, "follow_up"), self._text(instead, "follow_up_details"))))
            other = self._text(instead, "alternative_resolution")
            yield Answer(self._text(one, "exception_item_uuid", True), said, self._text(one, "comments"), other, follow)


def _given(texts: Iterable[str]) -> tuple[str, ...]:
    return tuple(text for text in texts if text)


def _plain(text: str) -> str:
    """One text as the record keeps it: without signs that no database takes, and not endless."""
    return "".join(" " if c.isspace() else c for c in text.strip() if c.isprintable() or c.isspace())[:MOST_TEXT]


def counted(number: int, noun: str) -> str:
    """A number with its noun."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"
