"""What a person can do to a case, as data: buttons, forms, guards, sentences, documentation and tests all come from it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from lotproof.quality.book import Book
from lotproof.quality.roles import Role

if TYPE_CHECKING:
    from lotproof.quality.case import Case, State

KINDS = ("line", "text", "time", "choice", "items", "number", "entry", "entries", "person", "day", "scans")
"""Kinds of fields: a line, a text of several, a UTC moment, one of several words, identifiers one a line, a whole number, one entry
of the case or several by their index, a person's identifier, a calendar day, scans as the desk judged them."""

Clocks = Callable[[Mapping[str, Any]], tuple[str, ...]]
"""Names of clocks by what was entered."""


def no_clock(_body: Mapping[str, Any]) -> tuple[str, ...]:
    """None."""
    return ()


@dataclass(frozen=True)
class Field:
    """Something that a person enters."""

    name: str
    """Member of the entry's body."""
    label: str
    """What the person is asked."""
    kind: str = "line"
    """One of KINDS."""
    required: bool = True
    """Whether it may be left out."""
    choices: tuple[str, ...] = ()
    """Words to choose from."""
    help: str = ""
    """What to write, with an example."""


@dataclass(frozen=True)
class Act:
    """Something that somebody does now, or did."""

    name: str
    """Name of its ActType."""
    actor: str
    """Identifier of the person."""
    role: Role
    """Role of the person."""
    time: str
    """When it is entered: the server's clock, UTC."""
    body: Mapping[str, Any]
    """What was entered, by the names of the fields."""


def always(_case: Case, _act: Act) -> str | None:
    """No further condition."""
    return None


@dataclass(frozen=True)
class Echo:
    """What an act of one record says in another."""

    number: str
    """Number of the other record."""
    name: str
    """Name of the ActType there."""
    body: Mapping[str, Any]
    """What is entered there."""


def silent(_case: Case, _act: Act) -> tuple[Echo, ...]:
    """No other record hears of it."""
    return ()


@dataclass(frozen=True)
class ActType:
    """A kind of act."""

    name: str
    """Its name in the ledger, such as containment-step."""
    button: str
    """What the button says."""
    told: str
    """The sentence of the trail; names of fields in braces."""
    roles: frozenset[Role]
    """Who may do it."""
    states: frozenset[State]
    """In which states of a case."""
    fields: tuple[Field, ...] = ()
    """What is entered."""
    refuse: Callable[[Case, Act], str | None] = always
    """A sentence where it cannot be done, beyond role, state and fields."""
    to: State | None = None
    """The state that it leads to."""
    meaning: str = ""
    """What a signature means, where it has to be signed."""
    starts: Clocks = no_clock
    """Clocks that begin with it."""
    stops: Clocks = no_clock
    """Clocks that end with it."""
    exclusive: bool = False
    """Whether it is refused when somebody else acted on the case since the person looked at it."""
    help: str = ""
    """What it is for, in a sentence or two."""
    books: frozenset[Book] = frozenset({Book.INCIDENT})
    """The books whose records it can be done to."""
    opens: bool = False
    """Whether a record begins with it."""
    echoes: Callable[[Case, Act], tuple[Echo, ...]] = silent
    """What other records hear of it, from the record as it is afterwards; a closed one stays as it was signed."""
