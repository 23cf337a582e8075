"""Times of the record: UTC as entries spell it, and what people are shown of it."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Collection
from datetime import UTC, date, datetime, timedelta

SPELLING = "%Y-%m-%dT%H:%M:%SZ"


def moment(text: str) -> datetime:
    """The moment that an entry names; ValueError where it is none."""
    return datetime.strptime(text, SPELLING).replace(tzinfo=UTC)


def spelled(at: datetime) -> str:
    """A moment as entries spell it."""
    return at.astimezone(UTC).strftime(SPELLING)


def after_hours(start: str, hours: float) -> str:
    """The moment so many hours later."""
    return spelled(moment(start) + timedelta(hours=hours))


def after_business_days(start: str, days: int, holidays: Collection[date] = ()) -> str:
    """The same time of day so many business days later; Saturdays, Sundays and ``holidays`` are none."""
    at = moment(start)
    while days:
        at += timedelta(days=1)
        days -= at.weekday() < 5 and at.date() not in holidays
    return spelled(at)


def minutes_between(start: str, end: str) -> int:
    """Whole minutes from one moment to another, negative where it is the earlier."""
    return int((moment(end) - moment(start)).total_seconds() // 60)


def months_later(day: str, months: int) -> str:
    """The same day of the month so many months later, or the last one of that month."""
    start = date.fromisoformat(day)
    year, month = divmod(start.year * 12 + start.month - 1 + months, 12)
    return date(year, month + 1, min(start.day, monthrange(year, month + 1)[1])).isoformat()
