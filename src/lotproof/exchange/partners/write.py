"""Writes messages of ours: a report of a finding or an incident, an answer, a closure. A person checks and sends them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from lotproof.exchange.partners import settings as who
from lotproof.exchange.partners.compose import Head, as_bytes, case_uuid, report, response
from lotproof.exchange.partners.gather import Gathered, gather
from lotproof.exchange.partners.keep import kept
from lotproof.exchange.partners.message import ANSWERS, REPORT, Answer, Message, Named
from lotproof.exchange.partners.problem import PartnerError
from lotproof.exchange.partners.shell import ABOUT, LOTS, Clock, message_of, threads, written
from lotproof.exchange.partners.subject import subject_of
from lotproof.exchange.partners.thread import Kept, Thread
from lotproof.workspace.place import Workspace


@dataclass(frozen=True)
class Wish:
    """What a person states beside the finding."""

    to: str
    """GLN of the partner."""
    po: str = ""
    """Purchase order; empty for the reference that the record knows."""
    resolution: str = ""
    """What is asked for; empty for what is usual."""
    quantities: tuple[int, int] | None = None
    """Ordered and received, where quantities are told."""


@dataclass(frozen=True)
class Written:
    """A message that waits for a person."""

    thread: Thread
    """Its thread."""
    kept: Kept
    """The message as the ledger has it."""
    content: bytes
    """The message."""
    new: bool
    """False where the last one said the same, and nothing was written."""
    lacks: tuple[str, ...] = ()
    """What the format asks for and nobody knows."""
    words: Mapping[str, Mapping[str, Sequence[str]]] | None = None
    """Finding code -> catalogue -> words."""


def write(workspace: Workspace, subject: str, wish: Wish, sender: who.Settings, actor: str, clock: Clock) -> Written:
    """A report of a finding, a signal's finding or an incident's findings to a partner; an update where it was told before."""
    contact, partner = sender.contact, who.gln(wish.to, "The partner (--to)")
    found = gather(workspace, subject_of(workspace, subject), wish.quantities)
    about, case = found.subject.about, _case(workspace, found, partner)
    po = wish.po.strip() or (found.references[0][1] if found.references else "")
    lacks = (*found.lacks, *(() if po else ("No purchase order or delivery is known; po_number is empty. Give it with --po.",)))

    def compose(number: int) -> bytes:
        return as_bytes(report(Head(case, number, clock(), po, contact), found.told, found.errors, wish.resolution))

    more = {"about": list(about[:ABOUT]), "lots": list(found.lots[:LOTS]), "lacks": list(lacks)}
    thread, made, new = written(workspace, case, partner, compose, actor, clock, more)
    return Written(thread, made, kept(workspace, str(made.body["sha256"])), new, lacks, found.words)


def _case(workspace: Workspace, found: Gathered, partner: str) -> str:
    """The case in which the partner was told of it before, else a new one."""
    about = found.subject.about[:1]  # an incident keeps its thread when findings are added to it
    told = (one for one in threads().values() if one.ours and one.partner == partner and one.about[:1] == about and not one.resolved)
    before = next(told, None)
    if before:
        return before.case
    closed = sum(1 for one in threads().values() if one.ours and one.partner == partner and one.about[:1] == about)
    return case_uuid(workspace.key.vkey, (*about, str(closed)), partner)


def reply(
    workspace: Workspace, thread: Thread, answers: Sequence[Answer], notes: str, sender: who.Settings, actor: str, clock: Clock
) -> Written:
    """An answer to the exceptions of a partner's thread; each is accepted or rejected, and none twice."""
    if thread.ours:
        raise PartnerError(
            f"{thread.number} is an exception that we told of; the partner answers it. Close it with lotproof partner close."
        )
    open_ = {one.uuid for one in exceptions_of(workspace, thread)}
    unknown = [one.uuid for one in answers if one.uuid not in open_]
    twice = len({one.uuid for one in answers}) < len(answers)
    if unknown or twice or not (answers or notes.strip()):
        what = (
            f"has no exception {unknown[0][:60]}"
            if unknown
            else "is answered twice in one exception"
            if twice
            else "gets neither an answer nor a note"
        )
        raise PartnerError(f"{thread.number} {what}; lotproof partner show {thread.number} lists its exceptions.")
    contact, po = sender.contact, next((str(one.body["po"]) for one in reversed(thread.messages) if one.body["po"]), "")

    def compose(number: int) -> bytes:
        return as_bytes(response(Head(thread.case, number, clock(), po, contact), answers, notes.strip()))

    mine, made, new = written(workspace, thread.case, thread.partner, compose, actor, clock, {})
    return Written(mine, made, kept(workspace, str(made.body["sha256"])), new)


def close(workspace: Workspace, thread: Thread, sender: who.Settings, actor: str, clock: Clock) -> Written:
    """A report that says that a case of ours is resolved."""
    if not thread.ours:
        raise PartnerError(f"{thread.number} is an exception of the partner, who alone closes it; answer it with lotproof partner reply.")
    if thread.resolved:
        raise PartnerError(f"{thread.number} is resolved already.")
    contact, po = sender.contact, str(thread.messages[-1].body["po"])

    def compose(number: int) -> bytes:
        return as_bytes(report(Head(thread.case, number, clock(), po, contact), (), (), "", resolved=True))

    mine, made, new = written(workspace, thread.case, thread.partner, compose, actor, clock, {})
    return Written(mine, made, kept(workspace, str(made.body["sha256"])), new)


def exceptions_of(workspace: Workspace, thread: Thread) -> tuple[Named, ...]:
    """The exceptions of a thread as its reports name them, an update in place of what it updates."""
    found: dict[str, Named] = {}
    for one in thread.messages:
        if one.form == REPORT and one.ours == thread.ours and not thread.stranger(one):
            for number, named in enumerate(message_of(workspace, one).items):
                found[named.uuid or f"{one.index}/{number}"] = named
    return tuple(found.values())


def whole(workspace: Workspace, thread: Thread) -> Message:
    """The last report of the thread with all its exceptions: what is held against the record."""
    reports = [one for one in thread.messages if one.form == REPORT]
    last = message_of(workspace, (reports or list(thread.messages))[-1])
    return replace(last, items=exceptions_of(workspace, thread))


def answers_from(accepted: Sequence[str], rejected: Sequence[str], comment: str, instead: str, every: Sequence[Named]) -> list[Answer]:
    """Answers from lists of identifiers; “all” stands for every exception that the other list does not name."""
    if "all" in accepted and "all" in rejected:
        raise PartnerError("“all” cannot be both accepted and rejected; name the exceptions of one of the two.")
    said = {**dict.fromkeys(accepted, ANSWERS[0]), **dict.fromkeys(rejected, ANSWERS[1])}
    rest = said.pop("all", "")
    if both := sorted(set(accepted) & set(rejected)):
        raise PartnerError(f"The exception {both[0]} is both accepted and rejected.")
    if rest:
        said = {one.uuid: said.get(one.uuid, rest) for one in every if one.uuid} | said
    return [Answer(uuid, one, comment, instead if one == ANSWERS[1] else "") for uuid, one in said.items()]


def document(one: Written) -> dict[str, Any]:
    """What was written, for programs."""
    import json

    words = {code: {name: list(said) for name, said in found.items()} for code, found in (one.words or {}).items()}
    return {
        "thread": one.thread.number, "state": one.thread.state, "entry": one.kept.index, "new": one.new, "sha256": one.kept.body["sha256"],
        "about": list(one.kept.body.get("about", [])), "lacks": list(one.lacks), "words": words, "message": json.loads(one.content),
    }  # fmt: skip
