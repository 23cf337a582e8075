"""A fault tree of an incident held against the findings of its lots: which events the data show, and which ways to the top they fill."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from lotproof.faulttree.analyse import analyse
from lotproof.faulttree.build import Ask
from lotproof.faulttree.model import Tree

LISTED, SHOWN = 200, 20
"""Minimal cut sets that are held against the findings, the shortest, and how many of them are given."""
SEEN, NOT_SEEN, NO_DATA = "seen in the data", "not found by the rules", "no data show it"


@dataclass(frozen=True)
class EventSeen:
    """A basic event and what the findings say of it."""

    name: str
    """Its name in the tree."""
    label: str
    """What happens."""
    found: tuple[tuple[str, str, int], ...]
    """Code, lot and count of each finding that is evidence of it."""
    verdict: str
    """SEEN, NOT_SEEN or NO_DATA."""


@dataclass(frozen=True)
class Way:
    """A minimal cut set: events that together are enough for the top event."""

    events: tuple[str, ...]
    """Names of its events."""
    seen: int
    """How many of them the data show."""
    open: tuple[str, ...]
    """Those that a person has to look at: no data show them."""


def events_seen(tree: Tree, findings: Sequence[Mapping[str, object]]) -> list[EventSeen]:
    """Every event of the tree; ``findings`` have code, lot and count."""
    return [_event(name, event.label, event.codes, findings) for name, event in tree.events.items()]


def _event(name: str, label: str, codes: Sequence[str], findings: Sequence[Mapping[str, object]]) -> EventSeen:
    found = tuple((str(one["code"]), str(one["lot"]), int(str(one["count"]))) for one in findings if one["code"] in codes)
    return EventSeen(name, label or name, found, SEEN if found else NOT_SEEN if codes else NO_DATA)


def ways(tree: Tree, events: Sequence[EventSeen], ask: Ask) -> list[Way]:
    """The cut sets with the fewest events that the rules looked for and did not find first; none where ``ask`` ends it too early."""
    by_name = {one.name: one for one in events}
    found = [_way(one.events, by_name) for one in analyse(tree, ask, LISTED).listed]
    return sorted(found, key=lambda way: (len(way.events) - way.seen - len(way.open), len(way.events) - way.seen, way.events))[:SHOWN]


def _way(names: tuple[str, ...], events: Mapping[str, EventSeen]) -> Way:
    known = [events[name] for name in names if name in events]
    return Way(names, sum(one.verdict == SEEN for one in known), tuple(one.name for one in known if one.verdict == NO_DATA))
