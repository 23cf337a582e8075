"""Lots of a trade item: `urn:epc:class:lgtin:prefix.item.lot` (GS1 TDS section 6.4.1)."""

from __future__ import annotations

from lotproof.gs1.errors import UnreadableIdentifier
from lotproof.gs1.urn import decode_component, number_of, sgtin_to_gtin, split_notes, split_urn


def parse_lgtin(text: str) -> tuple[str, str, tuple[str, ...]]:
    """(GTIN-14, lot, notes) of an LGTIN URN; the notes are those of an SGTIN.

    Raises UnreadableIdentifier when the text is no LGTIN or no GTIN can be computed from its parts.
    """
    kind, scheme, rest = split_urn(text)
    parts = rest.split(".", 2)
    if scheme != "lgtin" or kind not in {"class", "id"}:
        raise UnreadableIdentifier(text, "it is not an LGTIN")
    if len(parts) < 3:
        raise UnreadableIdentifier(text, "an LGTIN has company prefix, item reference and lot, parted by points")
    gtin = number_of(text, sgtin_to_gtin, parts[0], parts[1])
    lot, why = decode_component(text, parts[2])
    return gtin, lot, split_notes(parts[0], parts[1], 13) + why
