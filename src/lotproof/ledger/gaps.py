"""The times of a log that no anchor bounds: how long it went without one, and when the next is due."""

from __future__ import annotations

from dataclasses import dataclass

EVERY = 86_400
"""Seconds between anchors, where nothing else is asked for: a day."""


@dataclass(frozen=True)
class Gap:
    """A time without an anchor, in seconds since 1970."""

    start: int
    """The anchor before it, or the first entry."""
    end: int
    """The anchor after it, or the last entry."""

    @property
    def length(self) -> int:
        """Seconds."""
        return self.end - self.start


class Gaps:
    """Follows a log in order and keeps the longest time without an anchor."""

    def __init__(self) -> None:
        """Begin before the first entry."""
        self._since: int | None = None
        self._last = 0
        self._longest = Gap(0, 0)

    def add(self, time: int) -> None:
        """Take the time that an entry states."""
        self._since = time if self._since is None else self._since
        self._last = max(self._last, time)

    def anchor(self, stamped: int) -> None:
        """Take the time of an authority."""
        self._longest = self._with(stamped)
        self._since = max(stamped, self._since or stamped)

    @property
    def longest(self) -> Gap:
        """The longest time so far, up to the last entry."""
        return self._with(self._last)

    def _with(self, time: int) -> Gap:
        gap = Gap(time if self._since is None else self._since, time)
        return gap if gap.length > self._longest.length else self._longest


def due_at(last: int, every: int) -> int:
    """Give the time at which the next anchor is due: an eighth early, so that a job which runs hourly is never late."""
    return last + every - every // 8


def missed(gap: Gap, every: int = EVERY) -> bool:
    """Say whether an anchor is missing in `gap`; an eighth late is allowed, for a job that runs once a day."""
    return gap.length > every + every // 8
