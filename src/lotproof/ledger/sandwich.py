"""The time sandwich: each entry lies between two times of an outside authority.

An anchor is an entry that embeds a timestamp over an earlier checkpoint. What the checkpoint counts existed at that time, so it
cannot tell a later one; what follows the anchor was written after that time, so it cannot tell an earlier one.
"""

from __future__ import annotations

from array import array

TOLERANCE = 300
"""Seconds by which the clock of a site may differ from that of the authority."""

Found = tuple[str, int, str]
"""Code, index of the entry, sentence."""


class Sandwich:
    """Follows the entries of a log in order. All times are seconds since 1970."""

    def __init__(self, tolerance: int = TOLERANCE) -> None:
        """Begin before the first entry."""
        self._tolerance = tolerance
        self._pending = array("q")
        self._first = 0
        self._proved: int | None = None
        self._from = 0

    @property
    def open_from(self) -> int:
        """The first entry that no anchor has after it: only the clock of the site says that it is not younger."""
        return self._first

    @property
    def anchored(self) -> bool:
        """Say whether any anchor was met."""
        return self._proved is not None

    def add(self, index: int, time: int) -> list[Found]:
        """Take the next entry."""
        self._pending.append(time)
        return self._early(index, time)

    def _early(self, index: int, time: int) -> list[Found]:
        if self._proved is None or time >= self._proved - self._tolerance:
            return []
        early = f"Entry {index} states a time {self._proved - time} s before the timestamp in entry {self._from}"
        return [("time-before", index, f"{early}, which it holds or follows.")]

    def anchor(self, index: int, size: int, stamped: int) -> list[Found]:
        """Take the timestamp in entry `index`, the entry that was just added, over the first `size` entries."""
        found: list[Found] = []
        own, told = self._pending[-1], self._proved
        if self._proved is not None and stamped < self._proved:
            sentence = f"The timestamp in entry {index} is older than the one before it, in entry {self._from}."
            found.append(("anchor-order", index, sentence))
        covered = max(0, size - self._first)
        for place, time in enumerate(self._pending[:covered], self._first):
            if time > stamped + self._tolerance:
                sentence = f"Entry {place} states a time {time - stamped} s after the timestamp in entry {index}, which covers it."
                found.append(("time-after", place, sentence))
        del self._pending[:covered]
        self._first += covered
        self._proved, self._from = max(stamped, self._proved or stamped), index
        return found if told is not None and own < told - self._tolerance else [*found, *self._early(index, own)]
