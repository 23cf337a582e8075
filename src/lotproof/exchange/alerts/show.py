"""One alert signal with everything that belongs to it: its alerts, what was made of them, and what the record says now."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from lotproof.exchange.alerts.alert import Alert, Verdict
from lotproof.exchange.alerts.book import Taken, book
from lotproof.exchange.alerts.judge import judge
from lotproof.exchange.alerts.match import Match
from lotproof.exchange.alerts.take import matched
from lotproof.quality.refusal import Refusal
from lotproof.quality.shell import table
from lotproof.quality.signal_shell import clock_of, signal
from lotproof.quality.signals import Signal
from lotproof.workspace.place import Workspace


@dataclass(frozen=True)
class Clock:
    """A clock of the signal."""

    name: str
    since: str
    due: str
    ended: str
    """When it ended, empty while it runs."""


@dataclass(frozen=True)
class Seen:
    """An alert signal."""

    signal: Signal
    """As the ledger has it."""
    clock: Clock | None
    """Its clock, None where none began."""
    taken: tuple[Taken, ...]
    """Its alerts, in the order in which they were taken."""
    match: Match
    """What the record knows now of the first pack."""
    now: Verdict
    """What the record says now; `then` may differ, since files come later."""

    @property
    def first(self) -> Alert:
        """The alert that it began with."""
        return self.taken[0].judged.alert

    @property
    def then(self) -> Verdict:
        """What the record said when the first was taken."""
        return self.taken[0].judged.verdict

    @property
    def changed(self) -> bool:
        """Whether the record says another thing now."""
        return (self.now.klass, self.now.side) != (self.then.klass, self.then.side)


def seen(workspace: Workspace, number: str) -> Seen:
    """An alert signal; Refusal where the number is none."""
    found = signal(number)
    taken = book().by_signal.get(number)
    if not taken:
        raise Refusal(f"{number} is a signal of the origin {found.raised.origin} and was raised by no alert; the list of signals has it.")
    first = taken[0].judged.alert
    (match,) = matched(workspace, [first])
    row = clock_of(number)
    clock = Clock(row.name, row.since, row.due, row.ended or "") if row else None
    return Seen(found, clock, tuple(taken), match, judge(first, match))


def listed(state: str = "") -> list[dict[str, Any]]:
    """The alert signals, the latest first: number, state, origin, system, code, class, side, lot, count, clock and what is said."""
    by_signal = book().by_signal
    rows = table("SignalRow").filter(number__in=list(by_signal)) if by_signal else []
    clocks = {row.case: row for row in table("ClockRow").filter(case__in=list(by_signal))} if by_signal else {}
    return [_listed(row, by_signal[row.number][-1], clocks.get(row.number)) for row in rows if state in ("", row.state)]


def _listed(row: Any, last: Taken, clock: Any) -> dict[str, Any]:
    alert, verdict = last.judged.alert, last.judged.verdict
    facts = {"signal": row.number, "state": row.state, "origin": row.origin, "system": str(alert.system), "code": alert.code}
    facts |= {"class": str(verdict.klass), "side": str(verdict.side), "severity": row.severity, "lot": row.lot, "count": row.count}
    facts |= {"raised": row.raised, "sentence": row.sentence, "case": row.case}
    running = {"clock": clock.name, "since": clock.since, "due": clock.due, "ended": clock.ended} if clock else None
    return {**facts, "clock": running}


def classes(numbers: list[str]) -> dict[str, tuple[str, str]]:
    """Number -> class and side, of those that alerts raised."""
    by_signal = book().by_signal
    found = {number: by_signal[number][-1].judged.verdict for number in numbers if number in by_signal}
    return {number: (str(one.klass), str(one.side)) for number, one in found.items()}
