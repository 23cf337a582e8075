"""The end of a case: audit-trail review by somebody independent, waivers with reasons, closing, opening again."""

from __future__ import annotations

from lotproof.quality.act import Act, ActType, Field
from lotproof.quality.acts.capa import EFFECTIVE, verdict_of
from lotproof.quality.acts.common import WHY, lacking
from lotproof.quality.case import RUNNING, Case, State
from lotproof.quality.clocks import CLOCKS
from lotproof.quality.roles import APPROVERS, DESK, Role

REVIEWERS = frozenset({Role.QA, Role.REGULATORY})
WAIVABLE = ("data", "observations", "interviews", "history", "notices", "change")
"""Items of the readiness list that can be waived; what the law or the process rests on cannot."""
CHECKING, CLOSED = frozenset({State.CHECKING}), frozenset({State.CLOSED})


def missing_to_close(case: Case) -> list[str]:
    """What is missing before the case can be closed."""
    check = case.last("effectiveness")
    missing = [] if check else ["the effect was not checked"]
    if check and (found := verdict_of(case, check)).verdict != EFFECTIVE:
        missing.append(f"the actions are {found.verdict}: {found.sentence}")
    review = case.last("trail-review")
    if review is None:
        missing.append("nobody independent reviewed the audit trail")
    elif any(one.index > review.index and one.name != "trail-review" for one in case.acts):
        missing.append("entries were added after the review of the audit trail")
    missing += [f"{CLOCKS[clock.name].says} is open" for clock in case.clocks if clock.ended is None]
    return missing


def _refuse_review(case: Case, act: Act) -> str | None:
    if any(one.actor == act.actor and one.name != "trail-review" for one in case.acts):
        return f"{act.actor} acted in this case; the audit trail is reviewed by somebody who did not."
    return None


def _refuse_close(case: Case, act: Act) -> str | None:
    lacks = lacking("The case cannot be closed", missing_to_close(case))
    if lacks:
        return lacks
    doers = {one.actor for one in case.acts if one.name in ("cause", "action", "action-done", "actions-complete", "effectiveness")}
    return f"{act.actor} investigated or acted in this case; somebody else closes it." if act.actor in doers else None


ACTS = (
    ActType(
        "trail-review",
        "Review the audit trail",
        "{actor} reviewed the audit trail: {result}. {why}",
        REVIEWERS,
        RUNNING,
        (Field("result", "Result", "choice", choices=("in order", "remarks")), WHY),
        _refuse_review,
        meaning="reviewed",
        exclusive=True,
        help="Every entry, late ones and withdrawn ones first, by a person who did not act in the case (draft Annex 11, 2025).",
    ),
    ActType(
        "waive",
        "Waive an item",
        "{actor} waived {item}: {why}",
        APPROVERS,
        RUNNING,
        (Field("item", "Item", "choice", choices=WAIVABLE), WHY),
        meaning="approved",
    ),
    ActType(
        "close",
        "Close the case",
        "{actor} closed the case",
        APPROVERS,
        CHECKING,
        (Field("why", "Remark", "text", required=False),),
        _refuse_close,
        State.CLOSED,
        "I approve that this case is closed",
        exclusive=True,
    ),
    ActType(
        "reopen",
        "Open again",
        "{actor} opened the case again: {why}",
        DESK,
        CLOSED,
        (WHY,),
        to=State.INVESTIGATING,
        meaning="The case has to go on",
        exclusive=True,
    ),
)
