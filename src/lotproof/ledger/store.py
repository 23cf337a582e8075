"""The ledger in the database: append, read, check. The only code that writes the table."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.db import connection, models, transaction

from lotproof.ledger import merkle
from lotproof.ledger.entry import Entry, EntryError, Head, StreamChecker, leaf_text, make_entry, parse_entry
from lotproof.ledger.note import encode64
from lotproof.ledger.plain import printable


def table() -> models.Manager[Any]:
    """The rows of the log. Looked up when used: this module is imported before Django knows its database."""
    manager: models.Manager[Any] = apps.get_model("ledger", "Entry")._default_manager
    return manager


@dataclass(frozen=True)
class Appended:
    """Where an entry went."""

    index: int
    """Place in the log."""
    leaf: str
    """Base64 leaf hash."""


def append(kind: str, stream: str, time: str, actor: str, body: Any) -> Appended:
    """Append one entry; ``time`` is UTC, `YYYY-MM-DDTHH:MM:SSZ`. Durable when this returns."""
    with transaction.atomic():
        lock()
        return _add(draft(kind, stream, time, actor, body))


def append_at(kind: str, stream: str, time: str, actor: str, body_of: Callable[[int], Any]) -> Appended:
    """Append one entry whose body states its own place in the log: `body_of` gives it for an index. Durable when this returns."""
    with transaction.atomic():
        lock()
        return _add(draft(kind, stream, time, actor, body_of(size())))


def draft(kind: str, stream: str, time: str, actor: str, body: Any) -> bytes:
    """The bytes of the entry that `append` would write now, not written: for what has to be signed before it is."""
    head = head_of(stream)
    return make_entry(kind, stream, head.seq + 1 if head else 1, head.leaf if head else None, time, printable(actor), printable(body))


def append_drafted(data: bytes) -> Appended:
    """Append the bytes of an entry that was drafted; EntryError where its stream has gone on since. Durable when this returns."""
    with transaction.atomic():
        lock()
        found = parse_entry(data)
        head = head_of(found.stream)
        if (found.seq, found.prev) != ((head.seq + 1, head.leaf) if head else (1, None)):
            raise EntryError(f"The stream {found.stream} has gone on since this entry was drafted; draft it again.")
        return _add(data)


def _add(data: bytes) -> Appended:
    """Write the row of an entry that follows its stream; the caller holds the lock."""
    found, rows, leaf = parse_entry(data), table(), merkle.leaf_hash(data)
    last = rows.order_by("-index").values_list("index", flat=True).first()
    index = 0 if last is None else last + 1
    rows.bulk_create([rows.model(index=index, leaf_hash=leaf, data=data, kind=found.kind, stream=found.stream, seq=found.seq)])
    return Appended(index, encode64(leaf))


def lock() -> None:
    """One writer at a time until the transaction ends: SQLite's IMMEDIATE transaction is that already, PostgreSQL needs to be told."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("LOCK TABLE ledger_entry IN EXCLUSIVE MODE")


def head_of(stream: str) -> Head | None:
    """The last entry of a stream, None where there is none yet."""
    row = table().filter(stream=stream).order_by("-seq").values_list("seq", "data").first()
    return Head(row[0], leaf_text(bytes(row[1]))) if row else None


def heads() -> dict[str, Head]:
    """The last entry of every stream."""
    names = table().order_by("stream").values_list("stream", flat=True).distinct()
    return {name: head for name in names if (head := head_of(name))}


def size() -> int:
    """How many entries the log has: it has no gaps, and counting a million rows at every signature would take its time."""
    last = table().order_by("-index").values_list("index", flat=True).first()
    return 0 if last is None else int(last) + 1


def entries(kind: str | None = None, stream: str | None = None, before: int | None = None) -> Iterator[bytes]:
    """The bytes of the entries, in the order of the log, read in pieces; only those below the index ``before`` where one is given."""
    query = _before(before)
    if kind:
        query = query.filter(kind=kind)
    if stream:
        query = query.filter(stream=stream).order_by("seq")
    for data in query.values_list("data", flat=True).iterator(chunk_size=500):
        yield _bytes(data)


def _before(index: int | None) -> models.QuerySet[Any]:
    rows: models.QuerySet[Any] = table().order_by("index")
    return rows if index is None else rows.filter(index__lt=index)


def _bytes(value: Any) -> bytes:
    """A column of bytes as the database gives it; SQLite holds text there where somebody wrote text."""
    return value.encode("utf-8", "surrogateescape") if isinstance(value, str) else bytes(value)


def bodies(kind: str, stream: str) -> Iterator[Any]:
    """The bodies of the entries of one kind in one stream; EntryError where somebody made one unreadable."""
    for _, body in indexed_bodies(kind, stream):
        yield body


def indexed_bodies(kind: str, stream: str) -> Iterator[tuple[int, Any]]:
    """The same with the index of each entry."""
    for index, found in indexed(kind, stream):
        yield index, found.body


def indexed(kind: str, stream: str) -> Iterator[tuple[int, Entry]]:
    """The entries of one kind in one stream with their index; EntryError where somebody made one unreadable."""
    # By place in the stream, which is the same order: asked for that of the log, SQLite walks through all entries of the kind.
    rows = table().filter(kind=kind, stream=stream).order_by("seq").values_list("index", "data")
    for index, data in rows.iterator(chunk_size=500):
        try:
            yield index, parse_entry(_bytes(data))
        except EntryError as error:
            raise EntryError(f'The ledger is damaged in its stream "{stream}": {error} Run "lotproof doctor".') from None


def entry(index: int) -> bytes:
    """The bytes of one entry; EntryError where the log has none there."""
    data = table().filter(index=index).values_list("data", flat=True).first()
    if data is None:
        raise EntryError(f"The log has no entry {index}; it has {size()}.")
    return _bytes(data)


def leaves(before: int | None = None) -> Iterator[bytes]:
    """The leaf hashes, in the order of the log; only those below the index ``before`` where one is given."""
    for leaf in _before(before).values_list("leaf_hash", flat=True).iterator():
        yield _bytes(leaf)


def root(of: int | None = None) -> bytes:
    """The Merkle root over all leaf hashes, or over the first ``of``."""
    return merkle.root(leaves(of))


def root_at(sizes: Iterable[int]) -> dict[int, bytes]:
    """The Merkle roots that the log had at these sizes; sizes that it never reached are left out."""
    wanted, tree = set(sizes), merkle.Tree()
    found: dict[int, bytes] = {}
    for leaf in leaves():
        tree.append(leaf)
        if tree.size in wanted:
            found[tree.size] = tree.root()
    return found


def problems() -> list[str]:
    """What is wrong with the log: gaps, leaves that are not their bytes' hash, streams out of order. Empty when sound."""
    found: list[str] = []
    checker = StreamChecker()
    rows = table().order_by("index").values_list("index", "leaf_hash", "data", "stream", "seq", "kind")
    for expected, (index, leaf, data, stream, seq, kind) in enumerate(rows.iterator(chunk_size=500)):
        if index != expected:
            found.append(f"The log has entry {index} where {expected} follows.")
            break
        data, leaf = _bytes(data), _bytes(leaf)
        if merkle.leaf_hash(data) != leaf:
            found.append(f"Entry {index}: its bytes are not those whose leaf hash was stored.")
            continue
        try:
            parsed = parse_entry(data)
        except EntryError as error:
            found.append(f"Entry {index}: {error}")
            continue
        if (parsed.stream, parsed.seq, parsed.kind) != (stream, seq, kind):
            found.append(f"Entry {index}: its columns do not say what its bytes say.")
        found += [f"Entry {index}: {sentence}" for _, sentence in checker.add(parsed, encode64(leaf))]
    return found
