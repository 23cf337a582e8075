"""What an ordinary pack looks like, and an ordinary reject: the one row that each kind of source has of it."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

ALLOCATED, ENCODED, VERIFIED, LINE, PACKED, HUB, HUB_PACKED, REJECTED, SCRAPPED, OTHER = range(10)
"""Classes of rows. ``OTHER`` is every row that neither an ordinary pack nor an ordinary reject has."""

CLASSES: Final[Mapping[tuple[str, str], int]] = MappingProxyType({
    ("numbers", "allocated"): ALLOCATED, ("printer", "encoded"): ENCODED, ("camera", "verified"): VERIFIED,
    ("line", "commissioned"): LINE, ("line", "aggregated"): PACKED, ("hub", "commissioned"): HUB, ("hub", "aggregated"): HUB_PACKED,
})  # fmt: skip
"""(kind of source, step) to its class, of the rows of ordinary packs."""

REJECTS: Final[Mapping[tuple[str, str], int]] = MappingProxyType({("camera", "rejected"): REJECTED, ("line", "label_scrapped"): SCRAPPED})
"""The same, of the rows that rejects alone have."""

UNUSUAL: Final = frozenset((REJECTED, SCRAPPED, OTHER))
"""Classes of rows that no ordinary pack has."""

KINDS: Final = tuple(dict.fromkeys(kind for kind, _ in CLASSES))
"""Kinds of sources that ordinary packs are in."""

MAIN: Final[Mapping[str, int]] = MappingProxyType({
    "numbers": ALLOCATED, "printer": ENCODED, "camera": VERIFIED, "line": LINE, "hub": HUB,
})  # fmt: skip
"""Kind of source to the class that each pack it speaks of must have there."""

SITE: Final[Mapping[str, tuple[int, ...]]] = MappingProxyType(
    {"numbers": (ALLOCATED,), "printer": (ENCODED,), "line": (LINE, PACKED, SCRAPPED)}
)
"""The site's own kinds of sources, which know what serials there are (rules/alias.py), and their classes."""

LOWEST_GRADE: Final = 1.5
"""Grade that SCN-02 asks for."""

SECOND: Final = 1_000_000
"""Microseconds; by so much line and hub may have a pack in its container before it was commissioned (TIM-02)."""


class Words:
    """Texts as small numbers from 1 on, in the order met; 0 is no text."""

    def __init__(self) -> None:
        self.known: dict[str, int] = {}

    def code(self, text: str | None) -> int:
        """The number of this text."""
        return 0 if text is None else self.known.setdefault(text, len(self.known) + 1)

    def names(self) -> list[str | None]:
        """Text by number; the first is None."""
        return [None, *self.known]
