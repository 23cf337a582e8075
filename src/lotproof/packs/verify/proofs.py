"""C2SP tlog-proofs: each lets one entry be checked without the rest of the ledger (https://c2sp.org/tlog-proof)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from lotproof.ledger import merkle, note
from lotproof.packs.verify.entries import LEDGER, EntryReader
from lotproof.packs.verify.report import Problem
from lotproof.packs.verify.source import Source, Unreadable, read

HEADER = "c2sp.org/tlog-proof@v1"
"""First line of a proof."""

PROOF = re.compile(r"data/proofs/(0|[1-9][0-9]{0,18})\.tlog-proof")
"""Where the proof of an entry lies."""


def make_proof(index: int, path: Sequence[bytes], checkpoint: bytes) -> bytes:
    """Give the bytes of a proof: the inclusion `path` of entry `index` under the signed `checkpoint`."""
    hashes = "".join(f"{note.encode64(node)}\n" for node in path)
    return f"{HEADER}\nindex {index}\n{hashes}\n".encode() + checkpoint


def check_proof(proof: bytes, index: int, entry: bytes, checkpoint: bytes) -> bool:
    """Say whether `proof` shows that `entry` is entry `index` under exactly this signed `checkpoint`."""
    head, _, tail = proof.partition(b"\n\n")
    try:
        first, second, *hashes = head.decode("ascii").split("\n")
        parsed = note.parse_checkpoint(note.parse(checkpoint).text)
        path = [note.decode64(line) for line in hashes]
    except (ValueError, note.NoteError):
        return False
    named = (first, second) == (HEADER, f"index {index}") and tail == checkpoint
    return named and merkle.verify_inclusion(merkle.leaf_hash(entry), index, parsed.size, path, parsed.root)


def check_proofs(source: Source, entries: EntryReader) -> Iterator[Problem]:
    """Check every proof in the pack against its entry and the checkpoint."""
    for path, match in ((path, PROOF.fullmatch(path)) for path in sorted(source.files)):
        if match is None:
            continue
        index = int(match[1])
        try:
            checkpoint = read(source, f"{LEDGER}checkpoint")
            good = index < entries.size and check_proof(read(source, path), index, entries.entry(index), checkpoint)
        except Unreadable:
            continue  # the step that reads that file says so
        if not good:
            yield Problem("bad-proof", path, f"{path} does not lead from entry {index} to the root of the checkpoint.")
