"""Many JSON events at once, by a decoder that knows their members: the bulk path.

msgspec decodes into a struct that refuses members and values it does not expect. An event it refuses goes through the
tolerant path; the members of that event that mean nothing here (vendor extensions), and the names it has for lot and
expiry, are then added to the struct, so the next such events pass.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Literal

import msgspec
import numpy as np
from msgspec.structs import astuple

from lotproof.epcis.collect import Collector
from lotproof.epcis.json_columns import Link, Place, Quantity, part
from lotproof.epcis.json_event import (
    EPC_KEYS,
    LINK_KEYS,
    MASTER_KEYS,
    QUANTITY_KEYS,
    SCALAR_KEYS,
    WRAPPER_KEYS,
    NotAnEvent,
    loads,
    read_event,
)
from lotproof.epcis.model import Unreadable
from lotproof.epcis.parts import Ints
from lotproof.epcis.words import local_key

MAX_LEARNED = 64
"""Vendor members that the struct may learn."""
_TOLERANT_KEYS = WRAPPER_KEYS | {"isA", "@type", "errorDeclaration"}
"""Members that mean something and are left to the tolerant path."""
_TYPES = Literal["ObjectEvent", "AggregationEvent", "TransactionEvent", "TransformationEvent", "AssociationEvent"]
_FIELDS: dict[str, Any] = {
    "type": _TYPES,
    **dict.fromkeys(SCALAR_KEYS, str | None),
    "readPoint": Place | str | None,
    "bizLocation": Place | str | None,
    **dict.fromkeys(EPC_KEYS, list[str] | None),
    **dict.fromkeys(QUANTITY_KEYS, list[Quantity] | None),
    **dict.fromkeys(LINK_KEYS, list[Link] | None),
}
_UNREAD = ("@context", "certificationInfo", "persistentDisposition", "sensorElementList")
_RAWS = msgspec.json.Decoder(list[msgspec.Raw])


def split(elements: memoryview) -> tuple[bytes, list[msgspec.Raw]] | None:
    """A JSON array of this content and its elements, undecoded; None if it is not whole elements in UTF-8.

    msgspec does not look into what it leaves undecoded, so the encoding is checked here.
    """
    array = b"".join((b"[", elements, b"]"))
    try:
        if not array.isascii():
            array.decode()
        return array, _RAWS.decode(array)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None


class TypedEvents:
    """Decodes runs of events into a collector, learning the vendor members of the document on the way."""

    def __init__(self, out: Collector) -> None:
        self.out = out
        self._members: list[str] = ["type"]
        """Members of the standard that this document has used, in the order of the struct; fewer decode faster."""
        self._vendor: set[str] = set(_UNREAD)
        self._ilmd_vendor: set[str] = set()
        self._ilmd: dict[str, str] = {}
        """Column ("lot", "expiry") to the key that this document uses for it."""
        self._decode, self._decode_all = self._build()

    def read(self, offsets: Ints, raws: Sequence[msgspec.Raw], array: bytes) -> None:
        """Read the events that begin at these offsets of the document; ``array`` holds them all."""
        try:
            events = list(map(astuple, self._decode_all(array)))
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            self._read_singly(offsets, raws)
        else:
            self._part([*self._members, "ilmd"], events, offsets)

    def _read_singly(self, offsets: Ints, raws: Sequence[msgspec.Raw]) -> None:
        decode, names, events, refused = self._decode, [*self._members, "ilmd"], [], []
        for index, raw in enumerate(raws):
            try:
                events.append(astuple(decode(raw)))
            except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
                refused.append(index)
                if self.read_one(int(offsets[index]), bytes(raw)):
                    # the struct has grown: what was decoded before has fewer members
                    kept = np.delete(offsets[: index + 1], refused)
                    self._part(names, events, kept)
                    self._read_singly(offsets[index + 1 :], raws[index + 1 :])
                    return
        self._part(names, events, np.delete(offsets, refused) if refused else offsets)

    def read_one(self, offset: int, raw: bytes) -> bool:
        """Read one event by the tolerant path; whether the struct has learned from it."""
        try:
            value = loads(raw)
            self.out.rows.add(read_event(value, offset))
        except NotAnEvent as why:
            reason = f"The event that begins at byte {offset:,} {why}; it was left out."
            self.out.unreadable.append(Unreadable(offset, None, reason))
            return False
        return self._learn(value)

    def _part(self, names: list[str], events: list[tuple[Any, ...]], offsets: Ints) -> None:
        if events:
            # the vendor's members come last in each tuple and are dropped here
            columns = dict(zip(names, zip(*events, strict=True), strict=False))
            self.out.parts.append(part(columns, offsets))

    def _learn(self, value: dict[str, Any]) -> bool:
        inner = value.get("ilmd")
        ilmd = inner if isinstance(inner, dict) else {}
        members = [key for key in value if key in _FIELDS and key not in self._members]
        vendor = _vendor(value) - _TOLERANT_KEYS - set(_FIELDS) - self._vendor - {"ilmd"}
        ilmd_vendor = _vendor(ilmd) - self._ilmd_vendor
        known = {MASTER_KEYS[local_key(key)]: key for key in ilmd if local_key(key) in MASTER_KEYS and _plain(key)}
        known = {column: key for column, key in known.items() if column not in self._ilmd}
        size = len(self._vendor | vendor) + len(self._ilmd_vendor | ilmd_vendor)
        if size > MAX_LEARNED or not (members or vendor or known or ilmd_vendor):
            return False
        self._members += members
        self._vendor |= vendor
        self._ilmd_vendor |= ilmd_vendor
        self._ilmd |= known
        self._decode, self._decode_all = self._build()
        return True

    def _build(self) -> tuple[Callable[[msgspec.Raw], Any], Callable[[bytes], list[Any]]]:
        """Decoders of one event and of an array of events."""
        stated = {column: (key, str | None) for column, key in self._ilmd.items()}
        ilmd = _struct("Ilmd", stated, self._ilmd_vendor)
        kinds = [(key, _FIELDS[key]) for key in self._members] + [("ilmd", ilmd | None)]
        members = {f"m{index}": member for index, member in enumerate(kinds)}
        event = _struct("Event", members, self._vendor)
        return msgspec.json.Decoder(event).decode, msgspec.json.Decoder(list.__class_getitem__(event)).decode


def _vendor(value: dict[str, Any]) -> set[str]:
    """The keys that are neither lot nor expiry nor another spelling of a member of the standard."""
    return {key for key in value if local_key(key) not in MASTER_KEYS and not key.startswith("epcis:") and _plain(key)}


def _plain(key: str) -> bool:
    """Whether msgspec takes the key as the name of a field."""
    return key.isprintable() and '"' not in key and "\\" not in key


def _struct(name: str, members: dict[str, tuple[str, Any]], vendor: set[str]) -> Any:
    """A struct with these members in this order (attribute: key and kind), then the vendor's, undecoded; a member of
    any other key is refused. The first member of an event, its type, is required."""
    fields: list[Any] = [(attribute, kind, None) for attribute, (_, kind) in members.items()]
    if name == "Event":
        fields[0] = fields[0][:2]
    fields += [(f"v{index}", msgspec.Raw, msgspec.Raw()) for index in range(len(vendor))]
    rename = {attribute: key for attribute, (key, _) in members.items()}
    rename |= {f"v{index}": key for index, key in enumerate(sorted(vendor))}
    return msgspec.defstruct(name, fields, rename=rename, forbid_unknown_fields=True, gc=False)
