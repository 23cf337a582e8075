"""Writes signals and their triage: ledger entry and row in one transaction."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.db import transaction

from lotproof.ledger import store
from lotproof.quality.acts.gate import ASKED
from lotproof.quality.case import Case
from lotproof.quality.clocks import CLOCKS
from lotproof.quality.entered import LONGEST
from lotproof.quality.refusal import Refusal
from lotproof.quality.roles import FLOOR, LEGAL, role_of
from lotproof.quality.shell import Desk, by_program, open_case, table
from lotproof.quality.signals import EXPLAINED, INCIDENT, NEW, STREAM, Raised, Signal, clock_row, news, step, vanished


def known() -> dict[str, Signal]:
    """Every signal of the read model by its key."""
    return {row.key: _signal(row) for row in table("SignalRow").order_by("number")}


def signal(number: str) -> Signal:
    """One signal; Refusal where there is none."""
    row = table("SignalRow").filter(number=number).first()
    if row is None:
        raise Refusal(f"There is no signal {number}.")
    return _signal(row, clock_of(number))


def _signal(row: Any, clock: Any = None) -> Signal:
    """What its rows tell; the clock's row is looked up by who needs it."""
    clocked = (clock.name, clock.since) if clock else ("", "")
    raised = Raised(row.key.split("#", 1)[0], row.origin, row.severity, row.sentence, row.code, row.lot, row.count, *clocked)
    return Signal(row.number, raised, row.raised, row.state, row.case, row.why, (clock.ended or "") if clock else "")


def clock_of(number: str) -> Any:
    """The row of a signal's clock, None where it has none."""
    return table("ClockRow").filter(case=number).first()


def take_signals(now: Iterable[Raised], time: str, actor: str, full: bool) -> list[Signal]:
    """Write what is new; ``full`` says that a finding that is not among them is gone. Gives the signals that changed."""
    noticed = list(now)
    with transaction.atomic():
        store.lock()
        before = known()
        bodies = [*news(before, noticed, time[:4], _last(time[:4])), *(vanished(before, noticed) if full else ())]
        return [_write(body, time, actor) for body in bodies]


def _last(year: str) -> int:
    number = table("SignalRow").filter(number__startswith=f"SIG-{year}-").order_by("-number").values_list("number", flat=True).first()
    return int(number.rsplit("-", 1)[1]) if number else 0


def _write(body: Mapping[str, Any], time: str, actor: str) -> Signal:
    store.append("audit", STREAM, time, actor, dict(body))
    return project(time, body)


def project(time: str, body: Mapping[str, Any]) -> Signal:
    """Take one entry into the rows."""
    number = str(body["signal"])
    row = table("SignalRow").filter(number=number).first()
    found = step({number: _signal(row, clock_of(number))} if row else {}, time, body)
    assert found is not None, "an entry about a signal follows the one that raised it"
    # A signal that comes back has the key of the one before; the earlier row keeps its own by its number.
    table("SignalRow").filter(key=found.raised.key).exclude(number=number).update(key=f"{found.raised.key}#{number}")
    raised = found.raised
    table("SignalRow").update_or_create(
        number=number,
        defaults={
            "key": raised.key,
            "origin": raised.origin,
            "code": raised.code,
            "lot": raised.lot,
            "severity": raised.severity,
            "sentence": raised.sentence,
            "count": raised.count,
            "raised": found.time,
            "state": found.state,
            "case": found.case,
            "why": found.why,
        },
    )
    if clocked := clock_row(found):
        table("ClockRow").update_or_create(case=number, name=clocked.pop("name"), defaults={name: clocked[name] for name in _CLOCKED})
    return found


_CLOCKED = ("since", "due", "ended")


def explain(desk: Desk, number: str, why: str) -> Signal:
    """Triage a signal as explained, with the reason."""
    if not why.strip():
        raise Refusal("“Reason” is missing: write what explains it, so that an inspector can follow.")
    if "\x00" in why or len(why) > LONGEST:
        raise Refusal(f"“Reason” has more than {LONGEST:,} characters, or one that no text has (NUL); write it shorter.")
    with transaction.atomic():
        store.lock()
        found = _triable(desk, number)
        if found.raised.clock in ASKED and not found.ended:
            says = CLOCKS[found.raised.clock].says
            raise Refusal(f"The clock of {number} runs: {says}. Record the answer first, then say what explains it.")
        return _triage(desk, number, {"to": EXPLAINED, "why": why.strip()})


def answered(desk: Desk, number: str, who: str, what: str) -> Signal:
    """Record that the request behind a signal was answered: its clock ends. Nothing is sent from here."""
    for name, text in (("Who was told", who), ("What, how", what)):
        if not text.strip() or "\x00" in text or len(text) > LONGEST:
            raise Refusal(f"“{name}” is missing, longer than {LONGEST:,} characters, or has a character that no text has (NUL).")
    with transaction.atomic():
        store.lock()
        found, role = signal(number), role_of(desk.person.role)
        if role not in LEGAL:
            raise Refusal(f"Answers are recorded by {' or '.join(sorted(LEGAL))}; {desk.person.user_id} has the role {role}.")
        if not found.raised.clock or found.ended:
            raise Refusal(f"No clock of {number} runs; an answer to its incident is recorded there.")
        body = {"act": "signal-answered", "signal": number, "who": who.strip(), "what": what.strip()}
        return _write(body, desk.clock(), desk.person.user_id)


def to_incident(desk: Desk, number: str, given: Mapping[str, Any]) -> Case:
    """Open a case from a signal."""
    with transaction.atomic():
        store.lock()
        found = _triable(desk, number)
        raised = found.raised
        offered = {
            "title": raised.sentence[:500],
            "severity": raised.severity,
            "lots": [raised.lot] if raised.lot else [],
            "codes": [raised.code] if raised.code else [],
            # What has to be decided within a time since something came in has it in the case too.
            **({"event_time": raised.since} if raised.clock == "classify" and not found.ended else {}),
        }
        case = open_case(desk, {**offered, **given, "signals": [number]})
        if raised.clock in ASKED and not found.ended:
            case = _taken_on(case, found, desk)
        _triage(desk, number, {"to": INCIDENT, "case": case.number})
        return case


def _taken_on(case: Case, found: Signal, desk: Desk) -> Case:
    """The request becomes an act of the case, with the time at which it came in: the same clock, due when it was."""
    body = {"clock": found.raised.clock, "who": _who(found), "what": found.raised.sentence, "event_time": found.raised.since}
    return by_program(case.number, "request", body, desk.clock(), desk.person.user_id)


def _who(found: Signal) -> str:
    """Who asks, as the entry that raised the signal has it."""
    for _, entry in store.indexed("audit", STREAM):
        body: Any = entry.body
        if body.get("act") == "signal" and body.get("signal") == found.number:
            return str(body.get("who") or found.raised.origin)
    return found.raised.origin


def _triable(desk: Desk, number: str) -> Signal:
    found = signal(number)
    role = role_of(desk.person.role)
    if role not in FLOOR:
        raise Refusal(f"Signals are triaged by {' or '.join(sorted(FLOOR))}; {desk.person.user_id} has the role {role}.")
    if found.state != NEW:
        became = f"became {found.case}" if found.case else f"was explained: {found.why}"
        raise Refusal(f"{number} {became}.")
    return found


def _triage(desk: Desk, number: str, to: Mapping[str, Any]) -> Signal:
    return _write({"act": "triage", "signal": number, **to}, desk.clock(), desk.person.user_id)
