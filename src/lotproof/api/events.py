"""Whole events, read where they lie in the originals."""

from __future__ import annotations

import base64
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from lotproof.api.shelf import Shelf
from lotproof.api.valid import event_valid
from lotproof.epcis.whole import NoEvent, json_context, json_event, xml_event
from lotproof.lake.store import Lake

Place = tuple[str, int]
"""Digest of a source and the byte at which an event begins."""
_OWN = re.compile(r"ni:///sha-256;([A-Za-z0-9_-]{43})\?at=([0-9]{1,15})")


@dataclass(frozen=True)
class Found:
    """An event."""

    place: Place
    """Where it lies."""
    event: dict[str, Any]
    """EPCIS 2.0 JSON, with recordTime and eventID."""
    contexts: tuple[Any, ...]
    """What `@context` has to say besides the standard's: addresses, and objects of prefixes."""


def own_id(place: Place) -> str:
    """The eventID of an event that states none: the digest of its document (RFC 6920) and its place in it."""
    digest = base64.urlsafe_b64encode(bytes.fromhex(place[0])).decode().rstrip("=")
    return f"ni:///sha-256;{digest}?at={place[1]}"


def place_of(event_id: str) -> Place | None:
    """The place that such an eventID names, None where it is another kind of ID."""
    found = _OWN.fullmatch(event_id)
    return (base64.urlsafe_b64decode(found[1] + "=").hex(), int(found[2])) if found else None


def read_events(lake: Lake, shelf: Shelf, places: Iterable[Place]) -> Iterator[Found]:
    """The events at these places, in their order; those that are not valid, or of sources that are not in the index, are passed over."""
    for sha, offset in places:
        told = shelf.sources.get(sha)
        if told is None:
            continue
        path = lake.original(sha)
        try:
            with path.open("rb") as stream:
                if told.kind == "epcis-xml":
                    event, spaces = xml_event(stream, offset)
                    contexts: tuple[Any, ...] = (spaces,) if spaces else ()
                else:
                    event, contexts = json_event(stream, offset), _context(path)
        except (NoEvent, OSError):
            continue
        if event_valid(event):
            event["recordTime"] = told.recorded
            event.setdefault("eventID", own_id((sha, offset)))
            yield Found((sha, offset), event, contexts)


@lru_cache(256)
def _context(path: Path) -> tuple[Any, ...]:
    """The context of a JSON document; its bytes never change."""
    with path.open("rb") as stream:
        return tuple(json_context(stream))
