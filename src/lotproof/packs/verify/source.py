"""What the steps read from: the files of a pack, whether they lie in a folder or in a zip."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Protocol

from lotproof.packs.verify.report import Problem

CHUNK = 1 << 20
"""Bytes that are read at once."""

TEXT_LIMIT = 64 << 20
"""Largest file, in bytes, that is read whole: statement, statements, notes, bundles."""

LINE_LIMIT = 1 << 20
"""Longest line, in bytes, of a file that is read by lines."""

MARKERS = ("bagit.txt", "seal/statement.json", "tagmanifest-sha256.txt")
"""One of these makes a folder a pack; were bagit.txt alone the mark, deleting it would turn "changed" into "no pack"."""


class NotAPack(Exception):
    """There is nothing here to verify; the message says why."""


class Unreadable(Exception):
    """One file of the pack cannot be read; `problem` says which and why."""

    def __init__(self, problem: Problem) -> None:
        """Keep the problem."""
        super().__init__(problem.sentence)
        self.problem = problem


class Source(Protocol):
    """The files of a pack. Only plain files with safe names are in it; all else is in `problems`."""

    @property
    def files(self) -> Mapping[str, int]:
        """Path to size in bytes."""
        ...

    @property
    def problems(self) -> tuple[Problem, ...]:
        """What was refused when the pack was opened."""
        ...

    def chunks(self, path: str) -> Iterator[bytes]:
        """Give the content of a file in pieces; raises Unreadable when it is damaged, OSError when reading fails."""
        ...


def require(source: Source, path: str) -> None:
    """Raise Unreadable when the pack has no file at `path`."""
    if path not in source.files:
        raise Unreadable(Problem("missing-file", path, f"{path} is missing."))


def read(source: Source, path: str, limit: int = TEXT_LIMIT) -> bytes:
    """Give the whole content of a file; raises Unreadable when it is missing, damaged or longer than `limit`."""
    require(source, path)
    if source.files[path] > limit:
        raise Unreadable(Problem("too-large", path, f"{path} has more than {limit} bytes and was not read."))
    return b"".join(source.chunks(path))


def lines(source: Source, path: str) -> Iterator[bytes]:
    """Give the lines of a file without their newlines; raises Unreadable for a line of more than LINE_LIMIT bytes."""
    require(source, path)
    rest = b""
    for chunk in source.chunks(path):
        *whole, rest = (rest + chunk).split(b"\n")
        yield from whole
        if len(rest) > LINE_LIMIT:
            raise Unreadable(Problem("too-large", path, f"{path} has a line of more than {LINE_LIMIT} bytes."))
    if rest:
        yield rest
