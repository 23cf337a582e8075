"""Verification sessions: planned, scanned, signed with their result, countersigned."""

from __future__ import annotations

from lotproof.quality.act import Act, ActType, Echo, Field
from lotproof.quality.acts.common import WHY
from lotproof.quality.book import Book, book_of
from lotproof.quality.case import RUNNING, Case, Recorded, State
from lotproof.quality.roles import FLOOR, Role
from lotproof.quality.verification.plan import CONFIDENCES, EXPECTED, NOUNS, SCOPES, plan_of
from lotproof.quality.verification.running import RESULTS, UNFINISHED, Session

BOOKS = frozenset({Book.SESSION})
OPEN, CLOSED = frozenset({State.OPEN}), frozenset({State.CLOSED})


def _refuse_plan(_case: Case, act: Act) -> str | None:
    try:
        plan_of(act.body)
    except ValueError as error:
        return str(error)
    return _wrong_incident(act)


def _wrong_incident(act: Act) -> str | None:
    number = str(act.body.get("incident") or Book.INCIDENT)
    try:
        named = book_of(number) is Book.INCIDENT
    except ValueError:
        named = False
    return None if named else f"“{number[:40]}” is no number of an incident; one looks like INC-2026-0012."


def _refuse_scans(case: Case, act: Act) -> str | None:
    there = {one["id"] for made in case.acts if made.name == "scans" for one in made.body["scans"]}
    twice = [one["id"] for one in act.body["scans"] if one["id"] in there]
    return f"Scan {twice[0]} is in the record already." if twice else None


def _refuse_undo(case: Case, act: Act) -> str | None:
    meant = next((one for one in Session(case).scans if one.id == act.body["scan"]), None)
    if meant is None:
        return f"{case.number} has no scan {act.body['scan']}."
    if meant.withdrawn:
        return "This scan was withdrawn already."
    return None if meant.actor == act.actor else f"It is {meant.actor}'s scan; only they withdraw it."


def _refuse_result(case: Case, act: Act) -> str | None:
    now = Session(case)
    if (act.body["result"], act.body["statement"]) != (now.result, now.sentence):
        return f"By the scans the result is now “{now.result}”: {now.sentence}. Look at it again and sign that."
    if now.result == UNFINISHED and not act.body.get("why"):
        return f"{now.counted} of {now.plan.sample} {now.plan.noun} are scanned; say why the session ends before its sample is complete."
    return None


def result_of(case: Case) -> Recorded | None:
    """The signed result, None before it is signed."""
    return case.last("session-result")


def _refuse_countersign(case: Case, act: Act) -> str | None:
    signed = result_of(case)
    if signed and signed.actor == act.actor:
        return f"{act.actor} signed the result; somebody else countersigns it."
    return None


def _planned(case: Case, act: Act) -> tuple[Echo, ...]:
    return _heard(case, "verification", {"plan": plan_of(act.body).sentence})


def _ended(case: Case, act: Act) -> tuple[Echo, ...]:
    return _heard(case, "verification-result", {"result": act.body["result"], "statement": act.body["statement"]})


def _heard(case: Case, name: str, told: dict[str, str]) -> tuple[Echo, ...]:
    incident = case.opened.body.get("incident")
    return (Echo(incident, name, {"session": case.number, **told}),) if incident else ()


ACTS = (
    ActType(
        "session",
        "Plan a verification",
        "{actor} planned: {title} ({scope} {about}, {size} {level}; {confidence} confidence, at most {tolerated} % wrong)",
        FLOOR,
        OPEN,
        (
            Field("title", "What is verified, and why", help="Cases in the quarantine cage after the jam"),
            Field("scope", "Scanned against", "choice", choices=SCOPES),
            Field("about", "Lot, name of the list, or SSCC of the case", help="B7-2231"),
            Field("listed", "The list", "items", required=False, help="For a list: its units, one a line."),
            Field("level", "What is scanned", "choice", choices=NOUNS),
            Field("expected", "Where they should be", "choice", choices=EXPECTED),
            Field("size", "How many there are", "number", help="Of which the sample is drawn at random."),
            Field("confidence", "Confidence", "choice", choices=CONFIDENCES),
            Field("tolerated", "Largest tolerated share of wrong ones (%)", help="1; 0 means that all are scanned."),
            Field("accept", "Wrong ones at which it is still accepted", "number", required=False, help="Usually none."),
            Field("incident", "Incident that it belongs to", required=False, help="INC-2026-0012"),
        ),
        _refuse_plan,
        books=BOOKS,
        opens=True,
        help="The size of the sample follows from confidence and tolerated share (hypergeometric, exact).",
        echoes=_planned,
    ),
    ActType(
        "scans",
        "Scan",
        "{actor} scanned {scans}",
        FLOOR,
        OPEN,
        (Field("scans", "Scans", "scans"),),
        _refuse_scans,
        books=BOOKS,
    ),
    ActType(
        "scan-withdrawn",
        "Withdraw a scan",
        "{actor} withdrew scan {scan}: {why}",
        FLOOR,
        OPEN,
        (Field("scan", "Scan"), WHY),
        _refuse_undo,
        books=BOOKS,
        help="It stays in the trail, struck out, and counts no more.",
    ),
    ActType(
        "session-result",
        "Sign the result",
        "{actor} ended the session: {result}. {statement}",
        FLOOR,
        OPEN,
        (
            Field("result", "Result", "choice", choices=RESULTS),
            Field("statement", "What the count shows", "text"),
            Field("why", "Remark", "text", required=False, help="Needed where the sample is not complete."),
        ),
        _refuse_result,
        State.CLOSED,
        "I scanned as the record says, and this is the result",
        exclusive=True,
        books=BOOKS,
        echoes=_ended,
    ),
    ActType(
        "countersign",
        "Countersign",
        "{actor} countersigned the result",
        FLOOR,
        CLOSED,
        (Field("why", "Remark", "text", required=False),),
        _refuse_countersign,
        meaning="I checked this result",
        books=BOOKS,
    ),
)

IN_INCIDENT = (
    ActType(
        "verification",
        "Verification planned",
        "{actor} planned the verification session {session}: {plan}",
        frozenset({Role.PROGRAM}),
        RUNNING,
        (Field("session", "Session"), Field("plan", "Plan", "text")),
    ),
    ActType(
        "verification-result",
        "Verification ended",
        "{actor} signed the verification session {session}: {result}. {statement}",
        frozenset({Role.PROGRAM}),
        RUNNING,
        (Field("session", "Session"), Field("result", "Result", "choice", choices=RESULTS), Field("statement", "Count", "text")),
    ),
)
"""What an incident hears of its sessions; entered with the act of the session itself, never by hand."""
