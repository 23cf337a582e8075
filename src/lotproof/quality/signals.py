"""Signals: what asks for somebody's attention. Findings of one code in one lot are one signal with a count, not a row for each pack."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from lotproof.quality.clocks import CLOCKS
from lotproof.rules.finding import Finding

STREAM = "signals"
ORIGINS = ("finding", "alarm", "authority", "partner", "person")
GRAVE = ("critical", "major")
"""Severities of findings that become signals by themselves."""
NEW, INCIDENT, EXPLAINED = "new", "incident", "explained"


@dataclass(frozen=True)
class Raised:
    """Something noticed now."""

    key: str
    """What makes it one and the same signal."""
    origin: str
    """One of ORIGINS."""
    severity: str
    """critical, major, minor."""
    sentence: str
    """What it says."""
    code: str = ""
    """Finding code, where there is one."""
    lot: str = ""
    """Lot, where there is one."""
    count: int = 1
    """Items that it counts."""
    clock: str = ""
    """The clock that began with it (quality/clocks.py), empty where none did."""
    since: str = ""
    """When that clock began: when what raised it came in, UTC."""
    who: str = ""
    """The organisation that waits for the answer, where one does."""


@dataclass(frozen=True)
class Signal:
    """A signal as the ledger has it."""

    number: str
    """SIG-2026-0012."""
    raised: Raised
    """What was noticed, with the count as it is now."""
    time: str
    """When it was raised first, UTC."""
    state: str = NEW
    """new, incident, explained."""
    case: str = ""
    """The case that it became."""
    why: str = ""
    """Why it is explained."""
    ended: str = ""
    """When its clock ended, UTC: answered, explained, or taken on by the case; empty while it runs."""


def raised_by(findings: Iterable[Finding]) -> list[Raised]:
    """The signals in findings, grave ones only."""
    return [
        Raised(f"finding:{one.code}:{one.lot}", "finding", one.severity, one.sentence, one.code, one.lot, one.count)
        for one in findings
        if one.severity in GRAVE
    ]


def news(known: Mapping[str, Signal], now: Iterable[Raised], year: str, last: int) -> Iterator[dict[str, Any]]:
    """The entries that what is noticed now asks for: a new signal, another count, or nothing. ``last`` is the last number of the year.

    A signal that was explained comes back as a new one when it counts more than it did then.
    """
    for one in now:
        before = known.get(one.key)
        if before is None or (before.state == EXPLAINED and one.count > before.raised.count):
            last += 1
            yield {
                "act": "signal",
                "signal": f"SIG-{year}-{last:04d}",
                "key": one.key,
                "origin": one.origin,
                "severity": one.severity,
                "sentence": one.sentence,
                "code": one.code,
                "lot": one.lot,
                "count": one.count,
                **{name: value for name in _MORE if (value := getattr(one, name))},
            }
        elif before.raised.count != one.count:
            yield {"act": "signal-count", "signal": before.number, "count": one.count, "sentence": one.sentence}


_MORE = ("clock", "since", "who")
"""Members that an entry has where they say something: entries written before there were clocks read as they did."""


def vanished(known: Mapping[str, Signal], now: Iterable[Raised]) -> Iterator[dict[str, Any]]:
    """The entries for signals of findings that a full check does not find any more: their count is zero, and they stay."""
    keys = {one.key for one in now}
    for one in known.values():
        if one.raised.origin == "finding" and one.raised.key not in keys and one.raised.count:
            yield {"act": "signal-count", "signal": one.number, "count": 0, "sentence": one.raised.sentence}


def step(known: dict[str, Signal], time: str, body: Mapping[str, Any]) -> Signal | None:
    """Take one entry of the stream into the signals by number; give the one that it changed."""
    number = str(body.get("signal"))
    before = known.get(number)
    if body.get("act") == "signal":
        facts = {name: body[name] for name in ("key", "origin", "severity", "sentence", "code", "lot", "count")}
        known[number] = Signal(number, Raised(**facts, **{name: body[name] for name in _MORE if name in body}), time)
    elif body.get("act") == "signal-count" and before:
        known[number] = replace(before, raised=replace(before.raised, count=body["count"], sentence=body["sentence"]))
    elif body.get("act") == "triage" and before:
        known[number] = replace(
            before, state=body["to"], case=body.get("case", ""), why=body.get("why", ""), ended=before.ended or _ends(before, time)
        )
    elif body.get("act") == "signal-answered" and before:
        known[number] = replace(before, ended=before.ended or _ends(before, time))
    return known.get(number)


def _ends(before: Signal, time: str) -> str:
    return time if before.raised.clock else ""


def clock_row(one: Signal) -> dict[str, Any] | None:
    """Its clock as a row of the clocks of all records; None where it has none."""
    name = one.raised.clock
    if not name:
        return None
    since = one.raised.since or one.time
    return {"case": one.number, "name": name, "since": since, "due": CLOCKS[name].due(since), "ended": one.ended or None}
