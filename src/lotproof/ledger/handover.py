"""Hand-overs of the log key: the old key states, in an entry of the log itself, which key signs from then on.

The entry has kind `key` in the stream `log` and the body `{"type":"log-key-handover", "vkey": <new>, "retires": <old>, "why", "note"}`.
`note` is a C2SP note over four lines: `lotproof.org/log-key-handover/v1`, old vkey, new vkey, index of the entry. Both keys sign it:
the old one hands over, the new one shows that it is there. The name of both is the origin of the log. The checkpoint that ends with
the entry bears the signatures of both keys; the old key signs nothing larger.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from lotproof.ledger.canonical import Json
from lotproof.ledger.entry import Entry
from lotproof.ledger.note import NoteError, Signer, VerifierKey, parse, parse_vkey, sign, verify

HEADER = "lotproof.org/log-key-handover/v1"
"""First line of what is signed, so that no other signature of a key fits."""

TYPE = "log-key-handover"
"""`type` of the entry."""

STREAM = "log"
"""Stream of the log's own keys."""

MOST = 1_000
"""Hand-overs that a log may have: a reader follows each, so that a made-up log must not have millions."""


@dataclass(frozen=True)
class Handover:
    """A hand-over whose signatures hold."""

    index: int
    """Place of the entry: the old key may sign heads of up to index + 1 entries."""
    old: VerifierKey
    """The key that retires."""
    new: VerifierKey
    """The key that signs from then on."""


def handover_body(old: Signer, new: Signer, index: int, why: str) -> dict[str, Json]:
    """Give the body of the entry `index` in which `old` hands over to `new`; both keys sign."""
    before, after = VerifierKey(old.name, old.public), VerifierKey(new.name, new.public)
    signed = sign(_text(before, after, index), [old, new]).decode()
    return {"type": TYPE, "vkey": after.vkey, "retires": before.vkey, "why": why, "note": signed}


def _text(old: VerifierKey, new: VerifierKey, index: int) -> str:
    return f"{HEADER}\n{old.vkey}\n{new.vkey}\n{index}\n"


def read_handover(index: int, body: dict[str, Any], origin: str) -> Handover:
    """Read the body of a hand-over in entry `index` of the log `origin`; raises NoteError with what is wrong."""
    old, new = parse_vkey(str(body.get("retires"))), parse_vkey(str(body.get("vkey")))
    if {old.name, new.name} != {origin}:
        raise NoteError(f"its keys are not keys of the log {origin}.")
    signed = parse(str(body.get("note")).encode())
    if signed.text != _text(old, new, index):
        raise NoteError("what is signed is another hand-over than the entry states.")
    missing = [key for key in (old, new) if key not in verify(signed, [old, new]).valid]
    if missing:
        raise NoteError(f"it is not signed by the {'old' if old in missing else 'new'} key, {missing[0].vkey}.")
    return Handover(index, old, new)


@dataclass
class KeyHistory:
    """Follows the entries of a log in order and keeps the keys that it had."""

    origin: str
    """Name of the log."""
    current: VerifierKey | None = None
    """The key that signs now, as the log states it; None before the first."""
    handovers: list[Handover] = field(default_factory=list)
    """Hand-overs so far."""

    def add(self, index: int, entry: Entry) -> str | None:
        """Take the next entry; give a sentence where it is a hand-over that does not hold."""
        body: dict[str, Any] = entry.body if isinstance(entry.body, dict) else {}
        if entry.kind != "key" or entry.stream != STREAM:
            return None
        try:
            if body.get("type") == TYPE:
                self._take(read_handover(index, body, self.origin))
            elif body.get("type") == "log-key" and self.current is None:
                self.current = parse_vkey(str(body.get("vkey")))
        except NoteError as error:
            return f"The hand-over of the log key, entry {index}, does not hold: {error}"
        return None

    def _take(self, found: Handover) -> None:
        if self.current is not None and found.old != self.current:
            raise NoteError(f"the key that signed then was {self.current.vkey}, not {found.old.vkey}.")
        if found.new == found.old or any(found.new == one.old for one in self.handovers):
            raise NoteError(f"{found.new.vkey} was in use before; a retired key does not come back.")
        if len(self.handovers) == MOST:
            raise NoteError(f"a log has at most {MOST} hand-overs.")
        self.current = found.new
        self.handovers.append(found)


@dataclass(frozen=True)
class Keyring:
    """The keys that a reader was given, and those that the log links to them by hand-overs."""

    given: tuple[VerifierKey, ...] = ()
    """Keys that came by another way than the log."""
    handovers: tuple[Handover, ...] = ()
    """Hand-overs that the log holds, in its order."""

    def linked(self, origin: str | None) -> dict[VerifierKey, tuple[Handover, ...]]:
        """Give each key of the log `origin` that was not given, with the hand-overs that lead to it from one that was."""
        known: dict[VerifierKey, tuple[Handover, ...]] = {key: () for key in self.given if key.name == origin}
        for one in self.handovers:
            if one.old in known:
                known.setdefault(one.new, (*known[one.old], one))
        for one in reversed(self.handovers):
            if one.new in known:
                known.setdefault(one.old, (*known[one.new], one))
        return {key: way for key, way in known.items() if key not in self.given}

    def retired(self, key: VerifierKey, size: int) -> Handover | None:
        """Give the hand-over after which `key` had no right to sign a head of `size` entries; None where it had."""
        return next((one for one in self.handovers if one.old == key and size > one.index + 1), None)

    def known(self, origin: str | None) -> tuple[VerifierKey, ...]:
        """Give all keys that count: given or linked."""
        return (*self.given, *self.linked(origin))
