"""A finding: the result of a rule for one lot and trade item."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

ITEM_LIMIT = 100_000
"""Items that a finding names; its count goes on."""


@dataclass(frozen=True)
class Proof:
    """One row that proves a finding."""

    item: str
    """Text form of the item; '' where the finding is about no item."""
    note: str
    """What this row shows."""
    source: str
    """SHA-256 of the file."""
    name: str
    """Its name in the delivery."""
    position: int | None
    """Line, row or byte offset in it."""


@dataclass(frozen=True)
class Finding:
    """What a rule found in one lot."""

    code: str
    """Finding code."""
    severity: str
    """critical, major, minor or info."""
    lot: str
    """Lot, '' where none applies."""
    gtin: str
    """GTIN-14, '' where none applies."""
    count: int
    """Distinct items, or rows where the finding is about no item."""
    items: tuple[str, ...]
    """The items, sorted, at most ITEM_LIMIT."""
    sentence: str
    """The finding in plain words."""
    hint: str
    """What to do first."""
    proofs: tuple[Proof, ...] = ()
    """Rows that prove it, in the order of the items, at most ITEM_LIMIT."""

    def as_json(self) -> dict[str, Any]:
        """The finding as it stands in the command line's document."""
        return {
            "code": self.code, "severity": self.severity, "lot": self.lot, "gtin": self.gtin, "count": self.count,
            "items": list(self.items), "sentence": self.sentence, "hint": self.hint,
        }  # fmt: skip
