"""Decoded JSON events into columns: the members of many events, one tuple each, turned into Arrow in bulk."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import chain
from typing import Any

import msgspec
import numpy as np
import pyarrow as pa

from lotproof.epcis.json_event import EPC_KEYS, LINK_KEYS, MASTER_KEYS, QUANTITY_KEYS, SCALAR_KEYS, loads, text
from lotproof.epcis.model import SHORTENED, TEXT_COLUMNS
from lotproof.epcis.parts import Ints, Part, strings
from lotproof.epcis.words import BLANK, short


class Place(msgspec.Struct, gc=False, forbid_unknown_fields=True):
    """`readPoint` or `bizLocation`."""

    id: str | None = None


class Quantity(msgspec.Struct, gc=False, forbid_unknown_fields=True):
    """An element of a quantity list; the number stays as written."""

    epcClass: str | None = None
    quantity: msgspec.Raw = msgspec.Raw(b"null")
    uom: str | None = None


class Link(msgspec.Struct, gc=False, forbid_unknown_fields=True):
    """An element of `bizTransactionList`, `sourceList` or `destinationList`."""

    type: str | None = None
    bizTransaction: str | None = None
    source: str | None = None
    destination: str | None = None


Column = Sequence[Any]
_Rows = tuple[Ints, list[pa.Array]]


def part(members: Mapping[str, Column], offsets: Ints) -> Part:
    """The columns of events, given one sequence for each member that any of them has; `ilmd` gives structs of lot and
    expiry."""
    texts = {"type": strings(members["type"])}
    for key, column in SCALAR_KEYS.items():
        if key in members:
            values = members[key]
            if key in ("readPoint", "bizLocation"):
                values = [value.id if type(value) is Place else value for value in values]
            texts[column] = _texts(values, column in SHORTENED)
    if not _absent(members.get("ilmd")):
        for column in MASTER_KEYS.values():
            texts[column] = _texts([getattr(one, column, None) for one in members["ilmd"]], False)
    texts |= {name: pa.nulls(len(offsets), pa.string()) for name in TEXT_COLUMNS if name not in texts}
    return Part(offsets, texts, _epcs(members), _quantities(members), _links(members))


def _absent(values: Column | None) -> bool:
    return values is None or values.count(None) == len(values)


def _texts(values: Column, shorten: bool) -> pa.Array:
    count = len(values)
    if values.count(values[0]) == count:
        values = values[:1]
    stripped = [(value.strip(BLANK) or None) if value else None for value in values]
    if shorten:
        stripped = [short(value) if value else None for value in stripped]
    return strings(stripped) if len(stripped) == count else pa.repeat(pa.scalar(stripped[0], pa.string()), count)


def _epcs(members: Mapping[str, Column]) -> _Rows:
    owners: list[Ints] = []
    roles: list[pa.Array] = []
    texts: list[str] = []
    for key, role in EPC_KEYS.items():
        lists = members.get(key)
        if lists is not None and not _absent(lists):
            counts = [len(one) if one else 0 for one in lists]
            owners.append(np.repeat(np.arange(len(lists)), counts))
            roles.append(pa.repeat(pa.scalar(role, pa.string()), sum(counts)))
            texts += chain.from_iterable(filter(None, lists))
    joined = "".join(texts)
    if any(blank in joined for blank in BLANK):
        texts = [one.strip(BLANK) for one in texts]
    return _by_owner(owners, [pa.concat_arrays([pa.array([], pa.string()), *roles]), strings(texts)])


def _by_owner(owners: list[Ints], columns: list[pa.Array]) -> _Rows:
    owner = np.concatenate([np.empty(0, np.int64), *owners])
    if len(owners) < 2:
        return owner, columns
    order = np.argsort(owner, kind="stable")
    return owner[order], [column.take(pa.array(order)) for column in columns]


def _quantities(members: Mapping[str, Column]) -> _Rows:
    owners, rows = [], []
    for key, role in QUANTITY_KEYS.items():
        for index, listed in enumerate(() if _absent(members.get(key)) else members[key]):
            for one in listed or ():
                owners.append(index)
                number = text(loads(bytes(one.quantity))) or None
                rows.append((role, _strip(one.epcClass), number, _strip(one.uom)))
    return _listed(owners, rows, 4)


def _links(members: Mapping[str, Column]) -> _Rows:
    owners, rows = [], []
    for key, (role, name) in LINK_KEYS.items():
        for index, listed in enumerate(() if _absent(members.get(key)) else members[key]):
            for one in listed or ():
                owners.append(index)
                kind = _strip(one.type)
                rows.append((role, short(kind) if kind else None, _strip(getattr(one, name))))
    return _listed(owners, rows, 3)


def _strip(value: str | None) -> str | None:
    return (value.strip(BLANK) or None) if value else None


def _listed(owners: list[int], rows: Sequence[tuple[str | None, ...]], width: int) -> _Rows:
    order = sorted(range(len(owners)), key=owners.__getitem__)
    columns: list[Any] = list(zip(*(rows[index] for index in order), strict=True)) or [()] * width
    return np.array(owners, np.int64)[order], [strings(column) for column in columns]
