"""The books of the desk: what kinds of governed records there are. Each record is a stream of the ledger, numbered in its book."""

from __future__ import annotations

from enum import StrEnum


class Book(StrEnum):
    """A kind of record; the value is what its numbers begin with."""

    INCIDENT = "INC"
    """An incident, from the signal to the proof that its correction worked."""
    SESSION = "VER"
    """A verification session: packs or cases scanned against the record, by a plan."""
    PROCEDURE = "PRO"
    """A controlled procedure of the site, and who was trained on it."""
    AUDIT = "AUD"
    """A planned audit or periodic review."""
    ALARM = "ALM"
    """An alarm of the control plan, and who acknowledged it."""

    @property
    def noun(self) -> str:
        """What one record of it is called."""
        return _NOUNS[self]


_NOUNS = {
    Book.INCIDENT: "incident",
    Book.SESSION: "verification session",
    Book.PROCEDURE: "procedure",
    Book.AUDIT: "audit",
    Book.ALARM: "alarm",
}
PREFIXES = frozenset(str(book) for book in Book)
"""What the streams of records begin with."""


def book_of(number: str) -> Book:
    """The book of a number, such as INC-2026-0147; ValueError where it has none."""
    return Book(number.partition("-")[0])
