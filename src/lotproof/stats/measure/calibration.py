"""Which instruments are due: verifiers, reference cards, scales."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta


@dataclass(frozen=True)
class Instrument:
    """One instrument as its record states it."""

    name: str
    """Its number."""
    calibrated: date | None
    """Day of the last calibration; None where it never was."""
    days: int
    """Interval."""
    card_expires: date | None = None
    """Day on which its reference card expires; None where it has none."""


@dataclass(frozen=True)
class Due:
    """How an instrument stands on a day."""

    name: str
    """Its number."""
    status: str
    """never calibrated, overdue, card expired, due soon, or valid."""
    due: date | None
    """Day on which it is, or was, due; None where it was never calibrated."""
    days_left: int | None
    """Days until then; negative where it has passed."""
    consequence: str
    """What follows."""


def due_list(instruments: Sequence[Instrument], today: date, soon: int = 30) -> list[Due]:
    """All instruments, the most pressing first."""
    return sorted(
        (_due(one, today, soon) for one in instruments), key=lambda found: (found.days_left is not None, found.days_left or 0, found.name)
    )


def _due(instrument: Instrument, today: date, soon: int) -> Due:
    if instrument.calibrated is None:
        return Due(instrument.name, "never calibrated", None, None, "Do not use it; nothing that it measured is evidence.")
    by_interval = instrument.calibrated + timedelta(days=instrument.days)
    card = instrument.card_expires
    day = min(by_interval, card) if card else by_interval
    left = (day - today).days
    if left >= 0:
        return Due(instrument.name, "due soon" if left <= soon else "valid", day, left, "Plan its calibration." if left <= soon else "")
    status = "card expired" if card == day and card < by_interval else "overdue"
    return Due(instrument.name, status, day, left, f"Take it out of use; assess what it measured since {day.isoformat()}.")
