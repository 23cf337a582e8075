"""Reads ledger entries out of the bundles of a pack, in order or one by one."""

from __future__ import annotations

from collections.abc import Iterator

from lotproof.ledger import tiles
from lotproof.packs.verify.report import Problem
from lotproof.packs.verify.source import Source, Unreadable, read

LEDGER = "data/ledger/"
"""The folder of the log."""


class EntryReader:
    """The entries of a ledger of known size; keeps one bundle in memory."""

    def __init__(self, source: Source, size: int) -> None:
        """Read from `source` a log of `size` entries."""
        self._source = source
        self._number = -1
        self._bundle: list[bytes] = []
        self.size = size

    def stream(self) -> Iterator[bytes]:
        """Give the entries in order; raises Unreadable at the first bundle that is missing or malformed."""
        for number in range(-(-self.size // tiles.WIDTH)):
            yield from self.bundle(number)

    def entry(self, index: int) -> bytes:
        """Give entry `index`, 0 <= index < size; raises Unreadable when its bundle is missing or malformed."""
        return self.bundle(index // tiles.WIDTH)[index % tiles.WIDTH]

    def bundle(self, number: int) -> list[bytes]:
        """Give the entries of one bundle."""
        if number != self._number:
            self._bundle, self._number = self._load(number), number
        return self._bundle

    def _load(self, number: int) -> list[bytes]:
        width = min(tiles.WIDTH, self.size - number * tiles.WIDTH)
        path = LEDGER + tiles.entries_path(number, width)
        data = read(self._source, path)
        try:
            entries = tiles.parse_bundle(data)
        except tiles.TileError as error:
            raise Unreadable(Problem("bad-bundle", path, f"{path}: {error}")) from None
        if len(entries) != width:
            sentence = f"{path} holds {len(entries)} entries; a ledger of {self.size} has {width} there."
            raise Unreadable(Problem("bad-bundle", path, sentence))
        return entries
