"""Drawings of the causes of an incident, for the desk and for the pack: one SVG string each, empty where there is nothing to draw."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from lotproof.draw.fishbone import Bone, fishbone
from lotproof.draw.why_tree import Why, why_tree
from lotproof.quality.acts.causes import SIX_M
from lotproof.quality.case import Case, Recorded

RIB = {"materials": "material"}
"""Word of the record -> word of the drawing, where they differ."""


def causes_fishbone(case: Case) -> str:
    """The causes of a case by the 6M."""
    causes = case.all("cause")
    if not causes:
        return ""
    ribs: dict[str, list[Bone]] = {RIB.get(name, name): [] for name in SIX_M}
    for one in causes:
        ribs[RIB.get(one.body["category"], one.body["category"])].append(Bone(one.body["statement"], _status(one.body)))
    return fishbone(case.title, ribs, f"{case.number}: causes by the six M")


def causes_whys(case: Case) -> str:
    """The causes of a case as a 5-Why, each behind the one that it explains; empty where none explains another."""
    causes = case.all("cause")
    known = {one.index for one in causes}
    if not any(one.body.get("because_of") in known for one in causes):
        return ""
    return why_tree(Why(case.title, "root", "", _whys(causes, known, None)), f"{case.number}: 5-Why")


def _whys(causes: Sequence[Recorded], known: Collection[int], of: int | None) -> tuple[Why, ...]:
    """The answers to the next why. A cause names an earlier entry only, so there is no circle; behind a withdrawn one it stands first."""
    return tuple(
        Why(one.body["statement"], _mark(one.body), f"entry {one.index}", _whys(causes, known, one.index))
        for one in causes
        if (one.body.get("because_of") if one.body.get("because_of") in known else None) == of
    )


def _mark(body: Mapping[str, Any]) -> str:
    return "root" if body["role"] == "root cause" else str(body["verdict"])


def _status(body: Mapping[str, Any]) -> str:
    if body["role"] == "excluded cause":
        return "ruled out"
    if body["verdict"] != "supported":
        return "possible"
    return "root" if body["role"] == "root cause" else "supported"
