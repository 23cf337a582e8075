"""Step 7, only with --deep: the blocks of the bulk files against their leaf hashes, and the PDF."""

from __future__ import annotations

import zlib
from collections.abc import Iterator

from lotproof.ledger.merkle import leaf_hash
from lotproof.packs.verify.paper import check_pdf
from lotproof.packs.verify.report import Problem, Step
from lotproof.packs.verify.seal import Statement
from lotproof.packs.verify.source import Source, Unreadable, lines
from lotproof.packs.verify.trust import Trust

BULK, BLOCKS = ".ndjson.gz", ".blocks"
"""Gzip members of 256 lines, and the leaf hash of each in hex, a line each."""

PIECE = 16 << 10
"""Bytes that are unpacked at a time: what follows a member is copied, so large pieces would be copied over and over."""

MEMBER_LIMIT = 16 << 20
"""Largest block, in bytes, that is unpacked; 256 lines have some 40 kB."""


def check_deep(source: Source, statement: Statement | None, trust: Trust) -> Step:
    """Check each block of each bulk file, and the PDF report."""
    problems: list[Problem] = []
    for path in sorted(path for path in source.files if path.startswith("data/") and path.endswith(BULK)):
        problems += _blocks(source, path, path.removesuffix(BULK) + BLOCKS)
    found, notes = check_pdf(source, statement, trust)
    return Step("deep", (*problems, *found), tuple(notes))


def _blocks(source: Source, path: str, leaves: str) -> list[Problem]:
    try:
        wanted = lines(source, leaves)
        for number, block in enumerate(members(source, path)):
            if next(wanted, None) != leaf_hash(block).hex().encode():
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
