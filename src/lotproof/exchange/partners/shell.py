"""Takes, writes and keeps messages: file, ledger entry and signal. The only code that writes the stream of partners."""

from __future__ import annotations

import json
import tempfile
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.db import transaction

from lotproof.exchange.partners import keep
from lotproof.exchange.partners.match import Match, match
from lotproof.exchange.partners.message import REPORT, Message, read_message
from lotproof.exchange.partners.problem import PartnerError
from lotproof.exchange.partners.raised import raised_by
from lotproof.exchange.partners.thread import SENT, STREAM, TAKEN, WRITTEN, Kept, Thread, fold, next_number
from lotproof.ledger import store
from lotproof.quality.signal_shell import take_signals
from lotproof.workspace.place import Workspace, writing
from lotproof.workspace.sources import acknowledged, take_files

ITEMS, LOTS, ODD, ABOUT = 100, 20, 20, 200
"""Packs, lots, remarks and findings that an entry keeps; the message has all."""
LONGEST = 60
"""Characters of a pack or lot in an entry, which holds 64 KB: a GTIN with a serial of GS1 has 42."""
Clock = Callable[[], str]
Source = Callable[[Workspace, bytes, str, str, str], None]
"""Takes a report in as a source: workspace, content, name, actor, time."""
_KEPT: dict[str, dict[str, Thread]] = {}
"""Leaf of the last entry -> the threads that the stream makes."""


@dataclass(frozen=True)
class Taken:
    """What became of a message."""

    thread: Thread
    """Its thread, with it."""
    message: Message
    """The message."""
    new: bool
    """False where it had been taken before, and nothing was written."""
    match: Match
    """What the record says of it."""
    signals: tuple[str, ...] = ()
    """Numbers of signals that it raised or changed."""


def threads() -> dict[str, Thread]:
    """Every thread by number."""
    head = store.head_of(STREAM)
    if head is None:
        return {}
    if head.leaf not in _KEPT:
        found = fold(
            (index, one.time, str(one.actor), one.body) for index, one in store.indexed("record", STREAM) if isinstance(one.body, dict)
        )
        _KEPT.clear()
        _KEPT[head.leaf] = found
    return dict(_KEPT[head.leaf])


def thread(name: str) -> Thread:
    """A thread by its number, its case, or the number of the signal it raised; PartnerError where there is none."""
    found, asked = threads(), name.strip()
    if asked.upper() in found:
        return found[asked.upper()]
    case = _case_of_signal(asked.upper()) if asked.upper().startswith("SIG-") else asked
    for one in found.values():
        if one.case.casefold() == case.casefold():
            return one
    raise PartnerError(f"There is no thread {asked[:60]}; lotproof partner list shows those there are.")


def _case_of_signal(number: str) -> str:
    from lotproof.quality.signal_shell import signal

    return signal(number).raised.key.removeprefix("partner:").removesuffix(":reply")


def message_of(workspace: Workspace, one: Kept) -> Message:
    """A kept message, read."""
    message = read_message(keep.kept(workspace, str(one.body["sha256"])))
    assert message is not None, "what is kept was read when it was taken or written"
    return message


def take_as_source(workspace: Workspace, content: bytes, name: str, actor: str, time: str) -> None:
    """Take a report in at once; what it says of packs is judged with the rest at the next check."""
    with writing(workspace), tempfile.TemporaryDirectory(prefix="lotproof-partners-") as folder:
        path = Path(folder) / "message.json"
        path.write_bytes(content)
        take_files(workspace, {name: path}, f"exception of a partner: {name}", time, actor)


def take(workspace: Workspace, content: bytes, name: str, actor: str, clock: Clock, source: Source = take_as_source) -> Taken | None:
    """Take a message in; None where it is none, and then nothing is written.

    A report is a source of the workspace too, by way of ``source``; the caller does not hold the workspace for writing.
    """
    message = read_message(content)
    if message is None:
        return None
    known = _known(workspace, message, content)
    found = match(workspace, message, 0)
    if known:
        return Taken(known, message, False, found)
    sha256 = keep.keep(workspace, content)
    if message.form == REPORT and message.items and sha256 not in acknowledged():
        source(workspace, content, name, actor, clock())
    with transaction.atomic():
        store.lock()
        known = _known(workspace, message, content)  # somebody may have been faster
        if known:
            return Taken(known, message, False, found)
        number = _number(message.case, clock())
        store.append("record", STREAM, clock(), actor, _taken(number, message, sha256, found))
        mine = threads()[number]
        signals = take_signals(raised_by(mine, message, found), clock(), actor, full=False)
    return Taken(mine, message, True, found, tuple(one.number for one in signals))


def _known(workspace: Workspace, message: Message, content: bytes) -> Thread | None:
    """The thread that has this very message; PartnerError where another one has its identifier."""
    for one in threads().values():
        for had in one.messages:
            if had.body["message"] == message.uuid and one.case == message.case:
                if json.loads(keep.kept(workspace, str(had.body["sha256"]))) == json.loads(content.decode("utf-8-sig")):
                    return one
                raise PartnerError(
                    f"{one.number} has a message {message.uuid} with other content already, of {had.time}; ask the partner to send it "
                    "again with an identifier of its own."
                )
    return None


def _number(case: str, time: str) -> str:
    found = threads()
    return next((one.number for one in found.values() if one.case == case), None) or next_number(found, time[:4])


def _taken(number: str, message: Message, sha256: str, found: Match) -> dict[str, Any]:
    odd = [one[:200] for one in message.odd[:ODD]]
    return {**_body(TAKEN, number, message, sha256, message.sender), "lots": _short(found.lots, LOTS), "match": found.summary(), "odd": odd}


def _body(act: str, number: str, message: Message, sha256: str, partner: str) -> dict[str, Any]:
    return {
        "act": act, "thread": number, "case": message.case, "message": message.uuid, "form": message.form, "sha256": sha256,
        "made": message.time, "partner": partner[:20], "po": message.po[:100], "resolved": message.resolved,
        "counts": dict(Counter(one.kind for one in message.items)), "items": _short([one.text for one in message.packs], ITEMS),
    }  # fmt: skip


def _short(texts: Sequence[str], most: int) -> list[str]:
    return [text[:LONGEST] for text in texts[:most]]


def written(
    workspace: Workspace, case: str, partner: str, compose: Callable[[int], bytes], actor: str, clock: Clock, more: Mapping[str, Any]
) -> tuple[Thread, Kept, bool]:
    """Keep a message that ``compose`` makes from the number of messages before it; False where it says what the last one said."""
    with transaction.atomic():
        store.lock()
        number = _number(case, clock())
        before = threads().get(number)
        content = compose(len(before.messages) if before else 0)
        message = read_message(content)
        assert message is not None, "what we write can be read"
        same = _same(workspace, before, content, message.form)
        if before and same:
            return before, same, False
        body = {**_body(WRITTEN, number, message, keep.keep(workspace, content), partner), **more}
        index = store.append("record", STREAM, clock(), actor, body).index
        mine = threads()[number]
        return mine, next(one for one in mine.messages if one.index == index), True


def _same(workspace: Workspace, before: Thread | None, content: bytes, form: str) -> Kept | None:
    last = next((one for one in reversed(before.messages if before else ()) if one.form == form), None)
    if last is None or not last.ours:
        return None
    return last if _said(keep.kept(workspace, str(last.body["sha256"]))) == _said(content) else None


def _said(content: bytes) -> dict[str, Any]:
    return {name: value for name, value in json.loads(content).items() if name not in ("message_uuid", "timestamp")}


def sent(name: str, how: str, actor: str, clock: Clock, entry: int | None = None) -> Thread:
    """Record that a person sent what was written: the last message, or that of an entry."""
    with transaction.atomic():
        store.lock()
        mine = thread(name)
        waiting = [one for one in mine.messages if one.ours and not one.sent and entry in (None, one.index)]
        if not waiting:
            raise PartnerError(f"Nothing of {mine.number} waits to be sent.")
        if not how.strip():
            raise PartnerError("Say how it was sent, such as “by mail” or “portal of the partner, ticket 4711”.")
        body = {
            "act": SENT,
            "thread": mine.number,
            "entry": waiting[-1].index,
            "message": waiting[-1].body["message"],
            "how": how.strip()[:500],
        }
        store.append("record", STREAM, clock(), actor, body)
        return threads()[mine.number]
