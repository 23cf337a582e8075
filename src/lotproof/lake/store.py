"""Files of a lake on disk: originals and segments, both addressed by the SHA-256 of the source.

``originals/ab/abcdef…`` holds the bytes of a source, ``segments/abcdef…/observation.parquet`` what was read from
it. Everything is written to a temporary name, flushed and renamed, so that a crash leaves an orphan, never a
half-visible source.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

CHUNK = 1 << 20


@dataclass(frozen=True)
class Lake:
    """A folder that holds a lake."""

    root: Path
    """The folder; made on first use."""

    @property
    def originals(self) -> Path:
        return self.root / "originals"

    @property
    def segments(self) -> Path:
        return self.root / "segments"

    @property
    def index(self) -> Path:
        """What is derived from segments to find rows in them; may be removed at any time."""
        return self.root / "index"

    @property
    def scratch(self) -> Path:
        return self.root / "tmp"

    def original(self, sha256: str) -> Path:
        """Where the bytes with this digest lie."""
        return self.originals / sha256[:2] / sha256

    def segment(self, sha256: str) -> Path:
        """The folder of the segments read from this source."""
        return self.segments / sha256

    def segment_files(self, table: str, sources: Iterable[str]) -> list[Path]:
        """The Parquet files of ``table`` for these sources, in the order given; absent ones are left out."""
        paths = (self.segment(sha) / f"{table}.parquet" for sha in sources)
        return [path for path in paths if path.exists()]

    def prepare(self) -> None:
        """Make the folders."""
        for folder in (self.originals, self.segments, self.scratch):
            folder.mkdir(parents=True, exist_ok=True)


def digest_of(path: Path) -> str:
    """SHA-256 of a file, hex, read in chunks."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def keep_original(lake: Lake, path: Path) -> tuple[str, bool]:
    """Copy a file into the lake; return its SHA-256 and whether it was new."""
    temporary = lake.scratch / f"original-{uuid.uuid4().hex}"
    hasher = hashlib.sha256()
    try:
        with path.open("rb") as source, temporary.open("wb") as target:
            while chunk := source.read(CHUNK):
                hasher.update(chunk)
                target.write(chunk)
            target.flush()
            os.fsync(target.fileno())
        sha = hasher.hexdigest()
        final = lake.original(sha)
        if final.exists():
            return sha, False
        final.parent.mkdir(parents=True, exist_ok=True)
        temporary.replace(final)
        sync_folder(final.parent)
        return sha, True
    finally:
        temporary.unlink(missing_ok=True)


def publish_segment(lake: Lake, sha256: str, built: Path) -> dict[str, str]:
    """Move a finished segment folder into place; return {file name: SHA-256} of its files."""
    final = lake.segment(sha256)
    digests = {file.name: digest_of(file) for file in sorted(built.iterdir())}
    if final.exists():
        shutil.rmtree(final)
    final.parent.mkdir(parents=True, exist_ok=True)
    for file in built.iterdir():
        with file.open("rb") as stream:
            os.fsync(stream.fileno())
    built.replace(final)
    sync_folder(final.parent)
    return digests


def put(path: Path, data: bytes) -> None:
    """Write a file that can be made again: under another name first, so that no reader sees half of it; not flushed."""
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f"{uuid.uuid4().hex}.new")
    temporary.write_bytes(data)
    temporary.replace(path)


def sync_folder(folder: Path) -> None:
    """Flush a folder's entries, so that a rename in it survives a power loss."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def remove_orphans(lake: Lake, acknowledged: Iterable[str]) -> list[str]:
    """Drop what a killed process left: temporary files, and segments that no ledger entry acknowledges."""
    known = set(acknowledged)
    removed = [path.name for path in sorted(lake.scratch.glob("*"))]
    for path in lake.scratch.glob("*"):
        shutil.rmtree(path) if path.is_dir() else path.unlink()
    for folder in sorted(lake.segments.glob("*")):
        if folder.name not in known:
            shutil.rmtree(folder)
            removed.append(folder.name)
    return removed
