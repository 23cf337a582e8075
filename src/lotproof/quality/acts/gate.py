"""The suspect-product gate: an exception is not a suspect product, until somebody decides so and signs; then legal clocks run."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from lotproof.quality.act import Act, ActType, Field
from lotproof.quality.acts.common import EVENT_TIME, WHY
from lotproof.quality.case import RUNNING, Case
from lotproof.quality.clocks import CLOCKS
from lotproof.quality.roles import LEGAL, Role
from lotproof.quality.sheet_fields import FIELDS, SHEETS

CLERICAL, SUSPECT, ILLEGITIMATE, CLEARED = "clerical exception", "suspect product", "illegitimate product", "cleared"
DECISIONS = (CLERICAL, SUSPECT, ILLEGITIMATE, CLEARED)
MARKETS = ("US", "EU", "US and EU")
ASKED = ("us-verification", "us-information")
LEGAL_CLOCKS = tuple(name for name in CLOCKS if name != "contain")


def decision(case: Case) -> str | None:
    """What stands: the last decision, None where there is none."""
    last = case.last("gate")
    return str(last.body["decision"]) if last else None


def _starts(body: Mapping[str, Any]) -> tuple[str, ...]:
    """Illegitimate starts FDA's 24 hours; any suspicion has the EU authority told at once."""
    us, eu = "US" in body["market"], "EU" in body["market"]
    grave = body["decision"] in (SUSPECT, ILLEGITIMATE)
    return (*(("us-illegitimate",) if us and body["decision"] == ILLEGITIMATE else ()), *(("eu-authority",) if eu and grave else ()))


def _refuse(case: Case, act: Act) -> str | None:
    before, now = decision(case), act.body["decision"]
    if before is None and now in (ILLEGITIMATE, CLEARED):
        return f"Nothing is decided yet: first whether it is a {CLERICAL} or a {SUSPECT}."
    if before == now:
        return f"“{now}” is what stands already."
    if before == ILLEGITIMATE:
        return "Product that was determined illegitimate stays so; a request for termination goes to FDA (Form 3911)."
    if before == CLERICAL and now == CLEARED:
        return "A clerical exception has nothing to be cleared of."
    return None


def _refuse_notice(case: Case, act: Act) -> str | None:
    clock = case.clock(act.body["clock"])
    if clock is None or clock.ended:
        return f"The clock “{act.body['clock']}” does not run in this case."
    return None


def _refuse_field(_case: Case, act: Act) -> str | None:
    fields = SHEETS[act.body["sheet"]].fields
    return None if act.body["item"] in fields else f"The worksheet {act.body['sheet']} has no field “{act.body['item']}”."


def _asked(body: Mapping[str, Any]) -> tuple[str, ...]:
    return (body["clock"],)


ACTS = (
    ActType(
        "gate",
        "Decide: suspect product?",
        "{actor} decided: {decision} ({market}). {why}",
        LEGAL,
        RUNNING,
        (
            Field("decision", "Decision", "choice", choices=DECISIONS),
            Field("market", "Markets", "choice", choices=MARKETS),
            WHY,
            EVENT_TIME,
        ),
        _refuse,
        meaning="I take this decision",
        starts=_starts,
        stops=lambda _body: ("classify",),
        exclusive=True,
        help="A clerical exception stays a matter of data. A suspect product is quarantined and investigated by law; product that is "
        "determined illegitimate is notified within 24 hours.",
    ),
    ActType(
        "request",
        "Record a request",
        "{actor} recorded a request by {who}: {what}",
        LEGAL | {Role.PROGRAM},
        RUNNING,
        (
            Field("clock", "What is asked for", "choice", choices=ASKED),
            Field("who", "Who asks"),
            Field("what", "What for", "text"),
            EVENT_TIME,
        ),
        starts=_asked,
    ),
    ActType(
        "worksheet",
        "Complete a worksheet",
        "{actor} entered in the worksheet {sheet}, {item}: {value}",
        LEGAL,
        RUNNING,
        (
            Field("sheet", "Worksheet", "choice", choices=tuple(SHEETS)),
            Field("item", "Field", "choice", choices=FIELDS),
            Field("value", "What stands there", "text"),
        ),
        _refuse_field,
        help="What neither the record nor the files know, or know otherwise. The worksheet says where each value comes from.",
    ),
    ActType(
        "notified",
        "Record a notice",
        "{actor} told {who}: {what}",
        LEGAL,
        RUNNING,
        (
            Field("clock", "What it answers", "choice", choices=LEGAL_CLOCKS),
            Field("who", "Who was told"),
            Field("what", "What, how, under which number", "text"),
            EVENT_TIME,
        ),
        _refuse_notice,
        stops=_asked,
    ),
)
