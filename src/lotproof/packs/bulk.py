"""Bulk files of a pack: rows in blocks of 256 lines, so that one row is proved by its block alone.

Beside each `<stem>.ndjson.gz`, whose every gzip member is a block and a leaf of a Merkle tree, lie `<stem>.blocks`, the leaf hashes
in hex, a line each, and, for rows that have an item, `<stem>.index`: for each block the byte at which it begins and the least and
greatest item key in it (first 60 bits, hex). The index only helps to find a block; nothing rests on it.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb

from lotproof.lake.schema import TABLES
from lotproof.lake.sql import quoted
from lotproof.ledger.canonical import Json
from lotproof.ledger.merkle import Tree, leaf_hash
from lotproof.ledger.note import encode64

BLOCK_LINES = 256
"""Lines of a block; the last one may have fewer."""

PREFIX_DIGITS = 15
"""Hex digits of an item key in the index."""

MOST_GTINS = 50
"""GTINs that an entry names, so that a bare serial can be looked up."""

_PART = BLOCK_LINES * 32


@dataclass(frozen=True)
class Bulk:
    """A bulk file that was written."""

    path: str
    """Path of the ndjson.gz below data/."""
    source: str
    """SHA-256 of the original, hex."""
    table: str
    """Table of the lake that its rows are from."""
    records: int
    """Number of lines."""
    blocks: int
    """Number of blocks."""
    root: bytes
    """Root of the tree over the blocks."""
    gtins: tuple[str, ...]
    """GTINs in it, at most MOST_GTINS."""

    def body(self) -> dict[str, Json]:
        """The body of its `segment` entry: what it binds does not depend on the pack that it lies in."""
        return {
            "type": "bulk", "source": self.source, "table": self.table, "records": self.records, "block_lines": BLOCK_LINES,
            "blocks": self.blocks, "blocks_root": encode64(self.root), "gtins": list(self.gtins),
        }  # fmt: skip


def write_bulk(connection: duckdb.DuckDBPyConnection, segment: Path, folder: Path, source: str, table: str) -> Bulk:
    """Write the rows of a segment as a bulk file with its leaf hashes and index."""
    stem, tree, records = f"{source[:16]}-{table}", Tree(), 0
    keyed = "item_prefix" in TABLES[table]
    with (
        (folder / f"{stem}.ndjson.gz").open("wb") as stream,
        (folder / f"{stem}.blocks").open("w", encoding="ascii") as leaves,
        (folder / f"{stem}.index").open("w", encoding="ascii") as index,
    ):
        for lines, keys in _blocks(connection, segment, "item_prefix" if keyed else "NULL"):
            content = "".join(f"{line}\n" for line in lines).encode("utf-8", "replace")
            leaf = leaf_hash(content)
            tree.append(leaf)
            records += len(lines)
            index.write(_index_line(stream.tell(), keys))
            leaves.write(leaf.hex() + "\n")
            stream.write(_member(content))
    if not keyed:
        (folder / f"{stem}.index").unlink()
    gtins = _gtins(connection, segment) if "gtin" in TABLES[table] else ()
    return Bulk(f"observations/{stem}.ndjson.gz", source, table, records, tree.size, tree.root(), gtins)


def _blocks(connection: duckdb.DuckDBPyConnection, segment: Path, key: str) -> Iterator[tuple[Sequence[str], list[int]]]:
    rows = connection.execute(f"SELECT to_json(x)::VARCHAR, {key} FROM read_parquet({quoted(segment)}) x")
    while part := rows.fetchmany(_PART):
        for start in range(0, len(part), BLOCK_LINES):
            block = part[start : start + BLOCK_LINES]
            yield [line for line, _ in block], [found for _, found in block if found is not None]


def _index_line(offset: int, keys: Sequence[int]) -> str:
    bounds = f"{min(keys):0{PREFIX_DIGITS}x} {max(keys):0{PREFIX_DIGITS}x}" if keys else "- -"
    return f"{offset} {bounds}\n"


def _member(content: bytes) -> bytes:
    """A gzip member without a time stamp, so that the same rows give the same bytes."""
    packer = zlib.compressobj(1, zlib.DEFLATED, 31)
    return packer.compress(content) + packer.flush()


def _gtins(connection: duckdb.DuckDBPyConnection, segment: Path) -> tuple[str, ...]:
    rows = f"read_parquet({quoted(segment)})"
    found = connection.execute(f"SELECT DISTINCT gtin FROM {rows} WHERE gtin IS NOT NULL ORDER BY gtin LIMIT {MOST_GTINS}")
    return tuple(gtin for (gtin,) in found.fetchall())
