"""The tolerant path for XML: expat events into rows, whatever the dialect, in constant memory but for one event.

expat, not a tree: it gives the byte offset of every tag, reads UTF-16 and 8-bit encodings in place, minds no undeclared
prefix and opens nothing. A DOCTYPE ends the reading, so there are no entities to expand and nothing to fetch.

The caller may leave whole events out of what it feeds (the bulk path has read them) and says so with `skip`, which it
may do only while the machine is `between` events; byte offsets and line numbers stay those of the document.
"""

from __future__ import annotations

from functools import partial
from pyexpat import ExpatError, ParserCreate

from lotproof.epcis.collect import Collector
from lotproof.epcis.model import Broken, Unreadable
from lotproof.epcis.parts import Draft
from lotproof.epcis.words import BLANK, EVENT_TYPES, local, short
from lotproof.epcis.xml_grammar import LEAVES, QUANTITY_ELEMENTS, WRAPPERS, Leaf, step

MAX_DEPTH = 256
"""Elements inside each other; real documents stay under 20."""
MAX_TEXT = 65_536
"""Characters of one text; the longest real ones are URIs."""
MAX_MARKUP = 8 << 20
"""Bytes of one tag or comment. expat scans unfinished markup again at each feed, so this bounds its time too."""
MAX_EVENT = 256 << 20
"""Bytes of one event: some three million identifiers."""

_HEADER = {
    ("Sender", "Identifier"): "sender",
    ("Receiver", "Identifier"): "receiver",
    ("DocumentIdentification", "InstanceIdentifier"): "instance_identifier",
    ("DocumentIdentification", "CreationDateAndTime"): "created_at",
    ("EPCISHeader", "guidelineVersion"): "guideline",
}


MAX_STEPS = 4096
"""Distinct element names remembered; a hostile document may invent one for each element."""
Step = tuple[str, Leaf | None, str | None]
"""Where a start tag leads: the path, the leaf that stands there, the role of the quantity row that begins there."""


class XmlMachine:
    """Feed it a document in pieces; it fills the rows, the header and the unreadable events of `out`."""

    def __init__(self, out: Collector, encoding: str | None) -> None:
        """`encoding` overrides what the document declares; None believes it."""
        self.out = out
        self.context: tuple[str, ...] = ()
        self.finished: int | None = None
        """Offset of the last event that was read without fault."""
        self._draft: Draft | None = None
        self._spoilt = ""
        self._cdata = False
        """True inside a CDATA section, which expat enters before it has seen the end."""
        self._fed = self._skipped = self._skipped_lines = 0
        self._stack: list[str] = []
        self._path = ""
        self._leaf: Leaf | None = None
        self._link: str | None = None
        self._text: list[str] | None = None
        self._size = 0
        self._steps: dict[tuple[str, str], Step] = {}
        self._parser = ParserCreate(encoding)
        self._parser.buffer_text = True
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._end
        self._parser.CharacterDataHandler = self._data
        self._parser.StartDoctypeDeclHandler = self._doctype
        self._parser.StartCdataSectionHandler = partial(setattr, self, "_cdata", True)
        self._parser.EndCdataSectionHandler = partial(setattr, self, "_cdata", False)

    def feed(self, data: bytes, final: bool = False) -> None:
        """Read on. Raises Broken where the document cannot be read further."""
        try:
            self._parser.Parse(data, final)
        except ExpatError as error:
            at = max(self._parser.ErrorByteIndex, 0) + self._skipped
            raise self._broken(at, str(error).partition(":")[0]) from None
        except (LookupError, ValueError) as error:
            raise self._broken(self._at(), f"its encoding cannot be read ({error})") from None
        self._fed += len(data)
        if self._fed - self._parser.CurrentByteIndex > MAX_MARKUP and not final:
            reason = f"a single tag or comment is longer than {MAX_MARKUP >> 20} MB"
            raise self._broken(max(self._at(), 0), reason)
        if self._draft and self._at() - self._draft.offset > MAX_EVENT:
            self._spoil(f"is longer than {MAX_EVENT >> 20} MB")

    def between(self) -> bool:
        """True while no event and no markup is open: whole events may be skipped here."""
        return self._draft is None and not self._cdata and self._parser.CurrentByteIndex == self._fed

    def skip(self, size: int, lines: int) -> None:
        """Note that `size` bytes with `lines` line ends are left out here."""
        self._skipped += size
        self._skipped_lines += lines

    def _at(self) -> int:
        return int(self._parser.CurrentByteIndex) + self._skipped

    def _line(self) -> int:
        return int(self._parser.CurrentLineNumber) + self._skipped_lines

    def _broken(self, at: int, reason: str) -> Broken:
        if self._draft:
            reason += f" inside the event that begins at byte {self._draft.offset:,}"
        return Broken(at, self._parser.ErrorLineNumber + self._skipped_lines, reason)

    def _doctype(self, *_: object) -> None:
        reason = "it holds a DOCTYPE, which EPCIS never needs and which can be used for attacks; remove it to read on"
        raise Broken(self._at(), self._line(), reason)

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        if len(self.context) + len(self._stack) >= MAX_DEPTH:
            raise Broken(self._at(), self._line(), f"its elements are nested deeper than {MAX_DEPTH}")
        self._text = None
        if self._draft is None:
            self._start_outside(name, attributes)
            return
        path, leaf, row = (None if attributes else self._steps.get((self._path, name))) or self._step(name, attributes)
        self._stack.append(self._path)
        self._path, self._leaf = path, leaf
        if leaf:
            self._text, self._size = [], 0
            self._link = attributes.get("type")
        elif row:
            self._draft.quantities.append([row, None, None, None])

    def _step(self, name: str, attributes: dict[str, str]) -> Step:
        path = step(self._path, name, attributes)
        known: Step = (path, None, None) if path == self._path else (path, LEAVES.get(path), QUANTITY_ELEMENTS.get(path))
        if not attributes and len(self._steps) < MAX_STEPS:
            self._steps[self._path, name] = known
        return known

    def _start_outside(self, name: str, attributes: dict[str, str]) -> None:
        word = local(name)
        if word in EVENT_TYPES:
            self._draft = Draft(word, self._at())
            self._stack.append(self._path)
            self._path, self._spoilt = "", ""
            return
        if not self.context:
            self.out.header["root"] = word
            stated = {local(key): value for key, value in attributes.items()}
            for key, field in (("schemaVersion", "schema_version"), ("creationDate", "creation_date")):
                if key in stated:
                    self.out.header[field] = stated[key]
        elif word not in WRAPPERS and self._in_list():
            reason = f"The element <{name}> at byte {self._at():,} in the event list is none of the known event types."
            self.out.unreadable.append(Unreadable(self._at(), self._line(), reason))
        self.context = (*self.context, word)
        if self.context[-2:] in _HEADER:
            self._text, self._size = [], 0

    def _in_list(self) -> bool:
        return next((word for word in reversed(self.context) if word not in WRAPPERS), "") == "EventList"

    def _data(self, text: str) -> None:
        if self._text is None:
            return
        self._size += len(text)
        if self._size <= MAX_TEXT:
            self._text.append(text)
        elif self._draft:
            self._spoil(f"holds a text of more than {MAX_TEXT:,} characters")

    def _end(self, _: str) -> None:
        text = None if self._text is None else "".join(self._text).strip(BLANK)
        self._text = None
        if self._draft is None:
            if text and self._size <= MAX_TEXT:
                self.out.header.setdefault(_HEADER[self.context[-2], self.context[-1]], text)
            self.context = self.context[:-1]
            return
        if text is not None and self._leaf and not self._spoilt:
            take(self._draft, self._leaf, self._link, text)
        self._path = self._stack.pop()
        if not self._stack:
            self._finish(self._draft)

    def _finish(self, draft: Draft) -> None:
        self._draft = None
        if self._spoilt:
            reason = f"The {draft.type} that begins at byte {draft.offset:,} {self._spoilt}; it was left out."
            self.out.unreadable.append(Unreadable(draft.offset, None, reason))
            return
        self.out.rows.add(draft)
        self.finished = draft.offset

    def _spoil(self, reason: str) -> None:
        """Give the event under way up, free what it holds, and read on after it."""
        assert self._draft is not None
        self._spoilt = self._spoilt or reason
        self._draft = Draft(self._draft.type, self._draft.offset)
        self._text = None


def take(draft: Draft, leaf: Leaf, link_type: str | None, text: str) -> None:
    """Store the stripped text of a leaf in the event."""
    if leaf.kind == "scalar":
        draft.put(leaf.index, text)
    elif leaf.kind == "epc":
        draft.roles.append(leaf.role)
        draft.epcs.append(text)
    elif leaf.kind == "quantity" or (leaf.kind == "bare" and draft.type == "QuantityEvent"):
        if not draft.quantities:
            draft.quantities.append([leaf.role, None, None, None])
        row = draft.quantities[-1]
        row[leaf.index] = row[leaf.index] or text or None
    elif leaf.kind == "link":
        draft.links.append((leaf.role, short(link_type) if link_type else None, text or None))
    elif leaf.kind == "corrective" and text:
        draft.corrective.append(text)
