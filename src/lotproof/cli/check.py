"""lotproof check and diagnose: rules over the sources of the workspace."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from lotproof.cli import common

if TYPE_CHECKING:
    from lotproof.rules.check import Outcome

ORDER = ("info", "minor", "major", "critical")


@click.command()
@click.option("--lot", default=None, help="Only this lot.")
@click.option("--fail-on", type=click.Choice(ORDER), default=None, help="Exit with 1 where a finding is at least this grave.")
@common.engine_option
@common.store_option
@common.jobs_option
@common.full_option
@common.workspace_option
@common.json_option
@common.now_option
@common.actor_option
@common.sentences
def check(
    lot: str | None, fail_on: str | None, engine: str | None, store: str | None, jobs: int | None, full: bool,
    workspace_dir: Path, as_json: bool,
    now: str | None, actor: str | None,
) -> None:  # fmt: skip
    """Run the rules over the sources of the workspace.

    Lots for which nothing has changed since the last check are not judged again (--full judges all).

    \b
    Examples:
      lotproof check
      lotproof check --lot B7-2231 --fail-on major
      lotproof check --jobs 8
      lotproof check --engine spark://master:7077
    """
    from lotproof.cli.words import balance_lines, diagnosis_lines, finding_lines
    from lotproof.quality.signal_shell import take_signals
    from lotproof.quality.signals import raised_by
    from lotproof.workspace.document import document
    from lotproof.workspace.job import How, check_workspace

    _with_holds(workspace_dir, common.time_text(now), common.actor_name(actor))
    with common.progress_bar() as progress:
        receipts, outcome = check_workspace(
            workspace_dir, common.time_text(now), common.actor_name(actor), lot, progress, How(engine, jobs, full, store)
        )
    known_or_exit(lot, outcome)
    take_signals(raised_by(outcome.findings), common.time_text(now), common.actor_name(actor), full=lot is None)
    _count_again(common.time_text(now), common.actor_name(actor))
    if as_json:
        common.emit(document(receipts, outcome, "", ""))
    else:
        for line in (*finding_lines(outcome), *diagnosis_lines(outcome), *balance_lines(outcome.balances), *outcome.limits):
            common.say(line)
    if fail_on and any(ORDER.index(found.severity) >= ORDER.index(fail_on) for found in outcome.findings):
        sys.exit(common.FAILED)


def _count_again(time: str, actor: str) -> None:
    """Indicators are counted anew by whoever works, and alarms raised; once for what the ledger now holds."""
    from lotproof.jobs import queue
    from lotproof.ledger import store

    queue.put("kpis", {}, actor, time, key=f"kpis-of:{store.size()}")


def _with_holds(home: Path, time: str, actor: str) -> None:
    """What the desk has on hold is judged with the rest."""
    from lotproof.quality.hold_list import take_in_holds
    from lotproof.workspace.place import open_workspace, writing

    workspace = open_workspace(home, time, actor, create=False)
    with writing(workspace):
        take_in_holds(workspace, time, actor)


@click.command()
@click.option("--lot", default=None, help="Only this lot.")
@common.engine_option
@common.store_option
@common.jobs_option
@common.full_option
@common.workspace_option
@common.json_option
@common.now_option
@common.actor_option
@common.sentences
def diagnose(
    lot: str | None, engine: str | None, store: str | None, jobs: int | None, full: bool,
    workspace_dir: Path, as_json: bool,
    now: str | None, actor: str | None,
) -> None:  # fmt: skip
    """Failure modes that fit the findings, with suspects and tests that tell them apart, and how far the findings reach.

    What is listed is supported by the data and no root cause; that is for a person to decide.

    \b
    Examples:
      lotproof diagnose
      lotproof diagnose --lot B7-2231 --json
    """
    from lotproof.cli.words import diagnosis_lines, scope_lines, suspect_lines
    from lotproof.workspace.job import How, check_workspace

    with common.progress_bar() as progress:
        _, outcome = check_workspace(
            workspace_dir, common.time_text(now), common.actor_name(actor), lot, progress, How(engine, jobs, full, store)
        )
    known_or_exit(lot, outcome)
    if as_json:
        common.emit(
            {"diagnosis": [found.as_json() for found in outcome.diagnosis], "suspects": [one.as_json() for one in outcome.suspects],
             "scope": [search.as_json() for search in outcome.scope], "limits": list(outcome.limits)}
        )
        return
    for line in diagnosis_lines(outcome) if outcome.findings else ("Found nothing that contradicts, so there is nothing to explain.",):
        common.say(line)
    for found in outcome.diagnosis:
        common.say(f"{found.mode} in lot {found.lot}: {found.test}")
        for text in found.supports:
            common.say(f"  for: {text}")
        for text in found.against:
            common.say(f"  against: {text}")
    for line in (*suspect_lines(outcome), *scope_lines(outcome), *outcome.limits):
        common.say(line)


def known_or_exit(lot: str | None, outcome: Outcome) -> None:
    """A misspelled lot must not read as one without findings."""
    if lot and not outcome.balances and not any(found.lot == lot for found in outcome.findings):
        click.echo(f'Error: no source of the workspace speaks of the lot "{lot}"; "lotproof reconcile" lists all.', err=True)
        sys.exit(common.UNUSABLE)
