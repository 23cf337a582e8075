"""Random access to the files of a pack, so that one record is read out of a large one without opening the rest.

Unlike `source`, nothing is screened and no file is hashed: what is read here has to be proved by other means.
"""

from __future__ import annotations

import struct
import zipfile
from pathlib import Path
from typing import Protocol

from lotproof.packs.verify.report import Problem
from lotproof.packs.verify.source import MARKERS, TEXT_LIMIT, NotAPack, Unreadable

_LOCAL = struct.Struct("<26x2H")
"""The end of a local header: lengths of name and extra field (APPNOTE 4.3.7)."""


class Parts(Protocol):
    """Files of a pack, read in parts."""

    def names(self, folder: str, ending: str) -> list[str]:
        """Give the paths of the files right in `folder` (with its slash) that end so, in order."""
        ...

    def part(self, path: str, start: int = 0, end: int | None = None) -> bytes:
        """Give the bytes from `start` to `end` of a file, by default all; raises Unreadable where there is none."""
        ...


def open_parts(path: Path) -> Parts:
    """Open the pack at `path`, a folder or a zip; raises NotAPack with a sentence, or OSError."""
    if path.is_dir() and any((path / marker).is_file() for marker in MARKERS):
        return _Folder(path)
    if path.is_file():
        try:
            return _Zip(path)
        except (zipfile.BadZipFile, ValueError, struct.error, NotImplementedError) as error:
            raise NotAPack(f"{path} is neither the folder of a pack nor a zip that can be read ({error}).") from None
    raise NotAPack(f"There is no pack at {path}. Give the folder or the zip of a pack.")


def _missing(path: str) -> Unreadable:
    return Unreadable(Problem("missing-file", path, f"{path} is missing."))


class _Folder:
    def __init__(self, root: Path) -> None:
        self._root = root

    def names(self, folder: str, ending: str) -> list[str]:
        place = self._root / folder
        found = place.iterdir() if place.is_dir() else ()
        return sorted(f"{folder}{path.name}" for path in found if path.name.endswith(ending) and path.is_file())

    def part(self, path: str, start: int = 0, end: int | None = None) -> bytes:
        file = self._root / path
        if not file.is_file():
            raise _missing(path)
        with file.open("rb") as stream:
            stream.seek(start)
            return stream.read(TEXT_LIMIT if end is None else max(0, min(end - start, TEXT_LIMIT)))


class _Zip:
    def __init__(self, path: Path) -> None:
        self._path = path
        with zipfile.ZipFile(path) as archive:
            infos = {info.filename: info for info in archive.infolist()}
        top = next((name.removesuffix(marker) for marker in MARKERS for name in infos if name.endswith(marker)), None)
        if top is None:
            raise NotAPack(f"{path} is not an evidence pack: it has none of {', '.join(MARKERS)}.")
        self._members = {name[len(top) :]: info for name, info in infos.items() if name.startswith(top)}

    def names(self, folder: str, ending: str) -> list[str]:
        found = (name for name in self._members if name.startswith(folder) and name.endswith(ending))
        return sorted(name for name in found if "/" not in name[len(folder) :])

    def part(self, path: str, start: int = 0, end: int | None = None) -> bytes:
        info = self._members.get(path)
        if info is None:
            raise _missing(path)
        end = min(info.file_size, start + TEXT_LIMIT) if end is None else min(end, info.file_size)
        if info.compress_type == zipfile.ZIP_STORED and not info.flag_bits & 0x1:
            return self._stored(info, start, end)
        with zipfile.ZipFile(self._path) as archive, archive.open(info) as stream:
            stream.seek(start)
            return stream.read(max(0, end - start))

    def _stored(self, info: zipfile.ZipInfo, start: int, end: int) -> bytes:
        """Read right where the bytes lie; `zipfile` would read all before them."""
        with self._path.open("rb") as stream:
            stream.seek(info.header_offset)
            lengths = _LOCAL.unpack(stream.read(_LOCAL.size))
            stream.seek(info.header_offset + _LOCAL.size + sum(lengths) + start)
            return stream.read(max(0, end - start))
