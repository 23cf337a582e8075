"""A trading partner's exception notice: the JSON message of the Partnership for DSCSA Governance (PDG, 2024).

What the partner holds without data and what it has data for without product become observations; quantities become claims. Partners
write it loosely as well: with the lists beside the names of sender and receiver, and with whole containers (SSCC) in place of packs.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from lotproof.gs1.errors import UnreadableIdentifier
from lotproof.gs1.reading import read

WITHOUT_DATA, WITHOUT_PRODUCT = "found_without_data", "data_without_product"
_ITEMS = (
    ("missing_product_data", WITHOUT_DATA, "product_gtin", "product_serial"),
    ("missing_product", WITHOUT_PRODUCT, "product_gtin", "product_serial"),
    ("data_misalignment", WITHOUT_DATA, "received_product_gtin", "received_product_serial"),
    ("data_misalignment", WITHOUT_PRODUCT, "product_data_gtin", "product_data_serial"),
)
_COUNTS = ("overages", "underages")
_LISTS = {*_COUNTS, *(kind for kind, *_ in _ITEMS)}
_GTIN, _SERIAL, _LOT = ("gtin",), ("serial", "serial_number"), ("product_lot", "lot", "batch")
_CODE = ("sscc", "product_sscc", "epc", "code")
"""Names that partners give to what PDG has no name for, or another."""


@dataclass
class Notice:
    """One message."""

    rows: list[dict[str, Any]] = field(default_factory=list)
    """Observations: gtin, serial, step, at_utc, lot, expiry, reference, reason, position (entry number from 1)."""
    claims: list[dict[str, Any]] = field(default_factory=list)
    """Quantities ordered and received: claim, gtin, quantity, reference, position."""
    refused: list[tuple[int, str]] = field(default_factory=list)
    """(entry number, reason) of entries that cannot be read."""
    entries: int = 0
    """Entries seen."""


def is_partner_notice(text: str) -> bool:
    """Whether a JSON text is such a message."""
    if '"exception_case_uuid"' not in text:
        return False
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return False
    return isinstance(value, dict) and ("exceptions" not in value or isinstance(value["exceptions"], dict | None))


def read_partner_notice(text: str) -> Notice:
    """The entries of a message that `is_partner_notice` knows. Each entry is read or refused with a reason."""
    message = json.loads(text)
    notice = Notice()
    stamp = message.get("timestamp", message.get("sent_at"))
    shared = {"at_utc": _when(stamp), "at_text": str(stamp) if stamp is not None else None, "reference": _text(message.get("po_number"))}
    exceptions = message["exceptions"] or {} if "exceptions" in message else {kind: message[kind] for kind in message if kind in _LISTS}
    for kind, entry in _entries(exceptions):
        notice.entries += 1
        try:
            _take(notice, kind, entry, shared | {"reason": kind, "position": notice.entries})
        except (TypeError, ValueError, AttributeError, KeyError) as error:
            notice.refused.append((notice.entries, f"the entry of {kind} cannot be read ({error})"))
    return notice


def _entries(exceptions: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    for kind, entries in exceptions.items():
        if isinstance(entries, list):
            yield from ((kind, entry) for entry in entries)


def _take(notice: Notice, kind: str, entry: dict[str, Any], shared: dict[str, Any]) -> None:
    if kind in _COUNTS:
        for claim, key in (("partner_ordered", "quantity_ordered"), ("partner_received", "quantity_received")):
            notice.claims.append({"claim": claim, "gtin": _gtin(entry["gtin"]), "quantity": float(entry[key]),
                                  "reference": shared["reference"], "position": shared["position"]})  # fmt: skip
        return
    named = [(step, _item(entry, gtin, serial)) for name, step, gtin, serial in _ITEMS if name == kind]
    found = [{**item, "step": step, **shared} for step, item in named if item]
    if not found:
        raise ValueError("it names no serial and no container")
    if kind == "data_misalignment" and len(found) == 2 and found[0]["serial"] == found[1]["serial"]:
        # The same pack: only lot or expiry differ, which a comparison of sources tells.
        lot, expiry = _text(entry.get("received_product_lot")), _text(entry.get("received_product_expiry"))
        found = [found[0] | {"step": "observed", "lot": lot, "expiry": expiry}]
    notice.rows.extend(found)


def _item(entry: dict[str, Any], gtin: str, serial: str) -> dict[str, Any] | None:
    """The pack that an entry names, or the container; None where it names neither."""
    one = _first(entry, (serial, *_SERIAL))
    if one is not None:
        return {"gtin": _gtin(_first(entry, (gtin, *_GTIN))), "serial": one, "level": "unit"}
    code = _first(entry, _CODE)
    if code is None:
        return None
    try:
        found = read(code)
    except UnreadableIdentifier as error:
        raise ValueError(str(error)) from error
    if found.sscc is None:
        return {"gtin": found.gtin, "serial": found.serial, "level": "unit"} if found.serial else None
    return {"sscc": found.sscc, "level": "container", "lot": _first(entry, _LOT)}


def _first(entry: dict[str, Any], names: Iterable[str]) -> str | None:
    return next((text for name in names if (text := _text(entry.get(name))) is not None), None)


def _when(stamp: object) -> datetime | None:
    """A time as seconds since 1970 or as ISO 8601 with its offset, in UTC; None for any other."""
    if isinstance(stamp, int):
        return datetime.fromtimestamp(stamp, UTC).replace(tzinfo=None) if 0 < stamp < 1 << 33 else None
    try:
        at = datetime.fromisoformat(str(stamp))
    except ValueError:
        return None
    return at.astimezone(UTC).replace(tzinfo=None) if at.tzinfo else None


def _gtin(value: object) -> str | None:
    text = _text(value)
    if text is None:
        return None
    # A wrong check digit is a finding of its own (IDT-01), so it is kept.
    return text.zfill(14) if text.isdigit() and text.isascii() and len(text) <= 14 else text


def _text(value: object) -> str | None:
    # JSON may spell half a character (\ud800), which no table takes.
    return str(value).strip().encode("utf-8", "replace").decode() or None if value is not None else None
