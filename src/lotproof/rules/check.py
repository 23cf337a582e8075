"""Rules and reconciliation over a set of sources, partition by partition, in bounded memory."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import duckdb

from lotproof.lake.cut import cut, release
from lotproof.lake.engine import connect
from lotproof.lake.resolve import Resolved, Source, resolve
from lotproof.lake.store import Lake
from lotproof.rules.corrections import Correction, Declaration
from lotproof.rules.engines import Engine, here
from lotproof.rules.finding import Finding
from lotproof.rules.hypothesis import Hypothesis, ranked
from lotproof.rules.lineup import Lineup
from lotproof.rules.part import Asked, Explain, Job, Look, PartResult, Rank, Visit, examine, nothing, unexplained, unranked, unseen
from lotproof.rules.recall import Memory, forgetful, remembered
from lotproof.rules.reconcile import LotBalance
from lotproof.rules.register import RULES
from lotproof.rules.rule import Rule
from lotproof.rules.run import in_order, run_rule
from lotproof.rules.screen.apart import Apart
from lotproof.rules.search import Ground, Search

__all__ = ["Explain", "Look", "Outcome", "Reach", "Visit", "check", "codes", "nothing", "unexplained", "unseen"]

Reach = Callable[[duckdb.DuckDBPyConnection, Ground], Sequence[Search]]
"""Called at the end with the connection, which holds what `resolve` made, and everything that was found."""


def unsearched(_connection: duckdb.DuckDBPyConnection, _ground: Ground) -> Sequence[Search]:
    """The search that searches nothing."""
    return ()


def untaken(_seen: Any) -> None:
    """Takes what visits return, and lets it go."""


@dataclass(frozen=True)
class Outcome:
    """What the rules and the reconciliation gave."""

    findings: tuple[Finding, ...]
    """All findings, the gravest first."""
    balances: tuple[LotBalance, ...]
    """The equation of every lot, by lot."""
    observations: int
    """Observations in scope."""
    diagnosis: tuple[Hypothesis, ...] = ()
    """What would explain the findings, the best fit first."""
    scope: tuple[Search, ...] = ()
    """How far the findings reach: what was asked of everything in scope, and what was found or not."""
    corrections: tuple[Correction, ...] = ()
    """Changes between two deliveries of the same facts."""
    declarations: tuple[Declaration, ...] = ()
    """Events declared errors."""
    suspects: tuple[Lineup, ...] = ()
    """Ranked suspects of each kind of failure, by lot."""
    limits: tuple[str, ...] = ()
    """Sentences that say what this run left out, and how to have it."""


def check(
    lake: Lake, sources: Sequence[Source], spill: Path, rules: Mapping[str, Rule] = RULES,
    progress: Callable[[str, int, int], None] = lambda _what, _done, _total: None,
    visit: Visit = nothing, explain: Explain = unexplained, rank: Rank = unranked, look: Look = unseen,
    reach: Reach = unsearched, take: Callable[[Any], None] = untaken, engine: Engine = here, memory: Memory = forgetful, at: datetime | None = None,
    apart: Apart | None = None,
) -> Outcome:  # fmt: skip
    """Run every rule and reconcile every lot. ``visit``, ``explain`` and ``look`` see each partition's tables while they are there.

    ``take`` is given what ``visit`` returned, in the order of the partitions. ``engine`` says where partitions are judged, and
    ``memory`` which of them need not be, because nothing that they depend on has changed; both change no finding. ``at`` (UTC)
    leaves out observations that are later or have no time. ``apart`` sets ordinary packs aside first, which changes no finding
    either; explanations are then right only for the lots that it has opened.
    """
    spill.mkdir(parents=True, exist_ok=True)
    work = Path(tempfile.mkdtemp(dir=spill, prefix="work-"))
    connection = connect(spill)
    try:
        resolved = _resolved(connection, lake, sources, work, apart)
        if apart and apart.widened(connection):
            resolved = _resolved(connection, lake, sources, work, apart)
        asked = Asked(tuple(rule for rule in rules.values() if not rule.whole_site), visit, explain, look, at, rank)
        results: list[PartResult] = []
        for result in _judged(connection, resolved, asked, work, engine, memory, progress):
            take(result.seen)
            results.append(result)
        rows = apart.rows if apart else resolved.rows
        return _together(connection, rows, results, rules, reach)
    finally:
        connection.close()
        shutil.rmtree(work, ignore_errors=True)


def _resolved(
    connection: duckdb.DuckDBPyConnection, lake: Lake, sources: Sequence[Source], work: Path, apart: Apart | None
) -> Resolved:
    return resolve(connection, lake, sources, Path(tempfile.mkdtemp(dir=work, prefix="resolved-")), apart)


def _judged(
    connection: duckdb.DuckDBPyConnection, resolved: Resolved, asked: Asked, work: Path, engine: Engine, memory: Memory,
    progress: Callable[[str, int, int], None],
) -> Iterator[PartResult]:  # fmt: skip
    if len(resolved.partitions) <= 1:  # all in this process, straight from the segments: nothing is written
        yield from _shown((examine(connection, lots, asked) for lots in resolved.partitions), len(resolved.partitions), progress)
        return
    known, stale = remembered(connection, resolved, asked, memory)
    yield from known
    parts = cut(connection, resolved, stale, work / "cut") if stale else []
    release(connection)
    jobs = [Job(part, asked, work / "spill") for part in parts]
    for result in _shown(engine(jobs), len(jobs), progress):
        memory.keep(result)
        yield result


def _shown(results: Iterable[PartResult], total: int, progress: Callable[[str, int, int], None]) -> Iterator[PartResult]:
    progress("rules", 0, total)
    for number, result in enumerate(results, 1):
        progress("rules", number, total)
        yield result


def _together(
    connection: duckdb.DuckDBPyConnection, rows: int, results: Sequence[PartResult], rules: Mapping[str, Rule], reach: Reach
) -> Outcome:
    findings = [finding for result in results for finding in result.findings]
    findings += [finding for rule in rules.values() if rule.whole_site for finding in run_rule(connection, rule)]
    hypotheses = [found for result in results for found in result.hypotheses]
    best = ranked(hypotheses)
    balances = sorted((balance for result in results for balance in result.balances), key=lambda balance: balance.lot)
    ground = Ground(tuple(findings), tuple(hypotheses), tuple(result.around for result in results), rows)
    corrected = sorted((each for result in results for each in result.corrections), key=Correction.place)
    declared = sorted((each for result in results for each in result.declarations), key=Declaration.place)
    searches = tuple(reach(connection, ground))
    lineups = tuple(sorted((one for result in results for one in result.lineups), key=lambda one: (one.lot, one.kind)))
    return Outcome(tuple(in_order(findings)), tuple(balances), rows, tuple(best), searches, tuple(corrected), tuple(declared), lineups)


def codes(findings: Sequence[Finding]) -> Iterator[str]:
    """The distinct codes among findings, in their order."""
    yield from dict.fromkeys(finding.code for finding in findings)
