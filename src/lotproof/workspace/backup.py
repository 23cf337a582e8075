"""A backup: one tar file with the workspace's folder and its database as of one moment, and a list with the digest of each file.

Inside lie ``workspace/…``, ``database`` (a SQLite file, or pg_dump's custom format) and, last, ``BACKUP.json``. The archive holds the
log's private key: whoever has it can sign packs.
"""

from __future__ import annotations

import contextlib
import hashlib
import io
import json
import os
import stat
import tarfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from time import sleep
from typing import Any, BinaryIO

from lotproof import __version__
from lotproof.lake.store import CHUNK, sync_folder
from lotproof.ledger.note import encode64
from lotproof.workspace.backup_database import Copied, copy_database
from lotproof.workspace.place import Workspace, WorkspaceError, writing
from lotproof.workspace.sources import INBOX

FORMAT = 1
LIST, DATABASE, FOLDER = "BACKUP.json", "database", "workspace/"
LEFT = ("tmp", "index", "lock", "opening.lock", "ledger.sqlite3", "ledger.sqlite3-wal", "ledger.sqlite3-shm")
"""What is not copied: scratch, locks, what is derived from segments, and the database, which is copied in its own way."""
WAITING = "line"
"""Messages that wait to be taken in: nobody takes them in while we hold the lock, but they may grow and be renamed."""
STILL = ("originals", "segments")
"""Written once and named by their digest: they may be read at leisure."""
ATTEMPTS = 6
PAUSE = 0.2
"""Seconds before the second look at what changes; each further one waits twice as long."""
Progress = Callable[[str, int, int], None]


@dataclass(frozen=True)
class Backup:
    """A backup that was made."""

    path: Path
    """The file."""
    size: int
    """Its bytes."""
    files: int
    """How many files lie in it."""
    entries: int
    """Entries of the ledger in it."""
    root: str
    """Merkle root over them, base64."""

    def as_json(self) -> dict[str, Any]:
        return {"backup": str(self.path), "size": self.size, "files": self.files, "entries": self.entries, "root": self.root}


def back_up(workspace: Workspace, target: Path, time: str, progress: Progress) -> Backup:
    """Write the backup; ``time`` is UTC. The desk goes on meanwhile; files are taken in and packs are built only after it."""
    if target.exists():
        raise WorkspaceError(f"{target} is there already; a backup overwrites nothing. Name another file.")
    if workspace.root.resolve() in target.resolve().parents:
        raise WorkspaceError(f"{target} lies in the workspace itself, and would be lost with it; name a file elsewhere.")
    with writing(workspace):
        return _write(workspace, target, time, progress)


def _write(workspace: Workspace, target: Path, time: str, progress: Progress) -> Backup:
    temporary = target.with_name(target.name + ".new")
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as stream:
            found = _fill(workspace, stream, time, progress)
            stream.flush()
            os.fsync(stream.fileno())
        temporary.replace(target)
        sync_folder(target.parent)
    finally:
        temporary.unlink(missing_ok=True)
    return Backup(target, target.stat().st_size, *found)


def _fill(workspace: Workspace, stream: BinaryIO, time: str, progress: Progress) -> tuple[int, int, str]:
    copy = workspace.lake.scratch / "backup-database"
    try:
        moving, database = _one_moment(workspace, copy)
        files: list[dict[str, Any]] = []
        with tarfile.open(fileobj=stream, mode="w|", format=tarfile.PAX_FORMAT) as archive:
            for name, data, mode in moving:
                files.append(_add(archive, FOLDER + name, io.BytesIO(data), len(data), mode))
            still = list(_files(workspace.root, STILL))
            whole = sum(path.stat().st_size for _, path in still) + copy.stat().st_size
            done = 0
            for name, path in [(DATABASE, copy), *((FOLDER + name, path) for name, path in still)]:
                with path.open("rb") as file:
                    files.append(_add(archive, name, file, path.stat().st_size, path.stat().st_mode & 0o777))
                done += files[-1]["size"]
                progress(f"backup: {name}", done, whole)
            head = {"size": database.entries, "root": encode64(database.root)}
            made = {"format": FORMAT, "version": __version__, "time": time, "vendor": database.vendor, "origin": workspace.origin}
            data = json.dumps({**made, "ledger": head, "files": files}, indent=1).encode()
            _add(archive, LIST, io.BytesIO(data), len(data), 0o600)
    finally:
        copy.unlink(missing_ok=True)
    return len(files), database.entries, encode64(database.root)


def _one_moment(workspace: Workspace, copy: Path) -> tuple[list[tuple[str, bytes, int]], Copied]:
    """The files that may change and the database, of one moment: read before and after the copy, and again where they differ.

    The desk, captures and drop folders put files into the workspace and move them without its lock; they are waited for.
    """
    before = _moving(workspace.root)
    for attempt in range(ATTEMPTS):
        copied = copy_database(copy)
        after = _moving(workspace.root)
        if after is not None and before == after:
            return after + _waiting(workspace.root), copied
        before = after
        sleep(PAUSE * 2**attempt)
    raise WorkspaceError(f"Something keeps changing the files of {workspace.root} while they are copied; try again when less is done.")


def _waiting(root: Path) -> list[tuple[str, bytes, int]]:
    for attempt in range(ATTEMPTS):
        with contextlib.suppress(FileNotFoundError):  # renamed while we looked
            found = [(name, path.read_bytes(), 0o600) for name, path in _files(root, [WAITING])]
            if [name for name, _, _ in found] == [name for name, _ in _files(root, [WAITING])]:
                return found
        sleep(PAUSE * 2**attempt)
    raise WorkspaceError(f"The messages in {root / WAITING} change too fast to be copied; try again when less comes.")


def _moving(root: Path) -> list[tuple[str, bytes, int]] | None:
    """Name, bytes and mode of each file that may change; None where one moved meanwhile."""
    try:
        tops = [path.name for path in sorted(root.iterdir()) if path.name not in (*LEFT, *STILL, WAITING)]
        return [(name, path.read_bytes(), path.stat().st_mode & 0o777) for name, path in _files(root, tops)]
    except FileNotFoundError:
        return None


def _files(root: Path, tops: tuple[str, ...] | list[str]) -> Iterator[tuple[str, Path]]:
    """The files below these folders, by name; FileNotFoundError where one is gone by the time that it is looked at."""
    for top in tops:
        place = root / top
        for path in [place] if place.is_file() else sorted(place.rglob("*")):
            name = path.relative_to(root).as_posix()
            if not _is_half(name) and stat.S_ISREG(path.lstat().st_mode):
                yield name, path


def _is_half(name: str) -> bool:
    """Whether a file is one that is being written. What a person sent lies in the inbox under its own name, whatever that is."""
    return name.endswith(".new") and (not name.startswith(f"{INBOX}/") or name.startswith(f"{INBOX}/drop-"))


def _add(archive: tarfile.TarFile, name: str, file: Any, size: int, mode: int) -> dict[str, Any]:
    """Put a file into the archive; give its line for the list."""
    facts = tarfile.TarInfo(name)
    facts.size, facts.mode = size, mode
    hashing = _Hashing(file)
    archive.addfile(facts, hashing)
    return {"name": name, "size": size, "mode": mode, "sha256": hashing.digest.hexdigest()}


class _Hashing:
    """A file that is hashed as it is read."""

    def __init__(self, file: Any) -> None:
        self._file, self.digest = file, hashlib.sha256()

    def read(self, size: int = CHUNK) -> bytes:
        data: bytes = self._file.read(size)
        self.digest.update(data)
        return data
