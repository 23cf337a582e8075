"""Causes: what was claimed and tested, the root cause with what excludes the others, and its approval by somebody else."""

from __future__ import annotations

from lotproof.causes.human import QUESTIONS, blames_a_person
from lotproof.quality.act import Act, ActType, Field
from lotproof.quality.acts.common import EVIDENCE, WHY, lacking, not_own
from lotproof.quality.case import Case, State
from lotproof.quality.roles import APPROVERS, DESK

SIX_M = ("materials", "method", "machine", "man", "measurement", "environment")
VERDICTS = ("supported", "contradicted", "untested")
TOOLS = ("5-Why", "fishbone", "fault tree")
ROLES = ("root cause", "contributing cause", "excluded cause")
INVESTIGATING = frozenset({State.INVESTIGATING})


def _refuse_cause(case: Case, act: Act) -> str | None:
    role, verdict, evidence = act.body["role"], act.body["verdict"], act.body.get("evidence") or ()
    before = act.body.get("because_of")
    if before is not None and before not in {one.index for one in case.all("cause")}:
        return f"Entry {before} is no cause of this case; the table of causes shows their entries."
    if role == "root cause" and blames_a_person(act.body["statement"]):
        return f"Human error is where the investigation goes on, not where it ends. {QUESTIONS[0]}"
    if role == "excluded cause" and (verdict != "contradicted" or not evidence):
        return "A cause is excluded by evidence that contradicts it; name the entries, or leave it as untested."
    if role != "excluded cause" and verdict == "contradicted":
        return "The evidence contradicts this cause; enter it as excluded."
    if verdict != "untested" and not evidence:
        return f"A cause is {verdict} by evidence; name the entries that show it."
    return None


def missing_for_cause(case: Case) -> list[str]:
    """What is missing before the cause can be approved."""
    causes = case.all("cause")
    roots = [one for one in causes if one.body["role"] == "root cause"]
    untested = [str(one.index) for one in causes if one.body["verdict"] == "untested" and one.body["role"] == "root cause"]
    missing = [] if roots else ["no root cause is named"]
    missing += [f"the root cause of entry {', '.join(untested)} is untested"] if untested else []
    missing += [] if any(one.body["role"] == "excluded cause" for one in causes) else ["no other cause was looked at and excluded"]
    missing += [] if case.all("cause-tool") else ["which tool was used, and why, is not written down"]
    missing += [] if case.all("impact") else ["the impact on other lots and customers is not stated"]
    missing += [] if case.all("gate") else ["whether the product is suspect is not decided"]
    return missing


def _refuse_approval(case: Case, act: Act) -> str | None:
    return lacking("The cause cannot be approved", missing_for_cause(case)) or not_own(case, act, "a cause", "cause")


ACTS = (
    ActType(
        "cause-tool",
        "Choose the tool",
        "{actor} works with {tool}: {why}",
        DESK,
        INVESTIGATING,
        (Field("tool", "Tool", "choice", choices=TOOLS), WHY),
        help="A single chain: 5-Why. Many candidates: fishbone. Several barriers that failed together: fault tree.",
    ),
    ActType(
        "cause",
        "Record a cause",
        "{actor} recorded as {role} ({verdict}): {statement}",
        DESK,
        INVESTIGATING,
        (
            Field("statement", "The cause, as a claim that can be tested", "text"),
            Field("role", "It is", "choice", choices=ROLES),
            Field("category", "Category", "choice", choices=SIX_M),
            Field("verdict", "The evidence says", "choice", choices=VERDICTS),
            Field("because_of", "It explains the cause of entry", "entry", required=False, help="For a 5-Why: the answer before this one."),
            EVIDENCE,
        ),
        _refuse_cause,
        help="One why a record. A cause that explains another one names its entry; the drawing shows the chain.",
    ),
    ActType(
        "approve-cause",
        "Approve the cause",
        "{actor} approved the cause",
        APPROVERS,
        INVESTIGATING,
        (Field("why", "Remark", "text", required=False),),
        _refuse_approval,
        State.PLANNING,
        "I approve root cause, scope and impact",
        exclusive=True,
    ),
)
