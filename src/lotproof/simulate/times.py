"""Moments and dates as sites write them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from functools import cache
from typing import Final
from zoneinfo import ZoneInfo

TIME_FORMS: Final = {
    "utc": "times ISO 8601, UTC",
    "offset": "times ISO 8601 with offset",
    "local": "times plant local time, YYYY-MM-DD",
    "dots": "times plant local time, DD.MM.YYYY",
    "slashes": "times plant local time, MM/DD/YYYY",
}
"""Time form to the words of README_export.txt."""

RARE_TIME_FORMS: Final = {
    "stamp": "times plant local time, YYYYMMDDhhmmss",
    "month": "times plant local time, DD-MON-YYYY",
    "comma": "times plant local time, DD.MM.YYYY with thousandths",
}
"""Forms that few sites use."""

DATE_FORMS: Final = {
    "plain": ("YYYYMMDD", "%Y%m%d"), "iso": ("YYYY-MM-DD", "%Y-%m-%d"), "dots": ("DD.MM.YYYY", "%d.%m.%Y"),
    "slashes": ("MM/DD/YYYY", "%m/%d/%Y"),
}  # fmt: skip
"""Date form to its name in README_export.txt and its strftime pattern."""

EXPIRY_PATTERNS: Final = ("%y%m%d", "%Y%m%d", "%d.%m.%Y", "%Y-%m-%d")
QUARTER: Final = 900_000
MONTHS: Final = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
"""English names, whatever the machine's locale."""


@cache
def _minute_z(minute: int) -> str:
    return datetime.fromtimestamp(minute * 60, UTC).strftime("%Y-%m-%dT%H:%M:")


def iso_z(moment: int) -> str:
    """Milliseconds since 1970 UTC as ISO 8601 with milliseconds and Z."""
    minute, rest = divmod(moment, 60_000)
    return f"{_minute_z(minute)}{rest // 1000:02d}.{rest % 1000:03d}Z"


class Clock:
    """The plant's wall clock."""

    def __init__(self, zone: str) -> None:
        self._zone = ZoneInfo(zone)
        self._offsets: dict[int, int] = {}

    def offset(self, moment: int) -> int:
        """Minutes east of UTC at this moment."""
        quarter = moment // QUARTER
        if quarter not in self._offsets:
            at = datetime.fromtimestamp(quarter * 900, UTC).astimezone(self._zone)
            self._offsets[quarter] = int((at.utcoffset() or timedelta(0)).total_seconds()) // 60
        return self._offsets[quarter]

    def local(self, moment: int) -> datetime:
        """The wall clock's reading, without zone."""
        shifted = moment // 1000 + 60 * self.offset(moment)
        return datetime.fromtimestamp(shifted, UTC).replace(tzinfo=None)

    def writer(self, form: str) -> Callable[[int], str]:
        """A function that writes moments in one of TIME_FORMS; it remembers minutes, so that bulk writing is fast."""
        if form == "utc":
            return iso_z
        seen: dict[int, tuple[str, str]] = {}
        point = {"offset": ".", "comma": ","}.get(form)

        def write(moment: int) -> str:
            minute, rest = divmod(moment, 60_000)
            ends = seen.get(minute)
            if ends is None:
                ends = seen[minute] = self._ends(form, moment)
            second = f"{rest // 1000:02d}{point}{rest % 1000:03d}" if point else f"{rest // 1000:02d}"
            return ends[0] + second + ends[1]

        return write

    def _ends(self, form: str, moment: int) -> tuple[str, str]:
        at = self.local(moment)
        if form == "slashes":
            return at.strftime("%m/%d/%Y %I:%M:"), at.strftime(" %p")
        if form in ("dots", "comma"):
            return at.strftime("%d.%m.%Y %H:%M:"), ""
        if form == "stamp":
            return at.strftime("%Y%m%d%H%M"), ""
        if form == "month":
            return f"{at.day:02d}-{MONTHS[at.month - 1]}-{at.strftime('%Y %H:%M:')}", ""
        if form == "local":
            return at.strftime("%Y-%m-%d %H:%M:"), ""
        minutes = self.offset(moment)
        sign = "-" if minutes < 0 else "+"
        return at.strftime("%Y-%m-%dT%H:%M:"), f"{sign}{abs(minutes) // 60:02d}:{abs(minutes) % 60:02d}"


def write_date(form: str, day: date) -> str:
    """A calendar day in one of DATE_FORMS."""
    return day.strftime(DATE_FORMS[form][1])
