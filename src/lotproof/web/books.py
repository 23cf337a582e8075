"""Where the records of each book have their pages."""

from __future__ import annotations

from dataclasses import dataclass

from lotproof.quality.book import Book, book_of
from lotproof.quality.case import Case
from lotproof.quality.refusal import Refusal
from lotproof.quality.shell import load


@dataclass(frozen=True)
class Shelf:
    """The pages of a book."""

    book: Book
    """The book."""
    place: str
    """First part of its addresses, and its name in the menu."""
    title: str
    """Heading of its list."""
    opens: str
    """Act that begins a record, empty where the program does."""
    about: str
    """Heading of what a record concerns."""
    due: str
    """Heading of its day or moment; empty where it has none."""
    tells: str
    """What the page is for."""


SHELVES = {
    shelf.place: shelf
    for shelf in (
        Shelf(Book.INCIDENT, "incidents", "Incidents", "open", "Lots", "Clock", ""),
        Shelf(Book.SESSION, "verify", "Verification", "session", "Against", "", ""),
        Shelf(
            Book.ALARM,
            "alarms",
            "Alarms",
            "",
            "Concerns",
            "",
            "Conditions of the control plan that are met. Who acknowledges one says what it was.",
        ),
        Shelf(
            Book.PROCEDURE,
            "procedures",
            "Procedures and training",
            "procedure",
            "Concerns",
            "",
            "Who needs which procedure, and on which version of it they were trained.",
        ),
        Shelf(
            Book.AUDIT,
            "audits",
            "Audits",
            "audit",
            "Area",
            "By",
            "Self-inspections, reviews of the audit trail and of the system are held at least once a year.",
        ),
    )
}
"""First part of an address -> its book."""
_PLACES = {shelf.book: shelf.place for shelf in SHELVES.values()}


def place_of(number: str) -> str:
    """First part of the addresses of a record."""
    return _PLACES[book_of(number)]


def address(number: str) -> str:
    """The page of a record."""
    return f"/{place_of(number)}/{number}/"


def of_place(place: str, number: str) -> Case:
    """The record of this number, which has to be of the book of this place; Refusal where there is none."""
    case = load(number)
    if place_of(number) != place:
        raise Refusal(f"{number} is no {SHELVES[place].book.noun}; it is at {address(number)}.")
    return case


def linked(stream: str) -> str:
    """The page of the record that a stream is; empty where it is none."""
    try:
        return address(stream)
    except (ValueError, KeyError):
        return ""
