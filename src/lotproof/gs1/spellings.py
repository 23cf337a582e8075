"""What a person types into a search field: any spelling of an item, down to a bare serial."""

from __future__ import annotations

from lotproof.gs1.checkdigit import has_valid_check_digit, is_digits
from lotproof.gs1.errors import UnreadableIdentifier
from lotproof.gs1.item import Item
from lotproof.gs1.reading import read
from lotproof.gs1.separators import trim
from lotproof.gs1.serial import is_cset82

_STRUCTURED = ("urn:", "http://", "https://", "]", "(", "[")
_SHORT_GTINS = frozenset({8, 12, 13})


def find_items(text: str) -> Item:
    """The item that a typed or scanned text means; what is not known stays None.

    Everything `read` reads, and a bare serial of 1 to 20 characters of set 82. A number of 8, 12 or 13 digits counts as
    a serial (one in ten of them would pass as a GTIN by chance); 14 digits with a valid check digit are a GTIN, 18 an
    SSCC. Raises UnreadableIdentifier when the text can be neither.
    """
    wanted = trim(text)
    if is_digits(wanted) and len(wanted) in _SHORT_GTINS:
        return Item(serial=wanted)
    try:
        reading = read(wanted)
    except UnreadableIdentifier:
        if _is_bare_serial(wanted):
            return Item(serial=wanted)
        raise
    item = reading.item
    if item is None and reading.serial is None:
        raise UnreadableIdentifier(text, "it names a lot or an expiry date but no item; give a serial or an SSCC")
    return item if item is not None else Item(serial=reading.serial)


def _is_bare_serial(text: str) -> bool:
    """True when the text may be a serial, and is not a longer spelling that failed."""
    if text.lower().startswith(_STRUCTURED) or len(text) > 20 or not is_cset82(text):
        return False
    return not (is_digits(text) and len(text) == 18 and not has_valid_check_digit(text))
