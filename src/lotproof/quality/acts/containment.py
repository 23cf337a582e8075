"""Containment, the first 60 minutes: five steps, hold lists, and the declaration that the incident is contained."""

from __future__ import annotations

from dataclasses import dataclass

from lotproof.quality.act import Act, ActType, Field
from lotproof.quality.acts.common import EVENT_TIME, EVIDENCE, WHY, clocks, lacking
from lotproof.quality.case import RUNNING, Case, Recorded, State
from lotproof.quality.roles import DESK, FLOOR


@dataclass(frozen=True)
class Step:
    """One of the five steps."""

    name: str
    """Word of the ledger."""
    title: str
    """What stands on the page."""
    asks: str
    """What has to be done and written down."""


STEPS = (
    Step(
        "stop-line", "Stop the line", "Stop packing and printing where it could go on; write which line, at which pack, and who was told."
    ),
    Step("isolate", "Isolate affected inventory", "Block cases and pallets where they stand and in the systems; list what is on hold."),
    Step("notify", "Notify", "Tell QA, production and regulatory affairs; write whom, how and when."),
    Step("document", "Document the signals", "Photos, screens, alerts, the first counts: keep them before they change."),
    Step("review-logs", "Review the logs", "Line, printer, camera and hub since the last good moment; write what they show."),
)
"""In their order; they may be done at once."""


HOLDING = ("containment-step", "hold")
"""Acts that put something on hold."""


def done_steps(case: Case) -> dict[str, Recorded]:
    """Step -> the entry that did it."""
    return {str(one.body["step"]): one for one in case.all("containment-step")}


def missing_steps(case: Case) -> list[Step]:
    """The steps that nobody has done."""
    done = done_steps(case)
    return [step for step in STEPS if step.name not in done]


def _refuse_step(case: Case, act: Act) -> str | None:
    before = done_steps(case).get(act.body["step"])
    if before is not None:
        return f"{before.actor} did this step already, entry {before.index}; if that is wrong, they withdraw it first."
    return None


def _refuse_contain(case: Case, _act: Act) -> str | None:
    return lacking("The incident is not contained yet", [f"the step “{step.title}” is missing" for step in missing_steps(case)])


def _refuse_release(case: Case, act: Act) -> str | None:
    held = case.entry(act.body["entry"])
    if held is None or not held.body.get("held"):
        return f"Entry {act.body['entry']} holds nothing; the hold list names the entries."
    if any(one.body["entry"] == held.index for one in case.all("release")):
        return f"What entry {held.index} held was released already."
    if not case.all("gate"):
        return "Nothing is released before the decision whether the product is suspect; take it first."
    return None


ACTS = (
    ActType(
        "containment-step",
        "Record a step",
        "{actor} did the step {step}: {what}",
        FLOOR,
        RUNNING,
        (
            Field("step", "Step", "choice", choices=tuple(step.name for step in STEPS)),
            Field("what", "What was done", "text"),
            Field("held", "Put on hold", "items", required=False, help="Serials, SSCCs or lots as scanned or printed, one a line."),
            EVENT_TIME,
            EVIDENCE,
        ),
        _refuse_step,
    ),
    ActType(
        "hold",
        "Put on hold",
        "{actor} put {held} on hold: {why}",
        FLOOR,
        RUNNING,
        (Field("held", "What", "items", help="Serials, SSCCs or lots as scanned or printed, one a line."), WHY, EVENT_TIME),
        help="Whatever moves while it is on hold is a hold breach (PHY-04).",
    ),
    ActType(
        "release",
        "Release from hold",
        "{actor} released what entry {entry} held: {why}",
        DESK,
        RUNNING,
        (Field("entry", "Entry of the hold", "entry"), WHY, EVENT_TIME),
        _refuse_release,
        meaning="approved",
        exclusive=True,
    ),
    ActType(
        "contain",
        "Sign containment",
        "{actor} declared the incident contained",
        DESK,
        frozenset({State.OPEN}),
        (Field("why", "Remark", "text", required=False),),
        _refuse_contain,
        State.INVESTIGATING,
        "I declare this incident contained",
        stops=clocks("contain"),
        exclusive=True,
    ),
)
