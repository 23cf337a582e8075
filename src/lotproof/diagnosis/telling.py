"""Words for a ranked suspect: its names, the test that would tell it from others, what speaks against it, its is/is-not table."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from lotproof.diagnosis.exposure import Exposure
from lotproof.diagnosis.facts import moment
from lotproof.diagnosis.scan.evidence import Part
from lotproof.diagnosis.scan.ranked import Ranked
from lotproof.diagnosis.scan.search import Group
from lotproof.rules.lineup import IsIsNot, RankedSuspect

SWAPS = {
    "printer": "let another printer print on the lane of {value}, and {value} on another lane",
    "material_lot": "put a roll of another lot on the printer",
    "station": "exchange {value} with the camera of another lane",
    "camera": "exchange {value} with the camera of another lane",
    "firmware": "put the firmware before {value} back on one device",
    "operator": "let another person run the same set-up",
    "shift": "run the same set-up in another shift",
    "line": "run the same product on another line",
    "product": "run another product on the same line",
    "lot": "run another lot with the same set-up",
}
"""Field to the act that separates its value from everything else."""
ALIASES = 6
"""Aliases that are told; all stand in the document."""


def named(group: Group) -> str:
    """A group in words: field=value, several values with "or", several fields with "and"."""
    return " and ".join(f"{field}={' or '.join(values)}" for field, values in group)


def told(found: Ranked, exposure: Exposure) -> RankedSuspect:
    """A suspect as reports show it. ``exposure`` is where it was found."""
    return RankedSuspect(
        tuple(named(group) for group in found.names), round(found.failed), found.expected, round(found.exposed),
        found.ratio.value, found.ratio.low, found.ratio.high, found.q, found.chance, found.share,
        _time(exposure.begins, found.onset), _time(exposure.begins, found.onset_interval[0]), _time(exposure.begins, found.onset_interval[1]),
        found.supported, tuple(_against(part) for part in found.parts if part.kind == "inside"), swap_test(found.names), table(found, exposure),
    )  # fmt: skip


def _time(begins: Sequence[datetime], bucket: int) -> str | None:
    return moment(begins[bucket]) if 0 <= bucket < len(begins) else None


def _against(part: Part) -> str:
    word = part.field.replace("_", " ")
    return f"with {word} {part.value} it is nearly normal: {part.failed:,.0f} failed, {part.expected:,.1f} expected"


def swap_test(names: Sequence[Group]) -> str:
    """What to exchange, so that the failures show which of these they follow."""
    fields = {field: values for group in names[: ALIASES + 1] for field, values in group}
    acts = "; ".join(
        SWAPS.get(field, f"change {field.replace('_', ' ')} {{value}}").format(value=" or ".join(values)) for field, values in fields.items()
    )
    if len(names) > 1:
        others = ", ".join(named(group) for group in names[1 : ALIASES + 1])
        return f"The data cannot tell {named(names[0])} from {others}. One at a time: {acts}; the failures follow the one that matters."
    return f"One at a time: {acts}; the failures must follow or end."


def table(found: Ranked, exposure: Exposure) -> tuple[IsIsNot, ...]:
    """What, where, when and extent: what is affected, and what could be and is not."""
    siblings = [part for part in found.parts if part.kind == "sibling" and part.failed < part.expected * (1 + (found.ratio.value - 1) / 2)]
    others = "; ".join(f"{part.field}={part.value} ({part.failed:,.0f} failed, {part.expected:,.1f} expected)" for part in siblings)
    onset, begin = _time(exposure.begins, found.onset), _time(exposure.begins, 0)
    earlier = f"before, since {begin}" if found.onset > 0 else "no time of this lot was without it"
    return (
        IsIsNot("what", exposure.failure.what, "other failures are scanned on their own"),
        IsIsNot("where", " or ".join(named(group) for group in found.names[: ALIASES + 1]), others or "no sibling has enough packs to say"),
        IsIsNot("when", f"from {onset} on", earlier),
        IsIsNot("extent", f"{found.failed:,.0f} of {found.exposed:,.0f} packs, {found.expected:,.1f} expected",
                f"{exposure.failed - found.failed:,.0f} failures elsewhere among {exposure.exposed - found.exposed:,.0f} packs"),
    )  # fmt: skip
