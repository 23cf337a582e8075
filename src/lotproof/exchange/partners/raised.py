"""The signals that a partner's message raises. Pure."""

from __future__ import annotations

from collections import Counter

from lotproof.exchange.partners.match import Match
from lotproof.exchange.partners.message import REPORT, Message, counted
from lotproof.exchange.partners.thread import Thread
from lotproof.exchange.partners.words import HDA
from lotproof.quality.signals import Raised

ORIGIN = "partner"
LOT = 100
"""Characters of a lot that a signal keeps."""


def key(case: str) -> str:
    """What makes the signal of a thread one and the same."""
    return f"{ORIGIN}:{case}"


def raised_by(thread: Thread, message: Message, match: Match) -> list[Raised]:
    """A signal for each exception that a partner reports, with its count; one where a partner rejects what we wrote."""
    lot = match.lots[0][:LOT] if len(match.lots) == 1 else ""
    last = thread.messages[-1]
    if thread.stranger(last):
        told = f"{thread.number} is a thread with {thread.partner}, and {message.sender} sent a message for it; ask both first."
        return [Raised(f"{key(thread.case)}:reply", ORIGIN, "major", told, "", lot)]
    if message.form == REPORT:
        if thread.ours or (message.resolved and len(thread.messages) > 1) or not (message.items or message.errors):
            return []
        return [Raised(key(thread.case), ORIGIN, match.severity, _sentence(thread, message, match), "", lot, max(thread.count, 1))]
    rejected = sum(one.said != "Accept" for one in message.answers)
    if not thread.ours:
        told = f"{thread.number}: {_who(message)} answers an exception that this workspace did not write."
        return [Raised(f"{key(thread.case)}:reply", ORIGIN, "minor", told, "", lot, max(len(message.answers), 1))]
    if not rejected:
        return []
    told = f"{thread.number}: {_who(message)} does not accept {rejected} of {counted(len(message.answers), 'exception')} that we told of."
    return [Raised(f"{key(thread.case)}:reply", ORIGIN, "major", told, "", lot, rejected)]


def _who(message: Message) -> str:
    return f"partner {message.sender}" if message.sender else "a partner that does not name itself"


def _sentence(thread: Thread, message: Message, match: Match) -> str:
    kinds = Counter(one.kind for one in message.items)
    what = ", ".join(f"{count} {kind.replace('_', ' ')} ({HDA[kind]})" for kind, count in kinds.items()) or "errors in words"
    order = f" for {message.po[:60]}" if message.po else ""
    return f"{thread.number}: {_who(message)} reports{order}: {what}. {match.sentence}"
