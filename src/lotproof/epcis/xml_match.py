"""Find in a stretch of a document the events that have a known shape, many at a time.

The stretch is looked at through the positions of its "<": an event of a shape has a known number of them, and at known
ones of them a known literal begins. Each literal is compared for all candidate events at once. What compares equal is
read; everything else is left to the tolerant path, so this file may refuse whatever it likes and must never guess.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from lotproof.epcis.parts import Ints
from lotproof.epcis.words import BLANK
from lotproof.epcis.xml_machine import MAX_TEXT
from lotproof.epcis.xml_shape import Shape

Flags = npt.NDArray[np.bool_]
_PAD = 8192
"""Zero bytes behind the stretch, so that a literal may be compared at any place; longer than any literal."""


class Window:
    """A stretch of a document and the places of its tags."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.padded = data + bytes(_PAD)
        self.bytes = np.frombuffer(self.padded, np.uint8)
        self.tags: Ints = np.flatnonzero(self.bytes[: len(data)] == ord("<"))
        words = np.ndarray((len(data) + 1,), "<u4", self.padded, strides=(1,))
        self._begins = words[self.tags]
        """The first four bytes of each tag; every tag of an event has as many."""
        self.lines = -1
        """Line ends, once `plain` has counted them."""

    def plain(self) -> bool:
        """True if the stretch holds only what the bulk path reads: UTF-8 without control characters or "]]>"."""
        body = self.bytes[: len(self.data)]
        self.lines = int(np.count_nonzero(body == 10))
        control = np.count_nonzero(body < 32) - self.lines
        if control and control != self.data.count(b"\t") + self.data.count(b"\r"):
            return False
        if b"]" in self.data and b"]]>" in self.data:
            return False
        if self.data.isascii():
            return True
        try:
            return not set(self.data.decode()) & {"\ufffe", "\uffff"}
        except UnicodeDecodeError:
            return False

    def texts(self, starts: Ints, size: int, kind: str = "S") -> npt.NDArray[np.bytes_]:
        """The `size` bytes at each start. kind "S" for comparing (ends at a zero byte), "V" for copying."""
        count = len(self.padded) - size + 1
        view: npt.NDArray[np.bytes_] = np.ndarray((count,), f"{kind}{size}", self.padded, strides=(1,))
        return view[starts]

    def same(self, starts: Ints, literal: bytes) -> Flags:
        """Whether `literal` stands at each start."""
        if not literal:
            return np.ones(len(starts), np.bool_)
        return np.asarray(self.texts(starts, len(literal)) == literal)

    def find(self, tag: bytes) -> Ints:
        """Indexes of the tags that read exactly so."""
        found = np.flatnonzero(self._begins == int.from_bytes(tag[:4], "little"))
        return found[self.same(self.tags[found], tag)]

    def find_any(self, tags: set[bytes]) -> Ints:
        """Indexes of the tags that read exactly as one of these, in order."""
        found = [self.find(tag) for tag in sorted(tags)]
        if len(found) == 1:
            return found[0]
        return np.sort(np.concatenate([np.empty(0, np.int64), *found]))

    def places(self, byte: bytes) -> Ints:
        """Positions of a rare byte."""
        if byte not in self.data:
            return np.empty(0, np.int64)
        return np.flatnonzero(self.bytes[: len(self.data)] == byte[0])


@dataclass
class Items:
    """The list elements (<epc>) of a stretch, and its other tags."""

    starts: Ints
    """Position of each element's text."""
    ends: Ints
    """Position of the end of each element's text."""
    closed: Ints
    """Position after each element."""
    gaps: Ints
    """Bytes from there to the next tag."""
    tags: Ints
    """Positions of all tags that are not of list elements."""
    index: Ints
    """Index of each of these among all tags."""
    rank: Ints
    """For all tags: how many of `tags` come before."""


@dataclass
class Run:
    """A run of list elements in each matched event of a shape."""

    slot: int
    first: Ints
    """Index into Items of each event's first element."""
    last: Ints
    """Index after its last."""


@dataclass
class Match:
    """The events of one shape found in a stretch."""

    shape: Shape
    events: Ints
    """Which events, by position among all that were found."""
    begins: list[Ints]
    """For each literal its position in each event."""
    runs: list[Run] = field(default_factory=list)

    def keep(self, flags: Flags) -> None:
        """Drop the events whose flag is False."""
        if not flags.all():
            self.events = self.events[flags]
            self.begins = [begin[flags] for begin in self.begins]
            self.runs = [Run(run.slot, run.first[flags], run.last[flags]) for run in self.runs]

    def text(self, slot: int) -> tuple[Ints, Ints]:
        """Start and end of a slot in each event."""
        return self.begins[slot] + len(self.shape.literals[slot]), self.begins[slot + 1]


@dataclass
class Found:
    """All events of known shapes in a stretch, in document order."""

    window: Window
    items: Items
    matches: list[Match]
    begins: Ints
    """Position of each event."""
    ends: Ints
    """Position after each event."""
    shapes: Ints
    """Index into `matches` for each event."""


def match(data: bytes, shapes: Sequence[Shape]) -> Found | None:
    """The events in `data` that have one of the shapes; None if there are none or the stretch is not plain."""
    window = Window(data)
    if not len(window.tags) or not window.plain():
        return None
    items = _items(window, {slot.item for shape in shapes for slot in shape.slots if slot.item})
    if items is None:
        return None
    begins, ends = _events(window, shapes)
    sizes = items.rank[ends] - items.rank[begins] + 1
    taken = np.zeros(len(begins), np.bool_)
    matches = []
    for shape in shapes:
        candidates = np.flatnonzero((sizes == shape.tags) & ~taken)
        found = _of_shape(window, items, shape, candidates, items.rank[begins[candidates]])
        taken[found.events] = True
        matches.append(found)
    return _ordered(window, items, matches)


def _items(window: Window, tags: set[tuple[bytes, bytes]]) -> Items | None:
    """The list elements; None where one holds more than text, which shapes do not describe."""
    opens = window.find_any({start for start, _ in tags})
    closes = window.find_any({end for _, end in tags})
    if len(opens) != len(closes) or (opens + 1 != closes).any():
        return None
    keep = np.ones(len(window.tags), np.bool_)
    keep[opens] = keep[closes] = False
    index = np.flatnonzero(keep)
    starts, ends = window.tags[opens], window.tags[closes]
    sizes = np.array(sorted({(len(start), len(end)) for start, end in tags} or {(0, 0)}))
    if len(sizes) > 1:
        return None
    closed = ends + sizes[0][1]
    following = np.append(window.tags, len(window.data))[closes + 1]
    rank: Ints = np.cumsum(keep) - keep
    return Items(starts + sizes[0][0], ends, closed, following - closed, window.tags[index], index, rank)


def _events(window: Window, shapes: Sequence[Shape]) -> tuple[Ints, Ints]:
    """First and last tag, as indexes, of everything that begins and ends like an event and holds no other."""
    starts = window.find_any({shape.start_tag for shape in shapes})
    stops = window.find_any({shape.end_tag for shape in shapes})
    after = np.searchsorted(stops, starts)
    starts, after = starts[after < len(stops)], after[after < len(stops)]
    ends = stops[after]
    whole = np.append(starts[1:] > ends[:-1], True)[: len(starts)]
    return starts[whole], ends[whole]


def _of_shape(window: Window, items: Items, shape: Shape, candidates: Ints, firsts: Ints) -> Match:
    found = Match(shape, candidates, [])
    for literal, offset in zip(shape.literals, shape.firsts, strict=True):
        begin = items.tags[firsts + offset]
        equal = window.same(begin, literal)
        found.begins.append(begin)
        if not equal.all():
            found.keep(equal)
            firsts = firsts[equal]
    for number, slot in enumerate(shape.slots):
        if slot.item:
            firsts = _check_run(window, items, found, number, firsts)
        elif slot.leaf:
            start, end = found.text(number)
            tight = (start < end) & (end - start <= MAX_TEXT) & (window.bytes[start] > 32) & (window.bytes[end - 1] > 32)
            found.keep(tight)
            firsts = firsts[tight]
    _check_rare(window, found)
    return found


def _check_run(window: Window, items: Items, found: Match, number: int, firsts: Ints) -> Ints:
    """Keep the events whose run holds nothing but list elements and the learned white space."""
    slot = found.shape.slots[number]
    before = firsts + found.shape.firsts[number + 1]
    last = (items.index[before] - before) // 2
    first = (items.index[before - 1] - before + 1) // 2
    start, end = found.text(number)
    good = last > first
    first, last = np.where(good, first, 0), np.where(good, last, 0)
    opened = np.append(items.starts - len((slot.item or (b"", b""))[0]), -1)
    closed = np.append(items.closed, -1)
    good &= (opened[first] == start) & (closed[last - 1] + len(slot.after) == end)
    good &= window.same(np.maximum(end - len(slot.after), 0), slot.after)
    joined = (items.gaps == len(slot.between)) & window.same(items.closed, slot.between)
    tight = (window.bytes[items.starts] > 32) & (window.bytes[items.ends - 1] > 32)
    tight &= items.ends - items.starts <= MAX_TEXT
    good &= _all_between(joined, first, last - 1) & _all_between(tight, first, last)
    found.runs.append(Run(number, first, last))
    found.keep(good)
    return firsts[good]


def _all_between(flags: Flags, first: Ints, last: Ints) -> Flags:
    """Whether all flags from `first` to before `last` hold, for each pair."""
    if flags.all():
        return np.ones(len(first), np.bool_)
    bad = np.concatenate([[0], np.cumsum(~flags)])
    return np.asarray(bad[np.maximum(last, first)] == bad[first])


def _check_rare(window: Window, found: Match) -> None:
    """Drop events with an entity, and those with carriage returns in a text, which XML reads as line feeds."""
    begin, end = found.begins[0], found.begins[-1] + len(found.shape.literals[-1])
    entities = window.places(b"&")
    good = np.searchsorted(entities, begin) == np.searchsorted(entities, end)
    returns = window.places(b"\r")
    if len(returns):
        expected = np.full(len(begin), sum(literal.count(b"\r") for literal in found.shape.literals))
        for run in found.runs:
            slot = found.shape.slots[run.slot]
            expected += (run.last - run.first - 1) * slot.between.count(b"\r") + slot.after.count(b"\r")
        good &= np.searchsorted(returns, end) - np.searchsorted(returns, begin) == expected
    found.keep(good)


def _ordered(window: Window, items: Items, matches: list[Match]) -> Found | None:
    matches = [found for found in matches if len(found.events)]
    if not matches:
        return None
    begins = np.concatenate([found.begins[0] for found in matches])
    ends = np.concatenate([found.begins[-1] + len(found.shape.literals[-1]) for found in matches])
    shapes = np.repeat(np.arange(len(matches)), [len(found.events) for found in matches])
    order = np.argsort(begins, kind="stable")
    rank = np.empty_like(order)
    rank[order] = np.arange(len(order))
    at = 0
    for found in matches:
        found.events = rank[at : at + len(found.begins[0])]
        at += len(found.begins[0])
    return Found(window, items, matches, begins[order], ends[order], shapes[order])


def blank_after(found: Found) -> Flags:
    """For each event whether nothing but white space stands between it and the next; False for the last."""
    begins, ends, data = found.begins, found.ends, found.window.data
    if len(begins) < 2:
        return np.zeros(len(begins), np.bool_)
    usual = data[ends[0] : begins[1]]
    usual = usual if not usual.strip(BLANK.encode()) else b"\n"
    blank = (begins[1:] - ends[:-1] == len(usual)) & found.window.same(ends[:-1], usual)
    for index in np.flatnonzero(~blank):
        gap = data[ends[index] : begins[index + 1]]
        blank[index] = not gap.strip(BLANK.encode())
    return np.append(blank, False)
