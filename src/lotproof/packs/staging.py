"""Where a pack grows: a hidden folder beside its place, so that it appears there whole or not at all."""

from __future__ import annotations

import contextlib
import fcntl
import re
import shutil
import uuid
from collections.abc import Iterator
from pathlib import Path

MARK = "being-built"
NAME = re.compile(r"\.lotproof-[0-9a-f]{32}")


@contextlib.contextmanager
def staging_beside(pack: Path) -> Iterator[Path]:
    """A folder on the same file system as ``pack``, gone afterwards; what killed processes left there goes first."""
    pack.parent.mkdir(parents=True, exist_ok=True)
    remove_abandoned(pack.parent)
    folder = pack.parent / f".lotproof-{uuid.uuid4().hex}"
    folder.mkdir()
    try:
        with (folder / MARK).open("w") as mark:
            fcntl.flock(mark, fcntl.LOCK_EX)
            yield folder
    finally:
        _remove(folder)


def remove_abandoned(parent: Path) -> None:
    """Remove staging folders whose maker is dead: the lock that it held died with it. Nothing else is touched."""
    for folder in parent.iterdir():
        if not NAME.fullmatch(folder.name) or folder.is_symlink() or not folder.is_dir():
            continue
        with contextlib.suppress(OSError):  # being built at this moment, or not ours to remove
            if (folder / MARK).exists():
                with (folder / MARK).open("r+") as mark:
                    fcntl.flock(mark, fcntl.LOCK_EX | fcntl.LOCK_NB)
                    _remove(folder)
            else:
                folder.rmdir()  # killed before it was marked; refused by the system where anything is in it


def _remove(folder: Path) -> None:
    """The mark goes last, so that a removal that is itself killed is taken up again."""
    for path in folder.iterdir():
        if path.name == MARK:
            continue
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path, ignore_errors=True)
        else:
            path.unlink(missing_ok=True)
    (folder / MARK).unlink(missing_ok=True)
    folder.rmdir()
