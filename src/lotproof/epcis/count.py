"""Count the events of a document in its raw bytes, without either parser.

A widely used parser lost whole documents in silence. So the number of events read is held against this one, which
knows only what the start of an event looks like.
"""

from __future__ import annotations

import codecs
import re
from collections import Counter
from collections.abc import Iterator
from typing import BinaryIO

import numpy as np

READ = 1 << 20
_TYPES = rb"(?:Object|Aggregation|Transaction|Transformation|Association|Quantity)Event"
_XML = re.compile(
    rb"<(?:(?P<comment>!--)|(?P<cdata>!\[CDATA\[)|(?P<instruction>\?)"
    rb"|(?P<end>/)(?:[^\s<>/:]++:)?" + _TYPES + rb"\s*>"
    rb"|(?:[^\s<>/:]++:)?" + _TYPES + rb"(?=[\s/>])(?:[^<>\"']++|\"[^\"]*+\"|'[^']*+')*+(?P<close>>))"
)
_NAMES = (b"Object", b"Aggregation", b"Transaction", b"Transformation", b"Association", b"Quantity")
_LIKELY = re.compile(rb"Event[\s/>]")
_SKIPPED = {"comment": b"-->", "cdata": b"]]>", "instruction": b"?>"}
_MEMBER = re.compile(rb'"(?:type|isA|@type)"\s*:\s*\[?\s*"(?:[^"\\]*[:/#])?' + _TYPES + rb'"')
_LONGEST = 1 << 16
"""Bytes kept from one piece to the next so that no start of an event is cut in two."""


def count_events(stream: BinaryIO) -> int:
    """How many events the document holds: event elements outside comments and CDATA in XML, members `type` or `isA`
    with an event class at the level of the events in JSON. An event inside another event is not counted.

    Memory is bounded whatever the size. UTF-16 and UTF-32 are understood. Never raises for bad input.
    """
    pieces = _pieces(stream)
    first = next(pieces, b"")
    while not first.strip() and (piece := next(pieces, None)) is not None:
        first += piece
    if first.lstrip()[:1] == b"<":
        return _count_xml(first, pieces)
    return _count_json(first, pieces)


def _pieces(stream: BinaryIO) -> Iterator[bytes]:
    """The document in UTF-8 (or a superset of ASCII), without a byte order mark."""
    decoder: codecs.IncrementalDecoder | None = None
    first = True
    while data := stream.read(READ):
        if first:
            name = _wide(data)
            decoder = codecs.getincrementaldecoder(name)("replace") if name else None
            data = data.removeprefix(codecs.BOM_UTF8)
            first = False
        yield decoder.decode(data).encode(errors="replace").removeprefix(codecs.BOM_UTF8) if decoder else data


def _wide(head: bytes) -> str | None:
    if head.startswith((codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE)):
        return "utf-32"
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    return {0: "utf-16-be", 1: "utf-16-le"}.get(head[:2].find(b"\0"))


def _count_xml(data: bytes, pieces: Iterator[bytes]) -> int:
    count = depth = at = 0
    until = b""
    while True:
        plain = _scan_plain(data, at, depth) if not until else None
        if plain is not None:
            at, events, depth = plain
        else:
            at, until, events, depth = _scan_xml(data, at, until, depth)
        count += events
        piece = next(pieces, None)
        if piece is None:
            return count
        data, at = data[at:] + piece, 0


def _scan_plain(data: bytes, at: int, depth: int) -> tuple[int, int, int] | None:
    """Count in a piece without comments, CDATA and instructions, by the word that ends every event's name: many times as
    fast. Gives (drop up to, events, depth); None where the piece needs the careful scan."""
    end = data.rfind(b"<", at)
    if depth > 1 or end < 0 or _holds(data, b"<!", at) or _holds(data, b"<?", at):
        return None
    whole = np.frombuffer(data, np.uint8)
    words = _followed(whole, np.flatnonzero(whole[at : max(end - 4, at)] == ord("E")) + at, b"Event")
    if np.any(whole[words + 5] != ord(">")):
        return None  # attributes, or a value that holds the word
    kinds = _kinds(whole, words)
    # Starts and ends must take turns: an event inside another, or a tag cut in two, is left to the careful scan.
    if kinds is None or (len(kinds) and (kinds[0] != (-1 if depth else 1) or np.any(kinds[1:] == kinds[:-1]))):
        return None
    return end, int((kinds == 1).sum()), depth + int(kinds.sum())


def _holds(data: bytes, pair: bytes, at: int) -> bool:
    """Whether the two bytes stand there; the second is the rare one, and one byte is found faster than two."""
    return data.find(pair[1:], at) >= 0 and data.find(pair, at) >= 0


def _followed(whole: np.ndarray, places: np.ndarray, word: bytes) -> np.ndarray:
    """Those places where the word stands, its first letter being known."""
    for offset, byte in enumerate(word[1:], 1):
        places = places[whole[places + offset] == byte]
    return places


def _kinds(whole: np.ndarray, words: np.ndarray) -> np.ndarray | None:
    """1 for the start of an event, -1 for its end, in order, left out where the word ends another name; None where a
    name has a prefix, which the careful scan reads."""
    kinds = np.zeros(len(words), np.int8)
    rest = np.arange(len(words))
    for name in _NAMES:
        named = rest[words[rest] > len(name)]
        before = words[named]
        for byte in reversed(name):
            before = before - 1
            same = whole[before] == byte
            named, before = named[same], before[same]
        bound = whole[before - 1]
        if np.any(bound == ord(":")):
            return None
        kinds[named[bound == ord("<")]] = 1
        kinds[named[(bound == ord("/")) & (before > 1) & (whole[before - 2] == ord("<"))]] = -1
        rest = rest[kinds[rest] == 0]
    found: np.ndarray = kinds[kinds != 0]
    return found


def _scan_xml(data: bytes, at: int, until: bytes, depth: int) -> tuple[int, bytes, int, int]:
    """Count in one piece: where it may be dropped up to, what ends the comment under way, events, and their depth."""
    events = 0
    plain = b"!" not in data and b"?" not in data
    while True:
        if until:
            end = data.find(until, at)
            if end < 0:
                return max(at, len(data) - 2), until, events, depth
            at, until = end + len(until), b""
        found = _next_tag(data, at, plain)
        if found is None:
            open_tag = data.rfind(b"<", max(at, len(data) - _LONGEST))
            return (open_tag if open_tag >= 0 else len(data)), b"", events, depth
        at = found.end()
        kind = found.lastgroup or ""
        if kind in _SKIPPED:
            until = _SKIPPED[kind]
        elif kind == "end":
            depth = max(depth - 1, 0)
        else:
            events += depth == 0
            depth += data[at - 2 : at - 1] != b"/"


def _next_tag(data: bytes, at: int, plain: bool) -> re.Match[bytes] | None:
    """The next thing that matters. Without comments and the like (`plain`) only tags that end in "Event" are looked at."""
    if not plain:
        return _XML.search(data, at)
    while likely := _LIKELY.search(data, at):
        found = _XML.match(data, max(data.rfind(b"<", at, likely.start()), 0))
        if found:
            return found
        at = likely.end()
    return None


def _count_json(data: bytes, pieces: Iterator[bytes]) -> int:
    """All events of a document lie at one depth of braces, and nothing that is an event lies above them."""
    depths: Counter[int] = Counter()
    depth, quoted = 0, False
    while True:
        piece = next(pieces, None)
        body = data if piece is None else data[: _safe(data)]
        depth, quoted = _scan_json(body, depth, quoted, depths)
        if piece is None:
            return depths[min(depths)] if depths else 0
        data = data[len(body) :] + piece


def _safe(data: bytes) -> int:
    """Up to where a piece can be scanned with no member cut in two: before the last "{", "," or "[" that is not near
    its end. A cut inside a text does no harm there, since the member's pattern holds none of these but "["."""
    at = max(data.rfind(b",", 0, -1), data.rfind(b"{", 0, -1))
    return at if at > 0 and len(data) - at < _LONGEST else max(len(data) - _LONGEST, 0)


def _scan_json(data: bytes, depth: int, quoted: bool, depths: Counter[int]) -> tuple[int, bool]:
    """Add the members found to `depths`; the depth of braces and whether a text is open behind the piece."""
    if b"\\" in data:
        data = data.replace(b"\\\\", b"__").replace(b'\\"', b"__")
    view = np.frombuffer(data, np.uint8)
    quotes = np.flatnonzero(view == ord('"'))
    braces = np.flatnonzero((view == ord("{")) | (view == ord("}")))
    outside = (np.searchsorted(quotes, braces) + quoted) % 2 == 0
    braces = braces[outside]
    levels = depth + np.cumsum(np.where(view[braces] == ord("{"), 1, -1))
    members = _usual_members(view, quotes)
    if members is None:
        members = np.array([found.start() for found in _MEMBER.finditer(data)], np.int64)
    members = members[(np.searchsorted(quotes, members) + quoted) % 2 == 0]
    before = np.searchsorted(braces, members)
    depths.update(np.append(depth, levels)[before].tolist())
    return int(levels[-1]) if len(levels) else depth, bool((len(quotes) + quoted) % 2)


def _usual_members(view: np.ndarray, quotes: np.ndarray) -> np.ndarray | None:
    """Where the members "type" stand whose value is an event class, written in the usual way; None where a text that
    ends in "Event" stands in any other place, which the pattern judges."""
    capitals = np.flatnonzero(view[: max(len(view) - 5, 0)] == ord("E"))
    words = _followed(view, capitals, b'Event"')
    closing = np.searchsorted(quotes, words + 5)
    if not len(words):
        return words
    if closing[0] < 3:
        return None
    opening, key_end, key = quotes[closing - 1], quotes[closing - 2], quotes[closing - 3]
    blank = view[key_end + 2] == ord(" ")
    usual = (key_end - key == 5) & (view[key_end + 1] == ord(":")) & (opening - key_end == 2 + blank)
    for offset, byte in enumerate(b"type", 1):
        usual &= view[key + offset] == byte
    named = np.zeros(len(words), np.bool_)
    for name in _NAMES:
        same = np.flatnonzero(words - opening == len(name) + 1)
        for offset, byte in enumerate(name, 1):
            same = same[view[opening[same] + offset] == byte]
        named[same] = True
    return key if (usual & named).all() else None
