"""Rules and reconciliation over what a workspace holds."""

from __future__ import annotations

import hashlib
import shutil
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

from lotproof.diagnosis.diagnose import diagnose
from lotproof.diagnosis.lineups import lineups
from lotproof.diagnosis.scope import scope
from lotproof.intake.receipt import Receipt
from lotproof.lake.resolve import Source
from lotproof.ledger import canonical
from lotproof.ledger.plain import printable
from lotproof.rules.check import Outcome, Visit, check, nothing
from lotproof.rules.numbers import Statement
from lotproof.workspace.outcomes import keep_outcome
from lotproof.workspace.place import Workspace, open_workspace, writing
from lotproof.workspace.runs import record_run
from lotproof.workspace.sources import in_scope, receipts_of

Progress = Callable[[str, int, int], None]


def check_workspace(home: Path, time: str, actor: str, lot: str | None, progress: Progress) -> tuple[list[Receipt], Outcome]:
    """Run the rules over every source of the workspace; keep the rows for `trace`; return what concerns ``lot`` or all."""
    workspace = open_workspace(home, time, actor, create=False)
    receipts = receipts_of()
    with writing(workspace):
        outcome, _ = run(workspace, in_scope(receipts), time, actor, progress)
    return receipts, only(outcome, lot) if lot else outcome


def run(
    workspace: Workspace, sources: Sequence[Source], time: str, actor: str, progress: Progress, visit: Visit = nothing
) -> tuple[Outcome, list[Statement]]:
    """Run the rules over these sources, write the run into the ledger, keep its rows."""
    spill = Path(tempfile.mkdtemp(dir=workspace.lake.scratch, prefix="rules-"))
    try:
        outcome = check(workspace.lake, sources, spill, progress=progress, visit=visit, explain=diagnose, reach=scope, rank=lineups)
    finally:
        shutil.rmtree(spill, ignore_errors=True)
    keep_outcome(workspace, outcome.findings)
    return outcome, record_run(outcome, sources, {}, time, actor, digest(outcome))


def digest(outcome: Outcome) -> str:
    """SHA-256 of the canonical findings, balances, diagnosis, scope and suspects: what a recomputation must give again."""
    payload = {
        "findings": [found.as_json() for found in outcome.findings], "balances": {b.lot: b.counts for b in outcome.balances},
        "diagnosis": [found.as_record() for found in outcome.diagnosis], "scope": [search.as_json() for search in outcome.scope],
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
        tuple(one for one in outcome.suspects if one.lot == lot),
    )
