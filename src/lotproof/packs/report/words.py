"""Texts made safe to read: characters that cannot be seen or printed, times, numbers, and the words that the report uses."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

_CONTROLS = (
    "NUL", "SOH", "STX", "ETX", "EOT", "ENQ", "ACK", "BEL", "BS", "TAB", "LF", "VT", "FF", "CR", "SO", "SI",
    "DLE", "DC1", "DC2", "DC3", "DC4", "NAK", "SYN", "ETB", "CAN", "EM", "SUB", "ESC", "FS", "GS", "RS", "US",
)  # fmt: skip
"""Names of U+0000 to U+001F."""

PRINTED: tuple[tuple[int, int], ...] = (
    (0x20, 0x7E), (0xA1, 0xAC), (0xAE, 0x24F), (0x370, 0x377), (0x37A, 0x37F), (0x384, 0x38A), (0x38C, 0x38C),
    (0x38E, 0x3A1), (0x3A3, 0x482), (0x48A, 0x4FF), (0x1E00, 0x1EFF), (0x2010, 0x2027), (0x2030, 0x2040),
    (0x2044, 0x2052), (0x20A0, 0x20BF), (0x2116, 0x2116), (0x2122, 0x2122), (0x2126, 0x2126), (0x2153, 0x215E),
    (0x2190, 0x22FF), (0x2500, 0x25FF),
)  # fmt: skip
"""Ranges that the fonts embedded in Typst cover without a gap: Latin, Greek, Cyrillic, punctuation, currency, arrows,
mathematics, boxes. Found by trial with typst 0.15.2; a test compiles every character of it. Combining marks, NO-BREAK
SPACE and SOFT HYPHEN are left out because a reader cannot see them."""

_UNPRINTED = re.compile("[^" + "".join(f"{chr(low)}-{chr(high)}".replace("\\", "\\\\") for low, high in PRINTED) + "]")
_OPEN, _CLOSE = "\u27e8", "\u27e9"


def _name(character: str) -> str:
    code = ord(character)
    return f"{_OPEN}{_CONTROLS[code]}{_CLOSE}" if code < 32 else f"{_OPEN}U+{code:04X}{_CLOSE}"


def visible(text: str) -> str:
    """The text with every character that a browser would hide, obey or refuse written out, such as ⟨GS⟩ or ⟨U+202E⟩.

    Controls, format characters (bidirectional overrides, joiners), separators other than space, surrogates and unassigned
    code points are written out; so is ⟨ itself, so that no data can pretend to be such a name.
    """
    if text.isprintable() and _OPEN not in text:
        return text
    return "".join(_name(c) if c == _OPEN or not c.isprintable() else c for c in text)


LONGEST = 600
"""Characters of one text from data that the HTML report shows."""


def shown(text: str) -> str:
    """`visible`, cut after LONGEST characters with the number of those that are not shown."""
    if len(text) <= LONGEST:
        return visible(text)
    return f"{visible(text[:LONGEST])} … and {len(text) - LONGEST:,} more characters"


def printed(text: str) -> str:
    """The text with every character written out that the embedded fonts of the PDF lack (PDF/A allows no missing glyph)."""
    return _UNPRINTED.sub(lambda match: _name(match[0]), text)


def when(value: Any) -> datetime | None:
    """A point in time from a UTC text or datetime; None where there is none or it cannot be read."""
    if isinstance(value, str):
        try:
            value = datetime.fromisoformat(value)
        except ValueError:
            return None
    if not isinstance(value, datetime):
        return None
    return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def utc(value: Any) -> str | None:
    """A point in time as `YYYY-MM-DDTHH:MM:SSZ`, with milliseconds where it has any; what cannot be read stays as it is."""
    moment = when(value)
    if moment is None:
        return None if value is None else str(value)
    text = moment.strftime("%Y-%m-%dT%H:%M:%S")
    return f"{text}.{moment.microsecond // 1000:03}Z" if moment.microsecond else f"{text}Z"


def count(number: int, one: str, many: str = "") -> str:
    """A number with its noun: `1 lot`, `2,500 lots`."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


GLOSSARY: Mapping[str, str] = {
    "Claim": "A count that a document asserts, kept apart from the rows that can be counted.",
    "Control": "A pack that no finding names, put in by the order of its hash and not by anybody's choice.",
    "Dossier": "The whole recorded life of one pack or container, step by step.",
    "Evidence pack": "This sealed folder: originals, findings, report, ledger and seal.",
    "Finding": "The result of one rule for one lot, with every row that proves it.",
    "Gross variance": "Missing plus extra plus unaccounted. Nothing cancels out.",
    "Ledger entry": "One line of the append-only log. A number in this report names the entry that holds it.",
    "Lot equation": "Received numbers = unused + invalidated + label scrapped + label sampled + sampled + destroyed + inactive + good + "
    "unaccounted, as sets without overlap.",
    "Net variance": "Extra minus missing minus unaccounted. It can be zero while packs are missing; read the gross variance.",
    "No data": "Lines of a file that hold no row: headers, blank lines, preambles, totals.",
    "Observation": "A source says that a step happened to an item at a time. Sources that disagree are both kept.",
    "Orphan": "A pack that is on product and in no container, with no end state. Part of unaccounted.",
    "Quarantined row": "A row that could not be read, kept with its reason and place.",
    "Severity": "Critical, major, minor or info, as the rule states it.",
    "SHA-256": "A fingerprint of bytes. Change one bit and it changes.",
    "Source": "One file of the delivery, kept byte for byte.",
    "SSCC": "Serial shipping container code: the identifier of a case or pallet.",
    "Transform": "What had to be undone to read an identifier, such as lost zeros. The original is never altered.",
    "Unaccounted": "Numbers of the lot that are in no class of its equation. It must be zero.",
}  # fmt: skip
"""Terms used in the report."""
