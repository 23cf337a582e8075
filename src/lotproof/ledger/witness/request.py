"""The body of `add-checkpoint`: `old <size>`, the hashes of the consistency proof, an empty line, the signed checkpoint."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from lotproof.ledger.note import Checkpoint, Note, NoteError, decode64, encode64, parse, parse_checkpoint

MOST_HASHES = 63
"""Hashes that a consistency proof has at most."""


@dataclass(frozen=True)
class Request:
    """A request as read; nothing about it is verified yet."""

    old: int
    """Size that the client believes the witness saw last."""
    proof: tuple[bytes, ...]
    """Consistency proof from there."""
    signed: Note
    """The signed checkpoint."""
    head: Checkpoint
    """What it says."""


def make_request(old: int, proof: Sequence[bytes], checkpoint: bytes) -> bytes:
    """Give the bytes of a request."""
    hashes = "".join(f"{encode64(node)}\n" for node in proof)
    return f"old {old}\n{hashes}\n".encode() + checkpoint


def parse_request(body: bytes) -> Request:
    """Read a request; raises NoteError when its form is wrong."""
    head, gap, tail = body.partition(b"\n\n")
    first, *hashes = head.decode("utf-8", "replace").split("\n")
    size = re.fullmatch(r"old (0|[1-9][0-9]{0,18})", first, re.ASCII)
    if not gap or size is None or len(hashes) > MOST_HASHES:
        raise NoteError(f'The request is "old <size>", at most {MOST_HASHES} hashes, an empty line and a signed checkpoint.')
    signed = parse(tail)
    return Request(int(size[1]), tuple(decode64(line) for line in hashes), signed, parse_checkpoint(signed.text))
