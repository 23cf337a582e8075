"""Whether what an alert says and what the record says are one thing in two spellings. Pure; nothing is repaired, the difference is told."""

from __future__ import annotations

from collections.abc import Iterator

from lotproof.gs1 import transforms
from lotproof.gs1.dates import resolve_expiry
from lotproof.gs1.errors import UnreadableIdentifier

SAME = ""
"""No difference."""
CASE, KEYBOARD, AZERTY, ZEROS = "upper and lower case", "Y and Z exchanged", "digits of an AZERTY keyboard", "leading zeros"
SWALLOWED, APPENDED = "what follows a lost separator", "trade item number or lot appended"
DAY_00, FORM = "day 00 and the last day of the month", "form of the date"
EQUIPMENT = frozenset({CASE, KEYBOARD, AZERTY, ZEROS, SWALLOWED, APPENDED})
"""Differences that a keyboard, a scanner or its program makes."""
_MOST_ZEROS = 4


def serials(serial: str, gtin: str = "", lot: str = "") -> Iterator[tuple[str, str]]:
    """Every serial that this one may stand for, with the difference; the serial itself first."""
    yield serial, SAME
    for before, _, _ in transforms.swallowed(serial):
        yield before, SWALLOWED
    for tail in _tails(gtin, lot):
        if serial.endswith(tail) and len(serial) > len(tail):
            yield serial.removesuffix(tail), APPENDED
    yield from _typed(serial)


def lots(lot: str, gtin: str = "") -> Iterator[tuple[str, str]]:
    """Every lot that this one may stand for, with the difference; the lot itself first."""
    yield lot, SAME
    for tail in _tails(gtin, ""):
        if lot.endswith(tail) and len(lot) > len(tail):
            yield lot.removesuffix(tail), APPENDED
    for mark in ("\x1d", "17", "21"):
        head, found, rest = lot.partition(mark)
        # A date behind (17), or what follows a separator that was taken for a character of the lot.
        if found and head and (mark == "\x1d" or (mark == "17" and rest[:6].isdigit() and len(rest) >= 6)):
            yield head, SWALLOWED
    yield from _typed(lot)


def same_lot(alert: str, record: str, gtin: str = "") -> str | None:
    """The difference between two spellings of one lot; None where they are two lots."""
    return next((change for text, change in lots(alert, gtin) if text == record), None)


def same_expiry(alert: str, record: str) -> str | None:
    """The difference between two spellings of one expiry; None where they are two dates, or one cannot be read."""
    if alert == record:
        return SAME
    try:
        (one, one_open), (other, other_open) = resolve_expiry(alert), resolve_expiry(record)
    except UnreadableIdentifier:
        return None
    if one_open != other_open:
        return DAY_00 if (one.year, one.month) == (other.year, other.month) and one == other else None
    return FORM if one == other else None


def later(alert: str, record: str) -> bool:
    """Whether the alert's expiry lies after the record's: what somebody who relabels a pack would want."""
    try:
        return resolve_expiry(alert)[0] > resolve_expiry(record)[0]
    except UnreadableIdentifier:
        return False


def _tails(gtin: str, lot: str) -> list[str]:
    """What scanners' programs append: the trade item number with and without leading zeros and AI, the lot with its AI."""
    found = [f"01{gtin}", gtin, gtin.lstrip("0")] if gtin else []
    return [tail for tail in [*found, f"10{lot}" if lot else ""] if len(tail) > 3]


def _typed(text: str) -> Iterator[tuple[str, str]]:
    for changed in (text.upper(), text.lower(), text.swapcase()):
        yield changed, CASE
    yield transforms.swap_yz(text), KEYBOARD
    yield transforms.swap_yz(text).upper(), KEYBOARD
    yield transforms.azerty_digits(text), AZERTY
    yield transforms.strip_zeros(text), ZEROS
    if text.isdigit():
        yield from (("0" * count + text, ZEROS) for count in range(1, _MOST_ZEROS + 1))
