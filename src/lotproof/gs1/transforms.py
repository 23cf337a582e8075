"""Harmless and harmful changes of format: pure functions that tell whether two texts differ in format only.

A difference that one of these explains is a finding about a keyboard, a scanner or a spreadsheet, not about a pack.
None of them repairs anything: the raw text stays the evidence.
"""

from __future__ import annotations

import re
from types import MappingProxyType

from lotproof.gs1.element_string import split_swallowed

_YZ = str.maketrans("yzYZ", "zyZY")
_AZERTY = "&é\"'(-è_çà"
_DIGITS = "1234567890"
_AZERTY_SWAP = str.maketrans(_AZERTY + _DIGITS, _DIGITS + _AZERTY)
_SCIENTIFIC = re.compile(r"[0-9]+(?:[.,][0-9]+)?[eE]\+?[0-9]{1,3}")

CONFUSABLES = MappingProxyType({"O": "0", "o": "0", "I": "1", "l": "1", "B": "8", "E": "3"})
"""Characters that people mistake for a digit when they type a printed serial, and that digit."""

_CONFUSABLE_FOLD = str.maketrans(dict(CONFUSABLES))


def fold_case(text: str) -> str:
    """Upper case, as a scanner behind a Caps Lock key sends it; ASCII letters only, since set 82 has no others."""
    return "".join(char.upper() if char.isascii() else char for char in text)


def swap_yz(text: str) -> str:
    """Y and Z exchanged, as between a QWERTY and a QWERTZ keyboard; applying it twice changes nothing."""
    return text.translate(_YZ)


def azerty_digits(text: str) -> str:
    """The unshifted digit row of an AZERTY keyboard (`&é"'(-è_çà`) and the digits 1 to 0 exchanged, both ways."""
    return text.translate(_AZERTY_SWAP)


def strip_zeros(text: str) -> str:
    """Without leading zeros, as a numeric column sends it; a text of zeros only becomes `0`."""
    return text.lstrip("0") or ("0" if text else "")


def fold_confusables(text: str) -> str:
    """Letters that look like digits as those digits: two texts that people confuse become equal."""
    return text.translate(_CONFUSABLE_FOLD)


def is_scientific(text: str) -> bool:
    """True for what a spreadsheet makes of a long number (`1.2345E+13`): its digits are lost, never restore them.

    A serial such as `12E5` has the same shape; the exponent sign or a decimal mark is therefore required.
    """
    return _SCIENTIFIC.fullmatch(text) is not None and any(mark in text for mark in "+.,")


def swallowed(serial: str) -> list[tuple[str, str | None, str | None]]:
    """What a serial may be made of if the separator behind it was lost: (serial, lot, expiry) candidates.

    Lot and expiry are None where that candidate has none; expiry is the literal YYMMDD and names a day. Longest serial
    first; empty when nothing can have been swallowed. A candidate is a possibility: match it against known lots.
    """
    found = split_swallowed("21", serial)
    candidates = [(elements["21"], elements.get("10"), elements.get("17")) for elements in found]
    return list(dict.fromkeys(candidates))
