"""Finds the hand-overs of the log key in a ledger, before any signature is judged: each is signed by itself, so no root is needed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from lotproof.ledger import note
from lotproof.ledger.entry import EntryError, parse_entry
from lotproof.ledger.handover import TYPE, Handover, KeyHistory
from lotproof.packs.verify.entries import LEDGER, EntryReader
from lotproof.packs.verify.source import Source, Unreadable, read


def handovers_of(source: Source) -> tuple[Handover, ...]:
    """Give the hand-overs of the ledger in a pack; none where it cannot be read, which the later steps tell of."""
    try:
        head = note.parse_checkpoint(note.parse(read(source, f"{LEDGER}checkpoint")).text)
        return handovers_in(EntryReader(source, head.size).stream(), head.origin)
    except (Unreadable, note.NoteError):
        return ()


def handovers_in(entries: Iterable[bytes], origin: str) -> tuple[Handover, ...]:
    """Give the hand-overs among the entries of the log `origin`, in order; stops quietly where an entry cannot be had."""
    history = KeyHistory(origin)
    for index, data in _key_entries(entries):
        try:
            history.add(index, parse_entry(data))
        except EntryError:
            continue
    return tuple(history.handovers)


def _key_entries(entries: Iterable[bytes]) -> Iterator[tuple[int, bytes]]:
    """Most entries are something else, and need not be parsed to see that."""
    wanted = (TYPE.encode(), b'"log-key"')
    try:
        for index, data in enumerate(entries):
            if any(word in data for word in wanted):
                yield index, data
    except Unreadable:
        return
