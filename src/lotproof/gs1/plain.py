"""Numbers without identifiers, as people and line files write them: `GTIN.serial`, a bare GTIN, a bare SSCC.

There is no standard for these; what makes them readable is a valid check digit in front.
"""

from __future__ import annotations

import re

from lotproof.gs1.checkdigit import has_valid_check_digit, is_digits
from lotproof.gs1.element_string import Parse
from lotproof.gs1.errors import UnreadableIdentifier
from lotproof.gs1.gtin import LENGTHS, check_digit_reason, normalise_gtin
from lotproof.gs1.serial import is_admissible, serial_notes

_PAIR = re.compile(r"([0-9]{12,14}|[0-9]{8})(?:[ \t\u00a0]*[.:|/;\t][ \t\u00a0]*|[ \u00a0]+)([^\x00-\x1f]+)")


def parse_plain(text: str) -> Parse | None:
    """The GTIN and serial, GTIN, or SSCC of a plain text, or None; the first note is always `plain`.

    Separators: `.` `:` `|` `/` `;`, tab and blank, with blanks around them. A wrong check digit gives None, because
    then the digits may be something else; `plain_reason` says so in words.
    """
    if is_digits(text):
        return _number(text)
    match = _PAIR.fullmatch(text)
    if match is None or not has_valid_check_digit(match[1]) or not is_admissible(match[2]):
        return None
    gtin, notes = normalise_gtin(match[1])
    return {"01": gtin, "21": match[2]}, ("plain", *notes, *serial_notes(match[2]))


def _number(digits: str) -> Parse | None:
    if not has_valid_check_digit(digits):
        return None
    if len(digits) == 18:
        return {"00": digits}, ("plain",)
    if len(digits) in LENGTHS:
        gtin, notes = normalise_gtin(digits)
        return {"01": gtin}, ("plain", *notes)
    return None


def plain_reason(text: str) -> str | None:
    """Why a text that has the shape of a plain number is none: its check digit; None for other shapes."""
    match = _PAIR.fullmatch(text)
    digits = match[1] if match else text
    if not is_digits(digits) or has_valid_check_digit(digits):
        return None
    if len(digits) == 18:
        return check_digit_reason("SSCC", digits)
    return check_digit_reason("GTIN", digits) if len(digits) in LENGTHS else None


def refuse_plain(text: str) -> None:
    """Raise UnreadableIdentifier when `plain_reason` has something to say."""
    reason = plain_reason(text)
    if reason is not None:
        raise UnreadableIdentifier(text, reason)
