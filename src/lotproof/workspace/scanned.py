"""One scanned item looked up at once: its own rows, its containers and its state now, as `lotproof trace` has them."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from lotproof.gs1.item import Item
from lotproof.lake.resolve import Source
from lotproof.workspace.outcomes import outcome_file
from lotproof.workspace.place import Workspace
from lotproof.workspace.sources import in_scope, receipts_of
from lotproof.workspace.states import states
from lotproof.workspace.trace import Life, trace


class Record:
    """The sources of a workspace, opened for some look-ups."""

    def __init__(self, workspace: Workspace, sources: list[Source], spill: Path) -> None:
        self._workspace, self._sources, self._spill = workspace, sources, spill

    def life(self, item: Item) -> Life:
        """What all sources say of it; no steps where none knows it."""
        return trace(self._workspace.lake, self._sources, item, outcome_file(self._workspace), self._spill)

    def state(self, life: Life) -> dict[str, Any] | None:
        """Its state by all that is told; None where nothing is."""
        return states(self._workspace.lake, self._sources, life, self._spill, [None])[0] if life.steps else None


@contextmanager
def record_of(workspace: Workspace) -> Iterator[Record]:
    """The record as it is now."""
    spill = Path(tempfile.mkdtemp(prefix="lotproof-scan-"))
    try:
        yield Record(workspace, list(in_scope(receipts_of())), spill)
    finally:
        shutil.rmtree(spill, ignore_errors=True)
