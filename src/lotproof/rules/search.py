"""A search for how far something reaches; one that found nothing is a result as well."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from lotproof.rules.finding import Finding
from lotproof.rules.hypothesis import Hypothesis


@dataclass(frozen=True)
class Search:
    """One question asked of everything in scope."""

    lot: str
    """The lot from which the question comes."""
    mode: str
    """The failure mode that asks it; '' where the findings ask it."""
    question: str
    """What was asked, in plain words."""
    sources: int
    """Sources searched."""
    rows: int
    """Rows searched."""
    hits: tuple[str, ...]
    """What was found, sorted, at most LIMIT; empty is the negative evidence."""
    count: int
    """How many were found."""
    sql: str
    """The query, so that it can be asked again."""

    def as_json(self) -> dict[str, Any]:
        """The search as it stands in documents and packs."""
        return {"lot": self.lot, "mode": self.mode, "question": self.question, "sources": self.sources, "rows": self.rows,
                "count": self.count, "hits": list(self.hits), "sql": self.sql}  # fmt: skip


LIMIT = 1_000
"""Hits that a search lists; its count goes on."""


@dataclass(frozen=True)
class Around:
    """What the findings of one partition reach. Lots that share a container are never parted, so it is all that they reach."""

    searches: tuple[Search, ...]
    """Answers of the searches, lot by lot; sources and rows searched are filled in when all is known."""
    bearers: tuple[tuple[str, str, str], ...]
    """(field, value, lot): which printer, material lot, station, operator each lot of the partition bears."""


NOWHERE = Around((), ())
"""Nothing looked at."""


@dataclass(frozen=True)
class Ground:
    """Everything that was found, for searches over the whole site."""

    findings: tuple[Finding, ...]
    """All findings."""
    hypotheses: tuple[Hypothesis, ...]
    """All hypotheses."""
    around: tuple[Around, ...]
    """What the findings of each partition reach."""
    rows: int
    """Observations in scope."""
