"""Step 5, the time sandwich: each anchor is a timestamp over an earlier head of this log, and no entry contradicts its time.

Without a CA given from outside the timestamps are checked in themselves, but whose they are stays open; a note says so.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from lotproof.ledger import note
from lotproof.ledger.entry import Entry
from lotproof.ledger.gaps import Gaps, missed
from lotproof.ledger.late import seconds, span
from lotproof.ledger.sandwich import TOLERANCE, Found, Sandwich
from lotproof.packs.verify.entries import LEDGER
from lotproof.packs.verify.source import Source, Unreadable, read

if TYPE_CHECKING:
    from lotproof.packs.verify.cms import Token

FOLDER = f"{LEDGER}anchors/"
"""Readable copies: `<size>.tsr`, and `<size>.checkpoint`, over which it is."""


@dataclass(frozen=True)
class Clocks:
    """What the times of a log are judged by."""

    ca: bytes = b""
    """PEM certificates of authorities that the reader trusts; empty when none was given."""
    tolerance: int = TOLERANCE
    """Seconds by which clocks may differ."""
    late_after: int | None = None
    """Delay in seconds after which an entry is late; None leaves that to the site."""


class Anchors:
    """Follows the entries of a log in order; gives (code, place, sentence) for what is wrong with their times."""

    def __init__(self, source: Source, origin: str, root_at: Callable[[int], bytes], clocks: Clocks) -> None:
        """Judge the log `origin`, whose root at a size `root_at` gives."""
        self._source, self._origin, self._root_at, self._clocks = source, origin, root_at, clocks
        self._sandwich, self._gaps = Sandwich(clocks.tolerance), Gaps()
        self._count = 0
        self._last = ""

    def add(self, index: int, entry: Entry) -> Iterator[Found]:
        """Take the next entry."""
        self._gaps.add(seconds(entry.time))
        yield from self._sandwich.add(index, seconds(entry.time))
        if entry.kind != "anchor":
            return
        body: Any = entry.body if isinstance(entry.body, dict) else {}
        try:
            head, token = self._read(index, body)
        except (ValueError, Unreadable) as error:
            yield ("bad-anchor", index, f"The anchor, entry {index}, proves no time: {error}")
            return
        self._count, self._last = self._count + 1, f"{token.time:%Y-%m-%dT%H:%M:%SZ}"
        self._gaps.anchor(int(token.time.timestamp()))
        yield from self._sandwich.anchor(index, head.size, int(token.time.timestamp()))
        yield from self._copies(index, head.size, body)

    def _read(self, index: int, body: dict[str, Any]) -> tuple[note.Checkpoint, Token]:
        """Give head and timestamp of an anchor; raises ValueError with what is wrong."""
        from lotproof.packs.verify import cms  # here, because most packs need none of it and it takes half a second

        if not isinstance(body.get("checkpoint"), str) or not isinstance(body.get("tsr"), str):
            raise ValueError("it has no checkpoint or no timestamp.")
        signed = body["checkpoint"].encode()
        head = note.parse_checkpoint(note.parse(signed).text)
        if head.origin != self._origin or not 0 < head.size <= index:
            raise ValueError("its checkpoint is not an earlier one of this log.")
        if self._root_at(head.size) != head.root:
            raise ValueError(f"its checkpoint states another root at {head.size} entries than this log had.")
        token = cms.read_token(note.decode64(body["tsr"]))
        if hashlib.new(token.algorithm, signed).digest() != token.imprint:
            raise ValueError("its timestamp is over something else than its checkpoint.")
        if self._clocks.ca and cms.chain_problem(token.signed, cms.certificates(self._clocks.ca), token.time):
            raise ValueError("the certificate of its authority does not come from the CA that was given, or was not valid then.")
        return head, token

    def _copies(self, index: int, size: int, body: dict[str, Any]) -> Iterator[Found]:
        for name, content in ((f"{size}.tsr", note.decode64(body["tsr"])), (f"{size}.checkpoint", body["checkpoint"].encode())):
            path = FOLDER + name
            if path in self._source.files and read(self._source, path) != content:
                yield ("anchor-differs", index, f"{path} is not what the anchor, entry {index}, holds.")

    def notes(self, size: int) -> list[str]:
        """Say what the anchors prove of a log of `size` entries, and what they leave open."""
        if not self._count:
            return ["No anchor: the times of the entries are the word of the server alone.", *self._missing()]
        start = self._sandwich.open_from
        told = f"{self._count} anchors, the last of {self._last}, bound the times of entries 0 to {start - 1}"
        rest = f"; entries {start} to {size - 1} are not older, and nothing in the log says that they are not younger."
        told += rest if start < size else "."
        return [told, *self._unproved(), *self._missing()]

    def _unproved(self) -> list[str]:
        """Without a CA whoever made the log may have made the timestamps too."""
        if self._clocks.ca:
            return []
        return [
            "WARNING: the anchors are unproved. No CA was given, so whoever made the log may have made their timestamps too; what is said "
            "of times holds only if they are genuine. Give the authority's certificates with --ca."
        ]

    def _missing(self) -> list[str]:
        """Say where anchors are missing: they are due daily."""
        gap = self._gaps.longest
        if not missed(gap):
            return []
        start, end = (f"{datetime.fromtimestamp(time, UTC):%Y-%m-%dT%H:%M:%SZ}" for time in (gap.start, gap.end))
        return [
            f"WARNING: anchors are missing. The longest time without one is {span(gap.length)}, from {start} to {end}; they are due daily, "
            "and within that time the clock of the server may have been anything."
        ]
