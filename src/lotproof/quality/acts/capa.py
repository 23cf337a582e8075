"""Correction, corrective and preventive action; the criterion fixed before the data; the verdict on them."""

from __future__ import annotations

from lotproof.quality.act import Act, ActType, Field
from lotproof.quality.acts.common import EVENT_TIME, EVIDENCE, WHY, lacking, not_own
from lotproof.quality.case import Case, Recorded, State
from lotproof.quality.roles import APPROVERS, DESK, FLOOR, Role
from lotproof.stats.effectiveness import Criterion, Verdict, judge
from lotproof.stats.problem import MethodProblem

TYPES = ("correction", "corrective", "preventive")
PLANNING, ACTING, CHECKING = (frozenset({state}) for state in (State.PLANNING, State.ACTING, State.CHECKING))
EFFECTIVE = "effective"


def criterion_of(entry: Recorded) -> Criterion:
    """The criterion that an entry declared; MethodProblem where it can decide nothing."""
    body = entry.body
    return Criterion(
        metric=str(body["metric"]),
        opportunity=str(body["opportunity"]),
        baseline_events=body["baseline_events"],
        baseline_opportunities=body["baseline_opportunities"],
        target=body["target_percent"] / 100,
        opportunities=body["opportunities"],
        owner=str(body["owner"]),
        declared=entry.time,
    )


def verdict_of(case: Case, check: Recorded) -> Verdict:
    """What a check says by the criterion that was declared last before it."""
    declared = next((one for one in reversed(case.all("criterion")) if check.index < 0 or one.index < check.index), None)
    assert declared is not None, "a plan is not approved without a criterion, and nothing is checked without a plan"
    body = check.body
    return judge(criterion_of(declared), body["events"], body["opportunities"], str(body["since"]), body["side_effects"])


def missing_in_plan(case: Case) -> list[str]:
    """What is missing before the plan can be approved; a plan that did not work asks for a new action and a new criterion."""
    again = case.last("plan-again")
    since = again.index if again else -1
    types = {one.body["type"] for one in case.all("action") if one.index > since or one.body["type"] == "correction"}
    missing = [
        f"no {kind} action is planned" if kind != "correction" else "no correction is planned" for kind in TYPES[:2] if kind not in types
    ]
    declared = case.last("criterion")
    return missing + ([] if declared and declared.index > since else ["what would show that it works is not declared"])


def open_actions(case: Case) -> list[Recorded]:
    """Actions that nobody has reported as done."""
    done = {one.body["entry"] for one in case.all("action-done")}
    return [one for one in case.all("action") if one.index not in done]


def _refuse_action(case: Case, act: Act) -> str | None:
    cause = case.entry(act.body["cause"])
    if cause is None or cause.name != "cause" or cause.withdrawn:
        return f"Entry {act.body['cause']} is no cause of this case; every action is against a cause."
    return None


def _refuse_criterion(case: Case, act: Act) -> str | None:
    try:
        criterion_of(Recorded(-1, act.name, act.actor, act.time, act.body))
    except MethodProblem as problem:
        return str(problem)
    return None


def _refuse_plan(case: Case, act: Act) -> str | None:
    return lacking("The plan cannot be approved", missing_in_plan(case)) or not_own(case, act, "a plan", "action", "criterion")


def _refuse_done(case: Case, act: Act) -> str | None:
    if act.body["entry"] not in [one.index for one in open_actions(case)]:
        return f"Entry {act.body['entry']} is no open action of this case."
    return None


def _refuse_all_done(case: Case, _act: Act) -> str | None:
    missing = [f"action {one.index} is not done" for one in open_actions(case)]
    missing += [] if case.all("change") else ["whether a change needs requalification is not assessed"]
    return lacking("The actions are not complete", missing)


def _refuse_check(case: Case, act: Act) -> str | None:
    try:
        verdict_of(case, Recorded(-1, act.name, act.actor, act.time, act.body))
    except MethodProblem as problem:
        return str(problem)
    return None


def _refuse_again(case: Case, _act: Act) -> str | None:
    check = case.last("effectiveness")
    if check is None or verdict_of(case, check).verdict == EFFECTIVE:
        return "No check says that the actions do not work."
    return None


ACTS = (
    ActType(
        "action",
        "Plan an action",
        "{actor} planned a {type} action: {what} (owner {owner}, due {due})",
        DESK,
        PLANNING,
        (
            Field("type", "Type", "choice", choices=TYPES),
            Field("what", "What is done", "text"),
            Field("cause", "Against cause (entry)", "entry"),
            Field("owner", "Owner", "person"),
            Field("due", "Due", "day"),
        ),
        _refuse_action,
    ),
    ActType(
        "criterion",
        "Declare the criterion",
        "{actor} declared: {metric}, at most {target_percent} % of the rate before, over {opportunities} {opportunity}",
        DESK,
        PLANNING,
        (
            Field("metric", "What is counted", help="no reads of line 3"),
            Field("opportunity", "In", help="packs, cases, scans, lots"),
            Field("baseline_events", "Events before", "number"),
            Field("baseline_opportunities", "Opportunities before", "number"),
            Field("target_percent", "Percent of the rate before not to be exceeded", "number", help="50; 100 asks for any reduction"),
            Field("opportunities", "Opportunities after which it is judged", "number"),
            Field("owner", "Who answers for it", "person"),
            Field(
                "kpi", "Indicator that counts it", required=False,
                help="Then the program counts its events after the actions, and enters the check by itself.",
            ),
        ),
        _refuse_criterion,
        help="Fixed before the data; a later one starts the count anew.",
    ),
    ActType(
        "approve-plan",
        "Approve the plan",
        "{actor} approved the plan",
        APPROVERS,
        PLANNING,
        (Field("why", "Remark", "text", required=False),),
        _refuse_plan,
        State.ACTING,
        "I approve the actions and the criterion",
        exclusive=True,
    ),
    ActType(
        "action-done",
        "Report an action as done",
        "{actor} reported action {entry} as done: {what}",
        FLOOR,
        ACTING,
        (Field("entry", "Action", "entry"), Field("what", "What was done, and what shows it", "text"), EVIDENCE, EVENT_TIME),
        _refuse_done,
    ),
    ActType(
        "actions-complete",
        "All actions are done",
        "{actor} declared the actions complete",
        DESK,
        ACTING,
        (Field("why", "Remark", "text", required=False),),
        _refuse_all_done,
        State.CHECKING,
        "The actions are carried out",
        exclusive=True,
    ),
    ActType(
        "effectiveness",
        "Check the effect",
        "{actor} counted {events} in {opportunities} since {since}",
        DESK | {Role.PROGRAM},
        CHECKING,
        (
            Field("events", "Events since", "number"),
            Field("opportunities", "Opportunities since", "number"),
            Field("since", "Counted from (UTC)", "time"),
            Field("side_effects", "Signals on other charts since", "number"),
        ),
        _refuse_check,
    ),
    ActType(
        "plan-again",
        "Plan anew",
        "{actor} sent it back to planning: {why}",
        DESK,
        CHECKING,
        (WHY,),
        _refuse_again,
        State.PLANNING,
        "The actions did not work",
        exclusive=True,
    ),
)
