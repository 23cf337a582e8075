"""A case from its entries: each takes it one step on. The audit trail is the data, so the two cannot drift apart."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import replace
from datetime import date
from typing import Any

from lotproof.ledger.entry import Entry
from lotproof.quality.case import Case, Recorded, Running
from lotproof.quality.clocks import CLOCKS
from lotproof.quality.register import ACTS


def fold(number: str, entries: Iterable[tuple[int, Entry]], holidays: Collection[date] = ()) -> Case:
    """The case that these entries of its stream make, in order."""
    case = Case(number)
    for index, entry in entries:
        case = step(case, index, entry, holidays)
    return case


def step(case: Case, index: int, entry: Entry, holidays: Collection[date] = ()) -> Case:
    """The case after one more entry; what is no act or signature changes nothing but the count."""
    case = replace(case, seq=entry.seq)
    body: Any = entry.body if isinstance(entry.body, dict) else {}
    if entry.kind == "esign":
        return _signed(case, body, holidays)
    kind = ACTS.get(str(body.get("act"))) if entry.kind == "audit" else None
    if kind is None:
        return case
    what = {name: value for name, value in body.items() if name not in ("act", "as")}
    recorded = Recorded(index, kind.name, str(entry.actor), entry.time, what, unsigned=bool(kind.meaning))
    case = replace(case, acts=(*case.acts, recorded))
    return case if recorded.unsigned else _effect(case, recorded, holidays)


def _signed(case: Case, body: Any, holidays: Collection[date]) -> Case:
    """A signature counts for the act that it names; the first one by its author lets it take effect."""
    meant = case.entry((body.get("signs") or {}).get("index", -1))
    who = str((body.get("signer") or {}).get("user_id"))
    if meant is None:
        return case
    takes_effect = meant.unsigned and who == meant.actor
    now = replace(meant, signed_by=(*meant.signed_by, who), unsigned=meant.unsigned and not takes_effect)
    case = replace(case, acts=tuple(now if one is meant else one for one in case.acts))
    return _effect(case, now, holidays) if takes_effect else case


def _effect(case: Case, done: Recorded, holidays: Collection[date]) -> Case:
    """Clocks, state, and what is withdrawn."""
    case = replace(case, clocks=_clocks(case, done, holidays))
    if done.name == "withdraw":
        case = _withdrawn(case, done.body["entry"], done.body["why"])
    to = ACTS[done.name].to
    return replace(case, state=to) if to else case


def _withdrawn(case: Case, index: int, why: str) -> Case:
    return replace(case, acts=tuple(replace(one, withdrawn=why) if one.index == index else one for one in case.acts))


def _clocks(case: Case, recorded: Recorded, holidays: Collection[date]) -> tuple[Running, ...]:
    kind = ACTS[recorded.name]
    stopped = kind.stops(recorded.body)
    clocks = [replace(one, ended=recorded.time) if one.name in stopped and one.ended is None else one for one in case.clocks]
    for name in kind.starts(recorded.body):
        # The hour of containment is the server's; legal clocks begin when it happened, which may be before it was entered.
        since = recorded.time if name == "contain" else recorded.event_time
        clocks.append(Running(name, since, CLOCKS[name].due(since, holidays)))
    return tuple(clocks)
