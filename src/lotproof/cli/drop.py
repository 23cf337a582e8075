"""lotproof drop: what others put down in folders, on SFTP servers and in mailboxes."""

from __future__ import annotations

import os
import signal
import sys
import threading
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from lotproof.cli import common

if TYPE_CHECKING:
    from lotproof.exchange.drop.rounds import Round
    from lotproof.exchange.drop.settings import Drops
    from lotproof.exchange.drop.take import Came, Hand


@click.group()
def drop() -> None:
    """Files that others put into folders, on SFTP servers and into mailboxes, as drop.toml names them: docs/drop-folders.md."""


@drop.command()
@common.workspace_option
@common.json_option
@common.sentences
def check(workspace_dir: Path, as_json: bool) -> None:
    """Read drop.toml and look whether each place can be used. Takes nothing in. Exits with 1 where one cannot.

    \b
    Examples:
      lotproof drop check
    """
    from lotproof.exchange.drop.check import check as look
    from lotproof.exchange.drop.takers import takers

    workspace = common.opened(workspace_dir)
    drops = _drops(workspace.root)
    takers()
    found = [look(place, workspace.root) for place in drops.places]
    if as_json:
        common.emit({"places": [asdict(one) for one in found], "every_seconds": drops.every_seconds})
    for one in () if as_json else found:
        common.say(f"{'ok  ' if one.ok else 'FAIL'} {one.name} ({one.kind}): {one.told}")
    if not all(one.ok for one in found):
        sys.exit(common.FAILED)


@drop.command()
@click.option("--wait/--no-wait", default=True, show_default=True, help="Wait until files have stood still that may still be written.")
@common.workspace_option
@common.json_option
@common.now_option
@common.actor_option
@common.sentences
def once(wait: bool, workspace_dir: Path, as_json: bool, now: str | None, actor: str | None) -> None:
    """Look at every place once and take in what is whole, with a receipt each. Exits with 1 where a place cannot be used.

    \b
    Examples:
      lotproof drop once
      lotproof drop once --no-wait --json
    """
    from lotproof.exchange.drop.rounds import Round

    hand, drops = _ready(workspace_dir, actor, now)
    told = common.silent if as_json else common.say
    made = _one(hand, drops, told, patient=False)
    if made.growing and wait and now is None:
        seconds = max(place.still_seconds for place in drops.places) + 1
        told(f"{made.growing} files may still be written; looking again in {seconds:g} seconds.")
        threading.Event().wait(seconds)
        again = _one(hand, drops, told, patient=False)
        made = Round([*made.came, *again.came], again.down, again.troubles, again.growing)
    if as_json:
        common.emit(made.as_json())
    else:
        failed = sum(one.result == "failed" for one in made.came)
        common.say(f"{len(made.came) - failed} taken in, {failed} failed, {made.growing} left alone for now.")
    if made.down:
        sys.exit(common.FAILED)


@drop.command()
@common.workspace_option
@common.json_option
@common.actor_option
@common.sentences
def watch(workspace_dir: Path, as_json: bool, actor: str | None) -> None:
    """Look at every place again and again until stopped. A place that is down is tried again with a growing pause.

    lotproof serve does this by itself, once a minute, while its worker runs.

    \b
    Examples:
      lotproof drop watch
    """
    from lotproof.exchange.drop.settings import DropError
    from lotproof.workspace.place import PATIENCE, WorkspaceError

    os.environ.setdefault(PATIENCE, "600")  # a person at the command line goes first
    hand, drops = _ready(workspace_dir, actor, None)
    stop = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: stop.set())
    signal.signal(signal.SIGINT, lambda *_: stop.set())
    told, taken, failed = common.silent if as_json else common.say, 0, 0
    told(f"Watching {len(drops.places)} places every {drops.every_seconds} seconds (Ctrl-C ends it).")
    while not stop.is_set():
        try:
            made = _one(hand, drops, told, patient=True)
            failed += sum(one.result == "failed" for one in made.came)
            taken += sum(one.result != "failed" for one in made.came)
        except (WorkspaceError, DropError) as error:  # another process is at it: nothing is lost, the next round comes
            told(str(error))
        stop.wait(drops.every_seconds)
    if as_json:
        common.emit({"taken": taken, "failed": failed})
    else:
        common.say(f"{taken} taken in, {failed} failed.")


def _drops(root: Path) -> Drops:
    from lotproof.exchange.drop.settings import FILE, DropError, read_settings

    drops = read_settings(root)
    if drops is None or not drops.places:
        raise DropError(f"{root / FILE} names no place; write one as docs/drop-folders.md shows.")
    return drops


def _ready(workspace_dir: Path, actor: str | None, now: str | None) -> tuple[Hand, Drops]:
    from lotproof.exchange.drop.take import Hand
    from lotproof.exchange.drop.takers import takers

    workspace = common.opened(workspace_dir, now, actor)
    return Hand(workspace, common.actor_name(actor), lambda: common.time_text(now), takers()), _drops(workspace.root)


def _one(hand: Hand, drops: Drops, told: Callable[[str], None], patient: bool) -> Round:
    """A round, told as it goes."""
    from lotproof.exchange.drop.rounds import alone, go_round
    from lotproof.exchange.drop.settings import DropError

    def came(one: Came) -> None:
        told(f"{'!' if one.result == 'failed' else ' '} {one.place}: {one.sentence}")

    with alone(hand.workspace.root) as free:
        if not free:
            raise DropError(
                "Another Lotproof process goes through the drop folders now; what it takes in, it tells. Try again when it is done."
            )
        made = go_round(hand, drops, came, patient)
    for sentence in made.down.values():
        told(f"! {sentence}")
    for place, troubles in made.troubles.items():
        for sentence in troubles.values():
            told(f"! {place}: {sentence}")
    return made
