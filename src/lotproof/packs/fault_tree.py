"""A fault tree given to the build, as the pack and its report have it."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field

from lotproof.faulttree.analyse import Result
from lotproof.faulttree.picture import picture

FOLDER, RESULT, DRAWING = "fault-tree", "fault-tree/analysis.json", "fault-tree/drawing.svg"
"""Below data/."""


@dataclass(frozen=True)
class FaultTree:
    """A tree with its result."""

    name: str
    """Name of the file, without its folder."""
    data: bytes = field(repr=False)
    """Its bytes."""
    result: Result
    """What the analysis gave, by our own engine: the same on every machine."""

    @property
    def path(self) -> str:
        """Where the file lies below data/."""
        return f"{FOLDER}/{self.name}"

    @property
    def sha256(self) -> str:
        """Hex digest of the file."""
        return hashlib.sha256(self.data).hexdigest()

    def drawing(self) -> str:
        """The drawing as SVG."""
        return picture(self.result.tree)


@dataclass(frozen=True)
class Sealed:
    """A tree in a pack."""

    tree: FaultTree
    """The tree."""
    entry: int
    """Ledger entry that holds its digest and numbers."""
