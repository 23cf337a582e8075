"""lotproof init, add, sources."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

import click

from lotproof.cli import common

if TYPE_CHECKING:
    from lotproof.intake.receipt import Receipt

RAISING = {"alerts": "lotproof alerts take", "alert-message": "lotproof alerts take", "partner-notice": "lotproof partner take"}
"""Kind of source -> the command that makes signals of it. To take a file into the record starts no clock (decision 0021)."""


def unraised(receipts: Iterable[Receipt]) -> list[str]:
    """A sentence for each source that a drop folder or the desk would have made signals of."""
    return [
        f"{one.name} is a source now and raised no signal; {RAISING[one.kind]} FILE raises what is new in it, and starts its clocks."
        for one in receipts if one.kind in RAISING
    ]  # fmt: skip


@click.command()
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False))
@click.option("--origin", default=None, help="Name of the site's log, such as example.com/evidence/site-a; it cannot change later.")
@common.json_option
@common.now_option
@common.actor_option
@common.sentences
def init(folder: Path, origin: str | None, as_json: bool, now: str | None, actor: str | None) -> None:
    """Make a workspace in FOLDER: lake, ledger, and the key that signs its packs."""
    from lotproof.workspace.place import open_workspace

    workspace = open_workspace(folder, common.time_text(now), common.actor_name(actor), origin=origin)
    if as_json:
        common.emit({"workspace": str(folder), "origin": workspace.origin, "vkey": workspace.key.vkey})
        return
    common.say(f"Workspace {folder}, log {workspace.origin}.")
    common.say(f"Its public key, for whoever verifies: {workspace.key.vkey}")


@click.command()
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path, exists=True))
@common.zone_option
@common.jobs_option
@common.workspace_option
@common.json_option
@common.now_option
@common.actor_option
@common.sentences
def add(
    paths: tuple[Path, ...], zone: str | None, jobs: int | None, workspace_dir: Path, as_json: bool, now: str | None, actor: str | None
) -> None:
    """Take files or folders in, with a receipt for each file. Alerts and notices of partners raise no signal by it; it says so."""
    from lotproof.workspace.place import open_workspace, writing
    from lotproof.workspace.sources import take_in

    time, who, checked = common.time_text(now), common.actor_name(actor), common.checked_zone(zone)
    workspace = open_workspace(workspace_dir, time, who)
    receipts = []
    with writing(workspace), common.progress_bar() as progress:
        for path in paths:
            receipts += take_in(workspace, path, checked, time, who, progress, jobs)
    if as_json:
        common.emit({"sources": [receipt.as_json() for receipt in receipts], "unraised": unraised(receipts)})
        return
    for receipt in receipts:
        common.say(
            f"{receipt.name}: {receipt.kind}, {receipt.rows:,} rows seen = {receipt.stored:,} stored + {receipt.quarantined:,} quarantined "
            f"+ {receipt.no_data:,} no data"
        )
        for problem in receipt.problems:
            common.say(f"  ! {problem}")
    for sentence in unraised(receipts):
        common.say(sentence)


@click.command()
@common.workspace_option
@common.json_option
@common.sentences
def sources(workspace_dir: Path, as_json: bool) -> None:
    """List the sources of the workspace with their receipts."""
    from lotproof.workspace.place import open_workspace
    from lotproof.workspace.sources import receipts_of

    open_workspace(workspace_dir, common.time_text(None), common.actor_name(None), create=False)
    receipts = receipts_of()
    if as_json:
        common.emit({"sources": [receipt.as_json() for receipt in receipts]})
        return
    for receipt in receipts:
        common.say(f"{receipt.sha256[:12]}  {receipt.kind:<12} {receipt.stored:>9,} rows  {receipt.name}")
    common.say(f"{len(receipts)} sources.")
