"""A workspace made again from a backup: every digest is compared, then the ledger's root, then everything that doctor looks at."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import tarfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

from lotproof.lake.store import CHUNK
from lotproof.ledger.note import encode64
from lotproof.workspace.backup import DATABASE, FOLDER, FORMAT, LIST, Progress
from lotproof.workspace.backup_database import put_back
from lotproof.workspace.doctor import Check, examine
from lotproof.workspace.place import WorkspaceError, open_workspace

STREAM = "keeping"
"""Stream of the ledger that says when a log was restored."""
_STAGING = ".restoring"


@dataclass(frozen=True)
class Restored:
    """A workspace that was made again."""

    home: Path
    """Its folder."""
    time: str
    """When the backup was made, UTC."""
    entries: int
    """Entries of the ledger in the backup."""
    checks: tuple[Check, ...]
    """What doctor says of it."""

    def as_json(self) -> dict[str, Any]:
        facts = {"workspace": str(self.home), "backup_time": self.time, "entries": self.entries}
        return {**facts, "checks": [check.as_json() for check in self.checks], "ok": all(check.ok for check in self.checks)}


def restore(source: Path, home: Path, time: str, actor: str, progress: Progress) -> Restored:
    """Make the workspace again in an empty or new folder; ``time`` is UTC. Nothing is left where it fails."""
    if home.exists() and (not home.is_dir() or any(home.iterdir())):
        raise WorkspaceError(f"{home} is not empty; a restore overwrites nothing. Name a new folder.")
    staging = home.with_name(home.name + _STAGING)
    shutil.rmtree(staging, ignore_errors=True)
    staging.mkdir(parents=True)
    try:
        listed = _unpack(source, staging, progress)
        put_back(staging / DATABASE, listed["vendor"], staging / FOLDER)
        if home.exists():
            home.rmdir()
        (staging / FOLDER).replace(home)
    finally:
        shutil.rmtree(staging, ignore_errors=True)
    return _opened(source, home, listed, time, actor)


def _unpack(source: Path, staging: Path, progress: Progress) -> dict[str, Any]:
    """Write every file and compare it with the list, which comes last; WorkspaceError where one does not fit."""
    found: dict[str, str] = {}
    size = source.stat().st_size
    try:
        with tarfile.open(source, "r|") as archive:
            for member in archive:
                if not member.isfile() or not _is_ours(member.name):
                    raise WorkspaceError(f"{source} holds {member.name}, which no backup of Lotproof does; nothing was restored.")
                found[member.name] = _write(archive, member, staging / member.name)
                progress(f"restore: {member.name}", member.offset_data + member.size, size)
    except (tarfile.TarError, EOFError) as error:
        raise WorkspaceError(f"{source} is no whole backup ({error}); take another. Nothing was restored.") from None
    if LIST not in found:
        raise WorkspaceError(f"{source} ends before its list: the backup was cut off, or is none; take another. Nothing was restored.")
    listed: dict[str, Any] = json.loads((staging / LIST).read_bytes())
    if listed.get("format") != FORMAT:
        raise WorkspaceError(
            f"{source} was made by Lotproof {listed.get('version')} in a format that this version cannot read; restore with that one."
        )
    _compare(source, listed, {name: digest for name, digest in found.items() if name != LIST})
    return listed


def _is_ours(name: str) -> bool:
    parts = PurePosixPath(name).parts
    return ".." not in parts and not name.startswith("/") and (name in (DATABASE, LIST) or name.startswith(FOLDER))


def _write(archive: tarfile.TarFile, member: tarfile.TarInfo, target: Path) -> str:
    target.parent.mkdir(parents=True, exist_ok=True)
    digest, stream = hashlib.sha256(), archive.extractfile(member)
    assert stream is not None
    descriptor = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, member.mode & 0o777)
    with os.fdopen(descriptor, "wb") as file:
        while chunk := stream.read(CHUNK):
            digest.update(chunk)
            file.write(chunk)
    if target.parent.name == "keys":
        target.parent.chmod(0o700)
    return digest.hexdigest()


def _compare(source: Path, listed: Mapping[str, Any], found: Mapping[str, str]) -> None:
    wanted = {line["name"]: line["sha256"] for line in listed["files"]}
    wrong = sorted({name for name in wanted.keys() | found.keys() if wanted.get(name) != found.get(name)})
    if wrong:
        raise WorkspaceError(f"{source} is damaged: {', '.join(wrong[:5])} is not what its list says; take another. Nothing was restored.")


def _opened(source: Path, home: Path, listed: Mapping[str, Any], time: str, actor: str) -> Restored:
    """Open it (which brings its tables up to this version), compare its root with the backup's, and say in the ledger what was done."""
    from django.apps import apps

    from lotproof.lake.directory import refresh
    from lotproof.ledger import store

    workspace = open_workspace(home, time, actor, create=False)
    size, root = listed["ledger"]["size"], listed["ledger"]["root"]
    here = store.root_at([size]).get(size)
    if here is None or encode64(here) != root:
        raise WorkspaceError(
            f"The ledger in {home} is not the one that was backed up (root over {size} entries); do not use it, take another backup."
        )
    apps.get_model("sessions", "Session").objects.all().delete()  # whoever was signed in then is not now
    body = {"type": "restored", "backup": listed["time"], "size": size, "root": root, "version": listed["version"], "file": source.name}
    store.append("audit", STREAM, time, actor, body)
    workspace.lake.prepare()
    refresh(workspace.lake)
    return Restored(home, listed["time"], size, tuple(examine(workspace)))
