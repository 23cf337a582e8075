"""Late entries: those written long after the event that they tell of (ALCOA: contemporaneous).

An entry states the time of the event as `event_time` in its body; the difference to the time of the entry is its delay. Nothing is
refused for being late: it is marked wherever it is shown.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from lotproof.ledger.entry import Entry, is_time

LATE_AFTER = 24 * 3600
"""Seconds after which an entry counts as late, where a site has not set another limit."""


@dataclass(frozen=True)
class Late:
    """A late entry."""

    index: int
    """Place in the log."""
    entry: Entry
    """The entry."""
    delay: int
    """Seconds between event and entry."""

    @property
    def sentence(self) -> str:
        """The mark, for a person."""
        return f"Late entry {self.index} ({self.entry.kind}, {self.entry.stream}): written {span(self.delay)} after the event."


def late(index: int, entry: Entry, limit: int = LATE_AFTER) -> Late | None:
    """Give the mark of an entry whose delay is above `limit` seconds; None where it is not, or names no event."""
    told = entry.body.get("event_time") if isinstance(entry.body, dict) else None
    if not isinstance(told, str) or not is_time(told):
        return None
    delay = seconds(entry.time) - seconds(told)
    return Late(index, entry, delay) if delay > limit else None


def seconds(time: str) -> int:
    """Give the seconds since 1970 of a time as entries spell it."""
    return int(datetime.fromisoformat(time).timestamp())


def span(count: int) -> str:
    """Spell seconds as days, hours and minutes."""
    days, rest = divmod(count, 86_400)
    hours, minutes = rest // 3600, rest % 3600 // 60
    parts = ((days, "d"), (hours, "h"), (minutes, "min"))
    return " ".join(f"{number} {unit}" for number, unit in parts if number) or f"{count} s"
