"""What each step does to an item, as a table: the four axes of a state and what may follow what.

The replay of hub events (rules AGG-01, AGG-03, AGG-06, SN-06), the state as of any moment and docs/state.md read this one
table. Source: OPC 30260 (OPEN-SCS) for the states of numbers; EPCIS 1.2 and 2.0, clause 7.4, for packing. Nothing is refused:
a step that the table does not allow is admitted and listed.

``python -m lotproof.rules.transitions`` prints the table as Markdown.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

NUMBER_STATES: Final = ("allocated", "encoded", "unallocated", "invalid", "label_scrapped", "label_sampled")
"""Axis 1, what became of the number, in the order in which they can follow one another; the last four end it."""
ACTIVE: Final = ("commissioned", "released", "in_transit", "received", "dispensed", "returned")
ENDS: Final = ("sampled", "inactive", "destroyed")
ITEM_STATES: Final = (*ACTIVE, *ENDS)
"""Axis 2, what became of the object that bears the number."""
FLAGS: Final = ("hold", "quarantine", "suspect", "illegitimate", "recalled", "damaged", "sampled")
"""Axis 4. Axis 3 is the one live container."""
NONE: Final = ""
"""The state of an axis of which nothing was said."""


@dataclass(frozen=True)
class Transition:
    """What one step does on one axis."""

    step: str
    """Step of an observation (lake/schema.py)."""
    axis: str
    """number, item, parent or flags."""
    to: str
    """State that it leads to; on the axis of flags ``+flag`` or ``-flag``; for parents ``its container`` or ``none``."""
    allowed: tuple[str, ...]
    """States of the axis from which it is allowed; for parents ``none``, ``the same`` or ``its container``."""
    code: str = ""
    """Finding code of the rule that reports it where it is not allowed; '' where only the state shows it."""
    contents: bool = False
    """Whether it moves what is in the item as well."""


_OPEN = (NONE, "allocated", "unallocated")
_MOVABLE = (NONE, "commissioned", "released", "in_transit", "received", "returned")
_NOT_DESTROYED = (NONE, *ACTIVE, "sampled", "inactive")
_ANY = (*_NOT_DESTROYED, "destroyed")

TRANSITIONS: Final = (
    Transition("allocated", "number", "allocated", _OPEN),
    Transition("returned_unused", "number", "unallocated", _OPEN),
    Transition("invalidated", "number", "invalid", (*_OPEN, "invalid")),
    Transition("encoded", "number", "encoded", (NONE, "allocated", "encoded")),
    Transition("label_scrapped", "number", "label_scrapped", (NONE, "allocated", "encoded", "label_scrapped")),
    Transition("label_sampled", "number", "label_sampled", (NONE, "allocated", "encoded", "label_sampled")),
    Transition("commissioned", "number", "encoded", (NONE, "allocated", "encoded")),
    Transition("commissioned", "item", "commissioned", _NOT_DESTROYED, "SN-06"),
    Transition("sampled", "item", "sampled", _ANY),
    Transition("inactivated", "item", "inactive", _ANY),
    Transition("destroyed", "item", "destroyed", _NOT_DESTROYED, "SN-06"),
    Transition("released", "item", "released", (NONE, *ACTIVE), "SN-06", contents=True),
    Transition("shipped", "item", "in_transit", _MOVABLE, "SN-06", contents=True),
    Transition("received", "item", "received", _MOVABLE, "SN-06", contents=True),
    Transition("dispensed", "item", "dispensed", (NONE, *ACTIVE), "SN-06", contents=True),
    Transition("returned", "item", "returned", (NONE, *ACTIVE), "SN-06", contents=True),
    Transition("aggregated", "parent", "its container", ("none", "the same"), "AGG-01"),
    Transition("aggregated", "item", "", (NONE, *ACTIVE), "AGG-03"),
    Transition("disaggregated", "parent", "none", ("its container",), "AGG-06"),
    Transition("emptied", "parent", "none", ("none", "its container")),
    Transition("held", "flags", "+hold", (), contents=True),
    Transition("hold_released", "flags", "-hold", (), contents=True),
    Transition("released", "flags", "-hold", ()),
    Transition("sampled", "flags", "+sampled", ()),
)
"""The table. Where it says more than a rule reports, the state and ``lotproof trace`` show it."""

WORDS: Final = (
    ("quarantine", ("held",), "reason", "quarant"),
    ("suspect", ("held", "alerted"), "reason", "suspect|verdacht|verdächtig"),
    ("illegitimate", ("held", "alerted"), "reason", "illegitimate"),
    ("recalled", ("held", "alerted"), "reason", "recall|rückruf|withdrawn"),
    ("recalled", (), "result", "^recalled$"),
    ("damaged", (), "result", "^damaged$"),
    ("damaged", ("held",), "reason", "damaged|beschädigt"),
)
"""Flags that follow from words: (flag, steps or any, column, regular expression without regard to case)."""

BY_STEP: Final[dict[str, tuple[Transition, ...]]] = {
    step: tuple(row for row in TRANSITIONS if row.step == step) for step in dict.fromkeys(row.step for row in TRANSITIONS)
}
"""Step -> what it does."""
MOVES: Final = tuple(row.step for row in TRANSITIONS if row.axis == "item" and row.contents)
"""Steps that move what is in a container with it."""
END_STEPS: Final = tuple(row.step for row in TRANSITIONS if row.axis == "item" and row.to in ENDS)
"""Steps that end an item."""
RANK: Final = {NONE: 0, "allocated": 1, "encoded": 2, "unallocated": 3, "invalid": 3, "label_scrapped": 3, "label_sampled": 3}
"""How far a number has come: it does not go back, so that rows without a time need no place in the order."""


def of(step: str, axis: str) -> Transition | None:
    """What the step does on the axis, None where nothing."""
    return next((row for row in BY_STEP.get(step, ()) if row.axis == axis), None)


def table() -> str:
    """The table as Markdown."""
    lines = ["| step | axis | leads to | allowed from | else | moves its contents |", "|---|---|---|---|---|---|"]
    for row in TRANSITIONS:
        allowed = ", ".join(state or "nothing said" for state in row.allowed) or "any"
        says = row.code or ("shown by the state" if row.allowed else "")
        lines.append(f"| {row.step} | {row.axis} | {row.to or '(unchanged)'} | {allowed} | {says} | {'yes' if row.contents else ''} |")
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    print(table(), end="")
