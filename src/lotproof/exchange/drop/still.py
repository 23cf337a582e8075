"""Which files at a place are whole: pure decisions over what two looks saw."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from fnmatch import fnmatchcase

UNFINISHED = (".part", ".tmp", ".filepart", ".crdownload", ".partial", ".swp", "~", ".new")
"""Endings that programs give to what they still write."""
RECEIPT = ".receipt.json"
"""Ending of our own receipts."""


@dataclass(frozen=True)
class Seen:
    """Something that lies at a place."""

    name: str
    """Its name there; unique at the place."""
    size: int
    """Bytes."""
    stamp: str
    """Time of its last change, as the place tells it."""
    beside: tuple[str, ...] = ()
    """Names that belong to it and go where it goes: its marker file."""


@dataclass(frozen=True)
class Sighting:
    """Since when a file has been as it is."""

    size: int
    """Bytes."""
    stamp: str
    """Time of its last change."""
    since: str
    """UTC of the first look that saw it so."""


@dataclass(frozen=True)
class Sorted:
    """What is to be done with what lies at a place."""

    whole: tuple[Seen, ...]
    """May be taken, by name."""
    growing: tuple[Seen, ...]
    """Left alone for now."""
    sightings: Mapping[str, Sighting]
    """What the next look is compared with."""


def ignored(name: str, patterns: Iterable[str]) -> bool:
    """Whether a name is never taken: unfinished by its name, hidden, a receipt, or none of the patterns."""
    wanted = tuple(patterns)
    if name.lower().endswith((*UNFINISHED, RECEIPT)) or name.startswith("."):
        return True
    return bool(wanted) and not any(fnmatchcase(name, one) for one in wanted)


def with_markers(seen: Iterable[Seen], marker: str) -> list[Seen]:
    """Files whose marker lies beside them, with it; all where no marker is asked for. Markers themselves are no files."""
    listed = list(seen)
    if not marker:
        return listed
    names = {one.name for one in listed}
    files = (one for one in listed if not one.name.endswith(marker))
    return [replace(one, beside=(one.name + marker,)) for one in files if one.name + marker in names]


def sort(seen: Iterable[Seen], before: Mapping[str, Sighting], still_seconds: float, now: str) -> Sorted:
    """Part what has stood still long enough from what has not. ``now`` is UTC to the second."""
    whole: list[Seen] = []
    growing: list[Seen] = []
    sightings: dict[str, Sighting] = {}
    for one in sorted(seen, key=lambda found: found.name):
        earlier = before.get(one.name)
        same = earlier is not None and (earlier.size, earlier.stamp) == (one.size, one.stamp) and earlier.since <= now
        sightings[one.name] = earlier if same and earlier else Sighting(one.size, one.stamp, now)
        (whole if _stood(sightings[one.name].since, now, still_seconds) else growing).append(one)
    return Sorted(tuple(whole), tuple(growing), sightings)


def _stood(since: str, now: str, seconds: float) -> bool:
    """Clocks tell whole seconds: one more than asked for has passed for certain when the texts say so."""
    return seconds == 0 or (datetime.fromisoformat(now) - datetime.fromisoformat(since)).total_seconds() > seconds


def pause(tries: int) -> int:
    """Seconds until a place that is down is looked at again: twice as long each time, at most an hour."""
    return min(30 << min(max(tries, 1) - 1, 7), 3600)
