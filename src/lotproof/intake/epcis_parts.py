"""Several EPCIS documents in one file, one after the other, as queues and middleware dump them: where each begins.

XML allows one root a document, so a parser takes the second for junk. A member of a file is a document of its own; its places
are counted from the beginning of the file.
"""

from __future__ import annotations

import io
import mmap
import re
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

_ROOT = rb"(?:[A-Za-z_][\w.-]*:)?EPCIS(?:Query)?Document"
_NEXT = re.compile(rb"</" + _ROOT + rb"\s*>\s*(?=<(?:\?xml|" + _ROOT + rb")[\s>])")
"""The end of a root with the beginning of another behind it. In UTF-16 it is not found, and the rest is quarantined as before."""


class Part(io.RawIOBase):
    """The bytes of a stream up to a place."""

    def __init__(self, stream: BinaryIO, end: int) -> None:
        self._stream, self._end = stream, end

    def readable(self) -> bool:
        """True."""
        return True

    def read(self, size: int = -1) -> bytes:
        """Up to ``size`` bytes, none behind the end of the part."""
        left = self._end - self._stream.tell()
        return self._stream.read(left if size < 0 else min(size, left))


def starts(path: Path) -> list[int]:
    """The byte at which each document of an XML file begins: [0] where there is one."""
    if not path.stat().st_size:
        return [0]
    with path.open("rb") as stream, mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ) as content:
        return [0, *(found.end() for found in _NEXT.finditer(content))]


def parts(stream: BinaryIO, begins: list[int], size: int) -> Iterator[tuple[int, BinaryIO]]:
    """(its first byte, the document) of each; one document is the stream itself."""
    if len(begins) == 1:
        yield 0, stream
        return
    for begin, end in zip(begins, [*begins[1:], size], strict=True):
        stream.seek(begin)
        yield begin, Part(stream, end)  # type: ignore[misc]  # a raw stream reads as a binary one does
