"""A workspace on disk: what lies in it, how it is opened and locked."""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import secrets
import tomllib
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from time import monotonic, sleep
from typing import TextIO

from django.core.exceptions import ImproperlyConfigured
from django.db import Error as DatabaseError
from django.db import transaction

from lotproof.lake.store import Lake, remove_orphans
from lotproof.ledger.keys import LogKey, load_key, make_key, store_key
from lotproof.workspace.database import use_database

MARK = "lotproof.toml"
NEXT_KEY = "next.pem"
PATIENCE = "LOTPROOF_WAIT"
"""Environment variable: seconds to wait for another process that writes."""
ORIGIN = "lotproof.org/evidence/site"
TEXT = """# A Lotproof workspace. Mapping profiles (*.toml) go into profiles/, local settings here.
# origin: the name of this site's log; it is part of every checkpoint and cannot change later.
origin = {origin}
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

    @property
    def rules(self) -> Path:
        """Folder of local rules."""
        return self.root / "rules"


def open_workspace(root: Path, time: str, actor: str, create: bool = True, origin: str | None = None) -> Workspace:
    """Open the workspace, made anew where there is none and ``create`` holds. ``time`` is UTC, for the ledger.

    ``origin`` names the log; a workspace that has another keeps it and is refused.
    """
    if not (root / MARK).exists():
        if not create:
            raise WorkspaceError(f'There is no workspace at {root}; make one with "lotproof init {root}" or name another with --workspace.')
        _make(root, origin or ORIGIN)
    try:
        name = _origin(root)
        use_database(root)
        workspace = Workspace(root, name, _current_key(root / "keys", name))
        _introduce(workspace, time, actor)
    except (OSError, DatabaseError) as error:
        sentence = f"The workspace at {root} cannot be opened ({error}); check its permissions and the space on the disk."
        raise WorkspaceError(sentence) from error
    except ImproperlyConfigured as error:
        raise WorkspaceError(str(error)) from error
    if origin not in (None, name):
        sentence = f"The log of the workspace at {root} is named {name}, which cannot change; make another workspace for {origin}."
        raise WorkspaceError(sentence)
    return workspace


def _make(root: Path, origin: str) -> None:
    try:
        root.mkdir(parents=True, exist_ok=True)
        with (root / "opening.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if (root / MARK).exists():  # another process made it meanwhile
                return
            (root / "profiles").mkdir(exist_ok=True)
            _make_key(root / "keys", origin)
            Lake(root).prepare()
            temporary = root / (MARK + ".new")
            temporary.write_text(TEXT.format(origin=json.dumps(origin, ensure_ascii=False)), encoding="utf-8")
            temporary.replace(root / MARK)
    except OSError as error:
        raise WorkspaceError(f"A workspace cannot be made at {root} ({error}); choose another folder with --workspace.") from error


def _make_key(keys: Path, origin: str) -> None:
    """The key appears whole or not at all: a process killed half-way must not leave half a key behind."""
    keys.mkdir(mode=0o700, exist_ok=True)
    for left in keys.glob("*.new"):
        left.unlink()
    if not (keys / "log.pem").exists():
        temporary = keys / f"{uuid.uuid4().hex}.new"
        store_key(make_key(origin, secrets.token_bytes(32)), temporary)
        temporary.replace(keys / "log.pem")


def _origin(root: Path) -> str:
    try:
        return str(tomllib.loads((root / MARK).read_text(encoding="utf-8")).get("origin", ORIGIN))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise WorkspaceError(f"{root / MARK} is no TOML ({error}); mend it, or bring it back from a backup.") from error


def _current_key(keys: Path, name: str) -> LogKey:
    """The log's key; where a rotation was cut off after its entry was written, the new one, which only has to be put in its place."""
    from lotproof.ledger import store

    key, following = load_key(keys / "log.pem", name), keys / NEXT_KEY
    if following.exists() and [body["vkey"] for body in store.bodies("key", "log")][-1:] == [load_key(following, name).vkey]:
        return load_key(following, name)
    return key


def _introduce(workspace: Workspace, time: str, actor: str) -> None:
    """The first entry of a log names its key; a log that names only other keys, or names it as retired, is another workspace's."""
    from lotproof.ledger import store

    if store.size() == 0:
        with transaction.atomic():
            store.lock()  # two processes that open a new workspace at once: one introduces the key
            if store.size() == 0:
                store.append("key", "log", time, actor, {"type": "log-key", "vkey": workspace.key.vkey, "introduced": time})
    introduced = [body["vkey"] for body in store.bodies("key", "log")]
    if workspace.key.vkey in introduced[:-1]:
        raise WorkspaceError(
            f"The key {workspace.root / 'keys' / 'log.pem'} was retired: the ledger hands over to {introduced[-1]}. Bring that key back "
            "from the backup; a retired key signs nothing."
        )
    if workspace.key.vkey not in introduced:
        raise WorkspaceError(
            f"The ledger of the workspace at {workspace.root} belongs to another log key ({', '.join(introduced) or 'none'}); "
            "give each workspace a database of its own (DATABASE_URL), or bring keys/log.pem back from the backup."
        )


def _patience() -> float:
    text = os.environ.get(PATIENCE) or "0"
    try:
        return float(text)
    except ValueError:
        raise WorkspaceError(f'{PATIENCE} is "{text}"; write seconds, such as 600.') from None


def _held(lock: TextIO, seconds: float) -> bool:
    until = monotonic() + seconds
    while True:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return True
        except BlockingIOError:
            if monotonic() >= until:
                return False
            sleep(0.2)


@contextlib.contextmanager
def writing(workspace: Workspace) -> Iterator[None]:
    """Hold the workspace for writing; what a killed process left is removed first.

    Another process that holds it is waited for LOTPROOF_WAIT seconds, none by default.
    """
    lock = (workspace.root / "lock").open("w")
    with lock:
        if not _held(lock, _patience()):
            sentence = f"Another Lotproof process is writing to {workspace.root}; wait until it is done"
            raise WorkspaceError(f"{sentence}, or set {PATIENCE}=600 to let me wait.")
        from lotproof.workspace.sources import acknowledged

        workspace.lake.prepare()
        remove_orphans(workspace.lake, acknowledged())
        yield
