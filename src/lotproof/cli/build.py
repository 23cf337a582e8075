"""lotproof build: the main job in one go."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from lotproof.cli import common
from lotproof.cli.sealing import seal_options

if TYPE_CHECKING:
    from lotproof.packs.sealer import Sealer


@click.command()
@click.argument("folder", type=click.Path(path_type=Path, exists=True))
@click.option("-o", "--output", "pack", type=click.Path(path_type=Path), required=True, help="The pack: a new folder, or a new .zip.")
@click.option("--id", "pack_id", default=None, help="Identifier of the pack (default: EP- and the name of the output).")
@click.option("--causes", type=click.Path(path_type=Path, dir_okay=False, exists=True), default=None, help="File of lotproof causes.")
@click.option("--fault-tree", "tree_file", type=click.Path(path_type=Path, exists=True, dir_okay=False), default=None,
              help="A fault tree to seal and to draw in section 15.")  # fmt: skip
@seal_options
@common.zone_option
@common.engine_option
@common.store_option
@common.jobs_option
@common.workspace_option
@common.json_option
@common.now_option
@common.actor_option
@common.sentences
def build(
    folder: Path, pack: Path, pack_id: str | None, zone: str | None, engine: str | None, store: str | None, jobs: int | None,
    workspace_dir: Path,
    as_json: bool, now: str | None, actor: str | None, sealer: Sealer, causes: Path | None,
    tree_file: Path | None,
) -> None:  # fmt: skip
    """Take in every file of FOLDER, run the rules, reconcile each lot, and build a sealed evidence pack.

    \b
    Examples:
      lotproof build export/ -o EP-2026-0042
      lotproof build export/ -o EP-2026-0042.zip --zone Europe/Berlin --json
      lotproof build export/ -o EP-2026-0042 --fault-tree unreported.tree
      lotproof build export/ -o EP-2026-0042 --seal-p12 qa.p12 --seal-pass-file pin --tsa https://tsa.example/tsr
    """
    from lotproof.cli.sources import unraised
    from lotproof.cli.words import balance_lines, diagnosis_lines, finding_lines, missing_lines, receipt_lines
    from lotproof.packs.fault_tree_record import read_fault_tree
    from lotproof.packs.job import build_pack
    from lotproof.workspace.job import How

    time = common.time_text(now)
    tree = read_fault_tree(tree_file) if tree_file else None
    with common.progress_bar() as progress:
        how = How(engine, jobs, store=store)
        named = common.checked_zone(zone)
        built = build_pack(folder, pack, workspace_dir, named, time, common.actor_name(actor), pack_id, progress, how, sealer,
                           causes, tree)  # fmt: skip
    if as_json:
        common.emit(built.document())
        return
    outcome = built.outcome
    taken = (*receipt_lines(built.receipts), *unraised(built.receipts), *missing_lines(built.receipts))
    for line in (*taken, *finding_lines(outcome), *diagnosis_lines(outcome)):
        common.say(line)
    for line in balance_lines(outcome.balances):
        common.say(line)
    common.say(f"Pack: {built.pack}")
    common.say(f"Root hash of the ledger: {built.root}")
    common.say(f"Key to verify it with: {built.vkey}")
    common.say(f"Open {built.start} in a browser; check it with: lotproof verify {built.pack} --key {built.key_file}")
