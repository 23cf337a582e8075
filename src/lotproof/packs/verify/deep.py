"""Step 7, only with --deep: the blocks of the bulk files against their leaf hashes and their entries of the ledger, and the PDF."""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from lotproof.ledger import canonical, note
from lotproof.ledger.entry import EntryError, parse_entry
from lotproof.ledger.merkle import Tree, leaf_hash
from lotproof.packs.verify.entries import EntryReader
from lotproof.packs.verify.paper import check_pdf
from lotproof.packs.verify.report import UNDETERMINED, Problem, Step
from lotproof.packs.verify.seal import Statement
from lotproof.packs.verify.source import Source, Unreadable, lines, read
from lotproof.packs.verify.trust import Trust

BULK, BLOCKS = ".ndjson.gz", ".blocks"
"""Gzip members of 256 lines, and the leaf hash of each in hex, a line each."""

SEGMENTS = "data/segments.json"
"""Which entry of the ledger each bulk file has."""

PIECE = 16 << 10
"""Bytes that are unpacked at a time: what follows a member is copied, so large pieces would be copied over and over."""

MEMBER_LIMIT = 16 << 20
"""Largest block, in bytes, that is unpacked; 256 lines have some 40 kB."""


@dataclass
class _Counted:
    """What was met in a bulk file."""

    tree: Tree = field(default_factory=Tree)
    """Tree over its blocks."""
    records: int = 0
    """Lines in them."""


def check_deep(source: Source, head: note.Checkpoint | None, statement: Statement | None, trust: Trust) -> Step:
    """Check each block of each bulk file up to the entry of the ledger that names it, and the PDF report."""
    problems: list[Problem] = []
    entries = EntryReader(source, head.size) if head else None
    for path in sorted(path for path in source.files if path.startswith("data/") and path.endswith(BULK)):
        counted = _Counted()
        problems += _blocks(source, path, path.removesuffix(BULK) + BLOCKS, counted) or _segment(source, entries, path, counted)
    found, notes = check_pdf(source, statement, trust)
    return Step("deep", (*problems, *found), tuple(notes))


def _segment(source: Source, entries: EntryReader | None, path: str, counted: _Counted) -> list[Problem]:
    """Whoever exchanges a block can exchange its leaf hash too; the entry of the ledger he cannot."""
    made = [note.encode64(counted.tree.root()), counted.tree.size, counted.records]
    try:
        stated = _stated(source, entries, path) if entries else None
    except Unreadable:
        entries = None
    if entries is None:
        return [Problem("not-checked", path, f"{path} was not compared with its entry of the ledger, which cannot be read.", UNDETERMINED)]
    if stated == made:
        return []
    sentence = f"{path} has {made[1]} blocks with {made[2]} records under the root {made[0]}; no entry of the ledger states that of it."
    return [Problem("segment-differs", path, sentence)]


def _stated(source: Source, entries: EntryReader, path: str) -> list[Any] | None:
    """Give root, blocks and records as the entry of a bulk file states them, None where it has none; raises Unreadable."""
    try:
        document: Any = canonical.loads(read(source, SEGMENTS))
        index = document["segments"][path.removeprefix("data/")]
        found = parse_entry(entries.entry(index)) if type(index) is int and 0 <= index < entries.size else None
        body: Any = found.body if found and found.kind == "segment" else {}
        return [body[name] for name in ("blocks_root", "blocks", "records")]
    except (canonical.CanonicalError, EntryError, LookupError, TypeError):
        return None


def _blocks(source: Source, path: str, leaves: str, counted: _Counted) -> list[Problem]:
    try:
        wanted = lines(source, leaves)
        for number, block in enumerate(members(source, path)):
            leaf = leaf_hash(block)
            counted.tree.append(leaf)
            counted.records += block.count(b"\n")
            if next(wanted, None) != leaf.hex().encode():
                sentence = f"Block {number} of {path} (lines from {number * 256 + 1}) is not the one in {leaves}."
                return [Problem("block-differs", path, sentence)]
        if next(wanted, None) is not None:
            return [Problem("block-differs", path, f"{path} has fewer blocks than {leaves}.")]
    except Unreadable as error:
        return [error.problem]
    except zlib.error as error:
        return [Problem("block-differs", path, f"{path} cannot be unpacked ({error}).")]
    return []


def members(source: Source, path: str) -> Iterator[bytes]:
    """Give the content of each gzip member; raises zlib.error where it is none, Unreadable where the file is damaged."""
    unpacker, parts, size = zlib.decompressobj(31), [b""], 0
    for chunk in (whole[at : at + PIECE] for whole in source.chunks(path) for at in range(0, len(whole), PIECE)):
        while chunk:
            parts.append(unpacker.decompress(chunk, MEMBER_LIMIT + 1 - size))
            size += len(parts[-1])
            if size > MEMBER_LIMIT:
                raise zlib.error(f"a block of more than {MEMBER_LIMIT} bytes")
            chunk = unpacker.unused_data if unpacker.eof else b""
            if unpacker.eof:
                yield b"".join(parts)
                unpacker, parts, size = zlib.decompressobj(31), [b""], 0
    if size or len(parts) > 1:
        raise zlib.error("it breaks off in a block")
