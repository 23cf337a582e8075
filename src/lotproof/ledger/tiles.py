"""Tiles and entry bundles of a log, as C2SP tlog-tiles lays them out.

A tile at level L holds up to 256 hashes, each the root of a full subtree of 256^L leaves. `tile/<L>/<N>` is a full
tile, `tile/<L>/<N>.p/<W>` one of W hashes; N is written in groups of three digits, all but the last with an `x`
before (1234067 is `x001/x234/067`). `tile/entries/<N>` holds the entries of the same 256 leaves, each after its
length as uint16, big-endian. All paths are relative to the folder of the log.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from lotproof.ledger import merkle

WIDTH = 256
"""Hashes in a full tile, entries in a full bundle."""

MAX_ENTRY = 65_535
"""Largest entry in bytes: its length is a uint16."""


class TileError(ValueError):
    """A tile or bundle that cannot be written or read."""


def tile_path(level: int, index: int, width: int = WIDTH) -> str:
    """Give the path of the hash tile `index` at `level` (0 to 63) that holds `width` hashes (1 to 256)."""
    return f"tile/{level}/{_number(index)}{_partial(width)}"


def entries_path(index: int, width: int = WIDTH) -> str:
    """Give the path of the entry bundle `index` that holds `width` entries (1 to 256)."""
    return f"tile/entries/{_number(index)}{_partial(width)}"


def _number(index: int) -> str:
    groups = [f"{index % 1000:03}"]
    while index >= 1000:
        index //= 1000
        groups.append(f"x{index % 1000:03}")
    return "/".join(reversed(groups))


def _partial(width: int) -> str:
    if not 1 <= width <= WIDTH:
        raise TileError(f"A tile holds 1 to {WIDTH} hashes, not {width}.")
    return "" if width == WIDTH else f".p/{width}"


def bundle_paths(size: int) -> Iterator[tuple[str, int]]:
    """Give (path, number of entries) of each bundle of a log of `size` entries, in order."""
    for index in range(-(-size // WIDTH)):
        width = min(WIDTH, size - index * WIDTH)
        yield entries_path(index, width), width


def hash_paths(size: int) -> Iterator[str]:
    """Give the path of each hash tile of a log of `size` entries: for each level floor(size / 256^L) hashes."""
    level = 0
    while size:
        for index in range(-(-size // WIDTH)):
            yield tile_path(level, index, min(WIDTH, size - index * WIDTH))
        level, size = level + 1, size // WIDTH


def pack_bundle(entries: Iterable[bytes]) -> bytes:
    """Give the bytes of a bundle; raises TileError when an entry is longer than 65 535 bytes."""
    parts: list[bytes] = []
    for position, entry in enumerate(entries):
        if len(entry) > MAX_ENTRY:
            raise TileError(
                f"Entry {position} of the bundle has {len(entry)} bytes; {MAX_ENTRY} are the most. "
                "Store the content as a file and record its digest."
            )
        parts.append(len(entry).to_bytes(2, "big") + entry)
    return b"".join(parts)


def parse_bundle(data: bytes) -> list[bytes]:
    """Read the entries of a bundle; raises TileError when it breaks off."""
    entries: list[bytes] = []
    position = 0
    while position < len(data):
        start = position + 2
        length = int.from_bytes(data[position:start], "big")
        position = start + length
        if start > len(data) or position > len(data):
            raise TileError(f"The bundle breaks off in entry {len(entries)}, at byte {len(data)}.")
        entries.append(data[start:position])
    return entries


class TileBuilder:
    """Makes hash tiles from leaf hashes that come one by one; keeps at most one open tile a level."""

    def __init__(self) -> None:
        """Begin with an empty log."""
        self._open: list[bytearray] = []
        self._done: list[int] = []
        self.tree = merkle.Tree()

    def add(self, leaf: bytes) -> Iterator[tuple[str, bytes]]:
        """Take the next leaf hash; give (path, bytes) of each tile that it fills."""
        self.tree.append(leaf)
        return self._push(0, leaf)

    def _push(self, level: int, node: bytes) -> Iterator[tuple[str, bytes]]:
        filled: list[tuple[str, bytes]] = []
        while True:
            if level == len(self._open):
                self._open.append(bytearray())
                self._done.append(0)
            tile = self._open[level]
            tile += node
            if len(tile) < WIDTH * merkle.HASH_SIZE:
                return iter(filled)
            filled.append((tile_path(level, self._done[level]), bytes(tile)))
            node = merkle.root(split_hashes(bytes(tile)))
            self._done[level] += 1
            tile.clear()
            level += 1

    def finish(self) -> Iterator[tuple[str, bytes]]:
        """Give (path, bytes) of the partial tiles that remain; the builder may go on afterwards."""
        for level, tile in enumerate(self._open):
            if tile:
                yield tile_path(level, self._done[level], len(tile) // merkle.HASH_SIZE), bytes(tile)


def split_hashes(tile: bytes) -> list[bytes]:
    """Cut a hash tile into its hashes; raises TileError when its length is no multiple of 32."""
    if len(tile) % merkle.HASH_SIZE:
        raise TileError(f"A hash tile of {len(tile)} bytes is no row of {merkle.HASH_SIZE}-byte hashes.")
    return [tile[start : start + merkle.HASH_SIZE] for start in range(0, len(tile), merkle.HASH_SIZE)]


def iter_tiles(entries: Iterable[bytes]) -> Iterator[tuple[str, bytes]]:
    """Give (path, bytes) of every bundle and hash tile of the log of `entries`, in bounded memory."""
    builder = TileBuilder()
    bundle: list[bytes] = []
    for entry in entries:
        bundle.append(entry)
        yield from builder.add(merkle.leaf_hash(entry))
        if len(bundle) == WIDTH:
            yield entries_path(builder.tree.size // WIDTH - 1), pack_bundle(bundle)
            bundle = []
    if bundle:
        yield entries_path(builder.tree.size // WIDTH, len(bundle)), pack_bundle(bundle)
    yield from builder.finish()


def write_tiles(entries: Iterable[bytes]) -> dict[str, bytes]:
    """Give every bundle and hash tile of the log of `entries` as {relative path: bytes}."""
    return dict(iter_tiles(entries))


def read_entries(size: int, read: Callable[[str], bytes]) -> Iterator[bytes]:
    """Give the entries of a log of `size` in order; `read` takes a path of a bundle and gives its bytes.

    Raises TileError when a bundle is malformed or does not hold as many entries as its place asks for.
    """
    for path, width in bundle_paths(size):
        entries = parse_bundle(read(path))
        if len(entries) != width:
            raise TileError(f"{path} holds {len(entries)} entries; a log of {size} has {width} there.")
        yield from entries
