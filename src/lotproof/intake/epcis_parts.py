"""Several EPCIS documents in one file, one after the other, as queues and middleware dump them: where each begins.

XML allows one root a document, so a parser takes the second for junk. They may be in UTF-8 or UTF-16, all of a file in the same. A member
of a file is a document of its own; its places are counted from the beginning of the file.
"""

from __future__ import annotations

import io
import mmap
import re
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

import numpy as np

_UTF16 = {"utf-16-le": (b"", b"\0"), "utf-16-be": (b"\0", b"")}
"""Encoding -> what stands before and after each character of the markup."""
_HEADS = ((b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be"), (b"<\0", "utf-16-le"), (b"\0<", "utf-16-be"))


def _border(before: bytes = b"", after: bytes = b"", mark: bytes = b"\xef\xbb\xbf") -> re.Pattern[bytes]:
    """The end of a root with the beginning of another behind it, which may have a byte order mark of its own."""

    def one(kind: bytes) -> bytes:
        return before + kind + after

    def text(word: bytes) -> bytes:
        return b"".join(one(re.escape(bytes([letter]))) for letter in word)

    space = b"(?:" + one(rb"\s") + b")"
    prefix = b"(?:" + one(b"[A-Za-z_]") + b"(?:" + one(rb"[\w.-]") + b")*" + text(b":") + b")?"
    root = prefix + text(b"EPCIS") + b"(?:" + text(b"Query") + b")?" + text(b"Document")
    begins = b"(?:" + re.escape(mark) + b")?" + text(b"<") + b"(?:" + text(b"?xml") + b"|" + root + b")" + one(rb"[\s>]")
    return re.compile(text(b"</") + root + space + b"*" + text(b">") + space + b"*(?=" + begins + b")")


_NAME = b"EPCIS"
_READ = 1 << 18
_NEXT = {"": _border(), **{name: _border(*around, "\ufeff".encode(name)) for name, around in _UTF16.items()}}


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
        encoding = next((name for head, name in _HEADS if content[:2] == head), "")
        if encoding:
            return [0, *(found.end() for found in _NEXT[encoding].finditer(content))]
        tags = (content.rfind(b"<", 0, at) for at in _roots(stream))
        return [0, *(found.end() for at in tags if at >= 0 and (found := _NEXT[""].match(content, at)))]


def _roots(stream: BinaryIO) -> list[int]:
    """Where the name of a root may stand, by its rarest letter: every border has one behind its "<", and a pattern takes three times as
    long to find it. Read, not mapped: the pages of a file that is passed through once cost more to map than to copy."""
    found: list[int] = []
    at, held = 0, b""
    while piece := stream.read(_READ):
        data = held + piece
        signs = np.frombuffer(data, np.uint8)
        places = np.flatnonzero(signs[3 : len(signs) - 1] == _NAME[3])
        for offset, letter in enumerate(_NAME):
            places = places[signs[places + offset] == letter]
        found += (places + (at - len(held))).tolist()
        at, held = at + len(piece), data[1 - len(_NAME) :]
    return found


def parts(stream: BinaryIO, begins: list[int], size: int) -> Iterator[tuple[int, BinaryIO]]:
    """(its first byte, the document) of each; one document is the stream itself."""
    if len(begins) == 1:
        yield 0, stream
        return
    for begin, end in zip(begins, [*begins[1:], size], strict=True):
        stream.seek(begin)
        yield begin, Part(stream, end)  # type: ignore[misc]  # a raw stream reads as a binary one does
