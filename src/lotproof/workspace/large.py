"""Rules over a scope so large that its ordinary packs are set aside first (rules/screen).

Findings and equations are those of all packs. Explanations need all packs of a lot, so they are made for the gravest lots only.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import duckdb

from lotproof.diagnosis.diagnose import diagnose
from lotproof.diagnosis.lineups import lineups
from lotproof.lake.resolve import Source
from lotproof.lake.store import Lake
from lotproof.rules.check import Outcome, check
from lotproof.rules.engines import Engine
from lotproof.rules.finding import Finding
from lotproof.rules.hypothesis import Hypothesis
from lotproof.rules.lineup import Lineup
from lotproof.rules.screen.apart import Apart

LARGE = 5_000_000
"""Observations from which ordinary packs are set aside; LOTPROOF_LARGE changes it."""
EXPLAINED = 20
"""Lots that are explained of such a scope, the gravest first."""
GRAVE = {"critical": 3, "major": 1}


def is_large(observations: int) -> bool:
    """Whether so many observations are judged with ordinary packs set aside."""
    return observations >= int(os.environ.get("LOTPROOF_LARGE", str(LARGE)))


def check_large(
    lake: Lake, sources: Sequence[Source], spill: Path, progress: Callable[[str, int, int], None], engine: Engine, lot: str | None
) -> Outcome:
    """Run the rules; explain the gravest lots and ``lot``."""
    apart = Apart(lake, spill / "apart", lambda done, total: progress("setting ordinary packs aside", done, total))
    outcome = check(lake, sources, spill, progress=progress, engine=engine, apart=apart)
    grave = gravest(outcome.findings)
    chosen = frozenset([*grave[:EXPLAINED], *([lot] if lot else [])])
    if chosen:
        apart.opened.update(chosen)
        within = Within(chosen)
        outcome = check(
            lake, sources, spill, progress=progress, engine=engine, apart=apart, explain=within.explain, rank=within.rank,
        )  # fmt: skip
    return replace(outcome, limits=tuple(_limits(outcome.observations, len(grave))))


def _limits(observations: int, grave: int) -> list[str]:
    said = [f"Of {observations:,} observations ordinary packs were set aside, which changes no finding; other lots were not searched for "
            "the same cause. lotproof diagnose --full searches everything."]  # fmt: skip
    if grave > EXPLAINED:
        said.append(
            f"{grave:,} lots have grave findings; the gravest {EXPLAINED} were explained. lotproof diagnose --lot LOT explains another."
        )
    return said


def gravest(findings: Sequence[Finding]) -> list[str]:
    """Lots with findings that are at least major, the gravest first."""
    weight: Counter[str] = Counter()
    for found in findings:
        if found.lot and found.severity in GRAVE:
            weight[found.lot] += GRAVE[found.severity]
    return sorted(weight, key=lambda lot: (-weight[lot], lot))


@dataclass(frozen=True)
class Within:
    """Explanations of some lots only; the tables of all others lack what was set aside."""

    lots: frozenset[str]
    """The lots."""

    def explain(self, connection: duckdb.DuckDBPyConnection, lots: Sequence[str], findings: Sequence[Finding]) -> Sequence[Hypothesis]:
        """Explain their findings."""
        return diagnose(connection, [lot for lot in lots if lot in self.lots], self._of(findings))

    def rank(self, connection: duckdb.DuckDBPyConnection, findings: Sequence[Finding]) -> Sequence[Lineup]:
        """Rank suspects of their findings."""
        return lineups(connection, self._of(findings))

    def _of(self, findings: Sequence[Finding]) -> list[Finding]:
        return [found for found in findings if found.lot in self.lots]
