"""lotproof ledger settings: what the site has set for its evidence."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Any

import click

from lotproof.cli import common
from lotproof.cli.common import opened


class Span(click.ParamType):  # type: ignore[type-arg,unused-ignore]
    """A span of time such as 48h, as seconds."""

    name = "span"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int:
        """Read it, or fail with a sentence."""
        from lotproof.ledger.settings import SettingsError, read_span

        if isinstance(value, int):
            return value
        try:
            return read_span(str(value))
        except SettingsError as error:
            self.fail(str(error), param, ctx)


SPAN = Span()
"""The type of such options."""


@click.command()
@click.option("--late-after", type=SPAN, default=None, metavar="SPAN", help="Delay after which an entry is late: 24h, 2d.")
@click.option("--clock-tolerance", type=SPAN, default=None, metavar="SPAN", help="How far this clock may be from an authority's: 5min.")
@click.option("--anchor-every", type=SPAN, default=None, metavar="SPAN", help="How often an anchor is due: 24h.")
@click.option("--lock-after", type=click.IntRange(1, 100), default=None, help="Failed attempts to sign that lock a person.")
@click.option("--why", default=None, help="Reason of the change, written into the ledger.")
@common.workspace_option
@common.json_option
@common.now_option
@common.actor_option
@common.sentences
def settings(workspace_dir: Path, as_json: bool, now: str | None, actor: str | None, why: str | None, **changes: int | None) -> None:
    """Show what the site has set for its evidence, or change it. Each change is an entry of the ledger with its reason.

    \b
    Examples:
      lotproof ledger settings
      lotproof ledger settings --late-after 48h --why "SOP-117 allows two days"
    """
    from lotproof.ledger.late import span
    from lotproof.workspace.settings import change_settings, site_settings

    opened(workspace_dir, now, actor)
    wanted = {name: value for name, value in changes.items() if value is not None}
    if wanted:
        if not why:
            raise click.UsageError("Give --why: a change of settings is recorded with its reason.")
        change_settings(wanted, why, common.time_text(now), common.actor_name(actor))
    found = asdict(site_settings())
    if as_json:
        common.emit(found)
        return
    for name, value in found.items():
        common.say(f"{name.replace('_', '-'):<16} {value if name == 'lock_after' else span(value)}")
