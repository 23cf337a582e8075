"""When a scheduled query is due: second, minute, hour, day of the month, month and day of the week (EPCIS 2.0 clause 8.2.5.3)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

from lotproof.api.problem import ApiProblem

FIELDS = {"second": (0, 59), "minute": (0, 59), "hour": (0, 23), "dayOfMonth": (1, 31), "month": (1, 12), "dayOfWeek": (1, 7)}
"""Field -> least and greatest value; Monday is 1 (as in EPCIS)."""
_PART = re.compile(r"(\d{1,2})|\[(\d{1,2})-(\d{1,2})\]")
_SPELLING = "%Y-%m-%dT%H:%M:%SZ"
YEARS = 5
"""A schedule that is not due within these years is never."""


def read_schedule(given: object) -> dict[str, list[int]]:
    """Field -> values, for the fields that are stated. ApiProblem (SubscriptionControlsException) where one cannot be understood.

    A value is a number, a range `[1-5]`, or several of them parted by commas.
    """
    if not isinstance(given, Mapping) or not given or set(given) - set(FIELDS):
        raise _bad(f"a schedule is an object of {', '.join(FIELDS)}")
    return {str(name): _values(str(name), str(text)) for name, text in given.items()}


def _values(name: str, text: str) -> list[int]:
    least, most = FIELDS[name]
    found: set[int] = set()
    for part in text.split(","):
        match = _PART.fullmatch(part.strip())
        if match is None:
            raise _bad(f'{name} is "{text[:40]}"; write a number, a range [1-5], or several parted by commas')
        first, last = (int(match[1]),) * 2 if match[1] else (int(match[2]), int(match[3]))
        if not least <= first <= last <= most:
            raise _bad(f"{name} goes from {least} to {most}")
        found.update(range(first, last + 1))
    return sorted(found)


def _bad(why: str) -> ApiProblem:
    return ApiProblem("SubscriptionControlsException", f"The schedule cannot be understood: {why}.")


def next_due(schedule: Mapping[str, list[int]], time: str) -> str:
    """The first moment after ``time`` that the schedule names, UTC. Fields below the least that is stated are 0, others any."""
    order = ["month", "dayOfMonth", "hour", "minute", "second"]
    stated = [name for name in order if name in schedule] or ["hour"]
    finest = order.index(stated[-1])
    wanted = {name: schedule.get(name) or ([0] if order.index(name) > finest else None) for name in order}
    at = datetime.strptime(time, _SPELLING).replace(tzinfo=UTC) + timedelta(seconds=1)
    end = at + timedelta(days=366 * YEARS)
    while at < end:
        if not _in(wanted["month"], at.month):
            at = (at.replace(day=1, hour=0, minute=0, second=0) + timedelta(days=32)).replace(day=1)
        elif not _in(wanted["dayOfMonth"], at.day) or not _in(schedule.get("dayOfWeek"), at.isoweekday()):
            at = at.replace(hour=0, minute=0, second=0) + timedelta(days=1)
        elif not _in(wanted["hour"], at.hour):
            at = at.replace(minute=0, second=0) + timedelta(hours=1)
        elif not _in(wanted["minute"], at.minute):
            at = at.replace(second=0) + timedelta(minutes=1)
        elif not _in(wanted["second"], at.second):
            at += timedelta(seconds=1)
        else:
            return at.strftime(_SPELLING)
    raise _bad("it names no day that there is")


def _in(values: list[int] | None, value: int) -> bool:
    return values is None or value in values
