"""Learn the shape of an event element: the markup that stays, and the texts that vary.

Events of one kind from one system differ in their texts only. A shape is such an event with the texts cut out: a row of
literals, each from a "<" to the end of a tag or of the white space after it, with one slot between each two. A slot
holds one text, or a whole run of <epc> elements. The bulk path compares literals; what compares equal is the same event
with other texts, so it means the same as the event it was learned from.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from lotproof.epcis.words import BLANK, local, short
from lotproof.epcis.xml_grammar import IGNORED, LEAVES, QUANTITY_ELEMENTS, Leaf, step

_NAME = rb"[A-Za-z_][A-Za-z0-9_.:-]*+"
_TAG = re.compile(
    rb"[^<&]*+(?P<tag><)(?P<slash>/?)(?P<name>" + _NAME + rb")"
    rb"(?P<attributes>(?:\s++" + _NAME + rb"\s*+=\s*+(?:\"[^\"<&]*+\"|'[^'<&]*+'))*+)\s*+(?P<empty>/?)>"
)
_ATTRIBUTE = re.compile(rb"(" + _NAME + rb")\s*=\s*(?:\"([^\"]*)\"|'([^']*)')")
MAX_LITERAL = 4096
"""Bytes of one literal; longer ones are not worth comparing in bulk."""


@dataclass(frozen=True)
class Slot:
    """What varies between two literals."""

    leaf: Leaf | None
    """Where the text, or each identifier of a run, goes; None: nowhere."""
    row: int = 0
    """Which link or quantity row of the event."""
    link_type: str | None = None
    """The short `type` of a link."""
    item: tuple[bytes, bytes] | None = None
    """For a run: the start and end tag of its elements; None for a single text."""
    between: bytes = b""
    """For a run: the white space between two elements."""
    after: bytes = b""
    """For a run: the white space after the last."""


@dataclass(frozen=True)
class Shape:
    """An event with its texts cut out."""

    type: str
    """The event class."""
    context: tuple[str, ...]
    """Local names of the elements around the event."""
    literals: tuple[bytes, ...]
    """Markup, in order; the first begins with the event's start tag, the last ends with its end tag."""
    slots: tuple[Slot, ...]
    """What stands after each literal but the last."""
    rows: tuple[str, ...]
    """The role of each quantity row."""

    @property
    def firsts(self) -> list[int]:
        """For each literal the index of its first tag, the tags of runs not counted."""
        counts = [literal.count(b"<") for literal in self.literals]
        return [sum(counts[:index]) for index in range(len(counts))]

    @property
    def tags(self) -> int:
        """How many tags the event has, those of runs not counted."""
        return sum(literal.count(b"<") for literal in self.literals)

    @property
    def start_tag(self) -> bytes:
        """The event's start tag as written."""
        return self.literals[0][: self.literals[0].index(b">") + 1]

    @property
    def end_tag(self) -> bytes:
        """The event's end tag as written."""
        return self.literals[-1][self.literals[-1].rindex(b"<") :]


class _Unlearnable(Exception):
    """The event is not of the simple kind that shapes describe."""


@dataclass(frozen=True)
class _Tag:
    start: int
    end: int
    kind: str
    """"open", "close" or "empty"."""
    name: bytes
    bare: bool
    """True for a tag without attributes."""
    link_type: str | None
    path: str
    """For an element's first tag: its path."""
    leaf: Leaf | None
    row: str | None
    """The role of the quantity row that begins here."""


def learn(event: bytes, context: tuple[str, ...]) -> Shape | None:
    """The shape of an event that the tolerant path has read without fault, from "<" to ">", in UTF-8.

    None if it holds what shapes do not describe: entities, CDATA, comments, carriage returns in texts, white space
    around a value, empty list members, corrective events.
    """
    try:
        tags = list(_tags(event))
        return _Learner(event, tags, context).shape()
    except _Unlearnable:
        return None


def _tags(event: bytes) -> Iterator[_Tag]:
    """Every tag of the event with what stands there, in order."""
    paths: list[str] = []
    at = 0
    while at < len(event):
        found = _TAG.match(event, at)
        if found is None:
            raise _Unlearnable
        start, at = found.start("tag"), found.end()
        name, stated = found["name"], _attributes(found["attributes"])
        if found["slash"]:
            yield _Tag(start, at, "close", name, True, None, paths.pop(), None, None)
            continue
        parent = paths[-1] if paths else IGNORED
        path = step(parent, name.decode(), stated) if paths else ""
        leaf, row = (None, None) if path == parent else (LEAVES.get(path), QUANTITY_ELEMENTS.get(path))
        yield _Tag(start, at, "empty" if found["empty"] else "open", name, not stated, stated.get("type"), path, leaf, row)
        if not found["empty"]:
            paths.append(path)


def _attributes(text: bytes) -> dict[str, str]:
    found = _ATTRIBUTE.findall(text)
    return {name.decode(): (double or single).decode() for name, double, single in found}


class _Learner:
    def __init__(self, event: bytes, tags: list[_Tag], context: tuple[str, ...]) -> None:
        self.event, self.tags, self.context = event, tags, context
        self.type = local(tags[0].name.decode())
        self.literals: list[bytes] = []
        self.slots: list[Slot] = []
        self.rows: list[str] = []
        self.links = 0
        self.seen: set[tuple[int, int]] = set()
        self.begin = 0

    def shape(self) -> Shape:
        at = 0
        while at < len(self.tags):
            at = self._element(at)
        self.literals.append(self.event[self.begin :])
        if max(map(len, self.literals)) > MAX_LITERAL:
            raise _Unlearnable
        return Shape(self.type, self.context, tuple(self.literals), tuple(self.slots), tuple(self.rows))

    def _element(self, at: int) -> int:
        """Take the tag at this index, and with it the element if it holds nothing but text; the next index."""
        tag = self.tags[at]
        if tag.row:
            self.rows.append(tag.row)
        if tag.kind == "close":
            return at + 1
        simple = tag.kind == "open" and self.tags[at + 1].kind == "close"
        if local(tag.name.decode()) == "epc":
            return self._run(at)
        if simple:
            self._text(tag, self.tags[at + 1])
            return at + 2
        if tag.leaf and tag.leaf.kind != "scalar":
            raise _Unlearnable
        return at + 1

    def _cut(self, start: int, end: int, slot: Slot) -> None:
        self.literals.append(self.event[self.begin : start])
        self.slots.append(slot)
        self.begin = end

    def _text(self, tag: _Tag, close: _Tag) -> None:
        text = self.event[tag.end : close.start]
        leaf = tag.leaf
        stripped = text.strip(_BLANK)
        if leaf and (stripped != text or leaf.kind == "corrective" or (not text and leaf.kind != "scalar")):
            raise _Unlearnable
        if stripped:
            self._cut(tag.end, close.start, self._slot(tag, leaf))

    def _slot(self, tag: _Tag, leaf: Leaf | None) -> Slot:
        if leaf is None:
            return Slot(None)
        if leaf.kind == "link":
            self.links += 1
            return Slot(leaf, self.links - 1, short(tag.link_type) if tag.link_type else None)
        row = 0
        if leaf.kind in ("bare", "quantity"):
            if leaf.kind == "bare" and self.type != "QuantityEvent":
                return Slot(None)
            self.rows = self.rows or [leaf.role]
            row = len(self.rows)
        if (row, leaf.index) in self.seen:
            return Slot(None)
        self.seen.add((row, leaf.index))
        return Slot(leaf, max(row - 1, 0))

    def _run(self, at: int) -> int:
        """Take neighbouring <epc> elements as one slot; the index after the last."""
        first, closes, gaps = self.tags[at], [], []
        item = (self.event[first.start : first.end], b"</" + first.name + b">")
        while self.tags[at].kind == "open" and self.tags[at].name == first.name:
            tag, close = self.tags[at], self.tags[at + 1]
            written = (self.event[tag.start : tag.end], self.event[close.start : close.end])
            text = self.event[tag.end : close.start]
            if close.kind != "close" or written != item or not tag.bare or text.strip(_BLANK) != text:
                raise _Unlearnable
            closes.append(close.end)
            at += 2
            gaps.append(self.event[close.end : self.tags[at].start])
        before = self.event[self.tags[at - 2 * len(closes) - 1].end : first.start]
        if not closes or any(gap.strip(_BLANK) for gap in gaps) or len(set(gaps[:-1])) > 1:
            raise _Unlearnable
        between = gaps[0] if len(gaps) > 1 else before
        slot = Slot(first.leaf, item=item, between=between, after=gaps[-1])
        self._cut(first.start, self.tags[at].start, slot)
        return at


_BLANK = BLANK.encode()
