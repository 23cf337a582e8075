"""A case, or another record of the desk, as the fold of its entries."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from lotproof.quality.book import Book, book_of


class State(StrEnum):
    """Where a case stands."""

    OPEN = "open"
    """The hour of containment runs."""
    INVESTIGATING = "investigating"
    """Contained; cause and scope are looked for."""
    PLANNING = "planning"
    """The cause is approved; actions are planned."""
    ACTING = "acting"
    """The plan is approved; actions are carried out."""
    CHECKING = "checking"
    """Actions are done; their effect is measured."""
    CLOSED = "closed"
    """Approved as closed."""


RUNNING = frozenset(State) - {State.CLOSED}
"""All states but the last."""


@dataclass(frozen=True)
class Recorded:
    """An act as the ledger has it."""

    index: int
    """Place in the log."""
    name: str
    """Name of its ActType."""
    actor: str
    """Who."""
    time: str
    """When it was entered, UTC."""
    body: Mapping[str, Any]
    """What was entered."""
    signed_by: tuple[str, ...] = ()
    """Identifiers of those who signed it."""
    withdrawn: str = ""
    """Why it was withdrawn; empty where it stands."""
    unsigned: bool = False
    """Whether it waits for the signature that it needs; until then it changes nothing."""

    @property
    def stands(self) -> bool:
        """Whether it counts."""
        return not self.withdrawn and not self.unsigned

    @property
    def event_time(self) -> str:
        """When it happened: what the person stated, else when it was entered."""
        return str(self.body.get("event_time") or self.time)


@dataclass(frozen=True)
class Running:
    """A clock of the case."""

    name: str
    """Name of the clock."""
    since: str
    """When it began, UTC."""
    due: str
    """When it ends, UTC."""
    ended: str | None = None
    """When what it asks for was done; None while it runs."""


@dataclass(frozen=True)
class Case:
    """A governed record: of one incident, or of another book."""

    number: str
    """INC-2026-0147; also the name of its stream."""
    state: State = State.OPEN
    """Where it stands."""
    seq: int = 0
    """Entries of its stream so far."""
    acts: tuple[Recorded, ...] = ()
    """Everything that was done, in order."""
    clocks: tuple[Running, ...] = field(default=())
    """Its clocks, in the order in which they began."""

    def all(self, name: str) -> tuple[Recorded, ...]:
        """Acts of one kind that stand."""
        return tuple(one for one in self.acts if one.name == name and one.stands)

    def last(self, name: str) -> Recorded | None:
        """The latest act of one kind that stands."""
        return next((one for one in reversed(self.acts) if one.name == name and one.stands), None)

    def entry(self, index: int) -> Recorded | None:
        """The act at this place of the log."""
        return next((one for one in self.acts if one.index == index), None)

    @property
    def book(self) -> Book:
        """Its book."""
        return book_of(self.number)

    @property
    def opened(self) -> Recorded:
        """The act that opened it."""
        return self.acts[0]

    @property
    def title(self) -> str:
        """What it is about."""
        return str(self.opened.body["title"])

    @property
    def lots(self) -> tuple[str, ...]:
        """Lots that it speaks of."""
        return tuple(self.opened.body.get("lots") or ())

    def fact(self, name: str) -> Any:
        """The latest that stands of what acts stated under this name; empty where none did."""
        return next((one.body[name] for one in reversed(self.acts) if one.stands and one.body.get(name)), "")

    def clock(self, name: str) -> Running | None:
        """The latest clock of this name."""
        return next((one for one in reversed(self.clocks) if one.name == name), None)
