"""What people should be told now. Pure: facts in, news out; each piece of news has a key, under which it is told once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from lotproof.quality.clocks import CLOCKS
from lotproof.quality.times import after_hours, minutes_between

ABOUT = ("signal", "incident", "clock", "action", "alarm", "training", "audit", "job")
"""What news can be about."""
WEIGHTS = ("minor", "major", "critical")
"""How grave news are, the least first."""
EARLY_HOURS = 4
"""Hours before the end of a legal clock at which people are reminded."""
EARLY_DAYS = {"action": 3, "audit": 14}
"""Days before the day of an action or an audit at which people are reminded."""


@dataclass(frozen=True)
class News:
    """Something to tell."""

    key: str
    """Under which it is told once."""
    about: str
    """One of ABOUT."""
    weight: str
    """One of WEIGHTS."""
    subject: str
    """A line."""
    text: str
    """A sentence or two: what, where, what to do next."""
    path: str
    """Page of the desk that it leads to."""


@dataclass(frozen=True)
class Clock:
    """A clock that runs."""

    case: str
    """Number of the incident."""
    title: str
    """What the incident is about."""
    name: str
    """Name of the clock."""
    since: str
    """When it began, UTC."""
    due: str
    """When it ends, UTC."""


def of_signal(number: str, severity: str, sentence: str) -> News:
    """A signal that nobody has looked at."""
    asks = "Triage it: open an incident, or say what explains it."
    return News(f"signal:{number}", "signal", severity, f"Signal {number}: {sentence}", asks, f"/signals/?q={number}")


def of_incident(number: str, severity: str, title: str) -> News:
    """An incident that was opened."""
    asks = "The hour of containment runs: stop, isolate, notify, document, review the logs."
    return News(f"incident:{number}", "incident", severity, f"Incident {number} was opened: {title}", asks, f"/incidents/{number}/")


def of_clocks(clocks: Iterable[Clock], now: str) -> Iterator[News]:
    """Clocks that come to their end, or passed it: containment at half-time, the others some hours before; all when they are over."""
    for clock in clocks:
        stage = _stage(clock, now)
        if stage:
            asks, left = CLOCKS[clock.name].says, minutes_between(now, clock.due)
            when = f"was due {-left} min ago" if left < 0 else f"is due in {left} min"
            weight = "critical" if stage == "over" else "major"
            yield News(
                f"clock:{clock.case}:{clock.name}:{clock.since}:{stage}", "clock", weight, f"{clock.case}: {asks} {when}",
                f"{clock.title}. The clock began {clock.since} and is due {clock.due} (UTC); {CLOCKS[clock.name].basis}.",
                f"/{'signals' if clock.case.startswith('SIG-') else 'incidents'}/{clock.case}/",
            )  # fmt: skip


def _stage(clock: Clock, now: str) -> str:
    if clock.due <= now:
        return "over"
    half = minutes_between(clock.since, clock.due) <= 2 * 60 * EARLY_HOURS
    early = after_hours(clock.since, minutes_between(clock.since, clock.due) / 120) if half else after_hours(clock.due, -EARLY_HOURS)
    return "soon" if early <= now else ""


def of_days(about: str, key: str, subject: str, due: str, path: str, today: str, early: str) -> Iterator[News]:
    """Something with a calendar day: ``early`` is the day from which people are reminded of it, ``today`` the day now."""
    if due < today:
        yield News(f"{key}:over", about, "major", f"{subject} was due {due}", "It is overdue: do it, or move it with a reason.", path)
    elif early <= today:
        yield News(f"{key}:soon", about, "minor", f"{subject} is due {due}", "", path)


def of_alarm(number: str, priority: str, title: str) -> News:
    """An alarm that nobody acknowledged."""
    weight = {"high": "critical", "medium": "major"}.get(priority, "minor")
    return News(f"alarm:{number}", "alarm", weight, f"Alarm {number}: {title}", "Acknowledge it with what it was.", f"/alarms/{number}/")


def of_job(number: int, kind: str, told: str) -> News:
    """Work that failed for good."""
    return News(f"job:{number}", "job", "major", f"Job {number} ({kind}) failed", told, f"/work/{number}/")
