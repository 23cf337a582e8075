"""A pack that lies in a zip file.

Nothing is unpacked to disk. The central directory (APPNOTE 4.3.12) is read with `zipfile`; the members are read here,
because a verifier must notice what an unpacker forgives: a local name that differs from the central one, members that
overlap, content that is longer or shorter than declared. Extra fields, comments and times are covered by nothing.
"""

from __future__ import annotations

import stat
import struct
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from pathlib import Path

from lotproof.packs.verify import names
from lotproof.packs.verify.report import Problem
from lotproof.packs.verify.source import CHUNK, MARKERS, NotAPack, Unreadable

_LOCAL = struct.Struct("<4s5H3L2H")
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_REFUSED = 0x1 | 0x20 | 0x40
"""Flags of members that are encrypted or patches (APPNOTE 4.4.4)."""
_UTF8 = 0x800


class ZipSource:
    """The files of a zip; see `source.Source`."""

    def __init__(self, path: Path) -> None:
        """Read the directory of the zip; raises NotAPack when it has none, OSError when it cannot be read."""
        self._path = path
        try:
            with zipfile.ZipFile(path) as archive:
                infos = archive.infolist()
        except (zipfile.BadZipFile, ValueError, struct.error, NotImplementedError) as error:
            raise NotAPack(f"{path} is neither a folder nor a zip that can be read ({error}).") from None
        members, problems = _screen(infos)
        top = _top(members)
        self._members = {name[len(top) :]: info for name, info in members.items() if name.startswith(top)}
        self.files = {name: info.file_size for name, info in self._members.items()}
        outside = [
            Problem("zip-outside", name, f"{name} lies outside the folder {top} of the pack.")
            for name in members
            if not name.startswith(top)
        ]
        self.problems = (*problems, *outside)

    def chunks(self, path: str) -> Iterator[bytes]:
        """Give the content of a member in pieces; raises Unreadable when it is not as declared."""
        member = self._members[path]
        left, crc = member.file_size, 0
        try:
            for piece in self._pieces(member, path):
                left -= len(piece)
                if left < 0:
                    raise _damaged(path, f"holds more than the {member.file_size} bytes it declares")
                crc = zlib.crc32(piece, crc)
                yield piece
        except zlib.error:
            raise _damaged(path, "cannot be decompressed") from None
        if left:
            raise _damaged(path, f"holds {member.file_size - left} of the {member.file_size} bytes it declares")
        if crc != member.CRC:
            raise _damaged(path, "does not match its CRC-32")

    def _pieces(self, member: zipfile.ZipInfo, path: str) -> Iterator[bytes]:
        inflate = zlib.decompressobj(-zlib.MAX_WBITS)
        for chunk in self._raw(member, path):
            if member.compress_type == zipfile.ZIP_STORED:
                yield chunk
                continue
            yield inflate.decompress(chunk, CHUNK)
            while inflate.unconsumed_tail:
                yield inflate.decompress(inflate.unconsumed_tail, CHUNK)
        if member.compress_type == zipfile.ZIP_DEFLATED:
            yield inflate.flush()

    def _raw(self, member: zipfile.ZipInfo, path: str) -> Iterator[bytes]:
        """Give the stored bytes of a member, after a look at its local header (APPNOTE 4.3.7)."""
        if member.compress_type not in _METHODS or member.flag_bits & _REFUSED:
            raise _damaged(path, "is encrypted or compressed by a method that is not allowed")
        if member.header_offset < 0:
            raise _damaged(path, "begins before the zip")
        with self._path.open("rb") as stream:
            stream.seek(member.header_offset)
            header = stream.read(_LOCAL.size)
            if len(header) < _LOCAL.size or header[:4] != b"PK\x03\x04":
                raise _damaged(path, "has no local header")
            name_length, extra_length = _LOCAL.unpack(header)[-2:]
            encoding = "utf-8" if member.flag_bits & _UTF8 else "cp437"
            if stream.read(name_length).decode(encoding, "replace") != member.orig_filename:
                raise _damaged(path, "has another name in its local header")
            stream.seek(extra_length, 1)
            left = member.compress_size
            while left > 0 and (chunk := stream.read(min(CHUNK, left))):
                left -= len(chunk)
                yield chunk


def _damaged(path: str, reason: str) -> Unreadable:
    return Unreadable(Problem("zip-member", path, f"{path} {reason}."))


def _screen(infos: Sequence[zipfile.ZipInfo]) -> tuple[dict[str, zipfile.ZipInfo], list[Problem]]:
    """Divide the members into plain files with safe names, by name, and the problems of all."""
    problems: list[Problem] = []
    for info in infos:
        if info.orig_filename.endswith("/"):
            problems += names.screen([info.orig_filename[:-1]])[1]
    files = [info for info in infos if not info.orig_filename.endswith("/")]
    safe, found = names.screen(info.orig_filename for info in files)
    problems += found
    kept = dict.fromkeys(safe)
    members: dict[str, zipfile.ZipInfo] = {}
    end = 0
    for info in sorted(files, key=lambda info: info.header_offset):
        name = names.shown(info.orig_filename)
        kind = stat.S_IFMT(info.external_attr >> 16)
        if kind not in (0, stat.S_IFREG):
            code = "symlink" if kind == stat.S_IFLNK else "special-file"
            problems.append(Problem(code, name, f"{name} is marked as a link or special file, not a plain file."))
        elif info.orig_filename in kept:
            members.setdefault(info.orig_filename, info)
        if info.header_offset < end:
            problems.append(Problem("zip-overlap", name, f"{name} overlaps another member of the zip."))
        end = info.header_offset + _LOCAL.size + len(info.orig_filename) + info.compress_size
    return members, problems


def _top(members: dict[str, zipfile.ZipInfo]) -> str:
    """Give the folder that holds the pack, with its slash; '' when the pack lies on top."""
    tops = {name.split("/")[0] + "/" for name in members if "/" in name}
    for top in ["", *sorted(tops)]:
        if any(top + marker in members for marker in MARKERS):
            return top
    return ""
