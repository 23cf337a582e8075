"""GS1 Digital Link, identifiers as web addresses: `https://any.domain/01/09512345678901/21/ABC?17=271231`.

Source: GS1 Digital Link: URI Syntax, section 4.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from types import MappingProxyType
from urllib.parse import unquote

from lotproof.gs1.ai import AIS
from lotproof.gs1.element_string import Elements, Parse
from lotproof.gs1.errors import UnreadableIdentifier
from lotproof.gs1.gtin import LENGTHS
from lotproof.gs1.serial import is_admissible, serial_notes

SHORT_NAMES = MappingProxyType(
    {"gtin": "01", "cpv": "22", "lot": "10", "ser": "21", "sscc": "00", "gln": "414", "party": "417", "glnx": "254",
     "exp": "17", "itip": "8006", "giai": "8004", "grai": "8003", "gdti": "253", "gsrn": "8018", "gsrnp": "8017"}
)  # fmt: skip
"""The convenience alphas of version 1.1; withdrawn since, and still met."""

_PRIMARY = frozenset({"00", "01", "253", "255", "401", "402", "414", "417"}) | frozenset(
    {"8003", "8004", "8006", "8010", "8013", "8017", "8018"}
)
"""Keys that may begin the identifying part of the path."""

_LINK = re.compile(r"(https?://)?((?!https?:)[^/?#\s]+)(/[^?#\s]*)(?:\?([^#\s]*))?(?:#\S*)?", re.IGNORECASE)
_DOMAIN = re.compile(r"[A-Za-z](?:[A-Za-z0-9-]*\.)+[A-Za-z]{2,}(?::[0-9]+)?")
_KEY_IN_PATH = re.compile(r"/(?:[0-9]{2,4}|gtin|sscc|gln|party)/[^/]", re.IGNORECASE)
_TOLERATED = frozenset({"10", "21", "254"})
_BAD_ESCAPE = re.compile(r"%(?![0-9A-Fa-f]{2})")


def looks_like_digital_link(text: str) -> bool:
    """True for a web address, and for `domain/01/...` without its scheme where the domain begins with a letter."""
    if text[:8].lower().startswith(("http://", "https://")):
        return True
    if "/" not in text or "." not in text:
        return False
    match = _LINK.fullmatch(text)
    if match is None or _DOMAIN.fullmatch(match[2]) is None:
        return False
    return _KEY_IN_PATH.search(match[3]) is not None


def parse_digital_link(text: str) -> Parse:
    """The elements of a Digital Link and what was tolerated; the first note is always `digital_link`.

    The domain and what stands in the path before the key do not matter. Raises UnreadableIdentifier when the path holds
    no GS1 key, a key has no value, or a value does not fit.
    """
    match = _LINK.fullmatch(text)
    if match is None:
        raise UnreadableIdentifier(text, "it is not a web address with a path")
    elements: Elements = {}
    notes: dict[str, None] = {"digital_link": None}
    for code, raw in (*_path_pairs(text, match[3]), *_query_pairs(match[4] or "")):
        value, why = _value(text, code, raw)
        notes.update(dict.fromkeys(why))
        if elements.setdefault(code, value) != value:
            raise UnreadableIdentifier(text, f"({code}) stands in it twice, as '{elements[code]}' and as '{value}'")
    return elements, tuple(notes)


def _path_pairs(text: str, path: str) -> Iterable[tuple[str, str]]:
    """Key and raw value in turn, from the first primary key that leaves an even number of segments."""
    segments = path.rstrip("/").split("/")
    for start, segment in enumerate(segments):
        if _code(segment) in _PRIMARY and (len(segments) - start) % 2 == 0:
            rest = segments[start:]
            return [(_known(text, key), raw) for key, raw in zip(rest[::2], rest[1::2], strict=True)]
    raise UnreadableIdentifier(text, "its path holds no GS1 key with a value, such as /01/09512345678901")


def _query_pairs(query: str) -> Iterator[tuple[str, str]]:
    """The query parameters that are application identifiers; all others belong to the web server."""
    for parameter in re.split("[&;]", query):
        key, _, raw = parameter.partition("=")
        if _code(key) in AIS and raw:
            yield _code(key), raw


def _code(key: str) -> str:
    return SHORT_NAMES.get(key.lower(), key)


def _known(text: str, key: str) -> str:
    code = _code(key)
    if code not in AIS:
        raise UnreadableIdentifier(text, f"'{key}' in its path is no application identifier")
    return code


def _value(text: str, code: str, raw: str) -> tuple[str, tuple[str, ...]]:
    """The decoded value, and what was tolerated in it."""
    try:
        value = unquote(raw, errors="strict")
    except UnicodeDecodeError:
        raise UnreadableIdentifier(text, f"the escapes in '{raw}' are not UTF-8") from None
    notes: tuple[str, ...] = ("urn_unescaped",) if _BAD_ESCAPE.search(raw) else ()
    if code in {"01", "02"} and len(value) in LENGTHS - {14}:
        value, notes = value.zfill(14), (*notes, "gtin_padded")
    if AIS[code].fits(value):
        return value, notes
    if code in _TOLERATED and is_admissible(value):
        return value, notes + serial_notes(value)
    raise UnreadableIdentifier(text, f"({code}) holds '{value}', which does not fit it")
