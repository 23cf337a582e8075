"""Fields and conditions that several acts share."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from lotproof.quality.act import Act, Clocks, Field
from lotproof.quality.case import Case

EVENT_TIME = Field(
    "event_time",
    "When it happened (UTC)",
    "time",
    required=False,
    help="Leave empty for now. An entry long after the event is marked as late.",
)
WHY = Field("why", "Reason", "text", help="In a sentence that an inspector understands in five years.")
EVIDENCE = Field("evidence", "Entries that show it", "entries", required=False, help="Numbers of entries of this case, such as 41, 44.")


def clocks(*names: str) -> Clocks:
    """Always these clocks."""

    def named(_body: Mapping[str, Any]) -> tuple[str, ...]:
        return names

    return named


def authors(case: Case, *names: str) -> set[str]:
    """Who did acts of these kinds that stand."""
    return {one.actor for name in names for one in case.all(name)}


def not_own(case: Case, act: Act, approved: str, *names: str) -> str | None:
    """A sentence where somebody would approve what they did themselves."""
    if act.actor in authors(case, *names):
        return f"{act.actor} cannot approve {approved} of their own; somebody else with the role {act.role} has to."
    return None


def lacking(first: str, missing: list[str]) -> str | None:
    """One sentence for what is missing before something can be done."""
    return f"{first}: {'; '.join(missing)}." if missing else None
