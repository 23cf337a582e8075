"""A folder of this machine as a place: files, or e-mails of a maildir."""

from __future__ import annotations

import errno
import os
import shutil
from pathlib import Path

from lotproof.exchange.drop.disk import write_through
from lotproof.exchange.drop.settings import DropError, Folder, Letters
from lotproof.exchange.drop.spots import Away, FileTrouble
from lotproof.exchange.drop.still import RECEIPT, Seen, ignored, with_markers
from lotproof.lake.store import CHUNK, sync_folder

MAILDIR = ("new", "cur")
"""Where a maildir keeps whole messages; what is in its tmp is still written."""


class LocalSpot:
    """A folder, looked into without its subfolders."""

    grows = True

    def __init__(self, place: Folder, root: Path) -> None:
        self._place, self._folder = place, root / place.path
        self.letters = isinstance(place, Letters)
        if not self._folder.is_dir():
            raise DropError(f"{place.where}: there is no folder {self._folder}; make it, or mount the disk that it is on.")

    def look(self) -> list[Seen]:
        try:
            found = [one for folder in self._folders() for one in self._of(folder)]
        except OSError as error:
            raise DropError(f"{self._place.where}: {error.filename} cannot be looked into ({error.strerror}); make it readable.") from None
        return [one for one in with_markers(found, self._place.marker) if not ignored(Path(one.name).name, self._patterns())]

    def _patterns(self) -> tuple[str, ...]:
        whole_names = self.letters and not self._maildir()
        return self._place.files or (("*.eml", "*.EML") if whole_names else ())

    def _maildir(self) -> bool:
        return self.letters and all((self._folder / part).is_dir() for part in MAILDIR)

    def _folders(self) -> list[str]:
        return [f"{part}/" for part in MAILDIR] if self._maildir() else [""]

    def _of(self, folder: str) -> list[Seen]:
        with os.scandir(self._folder / folder) as entries:
            files = [entry for entry in entries if entry.is_file(follow_symlinks=False)]
            return [one for entry in files if (one := self._seen(folder + entry.name)) is not None]

    def _seen(self, name: str) -> Seen | None:
        """None of what is gone, or is a link."""
        try:
            facts = (self._folder / name).lstat()
        except FileNotFoundError:
            return None
        return Seen(name, facts.st_size, str(facts.st_mtime_ns))

    def _same(self, seen: Seen) -> bool:
        now = self._seen(seen.name)
        return now is not None and (now.size, now.stamp) == (seen.size, seen.stamp)

    def fetch(self, seen: Seen, target: Path) -> None:
        try:
            descriptor = os.open(self._folder / seen.name, os.O_RDONLY | os.O_NOFOLLOW)
            with os.fdopen(descriptor, "rb") as source, target.open("wb") as stream:
                shutil.copyfileobj(source, stream, CHUNK)
        except OSError as error:
            if error.errno == errno.ENOSPC:
                raise
            raise FileTrouble(f"{seen.name}: it cannot be read ({error.strerror}); make it readable.") from None
        if not self._same(seen) or target.stat().st_size != seen.size:
            raise FileTrouble(f"{seen.name}: it changed while it was read; it is looked at again later.")

    def free(self, folder: str, name: str, other: str) -> str:
        last = Path(name).name
        taken = any((self._folder / folder / one).exists() for one in (last, last + RECEIPT))
        return Path(other).name if taken else last

    def put_away(self, seen: Seen, away: Away) -> None:
        folder = self._folder / away.folder
        try:
            folder.mkdir(parents=True, exist_ok=True)
            write_through(folder / (away.name + RECEIPT), away.receipt)
            if not (folder / away.name).exists() and self._same(seen):
                _move(self._folder / seen.name, folder / away.name)
                for one in seen.beside:
                    _move(self._folder / one, folder / (away.name + one.removeprefix(seen.name)))
            sync_folder(folder)
        except OSError as error:
            told = f"{self._place.where}: {seen.name} cannot be put into {folder} ({error.strerror}); let this user write there."
            raise DropError(f"{told} It was taken in, and nothing is lost.") from None

    def close(self) -> None:
        """Nothing is held."""


def _move(source: Path, target: Path) -> None:
    """Rename; where the target is on another disk, copy to a name that nobody takes for the file, and remove only then."""
    if not source.exists():
        return
    try:
        source.rename(target)
    except OSError as error:
        if error.errno != errno.EXDEV:
            raise
        write_through(target, source.read_bytes())
        source.unlink()
