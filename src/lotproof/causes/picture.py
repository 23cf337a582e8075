"""A graph of causes drawn: as fishbone, as 5-Why, as bow-tie; and in rows, for who wants a table."""

from __future__ import annotations

from collections.abc import Iterator

from lotproof.causes.model import AREAS, PROBLEM, Cause, Evidence, Graph
from lotproof.draw.fishbone import Bone, fishbone
from lotproof.draw.pen import PAGE, Skin
from lotproof.draw.why_tree import Why, why_tree

STATUS = {"root": "root", "supported": "supported", "contradicted": "ruled out", "untested": "possible"}
"""Mark to the words of the fishbone."""


def mark(cause: Cause) -> str:
    """How a cause is marked in a drawing."""
    return "root" if cause.role == "root" else "contradicted" if cause.role == "excluded" else cause.verdict


def as_fishbone(graph: Graph, skin: Skin = PAGE) -> str:
    """The fishbone: ribs hold the causes of the problem with what lies behind them; causes without an area are in the table alone."""
    ribs = {area: [_bone(graph, cause, frozenset()) for cause in graph.whys(PROBLEM) if cause.area == area] for area in AREAS}
    return fishbone(graph.statement, ribs, f"Cause and effect: {graph.statement}", skin)


def _bone(graph: Graph, cause: Cause, above: frozenset[str]) -> Bone:
    """A cause, and below it in one list all that lies behind it."""
    seen = above | {cause.id}
    behind = [_bone(graph, one, seen) for one in graph.whys(cause.id) if one.id not in seen]
    return Bone(cause.statement, STATUS[mark(cause)], tuple(flat for one in behind for flat in (Bone(one.text, one.status), *one.behind)))


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
