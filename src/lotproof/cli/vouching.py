"""lotproof ledger cosign, anchor and rotate-key: who vouches for the log."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from lotproof.cli import common
from lotproof.cli.common import opened


@click.command()
@click.option("--witness", "urls", multiple=True, metavar="URL", help="Address of a witness (default: those of witness.policy).")
@click.option("--witness-key", "vkeys", multiple=True, metavar="KEY", help="Its public key, in the order of --witness.")
@common.workspace_option
@common.json_option
@common.sentences
def cosign(urls: tuple[str, ...], vkeys: tuple[str, ...], workspace_dir: Path, as_json: bool) -> None:
    """Sign a checkpoint and have witnesses cosign it. The workspace's witness.policy (C2SP tlog-policy) says whom, and how many.

    Exits with 1 where the quorum of the policy, or one of the witnesses named here, is missing.

    \b
    Examples:
      lotproof ledger cosign
      lotproof ledger cosign --witness http://witness.example.com --witness-key witness.example.com+1a2b3c4d+BA…
    """
    from lotproof.ledger import note
    from lotproof.ledger.cosignature import parse_cosigner
    from lotproof.ledger.policy import Witness
    from lotproof.workspace import witnessing

    workspace = opened(workspace_dir)
    policy = witnessing.site_policy(workspace)
    if len(urls) != len(vkeys):
        raise click.UsageError("Give one --witness-key for each --witness, in the same order.")
    try:
        named = [Witness(parse_cosigner(vkey), url) for url, vkey in zip(urls, vkeys, strict=True)]
    except note.NoteError as error:
        raise click.UsageError(f"--witness-key: {error}") from None
    asked = named or [witness for witness in policy.witnesses.values() if witness.url]
    if not asked:
        raise click.UsageError("Nobody to ask: name a --witness with its --witness-key, or write witness.policy in the workspace.")
    head, signed, problems = witnessing.cosign(workspace, asked)
    by = [line.name for line in note.parse(signed).signatures if line.name != workspace.origin]
    satisfied = policy.satisfied(policy.cosigned(note.parse(signed))) and not (named and problems)
    if as_json:
        common.emit({"size": head.size, "cosigned_by": by, "satisfied": satisfied, "problems": problems, "checkpoint": signed.decode()})
    else:
        for problem in problems:
            click.echo(problem, err=True)
        common.say(f"Checkpoint of {head.size:,} entries, cosigned by {', '.join(by) or 'nobody'}.")
    if not satisfied:
        sys.exit(common.FAILED)


@click.command()
@click.option("--tsa", "urls", multiple=True, required=True, metavar="URL", help="Timestamp authority (RFC 3161); the first that answers.")
@click.option("--if-due", is_flag=True, help="Do nothing where the last anchor is recent enough (settings): for a job that runs hourly.")
@common.workspace_option
@common.json_option
@common.actor_option
@common.sentences
def anchor(urls: tuple[str, ...], if_due: bool, workspace_dir: Path, as_json: bool, actor: str | None) -> None:
    """Have the head of the log stamped by an outside authority, and append the stamp to the log. Do this at least daily.

    Then each entry lies between two outside times, which verify checks.

    \b
    Examples:
      lotproof ledger anchor --tsa http://tsa.example.com
      lotproof ledger anchor --if-due --tsa http://tsa.example.com --tsa http://tsa2.example.com
    """
    import secrets

    from lotproof.packs.anchoring import anchor as made_anchor
    from lotproof.packs.sealer import SealingError
    from lotproof.packs.tsa import Authorities
    from lotproof.workspace.logbook import anchor_due
    from lotproof.workspace.place import WorkspaceError

    workspace = opened(workspace_dir)
    due = anchor_due()
    if if_due and due and common.time_text(None) < due:
        _not_due(due, as_json)
        return
    try:
        authorities = Authorities(urls, lambda: secrets.randbits(64))
        made = made_anchor(workspace, authorities, lambda: common.time_text(None), common.actor_name(actor))
    except SealingError as error:
        raise WorkspaceError(str(error)) from None
    if as_json:
        common.emit(vars(made))
        return
    common.say(f"Entry {made.index}: the first {made.size:,} entries existed at {made.time}.")


def _not_due(due: str, as_json: bool) -> None:
    if as_json:
        common.emit({"due": due})
    else:
        common.say(f"The next anchor is due at {due}; nothing was done.")


@click.command("rotate-key")
@click.option("--why", required=True, help="Reason, written into the ledger: yearly change, suspected copy.")
@common.workspace_option
@common.json_option
@common.now_option
@common.actor_option
@common.sentences
def rotate_key(why: str, workspace_dir: Path, as_json: bool, now: str | None, actor: str | None) -> None:
    """Give the log a new key. The old one signs the hand-over, an entry of the log, and one last checkpoint together with the new one.

    Packs that are sealed from now on verify with the old public key too, because it leads to the new one. Tell witnesses and partners
    the new one all the same. The old private key stays in keys/ as retired-*.pem, for you to lock away or destroy.

    \b
    Examples:
      lotproof ledger rotate-key --why "yearly change"
    """
    import secrets

    from lotproof.workspace.rotation import rotate_key as rotated

    workspace = opened(workspace_dir, now, actor)
    made = rotated(workspace, secrets.token_bytes(32), why, common.time_text(now), common.actor_name(actor))
    if as_json:
        common.emit(vars(made))
        return
    common.say(f"Entry {made.index}: handed over to {made.vkey}")
    common.say(f"The retired private key lies at {made.retired_file}; lock it away or destroy it.")
