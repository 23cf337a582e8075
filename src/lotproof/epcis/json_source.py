"""A JSON stream with its place in the raw document: a buffer that is read on in pieces, whatever the encoding."""

from __future__ import annotations

import codecs
import re
from itertools import pairwise
from typing import BinaryIO

import numpy as np

from lotproof.epcis.model import Broken
from lotproof.epcis.parts import Ints

READ = 1 << 20
"""Bytes read at once: each run of events costs a millisecond besides what is in it."""
MAX_EVENT = 256 << 20
"""Bytes of one event: some three million identifiers."""

_BLANK = re.compile(rb"[ \t\r\n]*+")
_TO_BRACE = re.compile(rb'[^"{}]*+(?:"(?:[^"\\]++|\\.)*+"[^"{}]*+)*+([{}])', re.DOTALL)
_STRING = re.compile(rb'"(?:[^"\\]++|\\.)*+"', re.DOTALL)
_WORD = re.compile(rb'[^\s,:"\[\]{}]++')
MAX_WORD = 1 << 20
"""Bytes of a string or number outside events."""


class JsonSource:
    """`buffer[position:]` is what comes next. UTF-16 and UTF-32 are turned into UTF-8 on the way."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self.buffer = b""
        self.position = 0
        self.ended = False
        self._base = 0
        self._lines = 1
        self._decoder: codecs.IncrementalDecoder | None = None
        self._wide = 0
        """Bytes of a code unit in the raw document where it is not UTF-8."""
        self._raw = 0
        """Offset of buffer[0] in the raw document where it is not UTF-8."""
        self._begin()

    def _begin(self) -> None:
        head = self._stream.read(READ)
        self.ended = not head
        for mark, name, wide in _MARKS:
            if head.startswith(mark):
                self._decoder, self._wide = codecs.getincrementaldecoder(name)("replace"), wide
                self._raw, head = len(mark), head[len(mark) :]
                break
        else:
            if head.startswith(codecs.BOM_UTF8):
                self._base, head = 3, head[3:]
            elif head[1:2] == b"\0" or head[:1] == b"\0":
                name = "utf-16-le" if head[1:2] == b"\0" else "utf-16-be"
                self._decoder, self._wide = codecs.getincrementaldecoder(name)("replace"), 2
        self.buffer = self._utf8(head)

    def _utf8(self, data: bytes) -> bytes:
        if self._decoder is None:
            return data
        return self._decoder.decode(data, not data).encode()

    def more(self) -> bool:
        """Read on, dropping what lies before the position; False at the end. The buffer doubles, so that looking for
        the end of a long value costs no more than its length."""
        if self.ended:
            return False
        dropped = self.position
        if dropped:
            self._lines += int(np.count_nonzero(np.frombuffer(self.buffer, np.uint8, dropped) == 10))
            self._base += dropped
            self._raw += self._units(self.buffer[:dropped]) if self._wide else 0
            self.buffer = self.buffer[dropped:]
            self.position = 0
        data = self._stream.read(max(READ, len(self.buffer)))
        self.ended = not data
        self.buffer += self._utf8(data)
        return True

    def ahead(self, size: int) -> None:
        """Read on until that many bytes are ahead, or the end."""
        while len(self.buffer) - self.position < size and self.more():
            pass

    def _units(self, data: bytes) -> int:
        if not self._wide or data.isascii():
            return len(data) * self._wide
        return len(data.decode(errors="replace").encode("utf-16-le" if self._wide == 2 else "utf-32-le"))

    def offset(self, position: int | None = None) -> int:
        """Byte offset in the raw document of a position in the buffer."""
        at = self.position if position is None else position
        return self._raw + self._units(self.buffer[:at]) if self._wide else self._base + at

    def offsets(self, positions: Ints) -> Ints:
        """The same for many positions in ascending order."""
        if not self._wide:
            return positions + self._base
        bounds = [0, *positions.tolist()]
        units = [self._units(self.buffer[start:end]) for start, end in pairwise(bounds)]
        return self._raw + np.cumsum(np.array(units, np.int64))

    def line(self, position: int | None = None) -> int:
        """Line number, from 1, of a position in the buffer."""
        return self._lines + self.buffer.count(b"\n", 0, self.position if position is None else position)

    def peek(self) -> bytes:
        """The next byte that is not white space, which the position moves to; empty at the end."""
        while True:
            found = _BLANK.match(self.buffer, self.position)
            self.position = found.end() if found else self.position
            if self.position < len(self.buffer):
                return self.buffer[self.position : self.position + 1]
            if not self.more():
                return b""

    def token(self) -> bytes:
        """The string or word at the position, which moves behind it. Raises Broken."""
        pattern = _STRING if self.peek() == b'"' else _WORD
        while True:
            found = pattern.match(self.buffer, self.position)
            if found and (found.end() < len(self.buffer) or self.ended):
                self.position = found.end()
                return found[0]
            if len(self.buffer) - self.position > MAX_WORD:
                raise self.broken(f"a text outside the events is longer than {MAX_WORD >> 20} MB")
            if not self.more():
                raise self.broken("it ends within a text" if pattern is _STRING else "a value is missing")

    def object_end(self) -> int:
        """Position behind the object that begins at the position, its braces counted. Raises Broken at the end."""
        depth, at = 0, 0
        while True:
            found = _TO_BRACE.match(self.buffer, self.position + at)
            if found:
                depth += 1 if found[1] == b"{" else -1
                at = found.end() - self.position
                if not depth:
                    return found.end()
                continue
            if len(self.buffer) - self.position > MAX_EVENT:
                raise self.broken(f"an event is longer than {MAX_EVENT >> 20} MB")
            if not self.more():
                begin = self.offset()
                line = self.line(len(self.buffer))
                raise Broken(self.offset(len(self.buffer)), line, f"it ends inside the event that begins at byte {begin:,}")

    def broken(self, reason: str) -> Broken:
        """The document cannot be read on from the position."""
        return Broken(self.offset(), self.line(), reason)


_MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32-le", 4),
    (codecs.BOM_UTF32_BE, "utf-32-be", 4),
    (codecs.BOM_UTF16_LE, "utf-16-le", 2),
    (codecs.BOM_UTF16_BE, "utf-16-be", 2),
)
