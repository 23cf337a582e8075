"""The alarm budget: how many false signals a set of charts will give, before anyone looks at one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Watched:
    """Charts of one make."""

    name: str
    """What they watch."""
    charts: int
    """How many."""
    points: float
    """Points of one chart a day."""
    run_length: float
    """Points to a false signal (ARL at no shift)."""

    @property
    def false_a_day(self) -> float:
        """False signals a day of all of them."""
        return self.charts * self.points / self.run_length


def budget(watched: Sequence[Watched], bearable: float) -> dict[str, Any]:
    """False signals a day, of each make and of all; whether a person can bear them; the run length that would be needed."""
    total = sum(item.false_a_day for item in watched)
    points = sum(item.charts * item.points for item in watched)
    return {
        "false_signals_a_day": total,
        "bearable_a_day": bearable,
        "holds": total <= bearable,
        "run_length_needed": points / bearable if bearable else None,
        "charts": [{"name": item.name, "charts": item.charts, "points_a_day": item.points, "run_length": item.run_length,
                    "false_signals_a_day": item.false_a_day} for item in watched],
    }  # fmt: skip
