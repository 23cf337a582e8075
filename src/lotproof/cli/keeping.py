"""lotproof pack renew and redact: what happens to a pack after it was built."""

from __future__ import annotations

from pathlib import Path

import click

from lotproof.cli import common
from lotproof.cli.sealing import authorities

_PACK = click.argument("path", metavar="PACK", type=click.Path(path_type=Path, exists=True, file_okay=False))


@click.command()
@_PACK
@click.option("--tsa", "tsas", multiple=True, required=True, metavar="URL", help="Timestamp authority (RFC 3161); repeated: fallbacks.")
@click.option("--hash", "algorithm", type=click.Choice(["sha512", "sha3-512"]), default="sha512", show_default=True, help="Hash function.")
@click.option("--anew", is_flag=True, help="List every file anew by that hash function, because an earlier one weakens.")
@common.json_option
@common.now_option
@common.sentences
def renew(path: Path, tsas: tuple[str, ...], algorithm: str, anew: bool, as_json: bool, now: str | None) -> None:
    """Add an archive timestamp over the seal of PACK, before the certificates of its timestamps end. No sealed byte is touched.

    \b
    Examples:
      lotproof pack renew EP-2026-0042 --tsa https://tsa.example/tsr
      lotproof pack renew EP-2026-0042 --tsa https://tsa.example/tsr --hash sha3-512 --anew
    """
    from lotproof.packs.renewal import renew_pack

    found = authorities(tsas)
    assert found is not None, "click asks for at least one"
    folder = renew_pack(path, common.time_text(now)[:10], found, algorithm, anew or algorithm != "sha512")
    if as_json:
        common.emit({"pack": str(path), "renewal": str(folder)})
    else:
        common.say(f"Renewed: {folder}")


@click.command()
@_PACK
@click.option("-o", "--output", "target", type=click.Path(path_type=Path), required=True, help="The copy: a new folder.")
@click.option("--leave-out", "patterns", multiple=True, metavar="PATTERN", help="Files to leave out, such as 'data/raw/*.xml'.")
@click.option("--lot", "lots", multiple=True, metavar="LOT", help="Leave out every file that names this lot.")
@click.option("--reason", required=True, help="Why; it is printed when the copy is verified.")
@common.workspace_option
@common.json_option
@common.now_option
@common.actor_option
@common.sentences
def redact(
    path: Path, target: Path, patterns: tuple[str, ...], lots: tuple[str, ...], reason: str, workspace_dir: Path,
    as_json: bool, now: str | None, actor: str | None,
) -> None:  # fmt: skip
    """Copy PACK without chosen files or lots, for a partner. Hashes and proofs of all else still verify, and say what is withheld.

    The log's key in the workspace signs what was left out. The ledger stays: files of it that name a lot are listed.

    \b
    Examples:
      lotproof pack redact EP-2026-0042 -o for-partner --lot B7-2231 --reason "another customer's lot"
      lotproof pack redact EP-2026-0042 -o for-partner --leave-out 'data/raw/mes/*' --reason "trade secret"
    """
    from lotproof.packs.redact import redact_pack
    from lotproof.workspace.place import open_workspace
    from lotproof.workspace.rotation import handovers

    time, who = common.time_text(now), common.actor_name(actor)
    workspace = open_workspace(workspace_dir, time, who, create=False)
    changes = handovers()
    done = redact_pack(
        path, target, workspace.key, patterns=patterns, lots=lots, time=time, actor=who, reason=reason, handovers=changes
    )
    if as_json:
        common.emit({"copy": str(target), "withheld": list(done.withheld), "still_named": list(done.still_named)})
        return
    for name in done.withheld:
        common.say(f"withheld  {name}")
    for name in done.still_named:
        common.say(f"stays, and names the lot: {name}")
    common.say(f"Copy: {target}")
