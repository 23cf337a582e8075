"""Checksum lists in a delivery (sha256sum, md5sum and BSD style): what the sender says the files are."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

_GNU = re.compile(r"^(?P<digest>[0-9a-fA-F]{32}|[0-9a-fA-F]{40}|[0-9a-fA-F]{64}|[0-9a-fA-F]{128})[ \t]+[ *]?(?P<name>\S.*)$")
_BSD = re.compile(r"^(?P<algorithm>MD5|SHA1|SHA256|SHA512) ?\((?P<name>.+)\) ?= ?(?P<digest>[0-9a-fA-F]{32,128})$")
_BY_LENGTH = {32: "md5", 40: "sha1", 64: "sha256", 128: "sha512"}


@dataclass(frozen=True)
class Stated:
    """One line of a list."""

    line: int
    """Line number from 1."""
    name: str
    """File named, as written."""
    algorithm: str
    """md5, sha1, sha256 or sha512."""
    digest: str
    """Hex, lower case."""


def parse_checksums(text: str) -> tuple[list[Stated], list[int]]:
    """The stated digests and the numbers of filled lines that state none."""
    stated, others = [], []
    for number, line in enumerate(text.splitlines(), 1):
        if found := _GNU.match(line) or _BSD.match(line):
            digest = found["digest"].lower()
            stated.append(Stated(number, found["name"].strip().removeprefix("./"), _BY_LENGTH.get(len(digest), "sha256"), digest))
        elif line.strip():
            others.append(number)
    return stated, others


def is_checksum_list(text: str) -> bool:
    """Whether a text is a list of checksums: most filled lines state one."""
    stated, others = parse_checksums(text)
    return bool(stated) and len(stated) > len(others)


def actual_digest(stated: Stated, folder: str, files: Mapping[str, Path]) -> str | None:
    """The digest of the file that a line names, seen from the list's own folder; None where there is no such file."""
    near = f"{folder}/{stated.name}" if folder else stated.name
    by_end = [name for name in files if name.endswith("/" + stated.name.replace("\\", "/"))]
    name = near if near in files else stated.name if stated.name in files else by_end[0] if len(by_end) == 1 else None
    if name is None:
        return None
    with files[name].open("rb") as stream:
        return hashlib.file_digest(stream, stated.algorithm).hexdigest()
