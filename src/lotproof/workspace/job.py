"""Rules and reconciliation over what a workspace holds."""

from __future__ import annotations

import hashlib
import shutil
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lotproof.diagnosis.diagnose import diagnose
from lotproof.diagnosis.lineups import lineups
from lotproof.diagnosis.scope import look_around, scope
from lotproof.intake.receipt import Receipt
from lotproof.lake.resolve import Source
from lotproof.ledger import canonical
from lotproof.ledger.plain import printable
from lotproof.rules.check import Outcome, check, untaken
from lotproof.rules.engines import Engine, engine_of, here
from lotproof.rules.local import load_local
from lotproof.rules.numbers import Statement
from lotproof.rules.part import Visit, nothing
from lotproof.rules.recall import Memory, forgetful
from lotproof.rules.register import RULES
from lotproof.workspace.large import check_large, is_large
from lotproof.workspace.outcomes import keep_outcome
from lotproof.workspace.place import Workspace, open_workspace, writing
from lotproof.workspace.recall import FileMemory
from lotproof.workspace.runs import record_run
from lotproof.workspace.sources import in_scope, receipts_of

Progress = Callable[[str, int, int], None]


@dataclass(frozen=True)
class How:
    """How a run is done; none of it changes what is found."""

    engine: str | None = None
    """Where partitions are judged: None or local for processes of this machine, spark://host:port for a cluster."""
    jobs: int | None = None
    """How many processes of this machine; None for LOTPROOF_JOBS, or one a core."""
    full: bool = False
    """Judge every lot, also those that nothing has changed for."""
    store: str | None = None
    """Object store through which a cluster gets the partitions; None where its workers see our disk."""


AS_USUAL = How()
"""In processes of this machine, and only what has changed."""


def check_workspace(
    home: Path, time: str, actor: str, lot: str | None, progress: Progress, how: How = AS_USUAL
) -> tuple[list[Receipt], Outcome]:
    """Run the rules over every source of the workspace; keep the rows for `trace`; return what concerns ``lot`` or all.

    Lots for which nothing has changed since the last check are not judged again, unless ``how`` says so.
    """
    workspace = open_workspace(home, time, actor, create=False)
    receipts = receipts_of()
    with writing(workspace):
        sources = in_scope(receipts)
        if not how.full and is_large(sum(receipt.observations for receipt in receipts)) and not load_local(workspace.rules):
            outcome = _run_large(workspace, sources, time, actor, progress, how, lot)
            return receipts, only(outcome, lot) if lot else outcome
        memory = FileMemory(workspace.root / "outcome" / "lots", how.full)
        outcome, _ = run(workspace, sources, time, actor, progress, engine=engine_of(how.engine, how.jobs, how.store), memory=memory)
    return receipts, only(outcome, lot) if lot else outcome


def run(
    workspace: Workspace, sources: Sequence[Source], time: str, actor: str, progress: Progress,
    visit: Visit = nothing, take: Callable[[Any], None] = untaken, engine: Engine = here, memory: Memory = forgetful,
) -> tuple[Outcome, list[Statement]]:  # fmt: skip
    """Run the rules over these sources, write the run into the ledger, keep its rows."""
    local = load_local(workspace.rules)
    with _scratch(workspace) as spill:
        outcome = check(
            workspace.lake, sources, spill, {**RULES, **local}, progress=progress, visit=visit, take=take, explain=diagnose,
            rank=lineups, look=look_around, reach=scope, engine=engine, memory=memory,
        )  # fmt: skip
    keep_outcome(workspace, outcome)
    return outcome, record_run(outcome, sources, {}, time, actor, digest(outcome), local)


def _run_large(
    workspace: Workspace, sources: Sequence[Source], time: str, actor: str, progress: Progress, how: How, lot: str | None
) -> Outcome:
    with _scratch(workspace) as spill:
        outcome = check_large(workspace.lake, sources, spill, progress, engine_of(how.engine, how.jobs, how.store), lot)
    keep_outcome(workspace, outcome)
    record_run(outcome, sources, {"set_aside": True}, time, actor, digest(outcome), {})
    return outcome


@contextmanager
def _scratch(workspace: Workspace) -> Iterator[Path]:
    spill = Path(tempfile.mkdtemp(dir=workspace.lake.scratch, prefix="rules-"))
    try:
        yield spill
    finally:
        shutil.rmtree(spill, ignore_errors=True)


def digest(outcome: Outcome) -> str:
    """SHA-256 of the canonical findings, balances, diagnosis, scope and suspects: what a recomputation must give again."""
    payload = {
        "findings": [found.as_json() for found in outcome.findings], "balances": {b.lot: b.counts for b in outcome.balances},
        "diagnosis": [found.as_record() for found in outcome.diagnosis], "scope": [search.as_json() for search in outcome.scope],
        "corrections": [found.as_json() for found in outcome.corrections],
        "declarations": [found.as_json() for found in outcome.declarations],
        "equations": {b.lot: [equation.as_json() for equation in b.equations] for b in outcome.balances},
        "suspects": [one.as_record() for one in outcome.suspects],
    }  # fmt: skip
    return hashlib.sha256(canonical.dumps(printable(payload))).hexdigest()


def only(outcome: Outcome, lot: str) -> Outcome:
    """What concerns one lot."""
    return Outcome(
        tuple(found for found in outcome.findings if found.lot in (lot, "")),
        tuple(balance for balance in outcome.balances if balance.lot == lot),
        outcome.observations,
        tuple(found for found in outcome.diagnosis if found.lot == lot),
        tuple(search for search in outcome.scope if search.lot == lot),
        tuple(found for found in outcome.corrections if found.lot == lot),
        tuple(found for found in outcome.declarations if found.lot == lot),
        tuple(one for one in outcome.suspects if one.lot == lot),
        outcome.limits,
    )
