"""Counts of one source while it is read."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass
class Tally:
    """Counts of one source while it is read."""

    rows: int = 0
    no_data: int = 0
    stored: int = 0
    quarantined: int = 0
    problems: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    kind: str = "unknown"
