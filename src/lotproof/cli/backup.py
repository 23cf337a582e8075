"""lotproof backup, lotproof restore: the whole workspace as one file, and back."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from lotproof.cli import common


@click.command()
@click.argument("target", metavar="FILE", type=click.Path(path_type=Path, dir_okay=False))
@common.workspace_option
@common.json_option
@common.now_option
@common.actor_option
@common.sentences
def backup(target: Path, workspace_dir: Path, as_json: bool, now: str | None, actor: str | None) -> None:
    """Write folder, keys and database of the workspace into FILE, as of one moment. The desk may go on meanwhile.

    FILE is a tar archive with the digest of each file. It holds the private key of the log and the passwords' hashes: keep it as
    safe as those. PostgreSQL is copied by pg_dump, SQLite by its online backup. See docs/deployment.md.

    \b
    Examples:
      lotproof backup /backup/lotproof-2026-11-23.tar
    """
    from lotproof.workspace.backup import back_up
    from lotproof.workspace.noted import BACKUP, note

    workspace = common.opened(workspace_dir, now, actor)
    with common.progress_bar() as progress:
        made = back_up(workspace, target, common.time_text(now), progress)
    note(workspace.root, BACKUP, {"time": common.time_text(now), **made.as_json()})
    if as_json:
        common.emit(made.as_json())
    else:
        common.say(f"{made.path}: {made.files} files, {made.size} bytes, {made.entries} entries of the ledger with the root {made.root}.")


@click.command()
@click.argument("source", metavar="FILE", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.argument("home", metavar="DIR", type=click.Path(path_type=Path))
@common.json_option
@common.now_option
@common.actor_option
@common.sentences
def restore(source: Path, home: Path, as_json: bool, now: str | None, actor: str | None) -> None:
    """Make the workspace of a backup again in DIR, which has to be new or empty. Exits with 1 where doctor finds something.

    Every digest and the root of the ledger are compared; the ledger says that it was restored. A backup of a PostgreSQL database
    wants DATABASE_URL to name an empty one. Do not go on with the restored workspace and the one it came from: the log would fork.

    \b
    Examples:
      lotproof restore /backup/lotproof-2026-11-23.tar /srv/lotproof
    """
    from lotproof.workspace.restore import restore as make

    with common.progress_bar() as progress:
        made = make(source, home, common.time_text(now), common.actor_name(actor), progress)
    if as_json:
        common.emit(made.as_json())
    else:
        common.say(f"{made.home}: as of {made.time}, {made.entries} entries of the ledger, as they were.")
        for check in made.checks:
            common.say(f"{'ok  ' if check.ok else 'FAIL'} {check.name}: {check.sentence}" + (f" {check.hint}" if check.hint else ""))
    if not all(check.ok for check in made.checks):
        sys.exit(common.FAILED)
