"""A pack that lies in a zip file.

Nothing is unpacked to disk. The central directory (APPNOTE 4.3.12) is read with `zipfile`; the members are read here,
because a verifier must notice what an unpacker forgives: a local name that differs from the central one, members that
overlap, content that is longer or shorter than declared.
"""

from __future__ import annotations

import stat
import struct
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from lotproof.packs.verify import names
from lotproof.packs.verify.report import Problem
from lotproof.packs.verify.source import CHUNK, NotAPack, Unreadable

_LOCAL = struct.Struct("<4s5H3L2H")
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_ENCRYPTED = 0x1
_UTF8 = 0x800


@dataclass(frozen=True)
class _Member:
    """One file of the zip."""

    name: str
    """Its name in the zip, with the top folder."""
    size: int
    """Bytes it is declared to have."""
    crc: int
    """Declared CRC-32."""
    deflated: bool
    """Whether it is compressed."""
    start: int
    """Where its data begin in the zip."""
    length: int
    """Bytes of its data in the zip."""


class ZipSource:
    """The files of a zip; see `source.Source`."""

    def __init__(self, path: Path) -> None:
        """Read the directory of the zip; raises NotAPack when it has none, OSError when it cannot be read."""
        self._path = path
        self._members: dict[str, _Member] = {}
        try:
            with zipfile.ZipFile(path) as archive:
                infos = archive.infolist()
        except (zipfile.BadZipFile, ValueError, struct.error, NotImplementedError) as error:
            raise NotAPack(f"{path} is neither a folder nor a zip that can be read ({error}).") from None
        files = [info for info in infos if not info.orig_filename.endswith("/")]
        safe, problems = names.screen(info.orig_filename for info in files)
        for folder in (info.orig_filename[:-1] for info in infos if info.orig_filename.endswith("/")):
            problems += names.screen([folder])[1]
        self._admit(files, set(safe), problems)
        top = _top(self._members)
        self.files = {name[len(top) :]: m.size for name, m in self._members.items() if name.startswith(top)}
        self._members = {name[len(top) :]: m for name, m in self._members.items() if name.startswith(top)}
        self.problems = (*problems, *(_outside(name, top) for name in safe if not name.startswith(top)))

    def _admit(self, files: list[zipfile.ZipInfo], safe: set[str], problems: list[Problem]) -> None:
        """Keep the members that can be read; add a problem for each of the others."""
        end = 0
        with self._path.open("rb") as stream:
            for info in sorted(files, key=lambda info: info.header_offset):
                problem, member = _member(stream, info)
                if member and info.header_offset < end:
                    problem = Problem("zip-member", member.name, f"{member.name} overlaps another member of the zip.")
                if member:
                    end = member.start + member.length
                if problem:
                    problems.append(problem)
                elif member and member.name in safe:
                    self._members.setdefault(member.name, member)

    def chunks(self, path: str) -> Iterator[bytes]:
        """Give the content of a member in pieces; raises Unreadable when it is not as declared."""
        member = self._members[path]
        left, crc = member.size, 0
        for piece in self._pieces(member, path):
            left -= len(piece)
            if left < 0:
                raise _damaged(path, f"holds more than the {member.size} bytes it declares")
            crc = zlib.crc32(piece, crc)
            yield piece
        if left:
            raise _damaged(path, f"holds {member.size - left} of the {member.size} bytes it declares")
        if crc != member.crc:
            raise _damaged(path, "does not match its CRC-32")

    def _pieces(self, member: _Member, path: str) -> Iterator[bytes]:
        with self._path.open("rb") as stream:
            stream.seek(member.start)
            raw = _raw(stream, member.length)
            if not member.deflated:
                yield from raw
                return
            inflate = zlib.decompressobj(-zlib.MAX_WBITS)
            try:
                for chunk in raw:
                    yield inflate.decompress(chunk, CHUNK)
                    while inflate.unconsumed_tail:
                        yield inflate.decompress(inflate.unconsumed_tail, CHUNK)
                yield inflate.flush()
            except zlib.error:
                raise _damaged(path, "cannot be decompressed") from None
            if not inflate.eof or inflate.unused_data:
                raise _damaged(path, "has compressed data that do not end where declared")


def _raw(stream: BinaryIO, length: int) -> Iterator[bytes]:
    while length > 0 and (chunk := stream.read(min(CHUNK, length))):
        length -= len(chunk)
        yield chunk


def _damaged(path: str, reason: str) -> Unreadable:
    return Unreadable(Problem("zip-member", path, f"{path} {reason}."))


def _outside(name: str, top: str) -> Problem:
    return Problem("zip-outside", name, f"{name} lies outside the folder {top} of the pack.")


def _top(members: dict[str, _Member]) -> str:
    """Give the folder that holds the pack, with its slash: '' when it lies on top."""
    tops = {name.split("/")[0] + "/" for name in members if "/" in name}
    for top in ["", *sorted(tops)]:
        if any(top + marker in members for marker in ("bagit.txt", "seal/statement.json", "tagmanifest-sha256.txt")):
            return top
    return ""


def _member(stream: BinaryIO, info: zipfile.ZipInfo) -> tuple[Problem | None, _Member | None]:
    """Read the local header of a member (APPNOTE 4.3.7) and compare it with the directory."""
    name = names.shown(info.orig_filename)
    kind = stat.S_IFMT(info.external_attr >> 16)
    if kind == stat.S_IFLNK:
        return Problem("symlink", name, f"{name} is a symbolic link, not a plain file."), None
    if kind not in (0, stat.S_IFREG):
        return Problem("special-file", name, f"{name} is a special file, not a plain file."), None
    if info.compress_type not in _METHODS or info.flag_bits & _ENCRYPTED:
        return Problem("zip-member", name, f"{name} is encrypted or compressed by an unknown method."), None
    stream.seek(info.header_offset)
    header = stream.read(_LOCAL.size)
    if len(header) < _LOCAL.size or header[:4] != b"PK\x03\x04":
        return Problem("zip-member", name, f"{name} has no local header."), None
    name_length, extra_length = _LOCAL.unpack(header)[-2:]
    encoding = "utf-8" if info.flag_bits & _UTF8 else "cp437"
    if stream.read(name_length).decode(encoding, "replace") != info.orig_filename:
        return Problem("zip-member", name, f"{name} has another name in its local header."), None
    start = info.header_offset + _LOCAL.size + name_length + extra_length
    deflated = info.compress_type == zipfile.ZIP_DEFLATED
    return None, _Member(info.orig_filename, info.file_size, info.CRC, deflated, start, info.compress_size)
