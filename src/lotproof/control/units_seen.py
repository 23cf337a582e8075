"""Where the units of a lot were seen: the matrix of its sources as the stops of a road."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from lotproof.draw.road import Stop

PLACES = {"numbers": ("Numbers received", "number pool"), "printer": ("Printed", "printer"), "camera": ("Read", "camera"),
          "line": ("Commissioned", "line"), "hub": ("Reported", "hub")}  # fmt: skip
"""Kind of source to what it saw, and where."""
FREE = ("numbers", "printer")
"""Between these and the next place numbers may stay behind: unused ones, spoiled labels. The equation holds what became of them."""


def stops_of(matrix: Sequence[Mapping[str, Any]]) -> list[Stop]:
    """The stops from the pairs of sources of a lot (`rules.reconcile.LotBalance.matrix`), of which there is one at least."""
    stops = [Stop(*_seen(matrix[0]["left"]), matrix[0]["left_count"])]
    for pair in matrix:
        free = pair["left"] in FREE
        missing = pair["missing"]
        less = f"{missing:,} fewer, in the equation" if free and missing else ""
        expected = pair["right_count"] if free else pair["left_count"]
        stops.append(Stop(*_seen(pair["right"]), pair["right_count"], less, expected))
    return stops


def _seen(kind: str) -> tuple[str, str]:
    return PLACES.get(kind, (kind, ""))
