"""One event of any JSON or JSON-LD dialect into a row: the tolerant path.

Members are found by their bare key, or with the prefix `epcis:`; lot and expiry by their local name in any vocabulary.
`extension` and `baseExtension` (1.x documents turned into JSON) are looked through. Numbers keep their text.
Source: EPCIS 2.0, clause 10 (JSON and JSON-LD bindings).
"""

from __future__ import annotations

import json
from typing import Any

from lotproof.epcis.parts import SCALAR_INDEX, Draft
from lotproof.epcis.words import BLANK, event_type, local_key, short

SCALAR_KEYS: dict[str, str] = {
    "eventTime": "event_time",
    "eventTimeZoneOffset": "zone_offset",
    "recordTime": "record_time",
    "action": "action",
    "bizStep": "biz_step",
    "disposition": "disposition",
    "readPoint": "read_point",
    "bizLocation": "biz_location",
    "parentID": "parent",
    "eventID": "event_id",
    "transformationID": "transformation_id",
}
MASTER_KEYS: dict[str, str] = {"lotNumber": "lot", "itemExpirationDate": "expiry"}
"""Local names that are read in any vocabulary, in `ilmd` or in the event itself."""
EPC_KEYS: dict[str, str] = {"epcList": "epc", "childEPCs": "child", "inputEPCList": "input", "outputEPCList": "output"}
QUANTITY_KEYS: dict[str, str] = {
    "quantityList": "epc",
    "childQuantityList": "child",
    "inputQuantityList": "input",
    "outputQuantityList": "output",
}
LINK_KEYS: dict[str, tuple[str, str]] = {
    "bizTransactionList": ("bizTransaction", "bizTransaction"),
    "sourceList": ("source", "source"),
    "destinationList": ("destination", "destination"),
}
"""List key: role of its rows, key of a row's value."""
WRAPPER_KEYS: frozenset[str] = frozenset({"extension", "baseExtension"})


class NotAnEvent(Exception):
    """Why a JSON value cannot be read as an event, as the end of a sentence."""


def loads(raw: bytes) -> Any:
    """Decode with numbers as their text: 10 and 10.0 stay different, and no digit is lost. Raises NotAnEvent."""
    try:
        return json.loads(raw.decode(), parse_int=str, parse_float=str, parse_constant=str, strict=False)
    except UnicodeDecodeError as error:
        raise NotAnEvent(f"is not valid UTF-8 at its byte {error.start:,}") from None
    except json.JSONDecodeError as error:
        raise NotAnEvent(f"is not valid JSON at its character {error.pos:,} ({error.msg.lower()})") from None
    except RecursionError:
        raise NotAnEvent("is nested too deeply") from None


def text(value: Any) -> str | None:
    """The stripped text of a JSON value: of a string, a number, or an object with `@value`, `id` or `@id`."""
    if isinstance(value, dict):
        value = next((value[key] for key in ("@value", "id", "@id") if key in value), None)
    if isinstance(value, bool):
        value = str(value).lower()
    if not isinstance(value, str):
        return None
    if not value.isascii():
        try:
            value.encode()
        except UnicodeEncodeError:
            raise NotAnEvent("holds half of a surrogate pair, which is no text") from None
    return value.strip(BLANK)


def read_event(value: Any, offset: int) -> Draft:
    """The row of a decoded event that begins at byte `offset`. Raises NotAnEvent."""
    if not isinstance(value, dict):
        raise NotAnEvent("is not a JSON object")
    members = _members(value)
    named = event_type(members.get("type")) or event_type(members.get("isA")) or event_type(members.get("@type"))
    if named is None:
        stated = members.get("type", members.get("isA"))
        raise NotAnEvent("states no type" if stated is None else f"is of type {str(stated)[:80]!r}, no known event type")
    draft = Draft(named, offset)
    for key, column in SCALAR_KEYS.items():
        if key in members:
            draft.put(SCALAR_INDEX[column], text(members[key]) or "")
    _master_data(draft, members)
    _lists(draft, members)
    _error(draft, members.get("errorDeclaration"))
    return draft


def _members(value: dict[str, Any]) -> dict[str, Any]:
    """The members by bare key; the first statement holds, and bare keys go before prefixed ones."""
    members = dict(value)
    for key, member in value.items():
        if key in WRAPPER_KEYS and isinstance(member, dict):
            for inner, content in _members(member).items():
                members.setdefault(inner, content)
        elif key.startswith("epcis:"):
            members.setdefault(key[6:], member)
    return members


def _master_data(draft: Draft, members: dict[str, Any]) -> None:
    ilmd = members.get("ilmd")
    for holder in (ilmd if isinstance(ilmd, dict) else {}, members):
        for key, member in holder.items():
            column = MASTER_KEYS.get(local_key(key))
            if column:
                draft.put(SCALAR_INDEX[column], text(member) or "")


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [] if value is None else [value]


def _lists(draft: Draft, members: dict[str, Any]) -> None:
    for key, role in EPC_KEYS.items():
        epcs = [found for found in map(text, _listed(members.get(key))) if found is not None]
        draft.epcs += epcs
        draft.roles += [role] * len(epcs)
    for key, role in QUANTITY_KEYS.items():
        for entry in _listed(members.get(key)):
            if isinstance(entry, dict):
                draft.quantities.append([role, *(text(entry.get(part)) or None for part in _QUANTITY)])
    if draft.type == "QuantityEvent" and not draft.quantities and ("epcClass" in members or "quantity" in members):
        draft.quantities.append(["epc", *(text(members.get(part)) or None for part in _QUANTITY)])
    for key, (role, name) in LINK_KEYS.items():
        for entry in _listed(members.get(key)):
            kind, value = (entry.get("type"), entry.get(name)) if isinstance(entry, dict) else (None, entry)
            word = text(kind)
            draft.links.append((role, short(word) if word else None, text(value) or None))


_QUANTITY = ("epcClass", "quantity", "uom")


def _error(draft: Draft, declaration: Any) -> None:
    if not isinstance(declaration, dict):
        return
    draft.put(SCALAR_INDEX["error_reason"], text(declaration.get("reason")) or "")
    draft.put(SCALAR_INDEX["error_time"], text(declaration.get("declarationTime")) or "")
    found = map(text, _listed(declaration.get("correctiveEventIDs")))
    draft.corrective += [event_id for event_id in found if event_id]
