"""lotproof notify: who is told of what."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from lotproof.cli import common


@click.group()
def notify() -> None:
    """Mail, webhook and Teams: check the settings, send a test, list what was told. See docs/notifications.md."""


@notify.command()
@common.workspace_option
@common.json_option
@common.sentences
def check(workspace_dir: Path, as_json: bool) -> None:
    """Read notify.toml and say which channel is told of what.

    \b
    Examples:
      lotproof notify check
    """
    from lotproof.exchange.notify.settings import NotifyError, read_settings

    try:
        settings = read_settings(workspace_dir)
    except NotifyError as error:
        raise click.UsageError(str(error)) from None
    channels = [{"name": one.name, "type": one.type, "about": list(one.about), "least": one.least} for one in settings.channels]
    if as_json:
        common.emit({"channels": channels, "desk": settings.desk})
        return
    for one in settings.channels:
        common.say(f"{one.name}  {one.type}  {', '.join(one.about)}  {one.least} and graver")
    if not settings.channels:
        common.say(f"Nobody is told of anything: {workspace_dir / 'notify.toml'} names no channel. docs/notifications.md shows one.")


@notify.command()
@click.argument("channel")
@common.workspace_option
@common.json_option
@common.now_option
@common.sentences
def test(channel: str, workspace_dir: Path, as_json: bool, now: str | None) -> None:
    """Send a test through a channel, now and once.

    \b
    Examples:
      lotproof notify test qa
    """
    from lotproof.exchange.notify.news import News
    from lotproof.exchange.notify.send import NotSent, send
    from lotproof.exchange.notify.settings import NotifyError, read_settings

    told = News(f"test:{common.time_text(now)}", "job", "minor", "Lotproof: a test", "If you read this, the channel works.", "/")
    try:
        settings = read_settings(workspace_dir)
        send(settings, settings.channel(channel), told)
    except (NotSent, NotifyError) as error:
        if as_json:
            common.emit({"sent": False, "why": str(error)})
            sys.exit(common.FAILED)
        raise click.ClickException(str(error)) from None
    if as_json:
        common.emit({"sent": True})
    else:
        common.say(f"Sent through {channel}.")


@notify.command("list")
@common.workspace_option
@common.json_option
@common.now_option
@common.sentences
def list_(workspace_dir: Path, as_json: bool, now: str | None) -> None:
    """What was told, and what was given up, the latest last; out of the ledger.

    \b
    Examples:
      lotproof notify list
    """
    from lotproof.ledger import store
    from lotproof.workspace.place import open_workspace

    open_workspace(workspace_dir, common.time_text(now), common.actor_name(None), create=False)
    found = [{"time": one.time, **dict(one.body)} for _, one in store.indexed("audit", "notices") if isinstance(one.body, dict)]
    if as_json:
        common.emit({"notices": found})
    for one in () if as_json else found:
        common.say(f"{one['time']}  {one['result']:<8} {one['channel']}  {one['about']}  {one.get('why', '')}".rstrip())
