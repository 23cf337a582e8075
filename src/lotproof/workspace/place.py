"""A workspace on disk: what lies in it, how it is opened and locked."""

from __future__ import annotations

import contextlib
import fcntl
import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from lotproof.lake.store import Lake, remove_orphans
from lotproof.ledger.keys import LogKey, load_key, make_key, store_key
from lotproof.workspace.database import use_database

MARK = "lotproof.toml"
ORIGIN = "lotproof.org/evidence/site"
TEXT = """# A Lotproof workspace. Mapping profiles (*.toml) go into profiles/, local settings here.
# origin: the name of this site's log; it is part of every checkpoint and cannot change later.
origin = "{origin}"
"""


class WorkspaceError(Exception):
    """The workspace cannot be used. The message says what, where and what to do next."""


@dataclass(frozen=True)
class Workspace:
    """An open workspace."""

    root: Path
    """Its folder."""
    origin: str
    """Name of its log."""
    key: LogKey
    """Key that signs checkpoints and packs."""

    @property
    def lake(self) -> Lake:
        return Lake(self.root)

    @property
    def profiles(self) -> Path:
        return self.root / "profiles"


def open_workspace(root: Path, time: str, actor: str, create: bool = True, origin: str = ORIGIN) -> Workspace:
    """Open the workspace, made anew where there is none and ``create`` holds. ``time`` is UTC, for the ledger."""
    if not (root / MARK).exists():
        if not create:
            raise WorkspaceError(f'There is no workspace at {root}; make one with "lotproof init {root}" or name another with --workspace.')
        _make(root, origin)
    try:
        name = _origin(root)
        use_database(root)
        key = load_key(root / "keys" / "log.pem", name)
    except OSError as error:
        raise WorkspaceError(f"The workspace at {root} cannot be opened ({error}); check its permissions and the space on the disk.") from error
    workspace = Workspace(root, name, key)
    _introduce(workspace, time, actor)
    return workspace


def _make(root: Path, origin: str) -> None:
    try:
        root.mkdir(parents=True, exist_ok=True)
        (root / "profiles").mkdir(exist_ok=True)
        keys = root / "keys"
        keys.mkdir(mode=0o700, exist_ok=True)
        if not (keys / "log.pem").exists():
            store_key(make_key(origin, secrets.token_bytes(32)), keys / "log.pem")
        Lake(root).prepare()
        temporary = root / (MARK + ".new")
        temporary.write_text(TEXT.format(origin=origin), encoding="utf-8")
        temporary.replace(root / MARK)
    except OSError as error:
        raise WorkspaceError(f"A workspace cannot be made at {root} ({error}); choose another folder with --workspace.") from error


def _origin(root: Path) -> str:
    import tomllib

    return str(tomllib.loads((root / MARK).read_text(encoding="utf-8")).get("origin", ORIGIN))


def _introduce(workspace: Workspace, time: str, actor: str) -> None:
    """The first entry of a log names the key that signs it."""
    from lotproof.ledger import store

    if store.size() == 0:
        body = {"type": "log-key", "vkey": workspace.key.vkey, "introduced": time}
        store.append("key", "log", time, actor, body)


@contextlib.contextmanager
def writing(workspace: Workspace) -> Iterator[None]:
    """Hold the workspace for writing; what a killed process left is removed first."""
    lock = (workspace.root / "lock").open("w")
    with lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise WorkspaceError(f"Another Lotproof process is writing to {workspace.root}; wait until it is done.") from None
        from lotproof.workspace.sources import acknowledged

        workspace.lake.prepare()
        remove_orphans(workspace.lake, acknowledged())
        yield
