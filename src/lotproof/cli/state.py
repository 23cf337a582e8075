"""lotproof state: the four axes of an item, or of every item of a lot, as of any moment."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click

from lotproof.cli import common

AXES = (("number", "number_state"), ("item", "item_state"), ("parent", "parent"), ("place", "place"))


@click.command()
@click.argument("item", required=False)
@click.option("--lot", default=None, help="Every item of this lot instead of one item.")
@common.at_option
@common.workspace_option
@common.json_option
@common.sentences
def state(item: str | None, lot: str | None, at_text: str | None, workspace_dir: Path, as_json: bool) -> None:
    """The state of ITEM on four axes (number, item, container, flags) with its place, and the row that each came from.

    What moves a container moves what is in it; a hold on a container holds what is in it. See docs/state.md.

    \b
    Examples:
      lotproof state '(01)09512345678901(21)ABC123'
      lotproof state urn:epc:id:sscc:9512345.0000000018 --at 2026-03-09T10:00Z
      lotproof state --lot B7-2231 --at 2026-03-09T10:00Z --json
    """
    if (item is None) == (lot is None):
        raise click.UsageError("Name either one ITEM, or a lot with --lot.")
    at = common.moment(at_text)
    if lot is not None:
        _of_lot(lot, at_text, at, workspace_dir, as_json)
        return
    from lotproof.workspace.look import state_at

    text, found, undated = state_at(workspace_dir, str(item), at, common.time_text(None), common.actor_name(None))
    if found is None:
        when = f" up to {at_text}" if at_text else ""
        click.echo(f"Error: no source of the workspace tells anything of {text}{when}; lotproof trace shows what there is.", err=True)
        sys.exit(common.FAILED)
    if as_json:
        common.emit({"at": at_text, "rows_without_time": undated, **found})
        return
    for line in _lines(found, at_text, undated):
        common.say(line)


def _lines(found: dict[str, Any], at_text: str | None, undated: int) -> Iterator[str]:
    yield found["item"] + (f" as of {at_text}" if at_text else "")
    for name, key in AXES:
        yield f"  {name:<8} {found[key] or 'nothing said':<28} {_source(found['from'].get(name))}".rstrip()
    for flag in found["flags"]:
        yield f"  flag     {flag:<28} {_source(found['from'].get(flag))}".rstrip()
    if not found["flags"]:
        yield "  flags    none"
    if len(found["containers"]) > 1:
        yield "  inside   " + ", in ".join(found["containers"])
    if undated:
        yield f"  {undated:,} rows on it have no time and are left out."


def _source(told: dict[str, Any] | None) -> str:
    return f"{told['step']} {told['at'] or 'at a time unknown'}, {told['source']}:{told['position']}" if told else ""


def _of_lot(lot: str, at_text: str | None, at: Any, workspace_dir: Path, as_json: bool) -> None:
    from lotproof.workspace.asof import look

    with common.progress_bar() as progress:
        found = look(workspace_dir, common.time_text(None), common.actor_name(None), progress, lot, at, states=True)
    if not found.states:
        click.echo(f'Error: no source of the workspace tells anything of the lot "{lot}"; "lotproof reconcile" lists all.', err=True)
        sys.exit(common.UNUSABLE)
    if as_json:
        common.emit({"lot": lot, "at": at_text, "rows_without_time": found.undated, "states": found.states})
        return
    if at_text:
        left = ", ".join(f"{count:,} of {kind}" for kind, count in sorted(found.undated.items()))
        common.say(f"As of {at_text}. Left out, because they have no time: {left or 'no rows'}.")
    kinds = Counter(
        (*(row[key] or "" for key in ("level", "number_state", "item_state")), bool(row["parent"]), ", ".join(row["flags"]))
        for row in found.states
    )
    for (level, number, item_state, inside, flags), count in sorted(kinds.items()):
        where = "in a container" if inside else "in no container"
        common.say(f"  {count:>9,} {level:<10} number {number or '-':<14} item {item_state or '-':<13} {where:<16} {flags}".rstrip())
    common.say("One line an item with --json.")
