"""Which encoding a text is in, decided from its bytes."""

from __future__ import annotations

import codecs
import re
from pathlib import Path
from typing import BinaryIO

BLOCK = 1 << 20
_WIDE = re.compile(r"[^\x00-\x7f]")
BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


def encoding_of(path: Path) -> str:
    """The encoding of a text file: byte order mark, UTF-16 by its zero bytes, UTF-8 where valid, else cp1252.

    A file in UTF-8 with a few damaged bytes stays UTF-8, so that only the damaged lines are lost.
    """
    with path.open("rb") as stream:
        head = stream.read(BLOCK)
        for bom, name in BOMS:
            if head.startswith(bom):
                return name
        if wide := _utf16_without_mark(head):
            return wide
        stream.seek(0)
        return "utf-8" if _is_utf8(stream) else "cp1252"


def _is_utf8(stream: BinaryIO) -> bool:
    """Whether the bytes above 127 form characters of UTF-8; in cp1252 hardly any two of them do."""
    decoder = codecs.getincrementaldecoder("utf-8")("replace")
    good = bad = 0
    while block := stream.read(BLOCK):
        if block.isascii() and not decoder.getstate()[0]:
            continue
        text = decoder.decode(block)
        damaged = text.count("\ufffd")
        bad += damaged
        good += len(_WIDE.findall(text)) - damaged
    torn = bool(decoder.decode(b"", final=True))  # the file ends within a character, as one does that is cut short
    return good > bad or (bad == 0 and not torn)


def _utf16_without_mark(head: bytes) -> str | None:
    sample = head[:4096]
    if len(sample) < 8:
        return None
    even, odd = sample[0::2].count(0), sample[1::2].count(0)
    half = len(sample) // 2
    if odd > half * 0.6 and even < half * 0.1:
        return "utf-16-le"
    if even > half * 0.6 and odd < half * 0.1:
        return "utf-16-be"
    return None


def looks_like_text(head: bytes) -> bool:
    """Whether the first bytes of a file are text rather than a binary format."""
    if any(head.startswith(bom) for bom, _ in BOMS) or _utf16_without_mark(head):
        return True
    # Control characters that text does not have; FS, GS, RS, US and NUL are left out because scans carry them.
    odd = sum(head.count(bytes([code])) for code in (*range(1, 8), *range(14, 27)))
    return odd <= len(head) // 100 and head.count(0) <= len(head) // 20
