"""Symbology identifiers in front of scanned data, and the many spellings of the group separator.

Sources: ISO/IEC 15424 and GenSpecs section 5.1.2 (`]d2` and the like), GenSpecs 7.8.5 (FNC1 is sent as GS, 0x1D).
"""

from __future__ import annotations

import re

GS = "\x1d"
"""The ASCII group separator, which a reader sends for FNC1."""

GS1_SYMBOLOGIES = frozenset({"]d2", "]C1", "]Q3", "]e0", "]J1"})
"""Carriers that promise GS1 element strings: DataMatrix, GS1-128, QR, DataBar and composite, DotCode."""

EAN_SYMBOLOGIES = frozenset({"]E0", "]E4"})
"""EAN-13 and EAN-8: a bare GTIN."""

_SYMBOLOGY = re.compile(r"\][A-Za-z][0-9A-Za-z]")

_RESPELLED = re.compile(
    r"<GS>|\{GS\}|\[GS\]|<FNC1>|\{FNC1\}|\[FNC1\]|<0x1D>|\\u001d|\\x1d|\\F|\^\]|\^|~1|~d029|\||\u241d",
    re.IGNORECASE,
)
"""Spellings of GS that were met in files. All but `<GS>` hold a character that GS1 set 82 does not have, so that they
cannot be part of a value; `<GS>` can, and is read as the separator all the same."""

_TRIMMED = " \t\r\n\u00a0\u200b\u2060\ufeff\x00"
"""What is cut from both ends. `str.strip()` would also cut the group separator, which is evidence."""


def trim(text: str) -> str:
    """The text without blanks, line ends, zero-width marks and NUL at either end; a group separator stays."""
    return text.strip(_TRIMMED)


def split_symbology(text: str) -> tuple[str, str]:
    """The symbology identifier (three characters, or empty) and the data behind it."""
    if text.startswith("]") and _SYMBOLOGY.match(text):
        return text[:3], text[3:]
    return "", text


def respell(text: str) -> tuple[str, tuple[str, ...]]:
    """The text with every spelling of the group separator as 0x1D; notes `gs_respelled` where one was changed."""
    changed, count = _RESPELLED.subn(GS, text)
    return changed, ("gs_respelled",) if count else ()
