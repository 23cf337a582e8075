"""Proofs out of tiles: reads the few hash tiles that a proof needs, whatever the size of the log.

A proof over a log of n entries reads at most two tiles for each of its log2(n) nodes; no entry is touched.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from lotproof.ledger import merkle, tiles

_BITS = 8
"""A tile holds 2^8 hashes."""


class Nodes:
    """The nodes of the tree of a log of known size, computed from its hash tiles.

    The tiles need not be trusted: a proof made from changed tiles does not verify.
    """

    def __init__(self, size: int, read: Callable[[str], bytes]) -> None:
        """Read tiles of a log of `size` entries; `read` takes a path such as `tile/0/000` and gives its bytes."""
        self.size = size
        self._read = read
        self._tiles: dict[tuple[int, int], list[bytes]] = {}

    def root(self, size: int | None = None) -> bytes:
        """Give the root over the first `size` entries, by default over all."""
        size = self.size if size is None else size
        return self.span(0, size) if size else merkle.EMPTY_ROOT

    def leaves(self) -> Iterator[bytes]:
        """Give all leaf hashes in order: what the upper tiles have to agree with."""
        for index in range(-(-self.size // tiles.WIDTH)):
            yield from self._tile(0, index)

    def span(self, start: int, end: int) -> bytes:
        """Give the hash over the leaves start to end - 1; `start` is a multiple of the largest power of two below the width."""
        width = end - start
        if width & (width - 1) == 0:
            return self._full(width.bit_length() - 1, start // width)
        middle = start + (1 << ((width - 1).bit_length() - 1))
        return merkle.node_hash(self.span(start, middle), self.span(middle, end))

    def inclusion(self, index: int) -> tuple[bytes, ...]:
        """Prove that entry `index` is in the log; raises ValueError when it has no such entry."""
        if not 0 <= index < self.size:
            raise ValueError(f"The log has {self.size} entries, so there is no entry {index}; ask for 0 to {self.size - 1}.")
        return self._path(index, 0, self.size)

    def consistency(self, first: int) -> tuple[bytes, ...]:
        """Prove that the first `first` entries are a prefix of the log (RFC 6962 section 2.1.2); 0 < first <= size."""
        if not 0 < first <= self.size:
            raise ValueError(f"A consistency proof exists for 1 to {self.size} entries, not for {first}.")
        return self._subproof(first, 0, self.size, True)

    def _path(self, index: int, start: int, end: int) -> tuple[bytes, ...]:
        if end - start == 1:
            return ()
        middle = _middle(start, end)
        if index < middle:
            return (*self._path(index, start, middle), self.span(middle, end))
        return (*self._path(index, middle, end), self.span(start, middle))

    def _subproof(self, first: int, start: int, end: int, whole: bool) -> tuple[bytes, ...]:
        if first == end:
            return () if whole else (self.span(start, end),)
        middle = _middle(start, end)
        if first <= middle:
            return (*self._subproof(first, start, middle, whole), self.span(middle, end))
        return (*self._subproof(first, middle, end, False), self.span(start, middle))

    def _full(self, level: int, index: int) -> bytes:
        """Give the root of the full subtree of 2^level leaves number `index`."""
        row, inner = divmod(level, _BITS)
        first = index << inner
        hashes = self._tile(row, first // tiles.WIDTH)
        place = first % tiles.WIDTH
        return merkle.root(hashes[place : place + (1 << inner)])

    def _tile(self, level: int, index: int) -> list[bytes]:
        found = self._tiles.get((level, index))
        if found is None:
            there = self.size >> (_BITS * level)
            width = min(tiles.WIDTH, there - index * tiles.WIDTH)
            path = tiles.tile_path(level, index, width)
            found = tiles.split_hashes(self._read(path))
            if len(found) != width:
                raise tiles.TileError(f"{path} holds {len(found)} hashes; a log of {self.size} has {width} there.")
            self._tiles[level, index] = found
        return found


def _middle(start: int, end: int) -> int:
    return start + (1 << ((end - start - 1).bit_length() - 1))


def nodes_of(leaves: Iterable[bytes]) -> Nodes:
    """Give the nodes of the tree over leaf hashes, kept in memory as tiles: 32.1 bytes a leaf."""
    builder = tiles.TileBuilder()
    kept: dict[str, bytes] = {}
    for leaf in leaves:
        kept.update(builder.add(leaf))
    kept.update(builder.finish())
    return Nodes(builder.tree.size, kept.__getitem__)
