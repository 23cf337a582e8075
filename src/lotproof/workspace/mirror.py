"""Originals, segments and checkpoints of a workspace in an object store, by their SHA-256; the ledger says which there have to be."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lotproof.lake.objects import Store, StoreError
from lotproof.lake.store import digest_of
from lotproof.ledger import store as ledger
from lotproof.workspace.logbook import FOLDER
from lotproof.workspace.place import Workspace, writing
from lotproof.workspace.sources import STREAM

Progress = Callable[[str, int, int], None]


@dataclass(frozen=True)
class Wanted:
    """A file that has to be in the mirror."""

    what: str
    """Original, segment or checkpoint, with its name."""
    path: Path
    """Where it lies in the workspace."""
    digest: str
    """SHA-256."""


@dataclass(frozen=True)
class Mirrored:
    """What was done."""

    files: int
    """Files that have to be there."""
    moved: int
    """Files that were copied now."""
    moved_bytes: int
    """Their bytes."""
    wrong: tuple[str, ...] = ()
    """What is missing or has other bytes, in sentences."""

    def as_json(self) -> dict[str, Any]:
        return {"files": self.files, "moved": self.moved, "moved_bytes": self.moved_bytes, "wrong": list(self.wrong), "ok": not self.wrong}


def wanted(workspace: Workspace) -> list[Wanted]:
    """What the ledger of this workspace names, each file once, and the checkpoints that it keeps."""
    found: dict[Path, Wanted] = {}
    for body in ledger.bodies("file", STREAM):
        sha = body["sha256"]
        for one in _source(workspace, sha, body["path"], body["segment"]):
            found[one.path] = one
    for path in sorted((workspace.root / FOLDER).glob("*")):
        if path.name.isdecimal():
            found[path] = Wanted(f"checkpoint {path.name}", path, hashlib.sha256(path.read_bytes()).hexdigest())
    return list(found.values())


def _source(workspace: Workspace, sha: str, name: str, segment: dict[str, str]) -> Iterator[Wanted]:
    yield Wanted(f"original of {name}", workspace.lake.original(sha), sha)
    for file, digest in segment.items():
        yield Wanted(f"segment {file} of {name}", workspace.lake.segment(sha) / file, digest)


def put(workspace: Workspace, url: str, progress: Progress) -> Mirrored:
    """Copy what the store lacks; begun again after a break it goes on where it was. A file that is damaged here is not copied."""
    store, needed = Store(url), wanted(workspace)
    moved, size, wrong = 0, 0, []
    for number, one in enumerate(needed, 1):
        progress(f"mirror: {one.what}", number, len(needed))
        if not one.path.exists():
            wrong.append(f"The {one.what} is missing here; fetch it with lotproof mirror get.")
        elif store.has(one.digest, one.path.stat().st_size):
            continue
        elif digest_of(one.path) != one.digest:
            wrong.append(f"The {one.what} was changed here; it is not copied. Remove it and fetch it with lotproof mirror get.")
        else:
            store.put(one.path, one.digest)
            moved, size = moved + 1, size + one.path.stat().st_size
    return Mirrored(len(needed), moved, size, tuple(wrong))


def get(workspace: Workspace, url: str, progress: Progress) -> Mirrored:
    """Fetch what is missing here, each file compared with the digest that the ledger states before it appears."""
    store, moved, size, wrong = Store(url), 0, 0, []
    with writing(workspace):
        needed = wanted(workspace)
        for number, one in enumerate(needed, 1):
            progress(f"mirror: {one.what}", number, len(needed))
            if one.path.exists():
                continue
            try:
                store.get(one.digest, one.path)
                moved, size = moved + 1, size + one.path.stat().st_size
            except StoreError as error:
                wrong.append(f"The {one.what} could not be fetched: {error}")
    return Mirrored(len(needed), moved, size, tuple(wrong))


def check(workspace: Workspace, url: str, progress: Progress) -> Mirrored:
    """Read everything in the store and compare its SHA-256 with what the ledger states. Changes nothing."""
    store, needed = Store(url), wanted(workspace)
    wrong = []
    for number, one in enumerate(needed, 1):
        progress(f"mirror: {one.what}", number, len(needed))
        there = store.digest(one.digest)
        if there != one.digest:
            wrong.append(f"The {one.what} {'is missing' if there is None else 'was changed'} in {url}.")
    return Mirrored(len(needed), 0, 0, tuple(wrong))
