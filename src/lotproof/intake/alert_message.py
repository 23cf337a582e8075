"""Messages about packs that come as JSON and are no rows of a table: answers of a verification service, requests.

They are kept as they are, so that no rule takes a pack that somebody asks about for one that was seen. `exchange/alerts` reads them.
The answer is that of the GS1 Lightweight Messaging Standard for Verification of Product Identifiers 1.1, which does not repeat the item: it
stands in the address of the request. So an entry is an answer with the members of the item beside it, or {"request": address, "response":
answer}, or {"request": address, "status": 404} where no service is known for the GTIN.
"""

from __future__ import annotations

import json
from typing import Any

REQUEST_FORM = "lotproof-request"
"""Value of the member "form" of a request."""
_MARKS = ('"verified"', f'"{REQUEST_FORM}"', '"status"')


def is_alert_message(text: str) -> bool:
    """Whether a JSON text holds such messages."""
    if not any(mark in text for mark in _MARKS):
        return False
    try:
        entries = entries_of(json.loads(text))
    except (ValueError, RecursionError):
        return False
    return bool(entries) and all(is_answer(one) or is_request(one) for one in entries)


def entries_of(value: Any) -> list[Any]:
    """The messages of a document: one, or a list of them, alone or under one of the usual names."""
    if isinstance(value, dict):
        listed = next((value[name] for name in ("responses", "verifications", "requests") if isinstance(value.get(name), list)), None)
        return listed if listed is not None else [value]
    return value if isinstance(value, list) else []


def is_request(entry: Any) -> bool:
    """A request in the form of this program."""
    return isinstance(entry, dict) and entry.get("form") == REQUEST_FORM


def is_answer(entry: Any) -> bool:
    """An answer of a verification service, or a request that found none."""
    if not isinstance(entry, dict):
        return False
    if isinstance(entry.get("request"), str | dict):
        return answer_of(entry) is not None or entry.get("status") == 404
    return answer_of(entry) is not None and not {"responderGLN", "corrUUID", "verificationTimestamp"}.isdisjoint(entry)


def answer_of(entry: dict[str, Any]) -> dict[str, Any] | None:
    """The part that says whether the item was verified; None where there is none."""
    told = entry["response"] if isinstance(entry.get("response"), dict) else entry
    inner = told["data"] if isinstance(told.get("data"), dict) else told
    return inner if isinstance(inner.get("verified"), bool) else None
