"""lotproof api-key: keys of machines that speak EPCIS with this workspace."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

import click

from lotproof.cli import common
from lotproof.cli.common import opened


@click.group("api-key")
def api_key() -> None:
    """Keys of machines for /epcis/: make, list, revoke. The ledger holds a digest of each, never the key."""


@api_key.command()
@click.argument("name")
@click.option(
    "--scope",
    "scopes",
    multiple=True,
    required=True,
    type=click.Choice(["capture", "query", "subscribe", "admin"]),
    help="What it is for; several times.",
)
@click.option("--key", default=None, metavar="KEY", help="Take this key (20 characters at least) instead of making one.")
@common.workspace_option
@common.json_option
@common.now_option
@common.actor_option
@common.sentences
def add(
    name: str, scopes: tuple[str, ...], key: str | None, workspace_dir: Path, as_json: bool, now: str | None, actor: str | None
) -> None:
    """Make a key for the system NAME; it is printed this once.

    \b
    Examples:
      lotproof api-key add line-3 --scope capture
      lotproof api-key add warehouse --scope query --scope subscribe
    """
    from lotproof.api.keys import add_key

    opened(workspace_dir, now, actor)
    made = add_key(name, scopes, key, common.time_text(now), common.actor_name(actor))
    if as_json:
        common.emit({"name": name, "scopes": sorted(scopes), "key": made})
        return
    common.say(f"{name} may {', '.join(sorted(scopes))}. Its key, shown this once:")
    common.say(made)


@api_key.command("list")
@common.workspace_option
@common.json_option
@common.sentences
def listed(workspace_dir: Path, as_json: bool) -> None:
    """Every key there ever was."""
    from lotproof.api.keys import api_keys

    opened(workspace_dir)
    found = list(api_keys().values())
    if as_json:
        common.emit({"keys": [asdict(one) for one in found]})
        return
    for one in found:
        state = f"revoked {one.revoked}" if one.revoked else f"since {one.added}"
        common.say(f"{one.name:<20} {', '.join(one.scopes):<28} {state}")


@api_key.command()
@click.argument("name")
@click.option("--why", required=True, help="Reason, such as the system was replaced.")
@common.workspace_option
@common.json_option
@common.now_option
@common.actor_option
@common.sentences
def revoke(name: str, why: str, workspace_dir: Path, as_json: bool, now: str | None, actor: str | None) -> None:
    """Revoke the key of NAME for ever; the next request with it is refused.

    \b
    Examples:
      lotproof api-key revoke line-3 --why "the line's computer was replaced"
    """
    from lotproof.api.keys import revoke_key

    opened(workspace_dir, now, actor)
    revoke_key(name, why, common.time_text(now), common.actor_name(actor))
    if as_json:
        common.emit({"name": name, "act": "revoked"})
    else:
        common.say(f"The key of {name} is revoked.")
