"""Writes signals and their triage: ledger entry and row in one transaction."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.db import transaction

from lotproof.ledger import store
from lotproof.quality.case import Case
from lotproof.quality.entered import LONGEST
from lotproof.quality.refusal import Refusal
from lotproof.quality.roles import FLOOR, role_of
from lotproof.quality.shell import Desk, open_case, table
from lotproof.quality.signals import EXPLAINED, INCIDENT, NEW, STREAM, Raised, Signal, news, step, vanished


def known() -> dict[str, Signal]:
    """Every signal of the read model by its key."""
    return {row.key: _signal(row) for row in table("SignalRow").order_by("number")}


def signal(number: str) -> Signal:
    """One signal; Refusal where there is none."""
    row = table("SignalRow").filter(number=number).first()
    if row is None:
        raise Refusal(f"There is no signal {number}.")
    return _signal(row)


def _signal(row: Any) -> Signal:
    raised = Raised(row.key.split("#", 1)[0], row.origin, row.severity, row.sentence, row.code, row.lot, row.count)
    return Signal(row.number, raised, row.raised, row.state, row.case, row.why)


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
    found = step({number: _signal(row)} if row else {}, time, body)
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
    return found


def explain(desk: Desk, number: str, why: str) -> Signal:
    """Triage a signal as explained, with the reason."""
    if not why.strip():
        raise Refusal("“Reason” is missing: write what explains it, so that an inspector can follow.")
    if "\x00" in why or len(why) > LONGEST:
        raise Refusal(f"“Reason” has more than {LONGEST:,} characters, or one that no text has (NUL); write it shorter.")
    with transaction.atomic():
        store.lock()
        _triable(desk, number)
        return _triage(desk, number, {"to": EXPLAINED, "why": why.strip()})


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
        }
        case = open_case(desk, {**offered, **given, "signals": [number]})
        _triage(desk, number, {"to": INCIDENT, "case": case.number})
        return case


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
