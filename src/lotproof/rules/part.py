"""One partition judged by itself: a pure function of files, so that this process, another or a cluster may compute it."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import duckdb

from lotproof.lake.cut import Part, open_part
from lotproof.lake.engine import connect
from lotproof.rules.context import prepare
from lotproof.rules.corrections import Correction, Declaration, corrections, declarations
from lotproof.rules.finding import Finding
from lotproof.rules.hypothesis import Hypothesis
from lotproof.rules.lineup import Lineup
from lotproof.rules.reconcile import LotBalance, reconcile
from lotproof.rules.rule import Rule
from lotproof.rules.run import run_rule
from lotproof.rules.search import NOWHERE, Around

Visit = Callable[[duckdb.DuckDBPyConnection, Sequence[str]], Any]
"""Called with the connection and the lots of a partition while its tables are there; what it returns reaches ``check``'s ``take``."""


def nothing(_connection: duckdb.DuckDBPyConnection, _lots: Sequence[str]) -> None:
    """The visit that looks at nothing."""


Explain = Callable[[duckdb.DuckDBPyConnection, Sequence[str], Sequence[Finding]], Sequence[Hypothesis]]
"""Called with the connection, the lots and the findings of a partition while its tables are there."""


def unexplained(_connection: duckdb.DuckDBPyConnection, _lots: Sequence[str], _findings: Sequence[Finding]) -> Sequence[Hypothesis]:
    """The explanation that explains nothing."""
    return ()


Look = Callable[[duckdb.DuckDBPyConnection, Sequence[Finding]], Around]
"""Called with the connection and the findings of a partition: what they reach within it."""


def unseen(_connection: duckdb.DuckDBPyConnection, _findings: Sequence[Finding]) -> Around:
    """The look that sees nothing."""
    return NOWHERE


Rank = Callable[[duckdb.DuckDBPyConnection, Sequence[Finding]], Sequence[Lineup]]
"""Called with the connection and the findings of a partition while its tables are there, after ``Explain``."""


def unranked(_connection: duckdb.DuckDBPyConnection, _findings: Sequence[Finding]) -> Sequence[Lineup]:
    """The ranking that ranks nobody."""
    return ()


@dataclass(frozen=True)
class Asked:
    """What is to be done with each partition. With functions of modules it can be sent to another process."""

    rules: tuple[Rule, ...]
    """Rules that run lot by lot."""
    visit: Visit = nothing
    """Looks at the tables, for the caller."""
    explain: Explain = unexplained
    """Explains the findings."""
    look: Look = unseen
    """Looks how far the findings reach."""
    at: datetime | None = None
    """Moment (UTC) after which nothing is looked at; None for all."""
    rank: Rank = unranked
    """Ranks suspects."""


@dataclass(frozen=True)
class Job:
    """One partition, and what is to be done with it."""

    part: Part
    """The partition on disk."""
    asked: Asked
    """What to do."""
    spill: Path
    """Folder in which a folder to spill to is made and removed."""
    memory: str = ""
    """Memory of the engine, a DuckDB size; '' for LOTPROOF_MEMORY."""
    threads: int = 0
    """Threads of the engine; 0 for LOTPROOF_THREADS."""


@dataclass(frozen=True)
class PartResult:
    """What one partition gave."""

    lots: tuple[str, ...]
    """Its lots."""
    findings: tuple[Finding, ...]
    """Its findings, rule by rule."""
    balances: tuple[LotBalance, ...]
    """The equations of its lots."""
    hypotheses: tuple[Hypothesis, ...]
    """What would explain its findings."""
    around: Around
    """What its findings reach."""
    seen: Any = None
    """What the visit returned."""
    corrections: tuple[Correction, ...] = ()
    """Changes between two deliveries of the same facts."""
    declarations: tuple[Declaration, ...] = ()
    """Events declared errors."""
    lineups: tuple[Lineup, ...] = ()
    """Ranked suspects of each kind of failure."""


def check_part(job: Job) -> PartResult:
    """Judge one partition from its files."""
    job.spill.mkdir(parents=True, exist_ok=True)
    spill = Path(tempfile.mkdtemp(dir=job.spill, prefix="part-"))
    connection = connect(spill, job.memory, job.threads)
    try:
        open_part(connection, job.part)
        return examine(connection, job.part.lots, job.asked)
    finally:
        connection.close()
        shutil.rmtree(spill, ignore_errors=True)


def examine(connection: duckdb.DuckDBPyConnection, lots: Sequence[str], asked: Asked) -> PartResult:
    """Judge the lots of a partition whose ``resolved`` and small tables the connection holds."""
    make_tables(connection, lots, asked.at)
    found = [finding for rule in asked.rules for finding in run_rule(connection, rule)]
    hypotheses = tuple(asked.explain(connection, lots, found))
    ranked = tuple(asked.rank(connection, found))
    balances = tuple(reconcile(connection))
    around = asked.look(connection, found)
    changed, declared = tuple(corrections(connection)), tuple(declarations(connection))
    return PartResult(tuple(lots), tuple(found), balances, hypotheses, around, asked.visit(connection, lots), changed, declared, ranked)


def make_tables(connection: duckdb.DuckDBPyConnection, lots: Sequence[str], at: datetime | None = None) -> None:
    """The tables that rules select from, for one partition: the one place where all engines make them."""
    prepare(connection, lots, at)
