"""Read an EPCIS 2.0 JSON or JSON-LD document, a query document, a list of events or one bare event as batches of events.

Two paths, one result. Outside events the document is walked token by token. At an event, the longest run of whole
events in the buffer is cut out and decoded at once (`json_typed`); a cut is right exactly when what lies before it
decodes as the content of an array. Where no cut is found, and for events the typed decoder refuses, one event at a time
is cut out by counting braces and read by the tolerant path (`json_event`), so one bad event costs only itself.

Contexts are not fetched and not needed: the members and words of the standard are known in every spelling.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

import msgspec
import numpy as np

from lotproof.epcis.collect import Collector
from lotproof.epcis.json_source import JsonSource
from lotproof.epcis.json_typed import TypedEvents, split
from lotproof.epcis.model import Broken, EventBatch, OnHeader, Unreadable
from lotproof.epcis.parts import Ints
from lotproof.epcis.words import EVENT_TYPES

MAX_DEPTH = 256
MAX_CUTS = 8
"""Places tried as the end of a run of events before they are read one by one."""
HEAD = 1 << 20
"""Bytes looked through to tell whether the object at the top is a document or an event."""
MIN_RUN = 4096
"""Bytes below which a run is not worth cutting out."""

_HEADER = {
    "type": "root",
    "isA": "root",
    "schemaVersion": "schema_version",
    "creationDate": "creation_date",
    "sender": "sender",
    "receiver": "receiver",
    "instanceIdentifier": "instance_identifier",
}
_WORDS = re.compile(rb"-?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?|true|false|null")
_TYPED = re.compile(rb'"(?:type|isA|@type)"\s*:\s*\[?\s*"(?:[^"]*[:/#])?(?:' + b"|".join(name.encode() for name in EVENT_TYPES) + rb')"')
_DOCUMENT = re.compile(rb'"(?:eventList|epcisBody|EPCISBody)"\s*:')
_FIRST_KEY = re.compile(rb'\{\s*("[^"\\]*")')


def read_json(stream: BinaryIO, on_header: OnHeader | None = None, *, bulk: bool = True) -> Iterator[EventBatch | Unreadable]:
    """Yield the events of an EPCIS JSON document in batches of about 2 MB of input or 33,000 identifiers.

    What cannot be read comes as Unreadable: one for each event left out, and one for the rest of a document that breaks
    off; everything before it is yielded first. `on_header` is called before the first batch, and again at the end if
    members after the events added to it. `bulk=False` reads all events by the tolerant path; the result is the same.
    Raises nothing for bad input, only what `stream.read` raises.
    """
    return _JsonReader(stream, on_header, bulk).run()


@dataclass
class _Frame:
    """An object or array that is open outside of events."""

    bracket: bytes
    key: str | None = None
    """In an object: the key whose value comes next."""
    events: bool = False
    """True for an array whose elements are events."""


class _JsonReader:
    def __init__(self, stream: BinaryIO, on_header: OnHeader | None, bulk: bool) -> None:
        self.stream = stream
        self.bulk = bulk
        self.out = Collector("json", on_header)
        self.typed = TypedEvents(self.out)
        self.frames: list[_Frame] = []
        self.not_before = 0
        """Offset before which no run is tried: it failed in this buffer."""

    def run(self) -> Iterator[EventBatch | Unreadable]:
        self.source = JsonSource(self.stream)
        try:
            if not self.source.peek():
                raise self.source.broken("it is empty")
            while mark := self.source.peek():
                self._step(mark)
                if self.out.due(self.source.offset()):
                    yield from self.out.flush(self.source.offset())
            if self.frames:
                raise self.source.broken(f"it ends with {len(self.frames)} brackets open")
        except Broken as broken:
            yield from self.out.broken(broken)
        yield from self.out.flush(self.source.offset())

    def _step(self, mark: bytes) -> None:
        if mark == b"{" and self._event_here():
            self._events()
        elif mark in (b"{", b"["):
            self._open(mark)
        elif mark in (b"}", b"]"):
            if not self.frames or self.frames.pop().bracket != (b"{" if mark == b"}" else b"["):
                raise self.source.broken(f"a {mark.decode()!r} closes nothing")
            self.source.position += 1
        elif mark in (b",", b":"):
            self.source.position += 1
        else:
            self._token(mark)

    def _open(self, mark: bytes) -> None:
        if len(self.frames) >= MAX_DEPTH:
            raise self.source.broken(f"its values are nested deeper than {MAX_DEPTH}")
        listed = mark == b"[" and bool(self.frames) and self.frames[-1].key == "eventList"
        self.frames.append(_Frame(mark, events=listed))
        self.source.position += 1

    def _event_here(self) -> bool:
        """Whether the object at the position is an event: by its place, at the top of the document by its content."""
        if not self.frames or (len(self.frames) == 1 and self.frames[0].bracket == b"["):
            self.source.ahead(HEAD)
            span = (self.source.buffer, self.source.position, self.source.position + HEAD)
            return _DOCUMENT.search(*span) is None and _TYPED.search(*span) is not None
        frame = self.frames[-1]
        if frame.bracket == b"[":
            return frame.events
        body = len(self.frames) > 1 and (self.frames[-2].key or "").lower().endswith("epcisbody")
        return frame.key == "eventList" or (frame.key == "event" and body)

    def _token(self, mark: bytes) -> None:
        begin, line = self.source.offset(), self.source.line() if mark != b'"' else None
        token = self.source.token()
        if mark != b'"':
            if not self.frames or not _WORDS.fullmatch(token):
                shown = token[:40].decode(errors="replace")
                raise Broken(begin, line, f"{shown!r} is no JSON value")
            value = None if token == b"null" else token.decode()
        else:
            value = _string(token)
        if not self.frames:
            raise Broken(begin, self.source.line(), "a text stands where an object should")
        frame = self.frames[-1]
        if mark == b'"' and frame.bracket == b"{" and self.source.peek() == b":":
            frame.key = value
        elif len(self.frames) == 1 and frame.key in _HEADER and value is not None:
            self.out.header.setdefault(_HEADER[frame.key], value)
        elif value is not None and frame.events:
            reason = f"The value at byte {begin:,} in the event list is not a JSON object; it was left out."
            self.out.unreadable.append(Unreadable(begin, self.source.line(), reason))

    def _events(self) -> None:
        """Read the event at the position, and with it as many of the following as lie whole in the buffer."""
        listed = bool(self.frames) and self.frames[-1].events
        if self.bulk and listed and self._run():
            return
        source = self.source
        end = source.object_end()
        self.typed.read_one(source.offset(), source.buffer[source.position : end])
        source.position = end

    def _run(self) -> bool:
        source = self.source
        if source.offset() < self.not_before:
            return False
        source.ahead(MIN_RUN * 16)
        for end in self._cuts():
            found = split(memoryview(source.buffer)[source.position : end])
            if found is not None and self._take(*found, end):
                source.position = end
                return True
        self.not_before = source.offset(len(source.buffer))
        return False

    def _take(self, array: bytes, raws: list[msgspec.Raw], end: int) -> bool:
        """Read the elements of a run that ends at `end`; False if they are not all objects."""
        source = self.source
        places = _places(source.buffer, source.position, end, raws)
        if places is None:
            return False
        self.typed.read(source.offsets(places), raws, array)
        return True

    def _cuts(self) -> list[int]:
        """Positions behind a "}" that is followed by an object that begins as the event here does, last first."""
        source = self.source
        first = _FIRST_KEY.match(source.buffer, source.position)
        if first is None:
            return []
        follows = re.compile(rb"\s*,\s*\{\s*" + re.escape(first[1]) + rb"\s*:")
        found: list[int] = []
        begin, at = source.position + MIN_RUN - 1, len(source.buffer)
        while len(found) < MAX_CUTS and (at := source.buffer.rfind(b"}", begin, at)) >= 0:
            if follows.match(source.buffer, at + 1):
                found.append(at + 1)
        return found


def _places(buffer: bytes, begin: int, end: int, raws: list[msgspec.Raw]) -> Ints | None:
    """Where each element of the array content `buffer[begin:end]` begins; None if they are not all objects."""
    sizes = np.fromiter(map(len, raws), np.int64, len(raws))
    gap = (end - begin - int(sizes.sum())) // max(len(raws) - 1, 1)
    starts = begin + np.cumsum(sizes + gap) - sizes - gap
    view = np.frombuffer(buffer, np.uint8)
    if int(starts[-1] + sizes[-1]) == end and (view[starts] == ord("{")).all() and (view[starts[1:] - 1] != ord("{")).all():
        closed = starts + sizes
        if (view[closed - 1] == ord("}")).all() and _same_gap(buffer, closed[:-1], gap):
            return starts
    places, at = [], begin
    for raw in raws:
        at = buffer.find(b"{", at, end)
        places.append(at)
        at += len(raw)
    return np.array(places, np.int64) if at == end and -1 not in places else None


def _same_gap(buffer: bytes, closed: Ints, gap: int) -> bool:
    """Whether the same comma and white space stand at all these places."""
    if not len(closed):
        return True
    view = np.ndarray((len(buffer) - gap + 1,), f"S{gap}", buffer, strides=(1,))
    usual = buffer[int(closed[0]) : int(closed[0]) + gap]
    return usual.strip() == b"," and bool((view[closed] == usual).all())


def _string(token: bytes) -> str:
    try:
        value = json.loads(token.decode(errors="replace"), strict=False)
    except json.JSONDecodeError:
        return token[1:-1].decode(errors="replace")
    return str(value).encode(errors="replace").decode()
