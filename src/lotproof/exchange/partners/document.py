"""A thread for programs, pages and a terminal."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from lotproof.exchange.partners.gather import rules_of
from lotproof.exchange.partners.match import LOOKED, Match, match
from lotproof.exchange.partners.message import REPORT, Message, counted
from lotproof.exchange.partners.settings import Settings
from lotproof.exchange.partners.shell import message_of
from lotproof.exchange.partners.thread import Kept, Thread
from lotproof.exchange.partners.words import words_of
from lotproof.exchange.partners.write import whole
from lotproof.quality.shell import table
from lotproof.workspace.place import Workspace

SHOWN = 25
"""Packs that a terminal shows."""


def row(thread: Thread, settings: Settings) -> dict[str, Any]:
    """A thread in a list."""
    last = thread.messages[-1]
    return {
        "thread": thread.number, "state": thread.state, "ours": thread.ours, "partner": thread.partner,
        "name": settings.name_of(thread.partner), "case": thread.case, "count": thread.count, "lots": list(thread.lots),
        "about": list(thread.about), "po": next((str(one.body["po"]) for one in thread.messages if one.body["po"]), ""),
        "messages": len(thread.messages), "last": last.time,
    }  # fmt: skip


def document(workspace: Workspace, thread: Thread, settings: Settings, others: list[Thread], looked: int = LOOKED) -> dict[str, Any]:
    """Everything of a thread, with what the record says of it now.

    ``others`` are all threads, for those that share a pack with it; the states of ``looked`` packs are worked out.
    """
    message = whole(workspace, thread)
    found, rules, mine = match(workspace, message, looked), rules_of(workspace), set(thread.items)
    exceptions = [_exception(one, words_of(one, rules)) for one in message.items]
    also = [one.number for one in others if one.number != thread.number and mine & set(one.items)]
    return {
        **row(thread, settings), "conversation": [_told(workspace, thread, one) for one in thread.messages], "exceptions": exceptions,
        "match": _match(found), "also_in": also, "signals": signals_of(thread),
    }  # fmt: skip


def signals_of(thread: Thread) -> list[dict[str, str]]:
    """The signals that its messages raised: {number, state, case}; earlier ones that were explained too."""
    rows = table("SignalRow").filter(key__startswith=f"partner:{thread.case}").order_by("number")
    own = (f"partner:{thread.case}", f"partner:{thread.case}:reply")
    return [{"number": one.number, "state": one.state, "case": one.case} for one in rows if one.key.split("#", 1)[0] in own]


def _told(workspace: Workspace, thread: Thread, one: Kept) -> dict[str, Any]:
    message = message_of(workspace, one)
    return {
        "entry": one.index, "time": one.time, "by": one.actor, "ours": one.ours, "form": one.form, "sender": message.sender,
        "made": message.time, "sha256": one.body["sha256"], "message": message.uuid, "resolved": message.resolved, "says": says(message),
        "errors": list(message.errors), "notes": message.notes, "answers": [vars(answer) for answer in message.answers],
        "odd": list(message.odd), "lacks": list(one.body.get("lacks", [])), "sent": one.sent, "how": one.how, "sent_by": one.sent_by,
        "stranger": thread.stranger(one),
    }  # fmt: skip


def says(message: Message) -> str:
    """A message in a line."""
    if message.form != REPORT:
        accepted = sum(one.said == "Accept" for one in message.answers)
        return f"answer: {accepted} of {counted(len(message.answers), 'exception')} accepted" if message.answers else "answer in words"
    if message.resolved:
        return "the case is resolved"
    kinds = dict.fromkeys(one.kind for one in message.items)
    parts = [f"{sum(one.kind == kind for one in message.items)} {kind.replace('_', ' ')}" for kind in kinds]
    return f"report: {', '.join(parts) or 'in words'}"


def _exception(one: Any, words: dict[str, tuple[str, ...]]) -> dict[str, Any]:
    facts = {"item": one.item.text, "other": one.other.text, "lots": list(one.lots), "expiries": list(one.expiries), "ordered": one.ordered,
             "received": one.received, "wrong": one.wrong, "proposed": one.proposed, "file": one.file}  # fmt: skip
    return {
        "uuid": one.uuid, "kind": one.kind, "asks": one.asks, **{name: fact for name, fact in facts.items() if fact not in ("", None, [])},
        "words": {name: list(found) for name, found in words.items()},
    }  # fmt: skip


def _match(found: Match) -> dict[str, Any]:
    return {
        "says": found.sentence,
        "known": found.known,
        "packs": list(found.packs),
        "lots": list(found.lots),
        "findings": list(found.findings),
    }


def line(one: dict[str, Any]) -> str:
    """A thread in one line of a terminal."""
    who, what = ("to" if one["ours"] else "from"), ", ".join(one["about"] or one["lots"]) or one["po"]
    name = one["name"] or "nobody named"
    return f"{one['thread']}  {one['state']:<10} {who:<4} {name:<14} {counted(one['count'], 'exception'):>14}  {what}".rstrip()


def lines(found: dict[str, Any]) -> Iterator[str]:
    """A thread on a terminal."""
    yield line(found)
    yield f"  case {found['case']}{', order ' + found['po'] if found['po'] else ''}"
    for one in found["conversation"]:
        sent = f", sent {one['sent']} {one['how']}" if one["sent"] else ", not sent yet" if one["ours"] else ""
        yield f"  {one['time']}  {'we' if one['ours'] else one['sender'] or 'partner'}: {one['says']}{sent}"
        yield from (f"    {text}" for text in (*one["errors"], *filter(None, [one["notes"]]), *one["odd"], *one["lacks"]))
    yield f"  {found['match']['says']}"
    yield from _exception_lines(found)
    for one in found["match"]["findings"]:
        where = f"on {one['same']} of these packs" if one["same"] else f"in lot {one['lot']}"
        yield f"  {one['severity']:<8} {one['code']}  {where}: {one['sentence']}"
    if found["also_in"]:
        yield f"  The same packs are in {', '.join(found['also_in'])}."
    for one in found["signals"]:
        yield f"  Signal {one['number']}: {one['case'] or one['state']}"


def _exception_lines(found: dict[str, Any]) -> Iterator[str]:
    told = {one["item"]: one["says"] for one in found["match"]["packs"]}
    for one in found["exceptions"][:SHOWN]:
        words = one["words"]
        codes = "; ".join(f"{name.upper()} {', '.join(words[name])}" for name in ("hda", "pdg", "emvs", "vrs"))
        counts = f"ordered {one['ordered']}, received {one['received']}" if "ordered" in one and "received" in one else ""
        what = " / ".join(filter(None, (one.get("item"), one.get("other"), one.get("wrong"), counts)))
        yield f"  {one['uuid'] or 'no identifier'}  {what}  [{codes}]{' asks: ' + one['asks'] if one['asks'] else ''}"
        yield from (f"    {told[name]}" for name in dict.fromkeys((one.get("item"), one.get("other"))) if name in told)
    if len(found["exceptions"]) > SHOWN:
        yield f"  and {len(found['exceptions']) - SHOWN} more; --json has all."
