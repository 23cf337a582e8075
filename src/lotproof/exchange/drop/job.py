"""The drop folders as a job that comes back: nothing where there is no drop.toml."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from lotproof.exchange.drop.disk import write_through
from lotproof.exchange.drop.receipts import DONE
from lotproof.exchange.drop.rounds import alone, go_round
from lotproof.exchange.drop.settings import DropError, read_settings
from lotproof.exchange.drop.take import Hand
from lotproof.exchange.drop.takers import takers
from lotproof.jobs import queue
from lotproof.jobs.register import NotDone, Work, handler
from lotproof.workspace.place import WorkspaceError

TROUBLE = Path("drop") / "trouble.txt"
"""What was wrong with drop.toml when it was last told."""


@handler("drop")
def drop(work: Work) -> dict[str, Any]:
    """One round over the places. The rules run afterwards where something was taken in, as they do for files of the desk."""
    try:
        drops = read_settings(work.workspace.root)
        if drops is None or not drops.places:
            return {"places": 0}
        hand = Hand(work.workspace, work.actor, work.clock, takers())
    except DropError as error:
        return _told_once(work, str(error))
    with alone(work.workspace.root) as free:
        if not free:
            return {"busy": True}
        try:
            made = go_round(hand, drops, lambda one: work.tell(0, 0, one.sentence), patient=True)
        except WorkspaceError as error:
            raise NotDone(str(error)) from error
    if any(one.result == DONE for one in made.came):
        queue.put("check", {}, "lotproof work", work.clock())
    if made.long_down:
        raise NotDone(" ".join(made.long_down))
    return {"places": len(drops.places), **made.as_json()}


def _told_once(work: Work, trouble: str) -> dict[str, Any]:
    """A job that fails is told to people: once for a trouble that stays, not every minute."""
    path = work.workspace.root / TROUBLE
    if path.exists() and path.read_text(encoding="utf-8") == trouble:
        return {"trouble": trouble}
    write_through(path, trouble.encode())
    raise NotDone(trouble)
