"""The calendar of audits and periodic reviews: planned, held at least yearly, concluded with a signature."""

from __future__ import annotations

from datetime import date

from lotproof.quality.act import Act, ActType, Field
from lotproof.quality.acts.common import WHY
from lotproof.quality.book import Book
from lotproof.quality.case import RUNNING, Case, State
from lotproof.quality.roles import DESK, LEGAL

BOOKS = frozenset({Book.AUDIT})
TYPES = ("self-inspection", "audit-trail review", "review of the system", "supplier audit", "inspection by an authority")
YEARLY = TYPES[:3]
"""Types that are held at least once a year (EU GMP chapter 9; Annex 11 clause 11)."""
YEAR = 366
"""Days of the longest year."""
GRADES = ("critical", "major", "minor", "remark")


def last_held(case: Case) -> str:
    """Day on which it was held; empty where it was not."""
    held = case.last("audit-held")
    return str(held.body["day"]) if held else ""


def _refuse_held(_case: Case, act: Act) -> str | None:
    if act.body["day"] > act.time[:10]:
        return f"{act.body['day']} lies in the future; an audit is concluded when it was held."
    following = act.body.get("next")
    if following and following <= act.body["day"]:
        return "The next one lies before this one; mend the day."
    return None


def _refuse_yearly(case: Case, act: Act) -> str | None:
    refused = _refuse_held(case, act)
    if refused or case.opened.body["type"] not in YEARLY:
        return refused
    following = act.body.get("next")
    if not following:
        return f"A {case.opened.body['type']} is held at least yearly: enter when the next one is."
    days = (date.fromisoformat(following) - date.fromisoformat(act.body["day"])).days
    return f"The next one would be {days} days later; it is held at least yearly." if days > YEAR else None


ACTS = (
    ActType(
        "audit",
        "Plan an audit",
        "{actor} planned: {title}, by {due}",
        DESK | LEGAL,
        frozenset({State.OPEN}),
        (
            Field("title", "What is audited", help="Aggregation on line 2, paper and data"),
            Field("type", "Type", "choice", choices=TYPES),
            Field("about", "Area, system or supplier", required=False),
            Field("due", "By", "day"),
            Field("lead", "Who leads it", "person"),
        ),
        books=BOOKS,
        opens=True,
    ),
    ActType(
        "audit-moved",
        "Move it",
        "{actor} moved it to {due}: {why}",
        DESK | LEGAL,
        RUNNING,
        (Field("due", "By", "day"), WHY),
        books=BOOKS,
    ),
    ActType(
        "audit-finding",
        "Record a finding",
        "{actor} found ({grade}): {what}",
        DESK | LEGAL,
        RUNNING,
        (
            Field("grade", "Grade", "choice", choices=GRADES),
            Field("what", "What was found", "text"),
            Field("clause", "Requirement", required=False, help="21 CFR 11.10(e)"),
            Field("incident", "Incident that it became", required=False, help="INC-2026-0012"),
        ),
        books=BOOKS,
    ),
    ActType(
        "audit-held",
        "Conclude it",
        "{actor} concluded it, held on {day}: {conclusion}",
        DESK | LEGAL,
        RUNNING,
        (
            Field("day", "Held on", "day"),
            Field("conclusion", "Conclusion", "text"),
            Field("next", "The next one by", "day", required=False),
        ),
        _refuse_yearly,
        State.CLOSED,
        "reviewed",
        exclusive=True,
        books=BOOKS,
    ),
)
