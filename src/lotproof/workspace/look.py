"""One item looked up in a workspace."""

from __future__ import annotations

import shutil
import tempfile
from datetime import datetime
from pathlib import Path
from typing import Any

from lotproof.gs1.spellings import find_items
from lotproof.workspace.outcomes import outcome_file
from lotproof.workspace.place import open_workspace
from lotproof.workspace.sources import in_scope, receipts_of
from lotproof.workspace.states import moments_of, read_moment, states
from lotproof.workspace.trace import Life, trace


def look_up(home: Path, text: str, time: str, actor: str) -> Life:
    """The life of the item that ``text`` means; UnreadableIdentifier where it can mean none."""
    item = find_items(text)
    workspace = open_workspace(home, time, actor, create=False)
    spill = Path(tempfile.mkdtemp(prefix="lotproof-trace-"))
    try:
        sources = in_scope(receipts_of())
        life = trace(workspace.lake, sources, item, outcome_file(workspace), spill)
        moments = moments_of(life)
        after = states(workspace.lake, sources, life, spill, [read_moment(moment) for moment in moments]) if moments else []
        life.states = [{"after": moment, **state} for moment, state in zip(moments, after, strict=True) if state]
        return life
    finally:
        shutil.rmtree(spill, ignore_errors=True)


def state_at(home: Path, text: str, at: datetime | None, time: str, actor: str) -> tuple[str, dict[str, Any] | None, int]:
    """Text of the item that ``text`` means, its state at ``at`` (UTC; None: by all that is told), and its rows without a time."""
    item = find_items(text)
    workspace = open_workspace(home, time, actor, create=False)
    spill = Path(tempfile.mkdtemp(prefix="lotproof-state-"))
    try:
        sources = in_scope(receipts_of())
        life = trace(workspace.lake, sources, item, outcome_file(workspace), spill)
        undated = sum(step.at is None for step in life.steps) if at else 0
        found = states(workspace.lake, sources, life, spill, [at])[0] if life.steps else None
        return life.item, found, undated
    finally:
        shutil.rmtree(spill, ignore_errors=True)
