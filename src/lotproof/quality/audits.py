"""The calendar of audits: what has to be held each year and is neither planned nor was held (EU GMP chapter 9, Annex 11 clause 11)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, timedelta

from lotproof.quality.acts.audits import YEAR, YEARLY


def yearly_gaps(planned: Iterable[tuple[str, str]], held: Iterable[tuple[str, str]], today: str) -> list[str]:
    """A sentence for each yearly type that is overdue: ``planned`` and ``held`` have pairs of type and day (YYYY-MM-DD)."""
    last = _latest(held)
    following = _earliest(planned)
    since = (date.fromisoformat(today) - timedelta(days=YEAR)).isoformat()
    return [sentence for kind in YEARLY if (sentence := _gap(kind, last.get(kind, ""), following.get(kind, ""), since, today))]


def _gap(kind: str, last: str, following: str, since: str, today: str) -> str:
    if following and following < today:
        return f"A {kind} was planned by {following} and is not concluded."
    if last < since and not following:
        was = f"the last one was held on {last}" if last else "none was ever held here"
        return f"No {kind} is planned, and {was}; it is held at least yearly."
    return ""


def _latest(pairs: Iterable[tuple[str, str]]) -> Mapping[str, str]:
    found: dict[str, str] = {}
    for kind, day in pairs:
        found[kind] = max(day, found.get(kind, ""))
    return found


def _earliest(pairs: Iterable[tuple[str, str]]) -> Mapping[str, str]:
    found: dict[str, str] = {}
    for kind, day in pairs:
        found[kind] = min(day, found.get(kind, day))
    return found
