"""lotproof check, diagnose and reconcile: rules and lot equations over the sources of the workspace."""

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
@common.workspace_option
@common.json_option
@common.now_option
@common.actor_option
@common.sentences
def check(lot: str | None, fail_on: str | None, workspace_dir: Path, as_json: bool, now: str | None, actor: str | None) -> None:
    """Run the rules over the sources of the workspace.

    \b
    Examples:
      lotproof check
      lotproof check --lot B7-2231 --fail-on major
    """
    from lotproof.cli.words import balance_lines, diagnosis_lines, finding_lines
    from lotproof.workspace.document import document
    from lotproof.workspace.job import check_workspace

    with common.progress_bar() as progress:
        receipts, outcome = check_workspace(workspace_dir, common.time_text(now), common.actor_name(actor), lot, progress)
    _known_or_exit(lot, outcome)
    if as_json:
        common.emit(document(receipts, outcome, "", ""))
    else:
        for line in (*finding_lines(outcome), *diagnosis_lines(outcome), *balance_lines(outcome.balances)):
            common.say(line)
    if fail_on and any(ORDER.index(found.severity) >= ORDER.index(fail_on) for found in outcome.findings):
        sys.exit(common.FAILED)


@click.command()
@click.option("--lot", default=None, help="Only this lot.")
@common.workspace_option
@common.json_option
@common.now_option
@common.actor_option
@common.sentences
def diagnose(lot: str | None, workspace_dir: Path, as_json: bool, now: str | None, actor: str | None) -> None:
    """Failure modes that fit the findings, with suspects and tests that tell them apart, and how far the findings reach.

    What is listed is supported by the data and no root cause; that is for a person to decide.

    \b
    Examples:
      lotproof diagnose
      lotproof diagnose --lot B7-2231 --json
    """
    from lotproof.cli.words import diagnosis_lines, scope_lines, suspect_lines
    from lotproof.workspace.job import check_workspace

    with common.progress_bar() as progress:
        _, outcome = check_workspace(workspace_dir, common.time_text(now), common.actor_name(actor), lot, progress)
    _known_or_exit(lot, outcome)
    if as_json:
        common.emit(
            {"diagnosis": [found.as_json() for found in outcome.diagnosis], "suspects": [one.as_json() for one in outcome.suspects],
             "scope": [search.as_json() for search in outcome.scope]}
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
    for line in (*suspect_lines(outcome), *scope_lines(outcome)):
        common.say(line)


@click.command()
@click.argument("lot", required=False)
@common.workspace_option
@common.json_option
@common.now_option
@common.actor_option
@common.sentences
def reconcile(lot: str | None, workspace_dir: Path, as_json: bool, now: str | None, actor: str | None) -> None:
    """The lot equation as sets: each number in exactly one class, residues named; sources against one another.

    Exits with 1 where a lot does not add up.
    """
    from lotproof.workspace.job import check_workspace

    with common.progress_bar() as progress:
        _, outcome = check_workspace(workspace_dir, common.time_text(now), common.actor_name(actor), lot, progress)
    _known_or_exit(lot, outcome)
    if as_json:
        common.emit(
            {"reconciliation": {b.lot: b.counts for b in outcome.balances}, "matrix": {b.lot: list(b.matrix) for b in outcome.balances}}
        )
    else:
        for balance in outcome.balances:
            common.say(f"Lot {balance.lot} ({balance.gtin}): " + balance.verdict)
            for name, value in balance.counts.items():
                common.say(f"  {name:<16} {value:>10,}")
            for pair in balance.matrix:
                common.say(
                    f"  {pair['left']:>8} {pair['left_count']:>9,} | {pair['right']:<8} {pair['right_count']:>9,}: "
                    f"missing {pair['missing']:,}, extra {pair['extra']:,}, format only {pair['format_only']:,}"
                )
    if any(not balance.adds_up for balance in outcome.balances):
        sys.exit(common.FAILED)


def _known_or_exit(lot: str | None, outcome: Outcome) -> None:
    """A misspelled lot must not read as one without findings."""
    if lot and not outcome.balances and not any(found.lot == lot for found in outcome.findings):
        click.echo(f'Error: no source of the workspace speaks of the lot "{lot}"; "lotproof reconcile" lists all.', err=True)
        sys.exit(common.UNUSABLE)
