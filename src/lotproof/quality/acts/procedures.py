"""Controlled procedures and who was trained on which version of them (21 CFR 211.25, Annex 11 clause 2)."""

from __future__ import annotations

from dataclasses import dataclass

from lotproof.quality.act import Act, ActType, Field
from lotproof.quality.acts.common import WHY
from lotproof.quality.book import Book
from lotproof.quality.case import RUNNING, Case, Recorded, State
from lotproof.quality.roles import APPROVERS, DESK
from lotproof.quality.times import months_later

BOOKS = frozenset({Book.PROCEDURE})
WAYS = ("read and understood", "classroom", "at the line, shown and done", "test passed")
ISSUES = ("procedure", "procedure-version")
_PEOPLE = Field("people", "Codes of the people", "items", help="O-3, one a line: who it is stays in the personnel file.")


def issued(case: Case) -> Recorded:
    """The act that issued the version in force."""
    return next(one for one in reversed(case.acts) if one.name in ISSUES and one.stands)


def trained(case: Case) -> dict[str, Recorded]:
    """Person -> the latest training on any version."""
    return {person: one for one in case.all("training") for person in one.body["people"]}


def needed(case: Case) -> dict[str, str]:
    """Person who has to know the procedure -> day by which they have to; who was released from it is not among them."""
    found: dict[str, str] = {}
    for one in case.acts:
        if one.name == "training-need" and one.stands:
            found |= dict.fromkeys(one.body["people"], str(one.body["due"]))
        elif one.name == "training-released" and one.stands:
            found = {person: due for person, due in found.items() if person not in one.body["people"]}
    return found


@dataclass(frozen=True)
class Standing:
    """How a person stands to a procedure."""

    person: str
    """Code of the person."""
    version: str
    """Version that they were trained on last, empty where on none."""
    day: str
    """When, empty where never."""
    current: bool
    """Whether that is the version in force."""
    due: str
    """By when they have to be trained (again), empty where they do not have to."""


def standing_of(case: Case) -> list[Standing]:
    """Everybody who needs the procedure or was trained on it, by code."""
    needs, was, version = needed(case), trained(case), str(issued(case).body["version"])
    months = case.opened.body.get("months")
    return [_standing(person, was.get(person), needs.get(person, ""), version, months) for person in sorted({*needs, *was})]


def _standing(person: str, last: Recorded | None, need: str, version: str, months: int | None) -> Standing:
    if last is None:
        return Standing(person, "", "", False, need)
    day, current = str(last.body["day"]), last.body["version"] == version
    again = months_later(day, months) if months and current and need else ""
    return Standing(person, str(last.body["version"]), day, current, again if current else need)


def _refuse_version(case: Case, act: Act) -> str | None:
    known = {one.body["version"] for one in case.acts if one.name in ISSUES and one.stands}
    return f"Version {act.body['version']} was issued already; a new one has a new number." if act.body["version"] in known else None


def _refuse_training(case: Case, act: Act) -> str | None:
    known = [str(one.body["version"]) for one in case.acts if one.name in ISSUES and one.stands]
    if act.body["version"] not in known:
        return f"There is no version {act.body['version']}; issued are {', '.join(known)}."
    return f"{act.body['day']} lies in the future; a training is recorded when it was held." if act.body["day"] > act.time[:10] else None


ACTS = (
    ActType(
        "procedure",
        "Register a procedure",
        "{actor} registered {title}, version {version}",
        DESK,
        frozenset({State.OPEN}),
        (
            Field("title", "Number and title", help="SOP-PK-014 Aggregation and rework"),
            Field("version", "Version", help="7"),
            Field("about", "What it concerns", required=False, help="packaging line 2"),
            Field("months", "Training is repeated after months", "number", required=False, help="12; empty where it is not repeated."),
        ),
        books=BOOKS,
        opens=True,
    ),
    ActType(
        "procedure-version",
        "Issue a version",
        "{actor} issued version {version}: {why}",
        APPROVERS,
        RUNNING,
        (Field("version", "Version"), WHY),
        _refuse_version,
        meaning="approved",
        books=BOOKS,
        help="Whoever needs the procedure has a gap until they are trained on it.",
    ),
    ActType(
        "training-need",
        "Say who needs it",
        "{actor} asked that {people} know it by {due}",
        DESK,
        RUNNING,
        (_PEOPLE, Field("due", "By", "day")),
        books=BOOKS,
    ),
    ActType(
        "training-released",
        "Release from it",
        "{actor} released {people} from it: {why}",
        DESK,
        RUNNING,
        (_PEOPLE, WHY),
        books=BOOKS,
        help="For people who left, or do other work now. What they were trained on stays.",
    ),
    ActType(
        "training",
        "Record a training",
        "{actor} recorded that {people} were trained on version {version} on {day} ({way})",
        DESK,
        RUNNING,
        (
            _PEOPLE,
            Field("version", "Version"),
            Field("day", "Day", "day"),
            Field("way", "How", "choice", choices=WAYS),
            Field("trainer", "Who trained", required=False),
        ),
        _refuse_training,
        books=BOOKS,
    ),
    ActType(
        "procedure-retired",
        "Retire the procedure",
        "{actor} retired it: {why}",
        APPROVERS,
        RUNNING,
        (WHY,),
        to=State.CLOSED,
        meaning="approved",
        exclusive=True,
        books=BOOKS,
    ),
)
