"""Change control and validation: what triggers it, what it touches, whether a qualification has to be done again."""

from __future__ import annotations

from lotproof.quality.act import Act, ActType, Field
from lotproof.quality.acts.common import WHY
from lotproof.quality.case import Case, State
from lotproof.quality.roles import DESK

TRIGGERS = ("process", "product", "system", "none")
DECISIONS = ("no requalification", "partial requalification", "full requalification")
LATER = frozenset({State.PLANNING, State.ACTING, State.CHECKING})


def _refuse(_case: Case, act: Act) -> str | None:
    if act.body["decision"] != DECISIONS[0] and not act.body.get("protocols"):
        return "A requalification has a protocol; name its number."
    if act.body["trigger"] == "none" and act.body["decision"] != DECISIONS[0]:
        return "Nothing is requalified without a trigger; choose process, product or system."
    return None


ACTS = (
    ActType(
        "change",
        "Assess the change",
        "{actor} assessed the change ({trigger}): {decision}. {why}",
        DESK,
        LATER,
        (
            Field("trigger", "What changes", "choice", choices=TRIGGERS),
            Field("touches", "What it touches", "text"),
            Field("decision", "Decision", "choice", choices=DECISIONS),
            WHY,
            Field("protocols", "Protocols", "items", required=False, help="IQ-0031, one a line."),
            Field("regression", "Regression evidence", "entries", required=False, help="Numbers of entries that show it."),
        ),
        _refuse,
        meaning="reviewed",
    ),
    ActType(
        "training-gap",
        "Record a training gap",
        "{actor} found a gap: {person} and {sop}. {what}",
        DESK,
        LATER | {State.INVESTIGATING},
        (
            Field("person", "Code of the person", help="O-3"),
            Field("sop", "Procedure and version", help="SOP-PK-014 v7"),
            Field("what", "What is missing", "text"),
            Field("due", "Due", "day"),
        ),
    ),
)
