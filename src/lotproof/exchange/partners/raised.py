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
    """A signal for each exception that a partner reports, with its count; another where a thread gets what somebody has to look at."""
    lot = match.lots[0][:LOT] if len(match.lots) == 1 else ""
    if message.form == REPORT and not thread.ours and not thread.stranger(thread.messages[-1]):
        if (message.resolved and len(thread.messages) > 1) or not (message.items or message.errors):
            return []
        return [Raised(key(thread.case), ORIGIN, match.severity, _sentence(thread, message, match), "", lot, max(thread.count, 1))]
    told, severity, count = _reply(thread, message)
    return [Raised(f"{key(thread.case)}:reply", ORIGIN, severity, f"{thread.number}{told}", "", lot, count)] if count else []


def _reply(thread: Thread, message: Message) -> tuple[str, str, int]:
    """What else a message asks somebody to look at: the rest of the sentence, how grave it is, and its count, 0 for nothing."""
    items, answers = len(message.items), len(message.answers)
    rejected = sum(one.said != "Accept" for one in message.answers)
    if thread.stranger(thread.messages[-1]):
        return f" is a thread with {thread.partner}, and {message.sender} sent a message for it; ask both first.", "major", 1
    if message.form == REPORT:
        return f": {_who(message)} reports in a case that we told of: {counted(items, 'exception')}.", "major", max(items, 1)
    if not thread.ours:
        return f": {_who(message)} answers an exception that this workspace did not write.", "minor", max(answers, 1)
    return f": {_who(message)} does not accept {rejected} of {counted(answers, 'exception')} that we told of.", "major", rejected


def _who(message: Message) -> str:
    return f"partner {message.sender}" if message.sender else "a partner that does not name itself"


def _sentence(thread: Thread, message: Message, match: Match) -> str:
    kinds = Counter(one.kind for one in message.items)
    what = ", ".join(f"{count} {kind.replace('_', ' ')} ({HDA[kind]})" for kind, count in kinds.items()) or "errors in words"
    order = f" for {message.po[:60]}" if message.po else ""
    return f"{thread.number}: {_who(message)} reports{order}: {what}. {match.sentence}"
