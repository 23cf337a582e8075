"""C2SP tlog-proof@v1: one text that proves, offline and alone, that an entry is in a log (https://c2sp.org/tlog-proof).

First line, `index <n>`, the hashes of the inclusion proof from the leaf upwards, an empty line, the signed checkpoint.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from lotproof.ledger import merkle, note

HEADER = "c2sp.org/tlog-proof@v1"
"""First line of a proof."""

_MOST = 63
"""A proof has no more hashes than a tree of 2^63 leaves is high."""


@dataclass(frozen=True)
class Proof:
    """A proof as read. Nothing about it is verified yet."""

    index: int
    """Place of the entry in the log."""
    path: tuple[bytes, ...]
    """Hashes from the leaf's sibling upwards."""
    signed: note.Note
    """The signed checkpoint."""
    head: note.Checkpoint
    """What the checkpoint says."""

    def holds(self, entry: bytes) -> bool:
        """Say whether `entry` is the entry at this index under the root of the checkpoint; signatures are not looked at."""
        return merkle.verify_inclusion(merkle.leaf_hash(entry), self.index, self.head.size, self.path, self.head.root)


def make_proof(index: int, path: Sequence[bytes], checkpoint: bytes) -> bytes:
    """Give the bytes of a proof: the inclusion `path` of entry `index` under the signed `checkpoint`."""
    hashes = "".join(f"{note.encode64(node)}\n" for node in path)
    return f"{HEADER}\nindex {index}\n{hashes}\n".encode() + checkpoint


def parse_proof(data: bytes) -> Proof:
    """Read a proof; raises NoteError when its form is wrong. An `extra` line is skipped: nothing vouches for it."""
    head, gap, tail = data.partition(b"\n\n")
    lines = head.decode("utf-8", "replace").split("\n")
    if not gap or lines[0] != HEADER:
        raise note.NoteError(f"This is no proof: it does not begin with {HEADER}, or has no checkpoint after an empty line.")
    del lines[: 2 if len(lines) > 1 and lines[1].startswith("extra ") else 1]
    found = re.fullmatch(r"index (0|[1-9][0-9]{0,18})", lines[0], re.ASCII) if lines else None
    if found is None or len(lines) > _MOST + 1:
        raise note.NoteError(f'The proof has no line "index <number>", or more than {_MOST} hashes.')
    signed = note.parse(tail)
    path = tuple(note.decode64(line) for line in lines[1:])
    return Proof(int(found[1]), path, signed, note.parse_checkpoint(signed.text))
