"""Step 1, open: find the pack and refuse what must not be in one."""

from __future__ import annotations

from pathlib import Path

from lotproof.packs.verify.folder import FolderSource
from lotproof.packs.verify.report import Step
from lotproof.packs.verify.source import MARKERS, NotAPack, Source
from lotproof.packs.verify.zipped import ZipSource


def open_pack(path: Path) -> tuple[Step, Source]:
    """Open the folder or zip at `path`; raises NotAPack with a sentence, or OSError."""
    if not path.exists():
        raise NotAPack(f"There is nothing at {path}. Give the folder or the zip of a pack.")
    source: Source = FolderSource(path) if path.is_dir() else ZipSource(path)
    if not any(marker in source.files for marker in MARKERS):
        raise NotAPack(f"{path} is not an evidence pack: it has none of {', '.join(MARKERS)}.")
    return Step("open", source.problems), source
