"""Threads: an exception with its updates, replies and closure, as the fold of the entries of one stream. Pure.

The ledger keeps what is needed to find and judge a message, never its contact: it travels with every pack. The message itself lies in the
workspace under its digest.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from lotproof.exchange.partners.message import REPORT

STREAM = "partners"
TAKEN, WRITTEN, SENT = "taken", "written", "sent"
PREFIX = "EXC"
STATES = ("to answer", "to send", "waiting", "answered", "resolved")


@dataclass(frozen=True)
class Kept:
    """One message of a thread as the ledger has it."""

    index: int
    """Place of its entry in the log."""
    time: str
    """When it was taken or written here, UTC."""
    actor: str
    """Who took or wrote it."""
    body: Mapping[str, Any]
    """The entry: act, form, message, sha256, made, partner, po, resolved, counts, items, lots, match or lacks, odd."""
    sent: str = ""
    """When a person said that they sent it, UTC; empty before, and for what came in."""
    how: str = ""
    """How it was sent, in their words."""
    sent_by: str = ""
    """Who said so."""

    @property
    def ours(self) -> bool:
        """Whether we wrote it."""
        return bool(self.body["act"] == WRITTEN)

    @property
    def form(self) -> str:
        """report or response."""
        return str(self.body["form"])


@dataclass(frozen=True)
class Thread:
    """All messages of one exception."""

    number: str
    """EXC-2026-0001."""
    case: str
    """Identifier of the exception case, the same in all its messages."""
    partner: str = ""
    """GLN of the partner; empty where nobody states it."""
    messages: tuple[Kept, ...] = field(default=())
    """In the order in which they came or were written."""

    @property
    def ours(self) -> bool:
        """Whether we told the partner first."""
        return self.messages[0].ours

    @property
    def about(self) -> tuple[str, ...]:
        """What we wrote of: findings as CODE:LOT, and the number of an incident; empty for a partner's exception."""
        return tuple(dict.fromkeys(one for kept in self.messages for one in kept.body.get("about", ())))

    @property
    def items(self) -> tuple[str, ...]:
        """Packs that its messages name, each once, as far as the entries keep them."""
        return tuple(dict.fromkeys(text for kept in self.messages for text in kept.body.get("items", ())))

    @property
    def lots(self) -> tuple[str, ...]:
        """Lots that it speaks of."""
        return tuple(dict.fromkeys(lot for kept in self.messages for lot in kept.body.get("lots", ())))

    @property
    def count(self) -> int:
        """Exceptions in the report that names the most."""
        return max((sum(kept.body.get("counts", {}).values()) for kept in self.messages), default=0)

    @property
    def unsent(self) -> tuple[Kept, ...]:
        """What was written and not sent yet; a later message of the same form takes the place of an earlier one."""
        latest = {kept.form: kept for kept in self.messages if kept.ours}
        return tuple(kept for kept in latest.values() if not kept.sent)

    @property
    def resolved(self) -> bool:
        """Whether the latest report of the side that reported says so; ours counts once it is sent, another sender's never."""
        reports = [kept for kept in self.messages if kept.form == REPORT and kept.ours == self.ours and not self.stranger(kept)]
        return bool(reports) and bool(reports[-1].body.get("resolved")) and (not self.ours or bool(reports[-1].sent))

    def stranger(self, kept: Kept) -> bool:
        """Whether a message came from somebody else than the partner of the thread."""
        return not kept.ours and bool(self.partner) and kept.body.get("partner", "") not in ("", self.partner)

    @property
    def state(self) -> str:
        """One of STATES: who has to do something next."""
        if self.resolved:
            return "resolved"
        if self.unsent:
            return "to send"
        last = next((kept for kept in reversed(self.messages) if not self.stranger(kept)), self.messages[-1])
        return "answered" if last.ours != self.ours else "waiting" if self.ours else "to answer"


def fold(entries: Iterable[tuple[int, str, str, Mapping[str, Any]]]) -> dict[str, Thread]:
    """Threads by number from the entries (index, time, actor, body) of the stream."""
    threads: dict[str, Thread] = {}
    for index, time, actor, body in entries:
        number = str(body.get("thread"))
        if body.get("act") in (TAKEN, WRITTEN):
            thread = threads.get(number) or Thread(number, str(body["case"]), str(body.get("partner", "")))
            partner = thread.partner or str(body.get("partner", ""))
            threads[number] = replace(thread, partner=partner, messages=(*thread.messages, Kept(index, time, actor, body)))
        elif body.get("act") == SENT and number in threads:
            thread = threads[number]
            told = tuple(_sent(one, time, actor, body) if one.index == body["entry"] else one for one in thread.messages)
            threads[number] = replace(thread, messages=told)
    return threads


def _sent(kept: Kept, time: str, actor: str, body: Mapping[str, Any]) -> Kept:
    return replace(kept, sent=time, how=str(body.get("how", "")), sent_by=actor)


def next_number(threads: Iterable[str], year: str) -> str:
    """The number that the next thread of a year gets."""
    begin = f"{PREFIX}-{year}-"
    return f"{begin}{max((int(one[len(begin) :]) for one in threads if one.startswith(begin)), default=0) + 1:04d}"
