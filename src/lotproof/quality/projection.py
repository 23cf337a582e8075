"""From the fold to the rows of lists: one function for each read model, and the making anew of all of them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from lotproof.quality.acts.containment import HOLDING
from lotproof.quality.case import Case, State

Row = dict[str, Any]


@dataclass(frozen=True)
class Rows:
    """The rows of one case."""

    case: Row
    """For the list of cases."""
    clocks: tuple[Row, ...]
    """Its clocks."""
    holds: tuple[Row, ...]
    """What it has on hold."""
    actions: tuple[Row, ...]
    """Its actions."""


def rows_of(case: Case) -> Rows:
    """The rows of a case; it has been opened."""
    clocks = tuple({"case": case.number, "name": one.name, "since": one.since, "due": one.due, "ended": one.ended} for one in case.clocks)
    return Rows(_case(case), clocks, tuple(_holds(case)), tuple(_actions(case)))


def _case(case: Case) -> Row:
    severity, closed = case.last("severity") or case.opened, case.last("close")
    return {
        "number": case.number,
        "state": str(case.state),
        "severity": severity.body["severity"],
        "title": case.title,
        "lots": "\n".join(case.lots),
        "opened": case.opened.time,
        "closed": closed.time if closed and case.state is State.CLOSED else None,
        "seq": case.seq,
    }


def _holds(case: Case) -> Iterator[Row]:
    released = {one.body["entry"]: one.event_time for one in case.all("release")}
    for name in HOLDING:
        for one in case.all(name):
            for item in one.body.get("held") or ():
                yield {"case": case.number, "index": one.index, "item": item, "since": one.event_time, "released": released.get(one.index)}


def _actions(case: Case) -> Iterator[Row]:
    done = {one.body["entry"]: one.event_time for one in case.all("action-done")}
    for one in case.all("action"):
        facts = {name: one.body[name] for name in ("type", "what", "owner", "due")}
        yield {"case": case.number, "index": one.index, **facts, "done": done.get(one.index)}
