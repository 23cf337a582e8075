"""Alarms of the control plan: raised by the program, acknowledged by a person with a reason (ISA-18.2: an alarm asks for a response)."""

from __future__ import annotations

from lotproof.quality.act import Act, ActType, Field
from lotproof.quality.acts.common import WHY
from lotproof.quality.book import Book, book_of
from lotproof.quality.case import RUNNING, Case, State
from lotproof.quality.roles import FLOOR, Role

BOOKS = frozenset({Book.ALARM})
RESPONSES = ("became an incident", "explained", "nuisance: the limit is wrong", "a test")


def _refuse(_case: Case, act: Act) -> str | None:
    if act.body["response"] != RESPONSES[0]:
        return None
    number = str(act.body.get("incident") or "")
    try:
        named = book_of(number) is Book.INCIDENT
    except ValueError:
        named = False
    return None if named else "Which incident did it become? Enter its number, such as INC-2026-0012."


ACTS = (
    ActType(
        "alarm",
        "Raise an alarm",
        "{actor} raised: {title}",
        frozenset({Role.PROGRAM}),
        frozenset({State.OPEN}),
        (
            Field("title", "What it says"),
            Field("about", "What it concerns"),
            Field("priority", "Priority", "choice", choices=("high", "medium", "low")),
            Field("condition", "Condition"),
            Field("response", "What it asks for", "text", required=False),
            Field("key", "What makes it one and the same"),
            Field("points", "Where it holds", "items"),
        ),
        books=BOOKS,
        opens=True,
    ),
    ActType(
        "alarm-acknowledged",
        "Acknowledge",
        "{actor} acknowledged it as {response}: {why}",
        FLOOR,
        RUNNING,
        (
            Field("response", "It is", "choice", choices=RESPONSES),
            WHY,
            Field("incident", "Incident", required=False, help="INC-2026-0012"),
        ),
        _refuse,
        State.CLOSED,
        exclusive=True,
        books=BOOKS,
        help="Who acknowledges says what it was; the alarm comes back when the condition does.",
    ),
)
