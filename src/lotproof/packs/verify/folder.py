"""A pack that lies in a folder."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from lotproof.packs.verify import names
from lotproof.packs.verify.report import Problem
from lotproof.packs.verify.source import CHUNK


def walk(root: Path, prefix: str = "") -> Iterator[tuple[str, str, int]]:
    """Give (path, kind, size) of everything below `root` but folders; kind is file, symbolic link or special file.

    No link is followed. Paths are relative with forward slashes, in the order of their names.
    """
    with os.scandir(root) as found:
        entries = sorted(found, key=lambda entry: entry.name)
    for entry in entries:
        path = prefix + entry.name
        if entry.is_symlink():
            yield path, "symbolic link", 0
        elif entry.is_dir(follow_symlinks=False):
            yield from walk(Path(entry.path), f"{path}/")
        elif entry.is_file(follow_symlinks=False):
            yield path, "file", entry.stat(follow_symlinks=False).st_size
        else:
            yield path, "special file", 0


class FolderSource:
    """The files of a folder; see `source.Source`."""

    def __init__(self, root: Path) -> None:
        """List the folder; raises OSError when it cannot be read."""
        self._root = root
        problems: list[Problem] = []
        sizes: dict[str, int] = {}
        for path, kind, size in walk(root):
            if kind == "file":
                sizes[path] = size
            else:
                code = "symlink" if kind == "symbolic link" else "special-file"
                problems.append(Problem(code, names.shown(path), f"{names.shown(path)} is a {kind}, not a plain file."))
        safe, unsafe = names.screen(sizes)
        self.files = {path: sizes[path] for path in safe}
        self.problems = (*problems, *unsafe)

    def chunks(self, path: str) -> Iterator[bytes]:
        """Give the content of a file in pieces."""
        with (self._root / path).open("rb") as stream:
            while chunk := stream.read(CHUNK):
                yield chunk
