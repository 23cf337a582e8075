"""Opening a case, saying how grave it is, taking back what was entered by mistake."""

from __future__ import annotations

from lotproof.quality.act import Act, ActType, Field
from lotproof.quality.acts.common import EVENT_TIME, WHY, clocks
from lotproof.quality.book import Book
from lotproof.quality.case import RUNNING, Case, State
from lotproof.quality.roles import DESK, FLOOR

SEVERITIES = ("critical", "major", "minor")
SIGNED_OVER = {
    "contain": ("containment-step",),
    "approve-cause": ("cause", "cause-tool", "is-is-not", "fault-tree", "scope-search"),
    "impact": ("scope-search",),
    "approve-plan": ("action", "criterion"),
    "actions-complete": ("action-done",),
}
"""Signed act -> acts that the signature was given for."""


def _refuse_withdrawal(case: Case, act: Act) -> str | None:
    meant = case.entry(act.body["entry"])
    if meant is None:
        return f"{case.number} has no entry {act.body['entry']}; the trail lists them."
    if meant.withdrawn:
        return f"Entry {meant.index} was withdrawn already."
    if meant.index == case.opened.index or meant.name == "withdraw" or meant.signed_by:
        stays = f"what opened the {case.book.noun}, or was signed, is not taken back"
        return f"Entry {meant.index} stays: {stays}. Enter what is right as a new entry."
    over = next((one for one in case.acts if one.index > meant.index and one.stands and meant.name in SIGNED_OVER.get(one.name, ())), None)
    if over is not None:
        return f"Entry {meant.index} stays: {over.actor} signed for it in entry {over.index}. Enter what is right as a new entry."
    if meant.actor != act.actor:
        return f"Entry {meant.index} is {meant.actor}'s; only they withdraw it."
    return None


ACTS = (
    ActType(
        "open",
        "Open the incident",
        "{actor} opened the incident: {title}",
        FLOOR,
        frozenset({State.OPEN}),
        (
            Field("title", "What is wrong", help="96 units shipped, not received"),
            Field("severity", "Severity", "choice", choices=SEVERITIES),
            Field("lots", "Lots", "items", required=False, help="One a line."),
            Field("codes", "Finding codes", "items", required=False, help="AGG-01, one a line."),
            Field("signals", "Signals", "items", required=False, help="SIG-2026-0012, one a line."),
            EVENT_TIME,
        ),
        starts=clocks("contain", "classify"),
        opens=True,
        help="The hour of containment begins with it.",
    ),
    ActType(
        "severity",
        "Change the severity",
        "{actor} changed the severity to {severity}: {why}",
        DESK,
        RUNNING,
        (Field("severity", "Severity", "choice", choices=SEVERITIES), WHY),
    ),
    ActType(
        "withdraw",
        "Withdraw an entry",
        "{actor} withdrew entry {entry}: {why}",
        FLOOR,
        RUNNING,
        (Field("entry", "Entry", "entry"), WHY),
        _refuse_withdrawal,
        help="It stays in the trail, struck out, with the reason.",
        books=frozenset(Book),
    ),
)
