"""Rules and reconciliation over a set of sources, partition by partition, in bounded memory."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb

from lotproof.lake.engine import connect
from lotproof.lake.resolve import Source, resolve
from lotproof.lake.store import Lake
from lotproof.rules.context import prepare
from lotproof.rules.finding import Finding
from lotproof.rules.hypothesis import Hypothesis
from lotproof.rules.lineup import Lineup
from lotproof.rules.reconcile import LotBalance, reconcile
from lotproof.rules.register import RULES
from lotproof.rules.rule import Rule
from lotproof.rules.run import in_order, run_rule
from lotproof.rules.search import Search

Visit = Callable[[duckdb.DuckDBPyConnection, Sequence[str]], None]
"""Called with the connection and the lots of a partition while its tables are there."""


def nothing(_connection: duckdb.DuckDBPyConnection, _lots: Sequence[str]) -> None:
    """The visit that looks at nothing."""


Explain = Callable[[duckdb.DuckDBPyConnection, Sequence[str], Sequence[Finding]], Sequence[Hypothesis]]
"""Called with the connection, the lots and the findings of a partition while its tables are there."""


def unexplained(_connection: duckdb.DuckDBPyConnection, _lots: Sequence[str], _findings: Sequence[Finding]) -> Sequence[Hypothesis]:
    """The explanation that explains nothing."""
    return ()


Rank = Callable[[duckdb.DuckDBPyConnection, Sequence[Finding]], Sequence[Lineup]]
"""Called with the connection and the findings of a partition while its tables are there, after ``Explain``."""


def unranked(_connection: duckdb.DuckDBPyConnection, _findings: Sequence[Finding]) -> Sequence[Lineup]:
    """The ranking that ranks nobody."""
    return ()


Reach = Callable[[duckdb.DuckDBPyConnection, Sequence[Finding], Sequence[Hypothesis]], Sequence[Search]]
"""Called at the end with the connection, all findings and all hypotheses, while the relation ``resolved`` is there."""


def unsearched(
    _connection: duckdb.DuckDBPyConnection, _findings: Sequence[Finding], _hypotheses: Sequence[Hypothesis]
) -> Sequence[Search]:
    """The search that searches nothing."""
    return ()


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
    suspects: tuple[Lineup, ...] = ()
    """Ranked suspects of each kind of failure, by lot."""


def check(
    lake: Lake, sources: Sequence[Source], spill: Path, rules: Mapping[str, Rule] = RULES,
    progress: Callable[[str, int, int], None] = lambda _what, _done, _total: None,
    visit: Visit = nothing, explain: Explain = unexplained, reach: Reach = unsearched, rank: Rank = unranked,
) -> Outcome:  # fmt: skip
    """Run every rule and reconcile every lot. ``visit`` and ``explain`` see each partition's tables while they are there."""
    connection = connect(spill)
    try:
        resolved = resolve(connection, lake, sources)
        findings: list[Finding] = []
        balances: list[LotBalance] = []
        hypotheses: list[Hypothesis] = []
        lineups: list[Lineup] = []
        total = len(resolved.partitions)
        for number, lots in enumerate(resolved.partitions):
            progress("rules", number, total)
            prepare(connection, lots)
            found = [finding for rule in rules.values() if not rule.whole_site for finding in run_rule(connection, rule)]
            findings.extend(found)
            hypotheses.extend(explain(connection, lots, found))
            lineups.extend(rank(connection, found))
            balances.extend(reconcile(connection))
            visit(connection, lots)
        for rule in rules.values():
            if rule.whole_site:
                findings.extend(run_rule(connection, rule))
        searches = reach(connection, findings, hypotheses)
        progress("rules", total, total)
        best = sorted(hypotheses, key=lambda h: (-h.confidence, h.lot, h.mode))
        return Outcome(
            tuple(in_order(findings)), tuple(sorted(balances, key=lambda b: b.lot)), resolved.rows, tuple(best), tuple(searches),
            tuple(sorted(lineups, key=lambda one: (one.lot, one.kind))),
        )  # fmt: skip
    finally:
        connection.close()


def codes(findings: Sequence[Finding]) -> Iterator[str]:
    """The distinct codes among findings, in their order."""
    yield from dict.fromkeys(finding.code for finding in findings)
