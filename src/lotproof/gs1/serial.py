"""Serial and lot: GS1 AI encodable character set 82, at most 20 of them (GenSpecs section 7.11, AI 10 and 21)."""

from __future__ import annotations

import re

from lotproof.gs1.errors import UnreadableIdentifier

MAX_LENGTH = 20
"""Characters that AI (21) and AI (10) may hold."""

CSET_82 = "!\"%&'()*+,-./0123456789:;<=>?ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz"
"""The 82 characters, in code order."""

CSET_82_CLASS = r"[!\"%-?A-Z_a-z]"
"""The same set as a regular-expression class."""

_CSET_82_TEXT = re.compile(f"{CSET_82_CLASS}+")
_LONGEST_KEPT = 100
"""A text longer than this in the place of a serial is another text, not a serial that is too long."""
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")


def is_cset82(text: str) -> bool:
    """True when the text is not empty and every character is one of the 82."""
    return _CSET_82_TEXT.fullmatch(text) is not None


def serial_notes(value: str) -> tuple[str, ...]:
    """What is not as the standard wants it, as transform names: `not_cset82`, `too_long`; empty when all is well."""
    notes: tuple[str, ...] = ()
    if not is_cset82(value):
        notes += ("not_cset82",)
    if len(value) > MAX_LENGTH:
        notes += ("too_long",)
    return notes


def is_admissible(value: str) -> bool:
    """True when the text can be kept as a serial or lot at all: 1 to 100 characters, none a control character.

    An investigation keeps a serial that breaks the standard (it is a finding, not a reason to drop the row).
    """
    return 0 < len(value) <= _LONGEST_KEPT and _CONTROL.search(value) is None


def check_serial(text: str) -> str:
    """The text itself when it is a valid AI (21) value (case-sensitive, leading zeros kept).

    Raises UnreadableIdentifier naming the length or the first character that is not allowed.
    """
    if not text:
        raise UnreadableIdentifier(text, "a serial number has at least one character")
    if len(text) > MAX_LENGTH:
        reason = f"it has {len(text)} characters and a serial number has at most {MAX_LENGTH}"
        raise UnreadableIdentifier(text, f"{reason}; look for a lost separator")
    for place, char in enumerate(text, start=1):
        if char not in CSET_82:
            shown = char if char.isprintable() else f"\\x{ord(char):02x}"
            raise UnreadableIdentifier(text, f"character {place} ('{shown}') is not in GS1 character set 82")
    return text
