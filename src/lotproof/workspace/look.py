"""One item looked up in a workspace."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

from lotproof.gs1.spellings import find_items
from lotproof.workspace.outcomes import outcome_file
from lotproof.workspace.place import open_workspace
from lotproof.workspace.sources import in_scope, receipts_of
from lotproof.workspace.trace import Life, trace


def look_up(home: Path, text: str, time: str, actor: str) -> Life:
    """The life of the item that ``text`` means; UnreadableIdentifier where it can mean none."""
    item = find_items(text)
    workspace = open_workspace(home, time, actor, create=False)
    spill = Path(tempfile.mkdtemp(prefix="lotproof-trace-"))
    try:
        return trace(workspace.lake, in_scope(receipts_of()), item, outcome_file(workspace), spill)
    finally:
        shutil.rmtree(spill, ignore_errors=True)
