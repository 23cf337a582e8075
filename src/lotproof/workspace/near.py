"""Known items that are spelled almost like one that nobody knows: a slip of the pen costs a search, not the answer.

Every text that one slip makes (a character left out, put in, mistaken, two exchanged) is looked up by the index; nothing is scanned.
What is found is a suggestion to a person, never a match: format-only matching is that of the rules.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from lotproof.gs1 import transforms
from lotproof.gs1.checkdigit import check_digit
from lotproof.gs1.item import Item
from lotproof.lake.index import digests
from lotproof.lake.rows import Reader

SHOWN = 10
"""Suggestions given, the likeliest first."""
_SIGNS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_REASONS = ("characters that are mistaken for each other", "two characters exchanged", "one character differs", "one character is missing",
            "one character is too many", "the same serial of another trade item")  # fmt: skip
_ALIKE, _EXCHANGED, _DIFFERS, _MISSING, _TOO_MANY, _OTHER = range(len(_REASONS))


def near_items(reader: Reader, item: Item) -> list[dict[str, Any]]:
    """Up to SHOWN known items one slip away from this one: {item, why, lot}; nothing where the lake has no directory to ask."""
    if not reader.indexed:
        return []
    slips: dict[str, int] = {}
    for text, why in _texts(reader, item):
        if text != item.text and slips.get(text, why) >= why:
            slips[text] = why
    of = dict(zip(digests(slips), slips, strict=True))
    found: dict[str, str | None] = {}
    for _, key, row in reader.rows_of(list(of), ("lot",)):
        found[of[key]] = found.get(of[key]) or row.get("lot")
    likeliest = sorted(found, key=lambda text: (slips[text], text))[:SHOWN]
    return [{"item": text, "why": _REASONS[slips[text]], "lot": found[text]} for text in likeliest]


def _texts(reader: Reader, item: Item) -> Iterator[tuple[str, int]]:
    if item.sscc:
        yield from ((f"(00){body}{check_digit(body)}", why) for body, why in _digits(item.sscc[:-1]))
    elif item.serial:
        gtins = reader.gtins() or []
        for serial, why in _serials(item.serial):
            yield from ((f"(01){gtin}(21){serial}", why) for gtin in ([item.gtin] if item.gtin else gtins))
        yield from ((f"(01){gtin}(21){item.serial}", _OTHER) for gtin in gtins if item.gtin)


def _digits(body: str) -> Iterator[tuple[str, int]]:
    """The digits of an SSCC but the last, with one wrong or two exchanged."""
    for text, why in _slips(body, "0123456789"):
        if why in (_EXCHANGED, _DIFFERS):
            yield text, why


def _serials(serial: str) -> Iterator[tuple[str, int]]:
    signs = "".join(sorted({*_SIGNS, *serial} | ({*_SIGNS.lower()} if serial != serial.upper() else set())))
    for text, why in _slips(serial, signs):
        alike = why == _DIFFERS and transforms.fold_confusables(text) == transforms.fold_confusables(serial)
        yield text, _ALIKE if alike else why


def _slips(text: str, signs: str) -> Iterator[tuple[str, int]]:
    """Every text that becomes this one by one slip, with the slip as seen from this text."""
    for at in range(len(text) + 1):
        before, after = text[:at], text[at:]
        if len(text) < 20:
            yield from ((before + sign + after, _MISSING) for sign in signs)
        if after:
            yield from ((before + sign + after[1:], _DIFFERS) for sign in signs if sign != after[0])
            if len(text) > 1:
                yield before + after[1:], _TOO_MANY
        if len(after) > 1 and after[0] != after[1]:
            yield before + after[1] + after[0] + after[2:], _EXCHANGED
