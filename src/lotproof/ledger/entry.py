"""Ledger entries: how one is written, read, and how the entries of a stream hang together.

An entry is canonical JSON `{"v":1, "kind", "stream", "seq", "prev", "time", "actor", "body"}`. `seq` counts from 1
without a gap within a stream; `prev` is the base64 leaf hash of the stream's previous entry, null for the first.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from lotproof.ledger import canonical, merkle, note, tiles

VERSION = 1
"""The version of the entry format that is written."""

FIRST_SEQ = 1
"""`seq` of the first entry of a stream."""

KINDS = frozenset({"record", "audit", "file", "segment", "esign", "anchor", "directory", "export", "key"})
"""The kinds that are written. Readers accept others, so that a later version can add some."""

_TIME = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z")
_STREAM = re.compile(r"[!-~]{1,200}")
_MEMBERS = ("v", "kind", "stream", "seq", "prev", "time", "actor")


class EntryError(ValueError):
    """An entry that cannot be written or read."""


@dataclass(frozen=True)
class Entry:
    """One entry as read from its bytes."""

    v: int
    """Version of the entry format."""
    kind: str
    """What it is; see KINDS."""
    stream: str
    """The stream it belongs to, for example a case number."""
    seq: int
    """Position in the stream, from 1."""
    prev: str | None
    """Base64 leaf hash of the stream's previous entry, None for the first."""
    time: str
    """UTC, `YYYY-MM-DDTHH:MM:SSZ`; the server's word unless an anchor bounds it."""
    actor: canonical.Json
    """Who or what acted."""
    body: canonical.Json
    """The content; None when the entry has none."""


@dataclass(frozen=True)
class Head:
    """The last entry of a stream."""

    seq: int
    """Its position in the stream."""
    leaf: str
    """Its base64 leaf hash."""


def leaf_text(data: bytes) -> str:
    """Give the base64 leaf hash of the bytes of an entry: what the next entry of its stream names as `prev`."""
    return note.encode64(merkle.leaf_hash(data))


def make_entry(
    kind: str, stream: str, seq: int, prev: str | None, time: str, actor: canonical.Json, body: canonical.Json
) -> bytes:
    """Give the canonical bytes of an entry.

    `prev` is the `leaf_text` of the stream's previous entry, None when `seq` is 1. Raises EntryError with a sentence
    when a member is malformed or the entry is longer than 65 535 bytes.
    """
    if kind not in KINDS:
        raise EntryError(f"There is no entry kind {kind!r}; use one of {', '.join(sorted(KINDS))}.")
    values: tuple[canonical.Json, ...] = (VERSION, kind, stream, seq, prev, time, actor, body)
    members = dict(zip((*_MEMBERS, "body"), values, strict=True))
    problem = _shape_problem(members)
    if problem:
        raise EntryError(problem)
    try:
        data = canonical.dumps(members)
    except canonical.CanonicalError as error:
        raise EntryError(f"The {kind} entry {seq} of stream {stream!r} cannot be written: {error}") from None
    if len(data) > tiles.MAX_ENTRY:
        raise EntryError(
            f"The {kind} entry {seq} of stream {stream!r} has {len(data)} bytes; {tiles.MAX_ENTRY} are the most. "
            "Store the content as a file and record its digest in a file entry."
        )
    return data


def parse_entry(data: bytes) -> Entry:
    """Read an entry; raises EntryError when it is not JSON under the profile or a member is missing or malformed."""
    try:
        members = canonical.loads(data)
    except canonical.CanonicalError as error:
        raise EntryError(f"The entry cannot be read: {error}") from None
    if b"\n" in data:
        raise EntryError("The entry holds a line break; canonical JSON has none.")
    if not isinstance(members, dict):
        raise EntryError("The entry is not a JSON object.")
    missing = [name for name in _MEMBERS if name not in members]
    if missing:
        raise EntryError(f"The entry has no {', '.join(missing)}.")
    problem = _shape_problem(members)
    if problem:
        raise EntryError(problem)
    return Entry(**{name: members.get(name) for name in (*_MEMBERS, "body")})  # type: ignore[arg-type]


def _shape_problem(members: dict[str, canonical.Json]) -> str | None:
    """Say which member is malformed, as a sentence."""
    v, kind, stream, seq, prev, time, actor = (members[name] for name in _MEMBERS)
    if type(v) is not int or v < 1:
        return f"The version is {v!r}; it is a whole number from 1."
    if not isinstance(kind, str) or not kind:
        return f"The kind is {kind!r}; it is a word such as record."
    if not isinstance(stream, str) or not _STREAM.fullmatch(stream):
        return f"The stream is {stream!r}; its name is 1 to 200 printable ASCII characters without a space."
    if type(seq) is not int or seq < FIRST_SEQ:
        return f"The seq of stream {stream!r} is {seq!r}; it counts from {FIRST_SEQ}."
    if (prev is None) != (seq == FIRST_SEQ) or (prev is not None and not _is_hash(prev)):
        return (
            f"The prev of entry {seq} of stream {stream!r} is {prev!r}; it is the base64 leaf hash (32 bytes) of the "
            f"stream's previous entry, and null only for entry {FIRST_SEQ}."
        )
    if not isinstance(time, str) or not is_time(time):
        return f"The time of entry {seq} of stream {stream!r} is {time!r}; write UTC as YYYY-MM-DDTHH:MM:SSZ."
    if not actor:
        return f"Entry {seq} of stream {stream!r} has no actor; name the person or the program that acted."
    return None


def _is_hash(value: canonical.Json) -> bool:
    try:
        return isinstance(value, str) and len(note.decode64(value)) == merkle.HASH_SIZE
    except note.NoteError:
        return False


def is_time(text: str) -> bool:
    """Say whether `text` is a UTC time of the calendar, written `YYYY-MM-DDTHH:MM:SSZ`."""
    if not _TIME.fullmatch(text):
        return False
    try:
        datetime.strptime(text, "%Y-%m-%dT%H:%M:%S%z")
    except ValueError:
        return False
    return True


class StreamChecker:
    """Follows the entries of a log in order and says where a stream has a gap or a wrong `prev`."""

    def __init__(self) -> None:
        """Begin before the first entry of the log."""
        self.heads: dict[str, Head] = {}

    def add(self, entry: Entry, leaf: str) -> list[tuple[str, str]]:
        """Take the next entry with its base64 leaf hash; give (code, sentence) for each thing that is wrong."""
        head = self.heads.get(entry.stream)
        expected = FIRST_SEQ if head is None else head.seq + 1
        problems: list[tuple[str, str]] = []
        if entry.seq != expected:
            problems.append(("stream-seq", f"Stream {entry.stream!r} has entry {entry.seq} where {expected} follows."))
        if entry.prev != (head.leaf if head else None):
            problems.append(
                (
                    "stream-prev",
                    f"Entry {entry.seq} of stream {entry.stream!r} names as its predecessor an entry that is not "
                    "the stream's previous one.",
                )
            )
        self.heads[entry.stream] = Head(entry.seq, leaf)
        return problems


def check_streams(entries: Iterable[bytes]) -> list[str]:
    """List what is wrong with the streams of a log, as sentences that begin with the index of the entry."""
    checker = StreamChecker()
    problems: list[str] = []
    for index, data in enumerate(entries):
        try:
            found = checker.add(parse_entry(data), leaf_text(data))
        except EntryError as error:
            found = [("bad-entry", str(error))]
        problems += [f"Entry {index}: {sentence}" for _, sentence in found]
    return problems


def directory_body(heads: dict[str, Head]) -> dict[str, canonical.Json]:
    """Give the body of a `directory` entry: the head of every stream before it."""
    return {"heads": {stream: {"seq": head.seq, "leaf": head.leaf} for stream, head in sorted(heads.items())}}
