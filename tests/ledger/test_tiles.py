"""Paths, hash tiles and entry bundles of C2SP tlog-tiles."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lotproof.ledger import merkle, tiles


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        (tiles.tile_path(0, 0), "tile/0/000"),
        (tiles.tile_path(0, 1), "tile/0/001"),
        (tiles.tile_path(0, 1000), "tile/0/x001/000"),
        (tiles.tile_path(1, 1234067), "tile/1/x001/x234/067"),
        (tiles.tile_path(3, 1234067, 12), "tile/3/x001/x234/067.p/12"),
        (tiles.entries_path(5, 255), "tile/entries/005.p/255"),
        (tiles.entries_path(999, 256), "tile/entries/999"),
    ],
)
def test_paths_are_those_of_the_specification(path, expected):
    """1234067 is the example of C2SP tlog-tiles."""
    assert path == expected


@pytest.mark.parametrize("width", [0, 257, -1])
def test_a_tile_of_impossible_width_is_refused(width):
    with pytest.raises(tiles.TileError, match=f"A tile holds 1 to 256 hashes, not {width}"):
        tiles.tile_path(0, 0, width)


def test_the_tiles_of_a_size_are_those_of_the_specification():
    """Size 70000: 273 full tiles and 112 hashes at level 0, one full and 17 at level 1, one hash at level 2."""
    paths = list(tiles.hash_paths(70_000))
    assert len(paths) == 274 + 2 + 1
    assert paths[273:] == ["tile/0/273.p/112", "tile/1/000", "tile/1/001.p/17", "tile/2/000.p/1"]
    assert list(tiles.hash_paths(256)) == ["tile/0/000", "tile/1/000.p/1"]
    assert list(tiles.hash_paths(0)) == []


@pytest.mark.parametrize("size", [0, 1, 255, 256, 257, 512, 700])
def test_a_log_is_written_and_read_back(size):
    entries = [str(number).encode() * (number % 5) for number in range(size)]
    files = tiles.write_tiles(entries)
    assert set(files) == {*tiles.hash_paths(size), *(path for path, _ in tiles.bundle_paths(size))}
    assert list(tiles.read_entries(size, files.__getitem__)) == entries
    level_0 = b"".join(files[path] for path in sorted(files) if path.startswith("tile/0/"))
    assert tiles.split_hashes(level_0) == [merkle.leaf_hash(entry) for entry in entries]


def test_a_hash_of_an_upper_tile_is_the_root_of_the_tile_below():
    """65 792 leaves: level 1 holds 257 hashes, level 2 one."""
    builder = tiles.TileBuilder()
    files = {}
    leaves = [merkle.leaf_hash(number.to_bytes(4, "big")) for number in range(65_792)]
    for leaf in leaves:
        files.update(builder.add(leaf))
    files.update(builder.finish())
    assert set(files) == set(tiles.hash_paths(65_792))
    assert files["tile/1/001.p/1"] == merkle.root(leaves[65_536:])
    assert files["tile/2/000.p/1"] == merkle.root(leaves[:65_536])
    assert builder.tree.root() == merkle.root(leaves)


@given(st.lists(st.binary(max_size=40), max_size=20))
def test_a_bundle_is_written_and_read_back(entries):
    assert tiles.parse_bundle(tiles.pack_bundle(entries)) == entries


def test_a_bundle_is_entries_after_their_lengths():
    assert tiles.pack_bundle([b"abc", b""]) == b"\x00\x03abc\x00\x00"


@pytest.mark.parametrize("data", [b"\x00", b"\x00\x04abc", b"\x00\x03abc\x00", b"\xff\xff"])
def test_a_bundle_that_breaks_off_is_refused(data):
    with pytest.raises(tiles.TileError, match="The bundle breaks off in entry"):
        tiles.parse_bundle(data)


def test_an_entry_too_long_is_refused():
    assert len(tiles.pack_bundle([bytes(65_535)])) == 65_537
    with pytest.raises(tiles.TileError, match="Entry 1 of the bundle has 65536 bytes; 65535 are the most"):
        tiles.pack_bundle([b"", bytes(65_536)])


def test_a_bundle_of_another_number_of_entries_is_refused():
    with pytest.raises(tiles.TileError, match=r"tile/entries/000\.p/2 holds 1 entries; a log of 2 has 2 there"):
        list(tiles.read_entries(2, lambda path: tiles.pack_bundle([b"a"])))


def test_a_hash_tile_of_broken_length_is_refused():
    with pytest.raises(tiles.TileError, match="A hash tile of 33 bytes"):
        tiles.split_hashes(bytes(33))
