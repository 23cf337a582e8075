"""A bow-tie as a document: threats, barriers, the event, consequences. A barrier's state needs evidence; its events may be a fault tree's.

The JSON is that of the dataclasses below, with ``"format": "lotproof-bow-tie/1"``; unknown fields are refused as in a file of causes.
"""

from __future__ import annotations

import difflib
from collections.abc import Collection, Iterator
from dataclasses import dataclass

from lotproof.causes.problem import CausesError
from lotproof.draw import bow_tie as drawing

FORMAT = "lotproof-bow-tie/1"
STATES = ("held", "failed", "missing", "untested")


@dataclass(frozen=True)
class Barrier:
    """What should stop a threat, or a consequence."""

    text: str
    """What it is."""
    state: str = "untested"
    """held, failed, missing or untested."""
    evidence: str = ""
    """What shows its state: finding, document, ledger entry."""
    event: str = ""
    """Basic event of the fault tree that is its failure."""


@dataclass(frozen=True)
class Arm:
    """A threat, or a consequence."""

    text: str
    """In a sentence."""
    barriers: tuple[Barrier, ...] = ()
    """In the order in which they are met."""
    event: str = ""
    """Basic event of the fault tree that is the threat."""


@dataclass(frozen=True)
class BowTie:
    """The whole."""

    event: str
    """The event in the middle."""
    threats: tuple[Arm, ...] = ()
    """What may lead to it."""
    consequences: tuple[Arm, ...] = ()
    """What it may lead to."""


def check_tie(tie: BowTie, name: str, events: Collection[str] | None = None) -> None:
    """CausesError where a barrier's state has no evidence, or an event is none of the fault tree's ``events``."""
    for side, arm in _arms(tie):
        where = f'{name}, {side} "{arm.text}"'
        _known(arm.event, events, where)
        for barrier in arm.barriers:
            place = f'{where}, barrier "{barrier.text}"'
            _known(barrier.event, events, place)
            if barrier.state != "untested" and not barrier.evidence.strip():
                raise CausesError(f"{place}: it is called {barrier.state}, and nothing shows it; cite the evidence, or call it untested.")


def _arms(tie: BowTie) -> Iterator[tuple[str, Arm]]:
    yield from (("threat", arm) for arm in tie.threats)
    yield from (("consequence", arm) for arm in tie.consequences)


def _known(event: str, events: Collection[str] | None, where: str) -> None:
    if event and events is not None and event not in events:
        near = difflib.get_close_matches(event, list(events), 1)
        raise CausesError(f'{where}: the fault tree has no event "{event}"{f"; did you mean {near[0]}?" if near else "."}')


def as_bow_tie(tie: BowTie, title: str) -> str:
    """The drawing; an event of the fault tree stands below what it belongs to."""

    def arm(one: Arm) -> drawing.Arm:
        barriers = (drawing.Barrier(b.text, "" if b.state == "untested" else b.state, b.event) for b in one.barriers)
        return drawing.Arm(f"{one.text} [{one.event}]" if one.event else one.text, tuple(barriers))

    return drawing.bow_tie(tie.event, [arm(one) for one in tie.threats], [arm(one) for one in tie.consequences], title)


def states(tie: BowTie) -> dict[str, int]:
    """How many barriers are in each state."""
    found = [barrier.state for _, arm in _arms(tie) for barrier in arm.barriers]
    return {state: found.count(state) for state in STATES}
