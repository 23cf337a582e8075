"""Any spelling of an identifier into one reading: the door of this room.

`read` tries a regular expression for the shapes that make up nearly all rows, and falls to the careful path for the
rest. Both give the same result; a property test holds them to it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from lotproof.gs1.brackets import parse_brackets
from lotproof.gs1.checkdigit import has_valid_check_digit
from lotproof.gs1.dates import is_yymmdd
from lotproof.gs1.digital_link import looks_like_digital_link, parse_digital_link
from lotproof.gs1.element_string import Elements, Parse, parse_element_string
from lotproof.gs1.errors import UnreadableIdentifier
from lotproof.gs1.gtin import normalise_gtin
from lotproof.gs1.item import Item
from lotproof.gs1.lgtin import parse_lgtin
from lotproof.gs1.plain import parse_plain, refuse_plain
from lotproof.gs1.separators import EAN_SYMBOLOGIES, GS, GS1_SYMBOLOGIES, respell, split_symbology, trim
from lotproof.gs1.transforms import is_scientific
from lotproof.gs1.urn import parse_sgtin, parse_sscc, sgtin_to_gtin, split_urn, sscc_from_parts

__all__ = ["Reading", "UnreadableIdentifier", "read"]

_LONGEST = 2048
"""Characters; a label holds at most some hundred and a Digital Link rarely more."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What one text says."""

    gtin: str | None
    """GTIN-14 of AI (01); its check digit may be wrong, then `check_digit_wrong` is among the transforms."""
    serial: str | None
    """AI (21), case-sensitive, leading zeros kept."""
    sscc: str | None
    """SSCC-18 of AI (00)."""
    lot: str | None
    """AI (10)."""
    expiry: str | None
    """AI (17) as written, YYMMDD; `dates.resolve_expiry` makes a day of it."""
    transforms: tuple[str, ...]
    """What was needed to read it, by the names in `meanings.MEANINGS`, in the order met; empty for pure GS1 data."""
    alternatives: tuple[Reading, ...] = ()
    """Other readings where a separator may be lost; this one is the greedy one."""

    @property
    def item(self) -> Item | None:
        """The thing that is named: the serialised item, else the logistic unit, else the bare GTIN, else None."""
        if self.gtin is not None and (self.serial is not None or self.sscc is None):
            return Item(self.gtin, self.serial)
        return None if self.sscc is None else Item(sscc=self.sscc)


def read(text: str) -> Reading:
    """The reading of any spelling of an item: element string, bracketed, EPC URN, Digital Link, `GTIN.serial`, SSCC.

    Element strings may lack the symbology identifier and have the separator spelt in many ways or lost; then the other
    readings are kept as alternatives. What breaks the standard but leaves the identity clear is kept and noted in
    `transforms`. Raises UnreadableIdentifier, whose message is one sentence with the text and the reason.
    """
    quick = read_quickly(text)
    return quick if quick is not None else read_carefully(text)


_X = r"[!\"%-;=-?A-Z_a-z]{1,20}"
"""Set 82 without `<`, which may begin a spelt-out separator."""
_QUICK_LABEL = re.compile(
    rf"(?:01([0-9]{{14}})(?:21({_X})(?:\x1d17([0-9]{{6}})10({_X})|\x1d10({_X})\x1d17([0-9]{{6}}))?"
    rf"|17([0-9]{{6}})(?:10({_X})\x1d21({_X})|21({_X})\x1d10({_X})))|00([0-9]{{18}}))"
).fullmatch
_QUICK_SGTIN = re.compile(r"urn:epc:id:sgtin:([0-9]{6,12})\.([0-9]{1,7})\.([!'-.0-;=A-Z_a-z]{1,20})").fullmatch
_QUICK_SSCC = re.compile(r"urn:epc:id:sscc:([0-9]{6,12})\.([0-9]{5,11})").fullmatch
_EXPIRY_INSIDE = re.compile(r".17[0-9]{2}(?:0[1-9]|1[0-2])[0-3][0-9]").search
_SYMBOLOGY_NOTE = ("symbology_id",)
_URN_NOTE = ("urn",)


def read_quickly(text: str) -> Reading | None:
    """The reading of a text in one of the common shapes without anything odd in it; None to ask the careful path."""
    first = text[:1]
    if first == "u":
        return _quick_urn(text)
    notes: tuple[str, ...] = ()
    if first == "]":
        if text[:3] not in GS1_SYMBOLOGIES:
            return None
        text, notes = text[3:], _SYMBOLOGY_NOTE
    match = _QUICK_LABEL(text)
    return None if match is None else _quick_label(match, notes)


def _quick_label(match: re.Match[str], notes: tuple[str, ...]) -> Reading | None:
    gtin, serial, expiry, lot, lot2, expiry2, expiry3, lot3, serial3, serial4, lot4, sscc = match.groups()
    if gtin is None:
        return Reading(None, None, sscc, None, None, notes) if has_valid_check_digit(sscc) else None
    if not has_valid_check_digit(gtin):
        return None
    if serial is None:
        serial, lot, expiry = serial3 or serial4, lot3 or lot4, expiry3
    elif lot2 is not None:
        lot, expiry = lot2, expiry2
    if expiry is not None:
        return Reading(gtin, serial, None, lot, expiry, notes) if is_yymmdd(expiry) else None
    # Nothing behind the serial: it may have swallowed a lot or an expiry, which the careful path looks into.
    if "10" in serial[1:-1] or ("17" in serial and _EXPIRY_INSIDE(serial)):
        return None
    return Reading(gtin, serial, None, None, None, notes)


def _quick_urn(text: str) -> Reading | None:
    match = _QUICK_SGTIN(text)
    if match is not None:
        prefix, item_reference, serial = match.groups()
        if len(prefix) + len(item_reference) != 13:
            return None
        return Reading(sgtin_to_gtin(prefix, item_reference), serial, None, None, None, _URN_NOTE)
    match = _QUICK_SSCC(text)
    if match is None or len(text) != 34:
        return None
    return Reading(None, None, sscc_from_parts(match[1], match[2]), None, None, _URN_NOTE)


def read_carefully(text: str) -> Reading:
    """As `read`, without the short cut."""
    wanted = trim(text)
    notes: tuple[str, ...] = () if wanted == text else ("trimmed",)
    if not wanted or len(wanted) > _LONGEST:
        reason = f"it is longer than {_LONGEST} characters" if wanted else "it is empty"
        raise UnreadableIdentifier(text, reason)
    try:
        parses = _parses(wanted)
        _require_identity(wanted, parses[0])
    except UnreadableIdentifier as error:
        raise UnreadableIdentifier(text, error.reason) from None
    readings = [_reading(elements, notes + why) for elements, why in parses]
    return _with_alternatives(readings[0], tuple(readings[1:]))


def _parses(text: str) -> list[Parse]:
    """Every reading of the text as elements and notes, by its kind."""
    if text[:4].lower() == "urn:":
        return [_from_urn(text)]
    symbology, data = split_symbology(text)
    parses = _from_data(symbology, data)
    if not symbology:
        return parses
    extra: tuple[str, ...] = (
        ("symbology_id",) if symbology in GS1_SYMBOLOGIES | EAN_SYMBOLOGIES else ("symbology_id", "symbology_not_gs1")
    )
    return [(elements, extra + notes) for elements, notes in parses]


def _from_data(symbology: str, data: str) -> list[Parse]:
    """The data behind a symbology identifier (or none): link, brackets, plain number, element string."""
    if looks_like_digital_link(data):
        return [parse_digital_link(data)]
    if data[:1] in {"(", "["}:
        return [_from_brackets(data)]
    if symbology in EAN_SYMBOLOGIES:
        return _from_composite(data) if "|]e0" in data else [_from_ean(symbology, data)]
    plain = None if symbology in GS1_SYMBOLOGIES else parse_plain(data)
    return [plain] if plain is not None else _from_elements(symbology, data)


def _from_brackets(data: str) -> Parse:
    if data.startswith("[)>"):
        raise UnreadableIdentifier(data, "it is an ISO/IEC 15434 message with data identifiers, not GS1 data")
    body, respelt = respell(data.replace("\\(", "\ue000"))
    elements, notes = parse_brackets(body.replace("\ue000", "\\("))
    return elements, respelt + notes


def _from_ean(symbology: str, data: str) -> Parse:
    """The GTIN of an EAN-13 or EAN-8 symbol, which holds nothing else."""
    length = 13 if symbology == "]E0" else 8
    if len(data) != length:
        raise UnreadableIdentifier(data, f"a symbol {symbology} holds {length} digits and this has {len(data)}")
    gtin, notes = normalise_gtin(data)
    return {"01": gtin}, notes


def _from_composite(data: str) -> list[Parse]:
    """An EAN symbol and the composite component above it, sent as `GTIN|]e0elements` (GenSpecs 5.11)."""
    number, _, rest = data.partition("|]e0")
    gtin, padded = normalise_gtin(number)
    return [(e, ("composite", *padded, *notes)) for e, notes in parse_element_string(f"01{gtin}{respell(rest)[0]}")]


def _from_elements(symbology: str, data: str) -> list[Parse]:
    """An element string; a text of other kind that has the shape of a number gets a sentence about that."""
    body, respelt = respell(data)
    try:
        parses = parse_element_string(body)
        if not symbology and GS not in body:
            _require_key(data, parses[0][0])
    except UnreadableIdentifier as error:
        refuse_plain(data)
        if is_scientific(data):
            raise UnreadableIdentifier(data, "a spreadsheet rounded it; export the column as text") from None
        raise error
    return [(elements, respelt + notes) for elements, notes in parses]


def _require_key(data: str, elements: Elements) -> None:
    """Without symbology identifier, separator or brackets, only a GTIN or SSCC makes a text an element string."""
    if not {"00", "01"} & elements.keys():
        raise UnreadableIdentifier(data, "it holds no GTIN (01) and no SSCC (00)")


def _from_urn(text: str) -> Parse:
    kind, scheme, _ = split_urn(text)
    if scheme == "sgtin":
        gtin, serial, notes = parse_sgtin(text)
        return ({"01": gtin} if serial is None else {"01": gtin, "21": serial}), ("urn", *notes)
    if scheme == "lgtin":
        gtin, lot, notes = parse_lgtin(text)
        return {"01": gtin, "10": lot}, ("urn", *notes)
    if scheme == "sscc":
        sscc, notes = parse_sscc(text)
        return {"00": sscc}, ("urn", *notes)
    if scheme in {"sgln", "pgln"}:
        raise UnreadableIdentifier(text, "it is a place or party, not an item; read it with gs1.gln")
    raise UnreadableIdentifier(text, f"an EPC of kind {kind}:{scheme} names no serialised trade item or logistic unit")


def _require_identity(text: str, parse: Parse) -> None:
    """Something of what a Reading holds must be there; a bare location or amount is no item."""
    if not {"00", "01", "10", "17", "21"} & parse[0].keys():
        raise UnreadableIdentifier(text, "it holds no GTIN, SSCC, serial, lot or expiry")


def _reading(elements: Elements, notes: tuple[str, ...]) -> Reading:
    gtin, sscc, expiry = elements.get("01"), elements.get("00"), elements.get("17")
    if any(number is not None and not has_valid_check_digit(number) for number in (gtin, sscc)):
        notes += ("check_digit_wrong",)
    if expiry is not None and not is_yymmdd(expiry):
        notes += ("expiry_not_a_date",)
    return Reading(gtin, elements.get("21"), sscc, elements.get("10"), expiry, tuple(dict.fromkeys(notes)))


def _with_alternatives(first: Reading, others: tuple[Reading, ...]) -> Reading:
    """The greedy reading with all others that say something else."""
    distinct = tuple(dict.fromkeys(other for other in others if _said(other) != _said(first)))
    if not distinct:
        return first
    return Reading(first.gtin, first.serial, first.sscc, first.lot, first.expiry, first.transforms, distinct)


def _said(reading: Reading) -> tuple[str | None, ...]:
    return reading.gtin, reading.serial, reading.sscc, reading.lot, reading.expiry
