"""lotproof corrections: the data-correction register."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from lotproof.cli import common

if TYPE_CHECKING:
    from lotproof.rules.check import Outcome


@click.command()
@click.option("--lot", default=None, help="Only this lot.")
@common.workspace_option
@common.json_option
@common.now_option
@common.actor_option
@common.sentences
def corrections(lot: str | None, workspace_dir: Path, as_json: bool, now: str | None, actor: str | None) -> None:
    """The data-correction register: every change between two deliveries of the same facts, and every event declared an error.

    What no later step, error declaration or record explains is finding INT-03.

    \b
    Examples:
      lotproof corrections
      lotproof corrections --lot B7-2231 --json
    """
    from lotproof.workspace.asof import look

    with common.progress_bar() as progress:
        outcome = look(workspace_dir, common.time_text(now), common.actor_name(actor), progress, lot).outcome
    if as_json:
        changes = [change.as_json() for change in outcome.corrections]
        common.emit({"corrections": changes, "declarations": [declared.as_json() for declared in outcome.declarations]})
        return
    for line in _lines(outcome):
        common.say(line)


def _lines(outcome: Outcome) -> Iterator[str]:
    if not outcome.corrections and not outcome.declarations:
        yield "No two deliveries state different values for the same fact, and no event was declared an error."
    for change in outcome.corrections:
        yield f"{change.lot}  {change.what}: {change.field} {change.before} -> {change.after}"
        yield f"    {change.before_file}:{change.before_position} -> {change.after_file}:{change.after_position}"
        yield f"    explained by: {change.explained or 'nothing (INT-03)'}"
    for declared in outcome.declarations:
        when, why = declared.declared_at or "a time unknown", declared.reason or "no reason"
        yield f"{declared.lot}  event {declared.event or 'without identifier'} declared an error at {when}: {why}"
        yield f"    {declared.file}:{declared.position} takes back {', '.join(declared.voids) or 'an event that is in no delivery'}"
        for name in declared.corrected_by:
            yield f"    corrected by {name}"
        for name in declared.dangling:
            yield f"    names the corrective event {name}, which is in no delivery"
