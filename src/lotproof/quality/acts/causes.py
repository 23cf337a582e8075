"""Causes: what was claimed and data_say, the root cause with what excludes the others, and its approval by somebody else."""

from __future__ import annotations

from lotproof.causes.by_data import modes
from lotproof.causes.human import QUESTIONS, blames_a_person
from lotproof.causes.model import QUESTIONS as ROWS
from lotproof.faulttree.errors import TreeError
from lotproof.faulttree.text_read import read_text
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
    mode = act.body.get("mode")
    if mode is not None and mode not in modes():
        return f"There is no failure mode “{mode}”; the page of the incident's data names those that fit, or leave it out."
    if role == "root cause" and blames_a_person(act.body["statement"]):
        return f"Human error is where the investigation goes on, not where it ends. {QUESTIONS[0]}"
    if role == "excluded cause" and (verdict != "contradicted" or not evidence):
        return "A cause is excluded by evidence that contradicts it; name the entries, or leave it as untested."
    if role != "excluded cause" and verdict == "contradicted":
        return "The evidence contradicts this cause; enter it as excluded."
    if verdict != "untested" and not evidence:
        return f"A cause is {verdict} by evidence; name the entries that show it."
    return None


def _refuse_tree(_case: Case, act: Act) -> str | None:
    try:
        read_text(act.body["tree"], "the tree")
    except TreeError as problem:
        return str(problem)
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
            Field(
                "mode",
                "Failure mode whose data test it",
                required=False,
                help="As the data of the incident name it, such as truncated_upload.",
            ),
        ),
        _refuse_cause,
        help="One why a record. A cause that explains another one names its entry; the drawing shows the chain.",
    ),
    ActType(
        "is-is-not",
        "Record an is/is-not row",
        "{actor} recorded {question}: {affected} is affected, {unaffected} is not",
        DESK,
        INVESTIGATING,
        (
            Field("question", "Question", "choice", choices=ROWS),
            Field("affected", "What is affected", "text"),
            Field("unaffected", "What could be and is not", "text"),
            Field("distinction", "What sets them apart", "text", required=False),
            Field("change", "What changed there, and when", "text", required=False),
        ),
        help="A root cause explains every row: what is affected, and why the other is not (Kepner and Tregoe).",
    ),
    ActType(
        "fault-tree",
        "Record a fault tree",
        "{actor} recorded a fault tree: {why}",
        DESK,
        INVESTIGATING,
        (Field("tree", "The tree, in the text form", "text", help="TOP = and(MADE, missed) and so on; see docs/fault-trees.md."), WHY),
        _refuse_tree,
        help="For several barriers that failed together. The latest one stands; earlier ones stay in the trail.",
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
