"""Single cells of a Parquet file, without decoding the row group around them.

Arrow reads a row group whole, which for one row out of thousands is nearly all of the work of `trace`. A cell needs one page of its
column unpacked and a few numbers stepped over. Read is what our segments are made of: flat optional columns, pages of version 1, PLAIN
and dictionary encodings (Parquet format, "Encodings" and "Data Pages"); all else is left to Arrow by raising Unreadable.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa

_TRUE, _FALSE, _BINARY, _STRUCT = 1, 2, 8, 12
_NUMBERS = (4, 5, 6)
_DATA, _DICTIONARY = 0, 2
_PLAIN, _BY_DICTIONARY, _RLE = 0, (2, 8), 3
_FIXED = {"INT64": "<q", "DOUBLE": "<d", "INT32": "<i"}
KINDS = (*_FIXED, "BYTE_ARRAY", "FIXED_LEN_BYTE_ARRAY", "BOOLEAN")
"""Physical types that can be read; arrays of fixed length are those of keys, 16 bytes."""
_KEY = 16


_ALIKE = 64
"""Texts from which on it pays to see whether all before are of one length."""


class Unreadable(ValueError):
    """A page is laid out in a way that is not read here."""


@dataclass(frozen=True)
class Column:
    """How the values of a column lie in the file."""

    kind: str
    """Physical type, one of KINDS."""
    codec: str
    """Name of the compression as Arrow knows it, '' for none."""


@dataclass
class _Page:
    first: int
    """Row of the group at which the page begins."""
    rows: int
    """Rows in it, nulls included."""
    encoding: int
    """How its values are written."""
    body: bytes
    """Levels and values, unpacked."""


class Chunk:
    """One column of one row group."""

    def __init__(self, raw: bytes, column: Column) -> None:
        """``raw`` begins with the first page of the column in the group, and may go on behind the last one."""
        self._raw, self._at, self._column = raw, 0, column
        self._codec = pa.Codec(column.codec) if column.codec else None
        self._words: bytes | None = None
        self._page: _Page | None = None

    def cell(self, row: int) -> Any:
        """The value in a row of the group: None, number, bool, or bytes. Rows must be asked for in rising order."""
        page = self._page
        while page is None or row >= page.first + page.rows:
            page = self._next(page)
        self._page = page
        length = int.from_bytes(page.body[:4], "little")
        there, before = _rank(page.body, 4, 4 + length, row - page.first)
        if not there:
            return None
        if page.encoding == _PLAIN:
            return self._plain(page.body, 4 + length, before)
        if page.encoding not in _BY_DICTIONARY or self._words is None:
            raise Unreadable(f"encoding {page.encoding}")
        width = page.body[4 + length]
        return self._plain(self._words, 0, _coded(page.body, 5 + length, width, before))

    def _next(self, before: _Page | None) -> _Page:
        """The page after this one; dictionaries are kept on the way."""
        first = before.first + before.rows if before else 0
        while True:
            head, at = _header(self._raw, self._at)
            packed = self._raw[at : at + head[3]]
            self._at = at + head[3]
            if head[1] == _DICTIONARY and head[7][2] in (_PLAIN, _BY_DICTIONARY[0]):
                self._words = self._unpacked(packed, head[2])
            elif head[1] == _DATA and head[5][3] == _RLE:
                return _Page(first, head[5][1], head[5][2], self._unpacked(packed, head[2]))
            else:
                raise Unreadable(f"page of type {head[1]}")

    def _unpacked(self, packed: bytes, size: int) -> bytes:
        return self._codec.decompress(packed, size, asbytes=True) if self._codec else packed

    def _plain(self, data: bytes, at: int, place: int) -> Any:
        """The value with this number among those written plainly from ``at`` on."""
        kind = self._column.kind
        if form := _FIXED.get(kind):
            return struct.unpack_from(form, data, at + place * struct.calcsize(form))[0]
        if kind == "FIXED_LEN_BYTE_ARRAY":
            return data[at + place * _KEY : at + (place + 1) * _KEY]
        if kind == "BOOLEAN":
            return bool(data[at + place // 8] >> place % 8 & 1)
        return _text(data, at, place)


_LENGTH = struct.Struct("<I").unpack_from


def _text(data: bytes, at: int, place: int) -> bytes:
    """The text with this number; each is written after its length, so all before it have to be stepped over."""
    (length,) = _LENGTH(data, at)
    step = 4 + length
    if place > _ALIKE and len(data) >= at + place * step + 4:
        # where every step of the same width meets the same length, they are the lengths
        bytes_ = np.frombuffer(data, np.uint8, (place + 1) * step - length, at)
        if all((bytes_[byte::step] == length >> 8 * byte & 255).all() for byte in range(4)):
            at, place = at + place * step, 0
    for _ in range(place):
        at += 4 + _LENGTH(data, at)[0]
    return data[at + 4 : at + 4 + _LENGTH(data, at)[0]]


def _header(data: bytes, at: int) -> tuple[dict[int, Any], int]:
    """The numbers of a Thrift struct in the compact protocol by their fields, and where it ends; texts are passed over."""
    told: dict[int, Any] = {}
    field = 0
    while head := data[at]:
        at += 1
        if head >> 4:
            field += head >> 4
        else:
            number, at = _number(data, at)
            field = number >> 1 ^ -(number & 1)
        kind = head & 15
        if kind in _NUMBERS:
            number, at = _number(data, at)
            told[field] = number >> 1 ^ -(number & 1)
        elif kind == _STRUCT:
            told[field], at = _header(data, at)
        elif kind == _BINARY:
            length, at = _number(data, at)
            at += length
        elif kind not in (_TRUE, _FALSE):
            raise Unreadable(f"field of kind {kind} in the header of a page")
    return told, at + 1


def _number(data: bytes, at: int) -> tuple[int, int]:
    value, shift = 0, 0
    while (byte := data[at]) & 0x80:
        value |= (byte & 0x7F) << shift
        at, shift = at + 1, shift + 7
    return value | byte << shift, at + 1


def _rank(data: bytes, at: int, end: int, row: int) -> tuple[bool, int]:
    """Whether there is a value in this row of a page, and how many stand before it: from its definition levels, one bit each."""
    before = 0
    while at < end:
        count, value, at, after = _run(data, at, 1)
        if value is None:
            bits = int.from_bytes(data[at:after], "little")
            if row < count:
                return bool(bits >> row & 1), before + (bits & ((1 << row) - 1)).bit_count()
            before += bits.bit_count()
        elif row < count:
            return bool(value), before + row * value
        else:
            before += count * value
        row, at = row - count, after
    raise Unreadable("a page that ends before its rows do")


def _coded(data: bytes, at: int, width: int, place: int) -> int:
    """The number with this place among those written in runs of ``width`` bits."""
    while at < len(data):
        count, value, at, after = _run(data, at, width)
        if place < count:
            if value is not None:
                return value
            bit = place * width
            return int.from_bytes(data[at + bit // 8 : at + (bit + width + 7) // 8], "little") >> bit % 8 & ((1 << width) - 1)
        place, at = place - count, after
    raise Unreadable("a page that ends before its values do")


def _run(data: bytes, at: int, width: int) -> tuple[int, int | None, int, int]:
    """Length of a run, the number that it repeats or None where it is bit-packed, where its numbers begin and where it ends."""
    head, at = _number(data, at)
    if head & 1:
        return (head >> 1) * 8, None, at, at + (head >> 1) * width
    after = at + (width + 7) // 8
    return head >> 1, int.from_bytes(data[at:after], "little"), at, after
