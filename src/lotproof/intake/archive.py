"""Files packed into a zip or gzip file, unpacked within limits; what a hostile archive claims about itself is not believed."""

from __future__ import annotations

import gzip
import re
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import IO

from lotproof.intake.problem import SourceProblem

MAX_DEPTH = 4
"""Archives within archives."""
MAX_MEMBERS = 10_000
MAX_BYTES = 64 << 30
"""Unpacked bytes of one archive."""
MAX_RATIO = 300
"""Unpacked to packed bytes, beyond the first FREE; text logs reach 50."""
FREE = 64 << 20
CHUNK = 1 << 20
BROKEN = (OSError, EOFError, zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, ValueError, UnicodeError)
"""What the library raises for damage, unknown methods and encryption."""
_Opener = Callable[[], IO[bytes] | gzip.GzipFile]


@dataclass(frozen=True)
class Member:
    """One file of an archive."""

    name: str
    """Its name in the archive, with slashes; never used as a path."""
    path: Path
    """Where its bytes lie."""


def unpack(path: Path, name: str, into: Path) -> Iterator[Member]:
    """The files of an archive, written as 0, 1, 2, … below ``into``, which must exist.

    Folders are passed over. ``name`` is that of the archive, for sentences and for the one file of a gzip. Raises SourceProblem,
    after the members before it, where the archive is damaged, encrypted or larger than the limits; OSError where ``into``
    cannot be written.
    """
    with path.open("rb") as stream:
        packed = stream.read(2)
    if packed == b"\x1f\x8b":
        yield _gunzip(path, name, into)
        return
    budget = _Budget(path.stat().st_size)
    try:
        with zipfile.ZipFile(path) as archive:
            infos = [info for info in archive.infolist() if not info.is_dir()]
    except BROKEN as error:
        raise SourceProblem(f"the archive cannot be opened ({error}); deliver it again.") from error
    if len(infos) > MAX_MEMBERS:
        raise SourceProblem(f"the archive holds {len(infos):,} files, more than {MAX_MEMBERS:,}; deliver it in parts.")
    for number, info in enumerate(infos):
        if info.flag_bits & 1:
            raise SourceProblem(f"{info.filename!r} in the archive is encrypted; unpack it and deliver the files.")
        target = into / str(number)
        with zipfile.ZipFile(path) as archive:
            _copy(partial(archive.open, info), target, budget, info.filename)
        yield Member("/".join(part for part in re.split(r"[/\\]", info.filename) if part), target)


def _gunzip(path: Path, name: str, into: Path) -> Member:
    target = into / "0"
    inner = name.rpartition("/")[2]
    _copy(partial(gzip.open, path), target, _Budget(path.stat().st_size), inner)
    return Member(inner[:-3] if inner.lower().endswith(".gz") else f"{inner}.unpacked", target)


class _Budget:
    """Bytes that may still be unpacked; counted as they come, since headers can lie."""

    def __init__(self, packed: int) -> None:
        self.left = min(MAX_BYTES, FREE + MAX_RATIO * packed)

    def take(self, size: int) -> None:
        self.left -= size
        if self.left < 0:
            raise SourceProblem("the archive unpacks to far more than an export holds (a zip bomb?); it was not unpacked further.")


def _copy(opened: _Opener, target: Path, budget: _Budget, name: str) -> None:
    with target.open("wb") as sink:
        try:
            source = opened()
        except BROKEN as error:
            raise SourceProblem(f"{name!r} in the archive cannot be unpacked ({error}); deliver it again.") from error
        with source:
            while chunk := _chunk(source, name):
                budget.take(len(chunk))
                sink.write(chunk)


def _chunk(source: IO[bytes] | gzip.GzipFile, name: str) -> bytes:
    try:
        return source.read(CHUNK)
    except BROKEN as error:
        raise SourceProblem(f"{name!r} in the archive is damaged ({error}); deliver it again.") from error
