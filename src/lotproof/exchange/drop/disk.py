"""Writing that survives a power loss."""

from __future__ import annotations

import os
from pathlib import Path
from typing import IO

from lotproof.lake.store import sync_folder


def flush(stream: IO[bytes]) -> None:
    """What was written is on the disk when this returns."""
    stream.flush()
    os.fsync(stream.fileno())


def write_through(path: Path, data: bytes) -> None:
    """A file that appears whole or not at all, and is on the disk when this returns."""
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(path.name + ".new")
    with temporary.open("wb") as stream:
        stream.write(data)
        flush(stream)
    temporary.replace(path)
    sync_folder(path.parent)
