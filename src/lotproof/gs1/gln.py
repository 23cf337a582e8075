"""Global Location Numbers: 13 digits and, for a place inside the place, an extension (GenSpecs 2.4; TDS SGLN, PGLN).

Spellings: the number, `(414)..(254)..`, `urn:epc:id:sgln:prefix.location.extension`, `urn:epc:id:pgln:prefix.party`,
and the Digital Link paths `/414/`, `/417/`, `/254/`. Extension `0` of an SGLN means that there is none.
"""

from __future__ import annotations

import re
from functools import lru_cache

from lotproof.gs1.brackets import parse_brackets
from lotproof.gs1.checkdigit import check_digit, has_valid_check_digit, is_digits
from lotproof.gs1.digital_link import looks_like_digital_link, parse_digital_link
from lotproof.gs1.element_string import Parse, parse_element_string
from lotproof.gs1.errors import UnreadableIdentifier
from lotproof.gs1.gtin import check_digit_reason
from lotproof.gs1.separators import trim
from lotproof.gs1.urn import decode_component, number_of, split_notes, split_urn

_KEYS = ("414", "417", "410", "411", "412", "413", "415", "416")
_ELEMENTS = re.compile(r"41[0-7][0-9]{13}(?:\x1d?254.+)?")


def parse_gln(text: str) -> tuple[str, str | None]:
    """(GLN-13, extension or None) of any spelling of a location or party.

    Raises UnreadableIdentifier for anything else, and for a plain number with a wrong check digit (behind an AI it is
    kept; `parse_gln_noted` tells).
    """
    gln, extension, _ = parse_gln_noted(text)
    return gln, extension


@lru_cache(maxsize=8192)
def parse_gln_noted(text: str) -> tuple[str, str | None, tuple[str, ...]]:
    """As `parse_gln`, with the names of what was needed to read it, such as `urn`, `urn_nonstandard`, `brackets`."""
    wanted = trim(text)
    notes: tuple[str, ...] = () if wanted == text else ("trimmed",)
    if wanted[:4].lower() == "urn:":
        gln, extension, why = parse_sgln(wanted)
        return gln, extension, (*notes, "urn", *why)
    if looks_like_digital_link(wanted):
        return _from_parse(text, parse_digital_link(wanted), notes)
    if wanted.startswith("("):
        return _from_parse(text, parse_brackets(wanted), notes)
    if _ELEMENTS.fullmatch(wanted):
        return _from_parse(text, parse_element_string(wanted)[0], notes)
    return _checked(text, wanted), None, notes


def parse_sgln(text: str) -> tuple[str, str | None, tuple[str, ...]]:
    """(GLN-13, extension or None, notes) of an SGLN or PGLN URN.

    12 digits in prefix and location are the standard; 13 are read when they are a GLN with its valid check digit (note
    `urn_nonstandard`). A prefix of 12 digits leaves the location empty (`prefix..0`). A missing extension is none.
    """
    kind, scheme, rest = split_urn(text)
    if kind != "id" or scheme not in {"sgln", "pgln"}:
        raise UnreadableIdentifier(text, "it is not an SGLN or PGLN")
    prefix, _, behind = rest.partition(".")
    location, point, extension = behind.partition(".")
    gln = number_of(text, gln_from_parts, prefix, location)
    notes = split_notes(prefix, location, 12)
    if scheme == "pgln" and point:
        raise UnreadableIdentifier(text, "a PGLN has company prefix and party reference only")
    if scheme == "sgln" and not point:
        return gln, None, (*notes, *(() if notes else ("urn_nonstandard",)))
    if extension in {"", "0"}:
        return gln, None, notes
    value, why = decode_component(text, extension)
    return gln, value, notes + why


def gln_from_parts(prefix: str, location: str) -> str:
    """The GLN-13 of a company prefix and a location or party reference, 12 digits together (TDS 7.3).

    Raises UnreadableIdentifier where no GLN can be computed.
    """
    digits = prefix + location
    if not is_digits(digits):
        raise UnreadableIdentifier(f"{prefix}.{location}", "company prefix and location reference are digits")
    if len(digits) == 12:
        return digits + check_digit(digits)
    if len(digits) == 13 and has_valid_check_digit(digits):
        return digits
    reason = f"company prefix and location reference have 12 digits together and these have {len(digits)}"
    raise UnreadableIdentifier(f"{prefix}.{location}", reason)


def _from_parse(text: str, parse: Parse, notes: tuple[str, ...]) -> tuple[str, str | None, tuple[str, ...]]:
    """The place or party among the elements; a wrong check digit is kept and noted, for the AI says what is meant."""
    elements, why = parse
    for key in _KEYS:
        if key in elements:
            wrong = () if has_valid_check_digit(elements[key]) else ("check_digit_wrong",)
            return elements[key], elements.get("254"), notes + why + wrong
    raise UnreadableIdentifier(text, "it holds no location or party, AI (410) to (417)")


def _checked(text: str, digits: str) -> str:
    if not is_digits(digits) or len(digits) != 13:
        raise UnreadableIdentifier(text, "it is not a GLN of 13 digits, an SGLN URN or a Digital Link with /414/")
    if not has_valid_check_digit(digits):
        raise UnreadableIdentifier(text, check_digit_reason("GLN", digits))
    return digits
