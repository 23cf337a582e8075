"""A round over the places: each is looked at, and one that is down stops no other."""

from __future__ import annotations

import contextlib
import fcntl
import json
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from lotproof.exchange.drop import batch as batches
from lotproof.exchange.drop.fetch import fetched
from lotproof.exchange.drop.settings import DropError, Drops, Place
from lotproof.exchange.drop.spots import Spot, connect
from lotproof.exchange.drop.still import Seen, Sighting, pause, sort
from lotproof.exchange.drop.take import Came, Hand, finish
from lotproof.lake.store import put

STATE, LOCK = Path("drop") / "state.json", Path("drop") / "lock"
LONG = 5
"""Looks in a row that a place was down, after which people are told: it has been away for some eight minutes."""
LAST = 5
"""Things of a place that are remembered for the desk."""
Told = Callable[[Came], None]


@dataclass
class Known:
    """What is known of a place between rounds."""

    sightings: dict[str, Sighting] = field(default_factory=dict)
    """What lay there, and since when unchanged."""
    tries: int = 0
    """How often in a row it was down."""
    told: str = ""
    """Why it is down; empty where it is not."""
    next: str = ""
    """UTC before which one that is down is not tried again."""
    looked: str = ""
    """UTC of the last look that went well."""
    last: list[dict[str, str]] = field(default_factory=list)
    """What came last, the latest first."""
    troubles: dict[str, str] = field(default_factory=dict)
    """What lies there and cannot be fetched, and why."""


@dataclass(frozen=True)
class Round:
    """What a round did."""

    came: list[Came]
    """What was taken in or put to failed."""
    down: dict[str, str]
    """Place -> why it could not be used."""
    troubles: dict[str, dict[str, str]]
    """Place -> file -> why it could not be fetched."""
    growing: int
    """Files that were left alone, for they may still be written."""
    long_down: list[str] = field(default_factory=list)
    """Why places cannot be used that have now been down for LONG looks; said once."""

    def as_json(self) -> dict[str, Any]:
        return {"came": [one.as_json() for one in self.came], "down": self.down, "troubles": self.troubles, "growing": self.growing}


def read_state(root: Path) -> dict[str, Known]:
    """What is known of each place, by its name."""
    try:
        document = json.loads((root / STATE).read_text(encoding="utf-8"))
    except (FileNotFoundError, ValueError):  # nothing but patience is lost with it
        return {}
    return {name: Known(**{**one, "sightings": {n: Sighting(**s) for n, s in one["sightings"].items()}}) for name, one in document.items()}


@contextlib.contextmanager
def alone(root: Path) -> Iterator[bool]:
    """Whether no other process goes through the places now; it stays so until the end."""
    (root / LOCK).parent.mkdir(exist_ok=True)
    with (root / LOCK).open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
            return
        yield True


def go_round(hand: Hand, drops: Drops, told: Told, patient: bool) -> Round:
    """Look at every place once. ``patient`` leaves those that are down alone until their pause has passed."""
    root, known = hand.workspace.root, read_state(hand.workspace.root)
    known = {place.name: known.get(place.name, Known()) for place in drops.places}
    made = Round([], {}, {}, 0)
    growing = 0
    for place in drops.places:
        one = known[place.name]
        if patient and one.tries and hand.clock() < one.next:
            made.down[place.name] = one.told
            continue
        try:
            growing += _at(hand, place, one, made.came, told)
            one.tries, one.told, one.next, one.looked = 0, "", "", hand.clock()
        except DropError as error:
            one.tries, one.told = one.tries + 1, str(error)
            one.next = _after(hand.clock(), pause(one.tries))
            made.down[place.name] = one.told
            if one.tries == LONG:
                made.long_down.append(one.told)
        if one.troubles:
            made.troubles[place.name] = dict(one.troubles)
        put(root / STATE, json.dumps({name: asdict(each) for name, each in known.items()}).encode())
    return Round(made.came, made.down, made.troubles, growing, made.long_down)


def _after(time: str, seconds: int) -> str:
    return (datetime.fromisoformat(time) + timedelta(seconds=seconds)).strftime("%Y-%m-%dT%H:%M:%SZ")


def _at(hand: Hand, place: Place, known: Known, came: list[Came], told: Told) -> int:
    """One place; gives how many files were left alone. What an earlier process did not end comes first."""
    spot = connect(place, hand.workspace.root)

    def end(batch: batches.Batch) -> None:
        for one in finish(hand, place, spot, batch):
            came.append(one)
            known.last = [one.as_json(), *known.last][:LAST]
            told(one)

    try:
        for batch in list(batches.waiting(hand.workspace.root, place.name)):
            end(batch)
        return _new(hand, place, known, spot, end)
    finally:
        spot.close()


def _new(hand: Hand, place: Place, known: Known, spot: Spot, end: Callable[[batches.Batch], None]) -> int:
    found = sort(spot.look(), known.sightings, place.still_seconds if spot.grows else 0, hand.clock())
    known.sightings, known.troubles = dict(found.sightings), {}
    rest: tuple[Seen, ...] = found.whole
    while rest:
        batch = fetched(hand.workspace.root, spot, place.name, rest, hand.clock(), known.troubles.__setitem__)
        if batch is not None:
            end(batch)
        rest = rest[1 if spot.letters else 200 :]
    return len(found.growing)
