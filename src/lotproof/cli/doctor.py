"""lotproof doctor: what is wrong, in sentences."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from lotproof.cli import common


@click.command()
@common.workspace_option
@common.json_option
@common.sentences
def doctor(workspace_dir: Path, as_json: bool) -> None:
    """Check the installation, the ledger's chain and tree, the originals and the segments. Exits with 1 where one fails."""
    from lotproof.workspace.doctor import examine
    from lotproof.workspace.place import open_workspace

    workspace = open_workspace(workspace_dir, common.time_text(None), common.actor_name(None), create=False)
    checks = examine(workspace)
    if as_json:
        common.emit({"checks": [check.as_json() for check in checks], "ok": all(check.ok for check in checks)})
    else:
        for check in checks:
            common.say(f"{'ok  ' if check.ok else 'FAIL'} {check.name}: {check.sentence}" + (f" {check.hint}" if check.hint else ""))
    if not all(check.ok for check in checks):
        sys.exit(common.FAILED)
