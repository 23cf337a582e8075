"""lotproof ledger: what state the log is in, its checkpoints and proofs, and whether it goes on from an earlier one."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from lotproof.cli import common
from lotproof.cli.common import opened
from lotproof.cli.evidence_settings import settings
from lotproof.cli.signing import passkey, record
from lotproof.cli.vouching import anchor, cosign, rotate_key

if TYPE_CHECKING:
    from lotproof.packs.verify.history import Continuity


@click.group()
def ledger() -> None:
    """The log of the workspace: state, checkpoints, proofs, witnesses, timestamps."""


ledger.add_command(cosign)
ledger.add_command(anchor)
ledger.add_command(rotate_key)
ledger.add_command(settings)
ledger.add_command(record)
ledger.add_command(passkey)


@ledger.command()
@common.workspace_option
@common.json_option
@common.sentences
def status(workspace_dir: Path, as_json: bool) -> None:
    """Size, root, streams and the last checkpoint of the log, and its late entries."""
    from lotproof.workspace import logbook

    found = logbook.status(opened(workspace_dir))
    if as_json:
        common.emit(found)
        return
    common.say(f"Log {found['origin']}: {found['size']:,} entries, root {found['root']}")
    for name, count in found["streams"].items():
        common.say(f"  stream {name}: {count:,} entries")
    for mark in found["late"]:
        common.say(mark)
    last = found["checkpoint"]
    never = "Never anchored: the times of the entries are the word of this machine alone (lotproof ledger anchor)."
    due = f"Anchored {found['anchors']:,} times, last at {found['anchored']}. The next anchor is due at {found['anchor_due']}."
    common.say(due if found["anchors"] else never)
    if last:
        common.say(f"Last checkpoint: {last['size']:,} entries, signed by {', '.join(last['signed_by'])}")
    else:
        common.say("No checkpoint was signed yet.")


@ledger.command()
@common.workspace_option
@common.json_option
@common.sentences
def check(workspace_dir: Path, as_json: bool) -> None:
    """Check every entry, every stream, and that the log continues each checkpoint it signed and each pack made from it.

    Exits with 1 where one does not hold.
    """
    from lotproof.workspace import logbook

    problems = logbook.log_problems(opened(workspace_dir))
    if as_json:
        common.emit({"ok": not problems, "problems": problems})
    else:
        for problem in problems or ["The log is sound."]:
            common.say(problem)
    if problems:
        sys.exit(common.FAILED)


@ledger.command()
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False))
@common.workspace_option
@common.json_option
@common.sentences
def export(folder: Path, workspace_dir: Path, as_json: bool) -> None:
    """Write the log into FOLDER as C2SP tlog-tiles with a signed checkpoint; an earlier export there is carried on.

    \b
    Examples:
      lotproof ledger export /srv/log
    """
    from lotproof.ledger.note import encode64
    from lotproof.workspace import logbook

    head = logbook.export_log(opened(workspace_dir), folder)
    if as_json:
        common.emit({"folder": str(folder), "size": head.size, "root": encode64(head.root)})
        return
    common.say(f"{folder}: {head.size:,} entries, root {encode64(head.root)}")


@ledger.command()
@click.argument("index", type=click.IntRange(0))
@click.option("-o", "--output", type=click.Path(path_type=Path, dir_okay=False), default=None, help="File for the proof (default: stdout).")
@common.workspace_option
@common.json_option
@common.sentences
def prove(index: int, output: Path | None, workspace_dir: Path, as_json: bool) -> None:
    """Prove that entry INDEX is in the log: a C2SP tlog-proof, which holds by itself together with the bytes of the entry."""
    from lotproof.workspace import logbook

    entry, proof = logbook.prove_entry(opened(workspace_dir), index)
    if output:
        output.write_bytes(proof)
    if as_json:
        common.emit({"index": index, "entry": entry.decode(), "proof": proof.decode()})
    elif output:
        common.say(f"{output}: proof of entry {index}")
    else:
        click.echo(proof.decode(), nl=False)


@ledger.command()
@common.workspace_option
@common.json_option
@common.sentences
def checkpoint(workspace_dir: Path, as_json: bool) -> None:
    """Sign the head of the log as it is now, and keep it in the workspace."""
    from lotproof.ledger.note import encode64
    from lotproof.workspace import logbook

    head, signed = logbook.take_checkpoint(opened(workspace_dir))
    if as_json:
        common.emit({"origin": head.origin, "size": head.size, "root": encode64(head.root), "checkpoint": signed.decode()})
        return
    click.echo(signed.decode(), nl=False)


@ledger.command()
@click.argument("old", type=click.Path(path_type=Path))
@click.argument("new", type=click.Path(path_type=Path))
@click.option("--key", "keys", multiple=True, metavar="KEY", help="The log's public key, or a file with it; not from the packs.")
@common.json_option
def consistent(old: Path, new: Path, keys: tuple[str, ...], as_json: bool) -> None:
    """Say whether the ledger of NEW goes on from that of OLD, with nothing changed in between. Needs no workspace.

    Each is a pack (folder or zip), an exported log, or, for OLD, a signed checkpoint alone. Exits 0 it does, 1 it does not:
    the history was rewritten, 2 unusable input, 3 undecided (for example without --key).

    \b
    Examples:
      lotproof ledger consistent EP-2026-0041 EP-2026-0042 --key site.vkey
    """
    from lotproof.packs.verify.history import check_continuity
    from lotproof.packs.verify.keyfile import read_keys

    try:
        lines = read_keys(keys)
    except OSError as error:
        click.echo(f"Error: the key cannot be read ({error}).", err=True)
        sys.exit(common.UNUSABLE)
    found = check_continuity(old, new, lines)
    if as_json:
        common.emit(found.to_json())
    else:
        _print(found)
    sys.exit(found.report.exit_code)


def _print(found: Continuity) -> None:
    from lotproof.ledger.note import encode64

    for step in found.report.steps:
        common.say(f"{step.status:<12} {step.name}")
        for problem in step.problems:
            common.say(f"             {problem.code}: {problem.sentence}")
    if found.old and found.new and found.report.exit_code == 0:
        old, new = found.old, found.new
        common.say(f"{new.size:,} entries with the root {encode64(new.root)} continue {old.size:,} with {encode64(old.root)}.")
    common.say(found.report.verdict)
