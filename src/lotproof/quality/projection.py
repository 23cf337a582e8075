"""From the fold to the rows of lists: what each book keeps, by table."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from lotproof.quality.acts.capa import verdict_of
from lotproof.quality.acts.containment import HOLDING
from lotproof.quality.acts.procedures import standing_of
from lotproof.quality.book import Book
from lotproof.quality.case import Case, State
from lotproof.quality.readiness import MISSING, readiness

Row = dict[str, Any]
KEYS = {"CaseRow": "number", "RecordRow": "number", "ClockRow": "case", "HoldRow": "case", "ActionRow": "case", "TrainingRow": "case"}
"""Read model -> its column that holds the number of the record."""
KEPT = {
    Book.INCIDENT: ("CaseRow", "ClockRow", "HoldRow", "ActionRow"),
    Book.PROCEDURE: ("RecordRow", "TrainingRow"),
}
"""Book -> the read models that its records have rows in; the others have a row of the general list alone."""


def tables_of(book: Book) -> tuple[str, ...]:
    """The read models of a book, the list of its records first."""
    return KEPT.get(book, ("RecordRow",))


def rows_of(case: Case) -> dict[str, list[Row]]:
    """Read model -> the rows of a record, which has been opened."""
    return {name: list(_ROWS[name](case)) for name in tables_of(case.book)}


def _clocks(case: Case) -> Iterator[Row]:
    for one in case.clocks:
        yield {"case": case.number, "name": one.name, "since": one.since, "due": one.due, "ended": one.ended}


def _case(case: Case) -> Iterator[Row]:
    severity, closed = case.last("severity") or case.opened, case.last("close")
    yield {
        "number": case.number,
        "state": str(case.state),
        "severity": severity.body["severity"],
        "title": case.title,
        "lots": "\n".join(case.lots),
        "opened": case.opened.time,
        "closed": closed.time if closed and case.state is State.CLOSED else None,
        "seq": case.seq,
        "codes": "\n".join(map(str, case.opened.body.get("codes") or ())),
        "cause": "; ".join(str(one.body["statement"]) for one in case.all("cause") if one.body["role"] == "root cause"),
        "action": "; ".join(str(one.body["what"]) for one in case.all("action") if one.body["type"] == "corrective"),
        "effect": verdict_of(case, check).verdict if (check := case.last("effectiveness")) else "",
        "missing": "\n".join(one.item.name for one in readiness(case).items if one.state == MISSING),
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


def _record(case: Case) -> Iterator[Row]:
    closed = case.state is State.CLOSED
    yield {
        "number": case.number,
        "book": str(case.book),
        "state": str(case.state),
        "title": case.title,
        "kind": str(case.opened.body.get("type") or case.opened.body.get("priority") or ""),
        "key": str(case.opened.body.get("key") or ""),
        "about": str(case.fact("about")),
        # What was held shows when; what is planned, by when.
        "due": str(case.fact("day") if closed and case.book is Book.AUDIT else case.fact("due") if case.book is not Book.PROCEDURE else ""),
        "opened": case.opened.time,
        "closed": case.acts[-1].time if closed else None,
        "seq": case.seq,
    }


def _trained(case: Case) -> Iterator[Row]:
    for one in standing_of(case):
        yield {
            "case": case.number,
            "person": one.person,
            "version": one.version,
            "day": one.day,
            "current": one.current,
            "due": one.due,
        }


_ROWS = {
    "CaseRow": _case,
    "ClockRow": _clocks,
    "HoldRow": _holds,
    "ActionRow": _actions,
    "RecordRow": _record,
    "TrainingRow": _trained,
}
