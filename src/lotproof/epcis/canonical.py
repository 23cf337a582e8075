"""One spelling of every identifier and word, so that a URN and a Digital Link of the same thing are equal."""

from __future__ import annotations

from functools import lru_cache
from urllib.parse import quote

from lotproof.epcis.words import short
from lotproof.gs1.errors import UnreadableIdentifier
from lotproof.gs1.gln import parse_gln
from lotproof.gs1.reading import Reading, read

RESOLVER = "https://id.gs1.org"
"""Where canonical Digital Links point (GS1 Digital Link 1.2, clause 5)."""
_PLACES = ("urn:epc:id:sgln:", "urn:epc:id:pgln:")
_PLACE_KEYS = ("/414/", "/417/")


@lru_cache(maxsize=65536)
def canonical(text: str) -> str:
    """The canonical Digital Link of an item, a class, a place or a party in any spelling; the short word of the Core Business
    Vocabulary; any other text as it is."""
    lowered = text.lower()
    if lowered.startswith(_PLACES) or (lowered.startswith("http") and any(key in lowered for key in _PLACE_KEYS)):
        return _place(text)
    if lowered.startswith(("urn:epc:", "http")):
        return _item(text) or short(text)
    return short(text)


def _place(text: str) -> str:
    try:
        gln, extension = parse_gln(text)
    except UnreadableIdentifier:
        return text
    key = "417" if ":pgln:" in text.lower() or "/417/" in text else "414"
    return f"{RESOLVER}/{key}/{gln}" + (f"/254/{quote(extension, safe='')}" if extension else "")


def _item(text: str) -> str | None:
    try:
        found = read(text)
    except UnreadableIdentifier:
        return None
    return link_of(found)


def link_of(found: Reading) -> str | None:
    """The canonical Digital Link of a reading, None where it names neither a trade item nor a logistic unit."""
    if found.sscc and not found.gtin:
        return f"{RESOLVER}/00/{found.sscc}"
    if not found.gtin:
        return None
    head = f"{RESOLVER}/01/{found.gtin}"
    if found.serial:
        return f"{head}/21/{quote(found.serial, safe='')}"
    return f"{head}/10/{quote(found.lot, safe='')}" if found.lot else head


@lru_cache(maxsize=65536)
def key_text(text: str) -> str:
    """The bracketed text of an item that the lake makes its key of; an unreadable one is a serial of its own."""
    try:
        item = read(text).item
    except UnreadableIdentifier:
        item = None
    return item.text if item else f"(21){text}"
