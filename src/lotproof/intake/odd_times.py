"""Times in forms that the common ones do not cover, read one distinct text at a time: names of months in seven languages,
years of two digits, seconds since 1970."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

_MONTHS = (
    "january jan janvier janv jän jänner januar enero ene gennaio gen januari styczeń stycznia sty",
    "february feb februar février févr fév fevrier febrero febbraio februari luty lutego lut",
    "march mar märz mär mrz mars marzo maart mrt marzec marca",
    "april apr avril avr abril abr aprile kwiecień kwietnia kwi",
    "may mai mayo maggio mag mei maj maja",
    "june jun juni juin junio giugno giu czerwiec czerwca cze",
    "july jul juli juillet juil julio luglio lug lipiec lipca lip",
    "august aug août aout agosto ago augustus sierpień sierpnia sie",
    "september sep sept septembre septiembre settembre set wrzesień września wrz",
    "october oct oktober okt octobre octubre ottobre ott październik października paź",
    "november nov novembre noviembre listopad listopada lis",
    "december dec dezember dez décembre déc diciembre dic dicembre grudzień grudnia gru",
)


def _plain(word: str) -> str:
    return "".join(char for char in unicodedata.normalize("NFKD", word.lower().replace("ł", "l")) if char.isalpha())


MONTHS = {_plain(word): number for number, words in enumerate(_MONTHS, 1) for word in words.split()}
_DAYS = r"(?:[^\W\d_]{2,12}\.?,?\s+)?"
"""The day of the week, which says nothing that the date does not."""
_MONTH = r"(?P<month>[^\W\d_]{3,13})\.?"
_NAMED = re.compile(
    rf"^{_DAYS}(?P<day>\d{{1,2}})(?:\.|st|nd|rd|th|er|º|°)?[\s\-/]*(?:de\s+)?{_MONTH}[\s\-/,]*(?:de\s+)?(?P<year>\d{{4}}|\d{{2}})(?!\d)"
)
_NAMED_FIRST = re.compile(rf"^{_DAYS}{_MONTH}[\s\-/]*(?P<day>\d{{1,2}})(?:st|nd|rd|th)?[\s,\-/]+(?P<year>\d{{4}})(?!\d)")
_FIGURES = re.compile(r"^(?P<a>\d{1,2})[./-](?P<b>\d{1,2})[./-](?P<c>\d{2})(?!\d)")
_YEAR_FIRST = re.compile(r"^(?P<year>\d{4})[./-](?P<month>\d{1,2})[./-](?P<day>\d{1,2})(?!\d)")
_LONG = re.compile(r"^(?P<a>\d{1,2})[./-](?P<b>\d{1,2})[./-](?P<year>\d{4})(?!\d)")
_PACKED = re.compile(r"^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(?:(\d\d)(\d{3})?)?$")
_CLOCK = re.compile(
    r"^[\sT,]*(?:at\s+|um\s+|à\s+|om\s+|godz\.?\s+)?(?P<h>\d{1,2})\s?[:.h]\s?(?P<m>\d{2})(?:[:.](?P<s>\d{2})(?:[.,:](?P<f>\d{1,9}))?)?"
    r"\s*(?P<half>[ap]\.?\s?m\.?)?\s*(?:Uhr|h|uur)?\s*(?P<zone>Z|UTC|GMT|[+-](?:0\d|1[0-4]):?[0-5]\d)?$", re.I,
)  # fmt: skip
_EPOCH = re.compile(r"^(?:/Date\()?(?P<n>\d{10}|\d{13}|\d{16})(?P<tail>[.,]\d{1,6})?(?:[+-]\d{4})?(?:\)/)?$")
Read = tuple[datetime, str | None]
"""Local time, and the offset as written."""
ORDERS = ("DMY", "MDY", "YMD")
SOONEST, LATEST = 2000, 2100
"""Serialisation is younger and this program will not be older."""


def read_time(text: str, order: str) -> Read | None:
    """(local time, offset as written or None) of a text; None where it is none. ``order`` is that of years of two digits and of
    day and month: DMY, MDY or YMD."""
    text = unicodedata.normalize("NFKC", text).strip()
    if found := _EPOCH.match(text):
        return _since_1970(found)
    if found := _PACKED.match(text):
        parts = [int(part or 0) for part in found.groups()]
        return _made(parts[:3], parts[3:6], parts[6] * 1000, None)
    day, end = _day_of(text, order)
    if day is None:
        return None
    rest = text[end:]
    if not rest.strip():
        return _made(day, (0, 0, 0), 0, None)
    clock = _CLOCK.match(rest)
    return None if clock is None else _with_clock(day, clock)


def _day_of(text: str, order: str) -> tuple[tuple[int, int, int] | None, int]:
    """(year, month, day) at the beginning of a text, and where it ends."""
    if found := _NAMED.match(text) or _NAMED_FIRST.match(text):
        month = MONTHS.get(_plain(found["month"]))
        year = int(found["year"]) + (2000 if len(found["year"]) == 2 else 0)
        return ((year, month, int(found["day"])), found.end()) if month else (None, 0)
    if found := _YEAR_FIRST.match(text):
        return (int(found["year"]), int(found["month"]), int(found["day"])), found.end()
    if found := _LONG.match(text):
        a, b = int(found["a"]), int(found["b"])
        return ((int(found["year"]), a, b) if order == "MDY" else (int(found["year"]), b, a)), found.end()
    if found := _FIGURES.match(text):
        a, b, c = int(found["a"]), int(found["b"]), int(found["c"])
        return {"DMY": (2000 + c, b, a), "MDY": (2000 + c, a, b), "YMD": (2000 + a, b, c)}[order], found.end()
    return None, 0


def _since_1970(found: re.Match[str]) -> Read | None:
    number = int(found["n"])
    micro = number * {10: 1_000_000, 13: 1_000, 16: 1}[len(found["n"])]
    if found["tail"] and len(found["n"]) == 10:
        micro += int(found["tail"][1:].ljust(6, "0"))
    made = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=micro)
    return (made.replace(tzinfo=None), "Z") if SOONEST <= made.year < LATEST else None


def _with_clock(day: tuple[int, int, int], clock: re.Match[str]) -> Read | None:
    hour = int(clock["h"])
    if clock["half"]:
        if not 1 <= hour <= 12:
            return None
        hour = hour % 12 + (12 if clock["half"][0] in "pP" else 0)
    micro = int((clock["f"] or "0").ljust(6, "0")[:6])
    zone = clock["zone"].upper() if clock["zone"] else None
    return _made(day, (hour, int(clock["m"]), int(clock["s"] or 0)), micro, zone)


def _made(day: Sequence[int], clock: Sequence[int], micro: int, zone: str | None) -> Read | None:
    try:
        return datetime(day[0], day[1], day[2], clock[0], clock[1], clock[2], micro, UTC).replace(tzinfo=None), zone
    except ValueError:
        return None
