"""Many JSON events at once, by a decoder that knows their members: the bulk path.

msgspec decodes into a struct that refuses members it does not know. An event it refuses goes through the tolerant path;
members that mean nothing here (vendor extensions) are then added to the struct, so the next ones pass.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import chain
from typing import Any

import msgspec
import numpy as np
import numpy.typing as npt
import pyarrow as pa

from lotproof.epcis.collect import Collector
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
    text,
)
from lotproof.epcis.model import SHORTENED, TEXT_COLUMNS, Unreadable
from lotproof.epcis.parts import Part, strings
from lotproof.epcis.words import BLANK, EVENT_TYPES, local_key, short

MAX_LEARNED = 64
"""Vendor members that the struct may learn."""
IGNORED_KEYS = ("@context", "certificationInfo", "persistentDisposition", "sensorElementList")


class _Place(msgspec.Struct, gc=False, forbid_unknown_fields=True):
    id: str | None = None


class _Quantity(msgspec.Struct, gc=False, forbid_unknown_fields=True):
    epcClass: str | None = None
    quantity: msgspec.Raw = msgspec.Raw(b"null")
    uom: str | None = None


class _Link(msgspec.Struct, gc=False, forbid_unknown_fields=True):
    type: str | None = None
    bizTransaction: str | None = None
    source: str | None = None
    destination: str | None = None


_RAWS = msgspec.json.Decoder(list[msgspec.Raw])
_TOLERANT_KEYS = WRAPPER_KEYS | {"isA", "@type", "errorDeclaration"}
"""Members that mean something and are left to the tolerant path."""


def split(elements: bytes) -> list[msgspec.Raw] | None:
    """The elements of a JSON array's content, undecoded; None if it is not whole elements."""
    try:
        return _RAWS.decode(b"[" + elements + b"]")
    except (msgspec.DecodeError, RecursionError):
        return None


class TypedEvents:
    """Decodes runs of events into a collector, learning the vendor members of the document on the way."""

    def __init__(self, out: Collector) -> None:
        self.out = out
        self._learned: set[str] = set()
        self._decoder = self._build()

    def read(self, offsets: Sequence[int], raws: Iterable[msgspec.Raw]) -> None:
        """Read the events that begin at these offsets of the document."""
        decode = self._decoder.decode
        events, at = [], []
        for offset, raw in zip(offsets, raws, strict=True):
            try:
                event = decode(raw)
                if self._odd(event):
                    raise msgspec.ValidationError
            except (msgspec.DecodeError, RecursionError):
                self.read_one(offset, bytes(raw))
                decode = self._decoder.decode
            else:
                events.append(event)
                at.append(offset)
        if events:
            self.out.parts.append(_part(events, at))

    def read_one(self, offset: int, raw: bytes, line: int | None = None) -> None:
        """Read one event by the tolerant path."""
        try:
            value = loads(raw)
            self.out.rows.add(read_event(value, offset))
        except NotAnEvent as why:
            reason = f"The event that begins at byte {offset:,} {why}; it was left out."
            self.out.unreadable.append(Unreadable(offset, line, reason))
            return
        self._learn(value)

    def _odd(self, event: Any) -> bool:
        """Whether only the tolerant path reads this event right."""
        if event.type not in EVENT_TYPES or event.type == "QuantityEvent":
            return True
        return event.ilmd is not None and not all(type(value) is str for value in event.ilmd.values())

    def _learn(self, value: dict[str, Any]) -> None:
        news = {key for key in value if key not in _FIELDS and local_key(key) not in MASTER_KEYS}
        news = {key for key in news - self._learned - _TOLERANT_KEYS if not key.startswith("epcis:")}
        if news and len(self._learned) + len(news) <= MAX_LEARNED:
            self._learned |= news
            self._decoder = self._build()

    def _build(self) -> msgspec.json.Decoder[Any]:
        names = sorted(self._learned.union(IGNORED_KEYS))
        fields = [(name, kind | None, None) for name, kind in _FIELDS.items() if name not in IGNORED_KEYS]
        fields += [(f"x{index}", msgspec.Raw, msgspec.Raw()) for index in range(len(names))]
        rename = {f"x{index}": name for index, name in enumerate(names)}
        struct = msgspec.defstruct("Event", fields, rename=rename, forbid_unknown_fields=True, gc=False)
        return msgspec.json.Decoder(struct)


_FIELDS: dict[str, Any] = {
    "type": str,
    **dict.fromkeys(SCALAR_KEYS, str),
    "readPoint": _Place | str,
    "bizLocation": _Place | str,
    **dict.fromkeys(EPC_KEYS, list[str]),
    **dict.fromkeys(QUANTITY_KEYS, list[_Quantity]),
    **dict.fromkeys(LINK_KEYS, list[_Link]),
    "ilmd": dict[str, Any],
    **dict.fromkeys(IGNORED_KEYS, msgspec.Raw),
}


_Rows = tuple[npt.NDArray[np.int64], list[pa.Array]]


def _part(events: list[Any], offsets: list[int]) -> Part:
    texts = {column: _column(events, key, column in SHORTENED) for key, column in SCALAR_KEYS.items()}
    texts["type"] = strings([event.type for event in events])
    texts |= _master_data(events)
    texts |= {name: pa.nulls(len(events), pa.string()) for name in TEXT_COLUMNS if name not in texts}
    return Part(np.array(offsets, np.int64), texts, _epcs(events), _quantities(events), _links(events))


def _column(events: list[Any], key: str, shorten: bool) -> pa.Array:
    values = [getattr(event, key) for event in events]
    if key in ("readPoint", "bizLocation"):
        values = [value.id if type(value) is _Place else value for value in values]
    count = len(values)
    if values.count(values[0]) == count:
        del values[1:]
    values = [(value.strip(BLANK) or None) if value else None for value in values]
    if shorten:
        values = [short(value) if value else None for value in values]
    return strings(values * (count // len(values)))


def _master_data(events: list[Any]) -> dict[str, pa.Array]:
    columns: dict[str, list[str | None]] = {name: [None] * len(events) for name in MASTER_KEYS.values()}
    for index, event in enumerate(events):
        if event.ilmd:
            for key, value in event.ilmd.items():
                column = MASTER_KEYS.get(local_key(key))
                if column and columns[column][index] is None:
                    columns[column][index] = value.strip(BLANK) or None
    return {name: strings(values) for name, values in columns.items()}


def _epcs(events: list[Any]) -> _Rows:
    owners, roles, texts = [], [], []
    for key, role in EPC_KEYS.items():
        lists = [getattr(event, key) for event in events]
        if lists.count(None) < len(lists):
            counts = [len(one) if one else 0 for one in lists]
            owners.append(np.repeat(np.arange(len(events)), counts))
            roles += [role] * sum(counts)
            texts += chain.from_iterable(filter(None, lists))
    joined = "".join(texts)
    if any(blank in joined for blank in BLANK):
        texts = [one.strip(BLANK) for one in texts]
    return _sorted(owners, [strings(roles), strings(texts)])


def _sorted(owners: list[npt.NDArray[np.int64]], columns: list[pa.Array]) -> _Rows:
    owner = np.concatenate([np.empty(0, np.int64), *owners])
    if len(owners) > 1:
        order = np.argsort(owner, kind="stable")
        return owner[order], [column.take(pa.array(order)) for column in columns]
    return owner, columns


def _quantities(events: list[Any]) -> _Rows:
    owners, rows = [], []
    for key, role in QUANTITY_KEYS.items():
        for index, event in enumerate(events):
            for one in getattr(event, key) or ():
                owners.append(index)
                rows.append((role, _strip(one.epcClass), text(loads(bytes(one.quantity))) or None, _strip(one.uom)))
    return _listed(owners, rows, 4)


def _links(events: list[Any]) -> _Rows:
    owners, rows = [], []
    for key, (role, name) in LINK_KEYS.items():
        for index, event in enumerate(events):
            for one in getattr(event, key) or ():
                owners.append(index)
                kind = _strip(one.type)
                rows.append((role, short(kind) if kind else None, _strip(getattr(one, name))))
    return _listed(owners, rows, 3)


def _strip(value: str | None) -> str | None:
    return (value.strip(BLANK) or None) if value else None


def _listed(owners: list[int], rows: list[tuple[str | None, ...]], width: int) -> _Rows:
    order = sorted(range(len(owners)), key=owners.__getitem__)
    columns = list(zip(*(rows[index] for index in order), strict=True)) or [()] * width
    return np.array(owners, np.int64)[order], [strings(column) for column in columns]
