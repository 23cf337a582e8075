"""lotproof doctor: what is wrong, in sentences."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from lotproof.cli import common

if TYPE_CHECKING:
    from lotproof.workspace.doctor import Check


@click.command()
@common.workspace_option
@click.option("--replay", is_flag=True, help="Also make every list of the desk anew from the ledger and compare.")
@click.option("--mend", is_flag=True, help="With --replay: put right what differs; the ledger is what counts.")
@common.json_option
@common.sentences
def doctor(workspace_dir: Path, replay: bool, mend: bool, as_json: bool) -> None:
    """Check the installation, the ledger's chain and tree, the originals and the segments. Exits with 1 where one fails.

    \b
    Examples:
      lotproof doctor
      lotproof doctor --replay
    """
    from lotproof.workspace.doctor import examine
    from lotproof.workspace.noted import DOCTOR, note
    from lotproof.workspace.place import open_workspace

    workspace = open_workspace(workspace_dir, common.time_text(None), common.actor_name(None), create=False)
    checks = [*examine(workspace), *(_replayed(mend) if replay else ())]
    failed = [f"{check.name}: {check.sentence}" for check in checks if not check.ok]
    note(workspace.root, DOCTOR, {"time": common.time_text(None), "failed": failed})
    if as_json:
        common.emit({"checks": [check.as_json() for check in checks], "ok": not failed})
    else:
        for check in checks:
            common.say(f"{'ok  ' if check.ok else 'FAIL'} {check.name}: {check.sentence}" + (f" {check.hint}" if check.hint else ""))
    if failed:
        sys.exit(common.FAILED)


def _replayed(mend: bool) -> list[Check]:
    """The lists of the desk against the ledger."""
    from lotproof.quality.replay import replay
    from lotproof.workspace.doctor import Check

    differences = replay(mend)
    if not differences:
        return [Check("desk", True, "Every list is the fold of the ledger.", "")]
    told = f"{len(differences)} lists differ from the ledger: {' '.join(differences[:5])}"
    hint = "They are put right." if mend else "The ledger counts; put the lists right with: lotproof doctor --replay --mend."
    return [Check("desk", mend, told, hint)]
