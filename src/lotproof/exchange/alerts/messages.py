"""Answers of verification services and requests, out of JSON (intake/alert_message.py says what they look like)."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from lotproof.exchange.alerts.alert import YEARS, Alert, System
from lotproof.exchange.alerts.codes import ASKS, NO_SERVICE
from lotproof.gs1.errors import UnreadableIdentifier
from lotproof.gs1.reading import read
from lotproof.intake.alert_message import answer_of, entries_of, is_request
from lotproof.ledger.plain import printable
from lotproof.quality.times import spelled

LONGEST = 500
"""Characters of one member that are kept; the original has all."""
VERIFIED = "verified"
_NAMES = {
    "gtin": ("gtin", "GTIN", "productCode"),
    "serial": ("serial", "ser", "serialNumber", "sn"),
    "lot": ("lot", "batch", "lotNumber"),
    "expiry": ("expiry", "exp", "expiryDate", "expiry_date"),
}
"""Part of an item -> members that may hold it."""
_PATH = {"gtin": ("gtin", "01"), "serial": ("ser", "21"), "lot": ("lot", "10")}
"""Part of an item -> the segment of an address before it: of the standard's own paths, and of GS1 Digital Link."""


@dataclass
class Messages:
    """What a file of messages says."""

    alerts: list[Alert] = field(default_factory=list)
    """What asks for attention."""
    fine: int = 0
    """Answers that a pack is verified, with nothing else to say."""
    refused: list[str] = field(default_factory=list)
    """A sentence for each entry that cannot be read."""


def read_messages(text: str, name: str, sha256: str) -> Messages:
    """The messages of a text that `is_alert_message` knows. Each is an alert, fine, or refused with a sentence."""
    found = Messages()
    for position, entry in enumerate(entries_of(json.loads(text)), 1):
        where = {"source": sha256, "name": name, "position": position}
        try:
            made: list[Alert | None] = list(_request(entry, where)) if is_request(entry) else [_answer(entry, where)]
        except (ValueError, UnreadableIdentifier) as error:
            found.refused.append(f"{name}, entry {position}: {error}")
            continue
        found.alerts += [one for one in made if one is not None]
        found.fine += made.count(None)
    return found


def _answer(entry: dict[str, Any], where: Mapping[str, Any]) -> Alert | None:
    told = entry["response"] if isinstance(entry.get("response"), dict) else entry
    item = _item(entry)
    if not item.get("gtin"):
        raise ValueError(
            "the answer does not say which pack it is about; keep the address of the request with it: "
            '{"request": "https://…/gtin/…/lot/…/ser/…?exp=…", "response": …}.'
        )
    answer = answer_of(entry)
    reason = NO_SERVICE if answer is None else _text(answer.get("verificationFailureReason")) or "No_reason_provided"
    more = _text(answer.get("additionalInfo")) if answer else ""
    if answer and answer["verified"]:
        if not more:
            return None
        reason = VERIFIED
    stamp = _text(told.get("verificationTimestamp")) or _text(entry.get("timestamp"))
    number = _text(told.get("corrUUID")) or _text(entry.get("corrUUID")) or _asked(entry).get("corrUUID", "") or _made_up(where)
    said = f"{reason}, {more}" if more else reason
    facts: dict[str, Any] = {**item, "at": _time(stamp), "at_text": stamp, "text": said, **where}
    return Alert(System.VRS, number, reason, reason, **facts)


def _request(entry: dict[str, Any], where: Mapping[str, Any]) -> Iterator[Alert]:
    """One alert for each pack or lot that it asks about; all bear the identifier of the request."""
    by, asks, who = (_text(entry.get(name)) for name in ("by", "asks", "who"))
    if by not in (System.AUTHORITY, System.PARTNER):
        raise ValueError(f'"by" of a request is authority or partner, not "{by}".')
    if asks not in ASKS:
        raise ValueError(f'"asks" of a request is {" or ".join(ASKS)}, not "{asks}".')
    if not who:
        raise ValueError('a request says in "who" which organisation waits for the answer.')
    stamp = _text(entry.get("received"))
    if not _time(stamp):
        raise ValueError(f'"received" of a request says when it came in, such as 2026-11-23T08:00:00Z, not "{stamp}".')
    number, said = _text(entry.get("id")) or _made_up(where), _text(entry.get("text"))
    listed = entry.get("items")
    for one in listed if isinstance(listed, list) and listed else [entry]:
        if not isinstance(one, dict):
            raise ValueError('each of "items" is an object with gtin, serial, lot, expiry.')
        item = _item(one)
        if not any(item.get(name) for name in ("serial", "lot", "gtin")):
            raise ValueError('a request names a pack or a lot: "item", or "gtin", "serial", "lot".')
        facts: dict[str, Any] = {**item, "at": _time(stamp), "at_text": stamp, "text": said, "who": who, "clock": ASKS[asks], **where}
        yield Alert(System(by), number, asks, asks, **facts)


def _item(entry: Mapping[str, Any]) -> dict[str, str]:
    """The parts of the item: beside the message, in its address, or in one text such as (01)…(21)…."""
    found = {part: next((text for name in names if (text := _text(entry.get(name)))), "") for part, names in _NAMES.items()}
    if isinstance(entry.get("request"), dict):
        found = {part: text or _item(entry["request"])[part] for part, text in found.items()}
    asked = _asked(entry)
    found = {part: text or asked.get(part, "") for part, text in found.items()}
    if whole := _text(entry.get("item")):
        told = read(whole)
        parts = {"gtin": told.gtin, "serial": told.serial, "lot": told.lot, "expiry": told.expiry}
        found = {part: text or str(parts[part] or "") for part, text in found.items()}
    gtin = found["gtin"]
    return {**found, "gtin": gtin.zfill(14) if gtin.isdigit() and gtin.isascii() and len(gtin) < 14 else gtin}


def _asked(entry: Mapping[str, Any]) -> dict[str, str]:
    """What the address of a request says. Mail and telephone of the person who asked, which stand in it too, are not read."""
    told = entry.get("request")
    address = told.get("url") if isinstance(told, dict) else told
    if not isinstance(address, str):
        return {}
    parts = urlsplit(address)
    path, query = [unquote(one) for one in parts.path.split("/")], parse_qs(parts.query)
    found = {part: _after(path, before) for part, before in _PATH.items()}
    found["expiry"] = next((query[name][0] for name in ("exp", "17") if name in query), "")
    found["corrUUID"] = query.get("corrUUID", [""])[0]
    return {name: _text(value) for name, value in found.items()}


def _after(path: list[str], before: tuple[str, ...]) -> str:
    return next((path[at + 1] for at, one in enumerate(path[:-1]) if one in before), "")


def _text(value: Any) -> str:
    if not isinstance(value, str | int) or isinstance(value, bool):
        return ""
    return str(printable(str(value).replace("\x00", ""))).strip()[:LONGEST]


def _time(text: str) -> str:
    """The moment as entries spell it; empty where the text is no time with a zone."""
    try:
        at = datetime.fromisoformat(re.sub(r"(\.\d{6})\d+", r"\1", text))
    except ValueError:
        return ""
    return spelled(at.astimezone(UTC)) if at.tzinfo and at.year in YEARS else ""


def _made_up(where: Mapping[str, Any]) -> str:
    return f"{where['source'][:12]}:{where['position']}"
