"""EPC URNs of trade items and logistic units: `urn:epc:id:sgtin:...`, `urn:epc:id:sscc:...` (GS1 TDS sections 6.3, 7).

A URN carries the length of the company prefix, a GTIN does not: the way from URN to GTIN is always computable, and two
splits of one number are one item. Files with a wrong split exist; they are read where a whole number with its check
digit can be found in the parts, with the note `urn_nonstandard`.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache
from urllib.parse import unquote

from lotproof.gs1.checkdigit import check_digit, has_valid_check_digit, is_digits
from lotproof.gs1.errors import UnreadableIdentifier
from lotproof.gs1.serial import is_admissible, serial_notes

_URN = re.compile(r"urn:epc:(id|idpat|class|tag):([a-z]+)(-[0-9]+)?:(.*)", re.IGNORECASE | re.DOTALL)
_ESCAPE = re.compile(r"%(?![0-9A-Fa-f]{2})")
_NEEDS_ESCAPE = frozenset('"&/<>?')
"""Members of set 82 that a URN may only hold percent-encoded (TDS table 6-1; `%` itself is told by a bad escape)."""

_Build = Callable[[str, str], str]

_PREFIX_DIGITS = range(6, 13)
"""Digits of a GS1 company prefix."""


def split_urn(text: str) -> tuple[str, str, str]:
    """The kind (`id`, `idpat`, `class`), the scheme (`sgtin`) and the rest of an EPC URN, both names in lower case.

    A tag URN (`urn:epc:tag:sgtin-96:3.0614141...`) is given as kind `id` without its filter value.
    Raises UnreadableIdentifier for a text that is no EPC URN.
    """
    match = _URN.fullmatch(text)
    if match is None:
        raise UnreadableIdentifier(text, "it is not an EPC URN such as urn:epc:id:sgtin:0614141.107346.2017")
    kind, scheme, rest = match[1].lower(), match[2].lower(), match[4]
    if kind == "tag":
        return "id", scheme, rest.partition(".")[2]
    return kind, scheme, rest


def company_prefix(text: str) -> str | None:
    """The company prefix as this URN splits it, or None where it has none; two splits of one item are a finding."""
    match = _URN.fullmatch(text)
    if match is None:
        return None
    first = split_urn(text)[2].split(".", 1)[0]
    return first if is_digits(first) and len(first) in _PREFIX_DIGITS else None


@lru_cache(maxsize=65536)
def sgtin_to_gtin(prefix: str, item_reference: str) -> str:
    """The GTIN-14 of a company prefix and an item reference whose first digit is the indicator (TDS 7.1).

    13 digits in all are the standard. 14 and 15 are read when they hold a whole GTIN-14 with its valid check digit.
    Raises UnreadableIdentifier where no GTIN can be computed.
    """
    both = f"{prefix}.{item_reference}"
    if not is_digits(prefix + item_reference):
        raise UnreadableIdentifier(both, "company prefix and item reference are digits")
    moved = item_reference[:1] + prefix + item_reference[1:]
    if len(moved) == 13 and item_reference:
        return moved + check_digit(moved)
    for candidate in (moved, prefix + item_reference, prefix):
        if len(candidate) == 14 and has_valid_check_digit(candidate):
            return candidate
    reason = f"company prefix and item reference of an SGTIN have 13 digits together and these have {len(moved)}"
    raise UnreadableIdentifier(both, reason)


@lru_cache(maxsize=4096)
def sscc_from_parts(prefix: str, serial_reference: str) -> str:
    """The SSCC-18 of a company prefix and a serial reference whose first digit is the extension digit (TDS 7.2).

    17 digits in all are the standard. 18, and 20 with `00` in front, are read when they hold a whole SSCC with its
    valid check digit. Raises UnreadableIdentifier where no SSCC can be computed.
    """
    both = f"{prefix}.{serial_reference}" if serial_reference else prefix
    if not is_digits(prefix + serial_reference):
        raise UnreadableIdentifier(both, "company prefix and serial reference are digits")
    moved = serial_reference[:1] + prefix + serial_reference[1:]
    if len(moved) == 17 and serial_reference:
        return moved + check_digit(moved)
    joined = prefix + serial_reference
    unprefixed = joined[2:] if joined.startswith("00") else ""
    for candidate in (moved, joined, unprefixed, prefix):
        if len(candidate) == 18 and has_valid_check_digit(candidate):
            return candidate
    reason = f"company prefix and serial reference of an SSCC have 17 digits together and these have {len(moved)}"
    raise UnreadableIdentifier(both, reason)


def parse_sgtin(text: str) -> tuple[str, str | None, tuple[str, ...]]:
    """(GTIN-14, serial, notes) of an SGTIN URN; the serial is None in a pattern (`urn:epc:idpat:sgtin:P.I.*`)."""
    kind, scheme, rest = split_urn(text)
    parts = rest.split(".", 2)
    if scheme != "sgtin" or kind not in {"id", "idpat"}:
        raise UnreadableIdentifier(text, "it is not an SGTIN")
    if len(parts) < 3 and not (len(parts) == 2 and has_valid_check_digit(parts[0])):
        raise UnreadableIdentifier(text, "an SGTIN has company prefix, item reference and serial, parted by points")
    prefix, item_reference, serial = parts if len(parts) == 3 else (parts[0], "", parts[1])
    gtin = number_of(text, sgtin_to_gtin, prefix, item_reference)
    notes = split_notes(prefix, item_reference, 13)
    if kind == "idpat" and serial == "*":
        return gtin, None, notes
    value, why = decode_component(text, serial)
    return gtin, value, notes + why


def parse_sscc(text: str) -> tuple[str, tuple[str, ...]]:
    """(SSCC-18, notes) of an SSCC URN."""
    kind, scheme, rest = split_urn(text)
    if scheme != "sscc" or kind != "id":
        raise UnreadableIdentifier(text, "it is not an SSCC")
    prefix, _, reference = rest.partition(".")
    return number_of(text, sscc_from_parts, prefix, reference), split_notes(prefix, reference, 17)


def decode_component(text: str, component: str) -> tuple[str, tuple[str, ...]]:
    """A serial, lot or extension of the URN `text` with its percent escapes resolved, and what was tolerated.

    Notes: `urn_unescaped` (a character that ought to be escaped is not), `not_cset82`, `too_long`.
    Raises UnreadableIdentifier for an empty component, a control character, or bytes that are no UTF-8.
    """
    unescaped = _ESCAPE.search(component) is not None or not _NEEDS_ESCAPE.isdisjoint(component)
    try:
        value = unquote(component, errors="strict") if "%" in component else component
    except UnicodeDecodeError:
        raise UnreadableIdentifier(text, f"the escapes in '{component}' are not UTF-8") from None
    if not is_admissible(value):
        raise UnreadableIdentifier(text, f"its last part '{component}' is empty, too long or has control characters")
    return value, (("urn_unescaped",) if unescaped else ()) + serial_notes(value)


def split_notes(prefix: str, reference: str, total: int) -> tuple[str, ...]:
    """`urn_nonstandard` unless the two parts have `total` digits together and the prefix 6 to 12 of them."""
    standard = len(prefix) + len(reference) == total and len(prefix) in _PREFIX_DIGITS
    return () if standard else ("urn_nonstandard",)


def number_of(text: str, build: _Build, prefix: str, reference: str) -> str:
    """Call `build` and let its sentence name the whole URN."""
    try:
        return build(prefix, reference)
    except UnreadableIdentifier as error:
        raise UnreadableIdentifier(text, error.reason) from None
