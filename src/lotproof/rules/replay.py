"""Replay of the events of one item in order, leniently: every event is admitted, every violation listed.

Most items have one aggregation and need no replay; only those with more go through here (ENGINE.md). What may follow what
is the table of ``transitions``.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from lotproof.rules.transitions import END_STEPS, ENDS, MOVES, NONE, of

ENDED = set(END_STEPS)
MOVED = set(MOVES)


@dataclass(frozen=True)
class Event:
    """One event of one item."""

    step: str
    """commissioned, aggregated, disaggregated, emptied, destroyed, inactivated, sampled, shipped, ..."""
    parent: str | None
    """Key of the container concerned."""
    order: int
    """Place in the replay, by event time and then by document order."""
    written: int
    """Place in the order in which the sources wrote the events down."""
    recorded: bool
    """Whether the source states a record time."""
    source: str
    """SHA-256 of the file."""
    position: int | None
    """Place in it."""
    when: str
    """Time as text, for sentences."""
    kind: str = "hub"
    """Kind of the source: whose voice it is."""


@dataclass(frozen=True)
class Violation:
    """One event that the item's state does not allow."""

    code: str
    """Finding code that reports it."""
    event: Event
    """The event."""
    note: str
    """What is wrong, in plain words."""
    other: str | None = None
    """Key of the other container concerned."""


@dataclass(frozen=True)
class Life:
    """Outcome of a replay."""

    parent: str | None
    """The live container at the end."""
    ended: str | None
    """destroyed, inactivated or sampled, where the item ended."""
    violations: tuple[Violation, ...]
    """Everything that was not allowed."""


def replay(events: Iterable[Event]) -> Life:
    """Fold the events of one item; transitions as in DOMAIN B.2.

    Where event time and the order of writing disagree, a wrong clock must not look like a crime: only what neither order
    allows is a violation, and the order that needs fewer of them gives the outcome (event time where they need the same).
    """
    told = sorted(events, key=lambda event: event.order)
    life = _fold(told)
    if not life.violations or not _written_in_one_order(told):
        return life
    other = _fold(sorted(told, key=lambda event: event.written))
    chosen = other if len(other.violations) < len(life.violations) else life
    also = {(found.code, found.event) for found in other.violations}
    return Life(chosen.parent, chosen.ended, tuple(found for found in life.violations if (found.code, found.event) in also))


def _written_in_one_order(events: Sequence[Event]) -> bool:
    """Record times order events of several files, document order those of one; the names of files order nothing."""
    if all(event.recorded for event in events):
        return True
    return len({event.source for event in events}) == 1 and not any(event.recorded for event in events)


def _fold(events: Iterable[Event]) -> Life:
    state = _State()
    for event in events:
        state.take(event)
    return Life(state.parent, state.ended.step if state.ended else None, tuple(state.violations))


class _State:
    def __init__(self) -> None:
        self.parent: str | None = None
        self.item = NONE
        self.last: Event | None = None
        self.violations: list[Violation] = []

    @property
    def ended(self) -> Event | None:
        return self.last if self.item in ENDS else None

    def take(self, event: Event) -> None:
        self.violations.extend(self._check(event))
        if event.step == "aggregated":
            self.parent = event.parent
        elif (event.step == "disaggregated" and event.parent in (None, self.parent)) or (event.step == "emptied" and event.parent == self.parent):
            self.parent = None
        elif (change := of(event.step, "item")) and self._follows(event, change.to):
            self.item, self.last = change.to, event

    def _follows(self, event: Event, to: str) -> bool:
        """What ended stays ended, but for another end or, short of destruction, a correction by the voice that ended it."""
        if self.item in ENDS:
            reopened = to == "commissioned" and self.last is not None and self.last.kind == event.kind
            return self.item != "destroyed" and (to in ENDS or reopened)
        return to != "commissioned" or self.item == NONE

    def _check(self, event: Event) -> Iterator[Violation]:
        if event.step == "aggregated" and self.parent is not None and self.parent != event.parent:
            yield Violation("AGG-01", event, f"put into a second container at {event.when} while still in another", self.parent)
        if event.step == "disaggregated" and event.parent is not None and event.parent != self.parent:
            where = "while in no container" if self.parent is None else "while in another container"
            yield Violation("AGG-06", event, f"taken out of a container at {event.when} {where}", event.parent)
        change = of(event.step, "item")
        if change and change.code and self.item not in change.allowed and self.last is not None:
            what = "put into a container" if event.step == "aggregated" else event.step
            yield Violation(change.code, event, f"{what} at {event.when} after it was {self.last.step} at {self.last.when}")


def final_item(events: Iterable[Event]) -> Event | None:
    """The event that the state of the item comes from, after all events in their order; None where none changes it."""
    state = _State()
    for event in events:
        state.take(event)
    return state.last
