"""Results of groups of lots, kept in the workspace so that a later check judges only what has changed.

``outcome/lots/<key>.msgpack`` holds what one group of lots gave; its name is the digest of everything that it depends on
(`rules.recall`), so a file is right or is not looked for. Nothing here is evidence: the folder may be deleted at any time.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from pathlib import Path

import msgspec

from lotproof.rules.part import PartResult
from lotproof.rules.recall import split


class FileMemory:
    """The results of the last run, as files."""

    active = True

    def __init__(self, folder: Path, full: bool = False) -> None:
        """``folder`` holds the files; with ``full`` none is used, and all are written again."""
        self.folder = folder
        self.full = full
        self.judged: list[str] = []
        self._keys: dict[tuple[str, ...], str] = {}
        folder.mkdir(parents=True, exist_ok=True)
        for left in folder.glob("*.new"):  # of a killed process
            left.unlink()

    def expect(self, keys: Mapping[tuple[str, ...], str]) -> None:
        """Announce the groups of this run; results of anything else are dropped."""
        self._keys = dict(keys)
        wanted = set(keys.values())
        for file in self.folder.glob("*.msgpack"):
            if file.stem not in wanted:
                file.unlink()

    def find(self, key: str) -> PartResult | None:
        """The result under this key; a file that cannot be read is as good as none."""
        file = self.folder / f"{key}.msgpack"
        if self.full or not file.exists():
            return None
        try:
            return msgspec.msgpack.decode(file.read_bytes(), type=PartResult)
        except msgspec.DecodeError:
            file.unlink()
            return None

    def keep(self, result: PartResult) -> None:
        """Keep what a partition gave, group by group."""
        self.judged.extend(result.lots)
        lots = set(result.lots)
        groups = [group for group in self._keys if group[0] in lots]
        for group, own in (split(result, groups) or {}).items():
            temporary = self.folder / f"{uuid.uuid4().hex}.new"
            temporary.write_bytes(msgspec.msgpack.encode(own))
            temporary.replace(self.folder / f"{self._keys[group]}.msgpack")
