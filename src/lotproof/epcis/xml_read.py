"""Read an EPCIS XML document, 1.0 to 2.0, as batches of events.

Two paths, one result. The machine (`xml_machine`) reads every dialect. Events whose shape it has met before are found
and read in bulk (`xml_match`, `xml_fill`) and left out of what the machine is fed, so that it sees the same document,
only shorter. Nothing is left out except where the machine stands between two events in the same place of the document,
so text in a comment or in CDATA that looks like an event is never taken for one.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from typing import BinaryIO

import numpy as np

from lotproof.epcis.collect import Collector
from lotproof.epcis.model import Broken, EventBatch, OnHeader, Unreadable
from lotproof.epcis.words import BLANK, EVENT_TYPES
from lotproof.epcis.xml_fill import fill
from lotproof.epcis.xml_machine import XmlMachine
from lotproof.epcis.xml_match import Flags, Found, blank_after, match
from lotproof.epcis.xml_shape import Shape, learn

FIRST_READ = 1 << 16
READ = 1 << 21
"""Bytes of a stretch: small enough for the cache, large enough for numpy."""
MAX_STRETCH = 16 << 20
"""Bytes held back while looking for the end of an event; a longer event goes to the machine piece by piece."""
MAX_SHAPES = 24
MAX_LESSONS = 400
"""Events looked at for a new shape; after that a document has shown all it has, or has no shapes."""

_EVENT_END = re.compile(rb"</(?:[A-Za-z_][A-Za-z0-9_.-]*:)?(?:" + b"|".join(name.encode() for name in sorted(EVENT_TYPES)) + rb")\s*>")
_DECLARED = re.compile(rb"<\?xml[^>]*?\bencoding\s*=\s*[\"']([A-Za-z0-9._-]+)[\"']")


def read_xml(stream: BinaryIO, on_header: OnHeader | None = None, *, bulk: bool = True) -> Iterator[EventBatch | Unreadable]:
    """Yield the events of an EPCIS XML document in batches of about 2 MB of input or 33,000 identifiers.

    What cannot be read comes as Unreadable: one for each event left out, and one for the rest of a document that breaks
    off; everything before it is yielded first. `on_header` is called before the first batch. `bulk=False` reads all
    events by the tolerant path; the result is the same. Raises nothing for bad input, only what `stream.read` raises.
    """
    return _XmlReader(stream, on_header, bulk).run()


def encodings(head: bytes) -> tuple[str | None, bool]:
    """What to tell expat about the encoding (None: believe the document), and whether the bytes are UTF-8."""
    if head[:2] in (b"\xff\xfe", b"\xfe\xff") or b"\0" in head[:4]:
        return None, False
    found = _DECLARED.match(head.removeprefix(b"\xef\xbb\xbf").lstrip(BLANK.encode()))
    declared = "utf-8" if found is None else found[1].decode().lower()
    if declared.startswith(("utf-16", "ucs-2", "iso-10646-ucs", "unicode")):
        # some systems write the declaration of a UTF-16 string in front of UTF-8 bytes
        return "utf-8", True
    return None, declared in ("utf-8", "utf8")


class _XmlReader:
    def __init__(self, stream: BinaryIO, on_header: OnHeader | None, bulk: bool) -> None:
        self.stream = stream
        self.bulk = bulk
        self.out = Collector("xml", on_header)
        self.machine = XmlMachine(self.out, None)
        self.shapes: list[Shape] = []
        self.lessons = 0
        self.base = 0
        """Offset in the document of the stretch under way."""

    def run(self) -> Iterator[EventBatch | Unreadable]:
        try:
            for stretch in self._stretches():
                self._process(stretch)
                self.base += len(stretch)
                if self.out.due(self.base):
                    yield from self.out.flush(self.base)
            self.machine.feed(b"", final=True)
        except Broken as broken:
            yield from self.out.broken(broken)
        yield from self.out.flush(self.base)

    def _stretches(self) -> Iterator[bytes]:
        """The document in pieces that end, where that is possible, with an event."""
        held, size = b"", FIRST_READ
        while chunk := self.stream.read(size):
            if not self.base and not held:
                override, utf8 = encodings(chunk)
                self.machine = XmlMachine(self.out, override)
                self.bulk = self.bulk and utf8
            held += chunk
            size = min(size * 4, READ)
            cut = last_event_end(held) if self.bulk else len(held)
            if cut or len(held) >= MAX_STRETCH:
                cut = cut or len(held)
                yield held[:cut]
                held = held[cut:]
        if held:
            yield held

    def _process(self, stretch: bytes) -> None:
        at = 0
        while at < len(stretch):
            found = match(stretch[at:], self.shapes) if self.shapes else None
            if found is None:
                at = self._feed(stretch, at, len(stretch))
            else:
                at = self._walk(stretch, at, found)

    def _walk(self, stretch: bytes, start: int, found: Found) -> int:
        """Read the stretch from `start` with the events found in it; where a new shape was learned, if before its end."""
        accepted = np.zeros(len(found.begins), np.bool_)
        try:
            return self._accept(stretch, start, found, accepted)
        finally:
            # also where the document breaks off: what was accepted before is kept
            if accepted.any():
                self.out.parts.append(fill(found, accepted, self.base + start))

    def _accept(self, stretch: bytes, start: int, found: Found, accepted: Flags) -> int:
        """Flag the events that stand where the machine is ready for them, and feed it the rest."""
        breaks = np.flatnonzero(~blank_after(found)).tolist()
        begins, ends = found.begins + start, found.ends + start
        contexts = [one.shape.context for one in found.matches]
        at, index = start, 0
        while index < len(begins):
            begin, end = int(begins[index]), int(ends[index])
            at = self._gap(stretch, at, begin)
            if at < begin:
                return at
            if self.machine.between() and self.machine.context == contexts[found.shapes[index]]:
                last = breaks[bisect_right(breaks, index - 1)]
                accepted[index : last + 1] = True
                at = int(ends[last])
                self.machine.skip(at - begin, _lines(stretch, begin, at, found.window.lines if not start else -1))
                index = last + 1
            else:
                at = self._feed(stretch, begin, end, teach=False)
                index += 1
        return self._feed(stretch, at, len(stretch))

    def _gap(self, stretch: bytes, at: int, end: int) -> int:
        if self.machine.between() and not stretch[at:end].strip(_BLANK):
            self.machine.skip(end - at, _lines(stretch, at, end))
            return end
        return self._feed(stretch, at, end)

    def _feed(self, stretch: bytes, at: int, end: int, teach: bool = True) -> int:
        """Give bytes to the machine, up to `end` or to the first event that teaches a new shape; where it stopped."""
        while at < end:
            if not (teach and self._learns()):
                self.machine.feed(stretch[at:end])
                return end
            found = _EVENT_END.search(stretch, at, end)
            stop = found.end() if found else end
            self.machine.finished = None
            self.machine.feed(stretch[at:stop])
            at = stop
            if self._lesson(stretch, stop):
                return at
        return at

    def _learns(self) -> bool:
        return self.bulk and len(self.shapes) < MAX_SHAPES and self.lessons < MAX_LESSONS

    def _lesson(self, stretch: bytes, stop: int) -> bool:
        """Whether the event that ends at `stop`, if one does, has a shape not met before."""
        offset = self.machine.finished
        if offset is None or offset < self.base:
            return False
        self.lessons += 1
        shape = learn(stretch[offset - self.base : stop], self.machine.context)
        if shape is None or shape in self.shapes:
            return False
        self.shapes.append(shape)
        return True


def last_event_end(data: bytes) -> int:
    """Position after the last end tag of an event, 0 if there is none."""
    at = len(data)
    while (at := data.rfind(b"Event>", 0, at)) >= 0:
        if data[data.rfind(b"<", 0, at) :][:2] == b"</":
            return at + len(b"Event>")
    return 0


def _lines(data: bytes, start: int, end: int, whole: int = -1) -> int:
    """Line ends between two positions; ``whole`` is their number in all of the data, where it has been counted."""
    if whole >= 0 and len(data) - (end - start) < end - start:
        return whole - data.count(b"\n", 0, start) - data.count(b"\n", end)
    if end - start < 1024:
        return data.count(b"\n", start, end)
    # numpy counts them ten times as fast as bytes.count
    return int(np.count_nonzero(np.frombuffer(data, np.uint8, end - start, start) == 10))


_BLANK = BLANK.encode()
