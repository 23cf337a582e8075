"""lotproof mirror: originals, segments and checkpoints in an object store."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from lotproof.cli import common

if TYPE_CHECKING:
    from lotproof.workspace.mirror import Mirrored

_URL = click.argument("url", metavar="s3://BUCKET/PREFIX")


@click.group()
def mirror() -> None:
    """Originals, segments and checkpoints in an object store, by their SHA-256: docs/deployment.md."""


@mirror.command("put")
@_URL
@common.workspace_option
@common.json_option
@common.sentences
def put_(url: str, workspace_dir: Path, as_json: bool) -> None:
    """Copy what the store lacks, and read it back to compare. Begun again after a break it goes on where it was.

    Credentials come from the environment (AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_ENDPOINT_URL, ...). The database and the
    keys are not mirrored: lotproof backup has them.

    \b
    Examples:
      lotproof mirror put s3://lotproof-site-1/mirror
    """
    from lotproof.workspace.mirror import put

    workspace = common.opened(workspace_dir)
    with common.progress_bar() as progress:
        _told(put(workspace, url, progress), "copied", as_json)


@mirror.command("get")
@_URL
@common.workspace_option
@common.json_option
@common.sentences
def get_(url: str, workspace_dir: Path, as_json: bool) -> None:
    """Fetch what the ledger names and the workspace lacks; nothing appears whose SHA-256 is another.

    \b
    Examples:
      lotproof mirror get s3://lotproof-site-1/mirror
    """
    from lotproof.workspace.mirror import get

    workspace = common.opened(workspace_dir)
    with common.progress_bar() as progress:
        _told(get(workspace, url, progress), "fetched", as_json)


@mirror.command("check")
@_URL
@common.workspace_option
@common.json_option
@common.sentences
def check_(url: str, workspace_dir: Path, as_json: bool) -> None:
    """Read everything in the store and compare it with the ledger. Exits with 1 where something is missing or changed.

    \b
    Examples:
      lotproof mirror check s3://lotproof-site-1/mirror
    """
    from lotproof.workspace.mirror import check

    workspace = common.opened(workspace_dir)
    with common.progress_bar() as progress:
        _told(check(workspace, url, progress), "copied", as_json)


def _told(done: Mirrored, verb: str, as_json: bool) -> None:
    if as_json:
        common.emit(done.as_json())
    else:
        for sentence in done.wrong:
            common.say(sentence)
        common.say(f"{done.files} files belong there; {done.moved} {verb} now ({done.moved_bytes} bytes), {len(done.wrong)} wrong.")
    if done.wrong:
        sys.exit(common.FAILED)
