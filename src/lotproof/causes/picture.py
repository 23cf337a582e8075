"""A graph of causes drawn: as fishbone, as 5-Why, as bow-tie; and in rows, for who wants a table."""

from __future__ import annotations

from collections.abc import Iterator

from lotproof.causes.model import AREAS, PROBLEM, Cause, Evidence, Graph
from lotproof.draw.fishbone import Bone, fishbone
from lotproof.draw.why_tree import Why, why_tree

RIBS = (("Man", "man"), ("Method", "method"), ("Machine", "machine"), ("Material", "material"), ("Measurement", "measurement"),
        ("Environment", "environment"))  # fmt: skip
"""Name of a rib and its area; those above and below the spine in turn."""


def mark(cause: Cause) -> str:
    """How a cause is marked in a drawing."""
    return "root" if cause.role == "root" else "contradicted" if cause.role == "excluded" else cause.verdict


def as_fishbone(graph: Graph) -> str:
    """The fishbone; causes without an area stand on a rib of their own."""
    ribs = [(name, [_bone(graph, cause, frozenset()) for cause in graph.whys(PROBLEM) if cause.area == area]) for name, area in RIBS]
    loose = [_bone(graph, cause, frozenset()) for cause in graph.whys(PROBLEM) if cause.area not in AREAS]
    return fishbone(graph.statement, [*ribs, ("Not sorted", loose)] if loose else ribs, f"Cause and effect: {graph.statement}")


def _bone(graph: Graph, cause: Cause, above: frozenset[str]) -> Bone:
    seen = above | {cause.id}
    return Bone(cause.statement, mark(cause), tuple(_bone(graph, one, seen) for one in graph.whys(cause.id) if one.id not in seen))


def as_whys(graph: Graph) -> str:
    """The 5-Why."""
    whys = tuple(_why(graph, cause, frozenset()) for cause in graph.whys(PROBLEM))
    return why_tree(Why(graph.statement, "root", "", whys), f"5-Why: {graph.statement}")


def _why(graph: Graph, cause: Cause, above: frozenset[str]) -> Why:
    seen = above | {cause.id}
    inner = tuple(_why(graph, one, seen) for one in graph.whys(cause.id) if one.id not in seen)
    return Why(cause.statement, mark(cause), counted(cause.evidence), inner)


def counted(evidence: tuple[Evidence, ...]) -> str:
    """The evidence in numbers: 3 for, 1 against."""
    good = sum(one.supports for one in evidence)
    bad = len(evidence) - good
    return ", ".join([f"{good} for"] * bool(good) + [f"{bad} against"] * bool(bad))


def outline(graph: Graph) -> Iterator[tuple[int, Cause]]:
    """Every cause with its depth, each behind what it explains; those that lead nowhere last, at depth 0."""
    shown: set[str] = set()
    stack = [(0, cause) for cause in reversed(graph.whys(PROBLEM))]
    while stack:
        depth, cause = stack.pop()
        if cause.id not in shown:
            shown.add(cause.id)
            yield depth, cause
            stack += [(depth + 1, one) for one in reversed(graph.whys(cause.id))]
    for cause in graph.causes:
        if cause.id not in shown:
            shown.add(cause.id)
            yield 0, cause
