"""How ready a case is for an inspector: what the pack asks for (DOMAIN F.2), present, missing, or waived with a reason."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from lotproof.quality.acts.capa import EFFECTIVE, missing_in_plan, open_actions, verdict_of
from lotproof.quality.acts.causes import missing_for_cause
from lotproof.quality.acts.containment import missing_steps
from lotproof.quality.acts.impact import REACH
from lotproof.quality.case import Case, State

PRESENT, MISSING, WAIVED = "present", "missing", "waived"


@dataclass(frozen=True)
class Item:
    """Something that the pack has to hold."""

    name: str
    """Short name; a waiver names it."""
    section: int
    """Section of the pack."""
    asks: str
    """What has to be there."""
    lacks: Callable[[Case], list[str]]
    """What is missing, as sentences."""


@dataclass(frozen=True)
class Standing:
    """An item and how it stands."""

    item: Item
    """The item."""
    state: str
    """present, missing or waived."""
    told: str
    """What is missing, or why it is waived."""


@dataclass(frozen=True)
class Readiness:
    """All items of a case."""

    items: tuple[Standing, ...]
    """In the order of the pack."""

    @property
    def present(self) -> int:
        """Items that are there or waived."""
        return sum(one.state != MISSING for one in self.items)

    @property
    def percent(self) -> int:
        """Share of them, whole percent, rounded down."""
        return 100 * self.present // len(self.items)


def _any(name: str, sentence: str) -> Callable[[Case], list[str]]:
    return lambda case: [] if case.all(name) else [sentence]


def _steps(case: Case) -> list[str]:
    return [f"the step “{step_title}” is missing" for step_title in (step.title for step in missing_steps(case))] + (
        [] if case.all("contain") else ["containment is not signed"]
    )


def _notices(case: Case) -> list[str]:
    return [f"the clock “{one.name}” has no answer" for one in case.clocks if one.ended is None and one.name not in ("contain", "classify")]


def _scope(case: Case) -> list[str]:
    searched = {one.body["reach"] for one in case.all("scope-search")}
    missing = [f"other {reach} were not searched" for reach in REACH if reach not in searched]
    return missing + ([] if case.all("impact") else ["the impact is not stated"])


def _plan(case: Case) -> list[str]:
    return missing_in_plan(case) + [f"action {one.index} is not done" for one in open_actions(case)]


def _effect(case: Case) -> list[str]:
    check = case.last("effectiveness")
    found = verdict_of(case, check) if check else None
    return ["the effect was not checked"] if found is None else [] if found.verdict == EFFECTIVE else [f"the actions are {found.verdict}"]


def _cause(case: Case) -> list[str]:
    lacking = [one for one in missing_for_cause(case) if "impact" not in one and "suspect" not in one]
    return lacking + ([] if case.all("approve-cause") else ["the cause is not approved"])


ITEMS = (
    Item("gate", 4, "whether the product is suspect, decided and signed", _any("gate", "the decision is missing")),
    Item("containment", 5, "five steps with actor and time, signed", _steps),
    Item("notices", 6, "an answer to every clock of the law", _notices),
    Item("data", 10, "the files that it rests on, by hash", _any("evidence", "no file is linked")),
    Item("observations", 12, "what was seen of machine, data and people", _any("observation", "nothing was observed")),
    Item("interviews", 13, "people heard, by role", _any("interview", "nobody was heard")),
    Item("history", 14, "earlier cases looked at", _any("earlier-case", "no earlier case is cited")),
    Item("cause", 15, "root cause with evidence, others excluded, approved by somebody else", _cause),
    Item("scope", 16, "other lots, lines, shipments and customers searched; the impact stated and signed", _scope),
    Item("actions", 17, "correction and corrective action against the cause, done", _plan),
    Item("effectiveness", 18, "the criterion declared before the data, and met", _effect),
    Item("change", 20, "whether a change asks for requalification", _any("change", "no change was assessed")),
    Item("review", 25, "the audit trail reviewed by somebody independent", _any("trail-review", "nobody reviewed it")),
    Item("closing", 25, "the case closed with a signature", lambda case: [] if case.state is State.CLOSED else ["the case is open"]),
)
"""In the order of the pack."""


def readiness(case: Case) -> Readiness:
    """How every item stands."""
    waived = {str(one.body["item"]): str(one.body["why"]) for one in case.all("waive")}
    return Readiness(tuple(_standing(item, item.lacks(case), waived.get(item.name)) for item in ITEMS))


def _standing(item: Item, missing: list[str], why: str | None) -> Standing:
    if not missing:
        return Standing(item, PRESENT, "")
    return Standing(item, WAIVED, why) if why is not None else Standing(item, MISSING, "; ".join(missing))
