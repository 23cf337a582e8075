"""Expiry dates: the six digits of AI (17) and the other ways in which files write them (GenSpecs section 7.12).

The literal is evidence and is kept by the caller; what is resolved here is for comparing.
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Callable
from datetime import date
from functools import lru_cache

from lotproof.gs1.errors import UnreadableIdentifier

WINDOW_YEAR = 2025
"""Two-digit years lie from 49 before to 50 after this one. A constant, not the clock: results stay the same."""

_NAMES = ("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC")
_MONTHS = {name: number for number, name in enumerate(_NAMES, start=1)}


def full_year(two_digits: int, around: int = WINDOW_YEAR) -> int:
    """The four-digit year of a two-digit one: between `around` - 49 and `around` + 50 (GenSpecs 7.12)."""
    year = around - around % 100 + two_digits
    if year - around > 50:
        return year - 100
    if year - around < -49:
        return year + 100
    return year


@lru_cache(maxsize=8192)
def is_yymmdd(text: str) -> bool:
    """True when the text is six digits that name a day of the calendar, or day 00 of a month."""
    if len(text) != 6 or not (text.isascii() and text.isdigit()):
        return False
    return _resolve(full_year(int(text[:2])), int(text[2:4]), int(text[4:])) is not None


@lru_cache(maxsize=8192)
def resolve_expiry(text: str, around: int = WINDOW_YEAR) -> tuple[date, bool]:
    """The day that an expiry means, and whether the day was left unknown (then the last day of the month).

    Reads YYMMDD, YYYYMMDD, DDMMYYYY (only where it cannot be YYYYMMDD), YYYY-MM-DD (also with a time or zone behind
    it), DD.MM.YYYY, MM/YYYY, MM.YYYY, MM-YYYY, YYYY-MM, YYYYMM, JUL/2028 and 31-JUL-2028; day 00 is the month's end.
    `around` is the year that two-digit years are near to. Raises UnreadableIdentifier for anything else; DD/MM/YYYY is
    refused because the order of day and month cannot be known.
    """
    literal = text.strip()
    for pattern, parts in _FORMS:
        match = pattern.fullmatch(literal)
        if match is not None:
            resolved = _resolve(*parts(match, around))
            if resolved is not None:
                return resolved
    raise UnreadableIdentifier(text, _why_not(literal))


def _resolve(year: int, month: int, day: int) -> tuple[date, bool] | None:
    if not (1900 <= year <= 2199 and 1 <= month <= 12):
        return None
    last = monthrange(year, month)[1]
    if day > last:
        return None
    return date(year, month, day or last), day == 0


def _why_not(literal: str) -> str:
    if re.fullmatch(r"[0-9]{1,2}/[0-9]{1,2}/[0-9]{2,4}", literal):
        return "day and month cannot be told apart in it; write the expiry date as YYYY-MM-DD"
    if re.fullmatch(r"[0-9]{6}|[0-9]{8}|[0-9]{4}-[0-9]{2}-[0-9]{2}", literal):
        return "it names no day of the calendar; check month and day"
    return "it is not an expiry date; write YYMMDD, YYYY-MM-DD, DD.MM.YYYY or YYYY-MM"


_Parts = Callable[[re.Match[str], int], tuple[int, int, int]]


def _numbers(year: int, month: int, day: int | None) -> _Parts:
    """A reader of (year, month, day) from the groups at these positions; without a day it is 00."""

    def parts(match: re.Match[str], around: int) -> tuple[int, int, int]:
        written = int(match[year])
        full = full_year(written, around) if len(match[year]) == 2 else written
        return full, _month(match[month]), 0 if day is None else int(match[day])

    return parts


def _month(text: str) -> int:
    return _MONTHS.get(text.upper(), 0) if text.isalpha() else int(text)


_FORMS: tuple[tuple[re.Pattern[str], _Parts], ...] = (
    (re.compile(r"([0-9]{2})([0-9]{2})([0-9]{2})"), _numbers(1, 2, 3)),
    (re.compile(r"([0-9]{4})([0-9]{2})([0-9]{2})"), _numbers(1, 2, 3)),
    # Only reached when YYYYMMDD named no day: 31072028. No text is a day both ways.
    (re.compile(r"([0-9]{2})([0-9]{2})([0-9]{4})"), _numbers(3, 2, 1)),
    (re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})(?:[T ].*|Z|[+-][0-9]{2}:[0-9]{2})?"), _numbers(1, 2, 3)),
    (re.compile(r"([0-9]{4})/([0-9]{2})/([0-9]{2})"), _numbers(1, 2, 3)),
    (re.compile(r"([0-9]{1,2})\.([0-9]{1,2})\.([0-9]{4}|[0-9]{2})"), _numbers(3, 2, 1)),
    (re.compile(r"([0-9]{1,2})[/.-]([0-9]{4})"), _numbers(2, 1, None)),
    (re.compile(r"([0-9]{4})-([0-9]{2})"), _numbers(1, 2, None)),
    # Six digits that were no YYMMDD: 202807 has month 28 and is YYYYMM. A text that is both is read as YYMMDD.
    (re.compile(r"((?:19|20|21)[0-9]{2})([0-9]{2})"), _numbers(1, 2, None)),
    (re.compile(r"([A-Za-z]{3})[/. -]?([0-9]{4})"), _numbers(2, 1, None)),
    (re.compile(r"([0-9]{1,2})[/. -]?([A-Za-z]{3})[/. -]?([0-9]{4})"), _numbers(3, 2, 1)),
)
