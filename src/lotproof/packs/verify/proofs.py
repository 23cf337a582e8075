"""C2SP tlog-proofs: each lets one entry be checked without the rest of the ledger (https://c2sp.org/tlog-proof)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from lotproof.ledger import note, tlog_proof
from lotproof.packs.verify.entries import LEDGER, EntryReader
from lotproof.packs.verify.report import Problem
from lotproof.packs.verify.source import Source, Unreadable, read

PROOF = re.compile(r"data/proofs/(0|[1-9][0-9]{0,18})\.tlog-proof")
"""Where the proof of an entry lies."""


def check_proof(proof: bytes, index: int, entry: bytes, checkpoint: bytes) -> bool:
    """Say whether `proof` shows that `entry` is entry `index` under exactly this signed `checkpoint`."""
    try:
        parsed = tlog_proof.parse_proof(proof)
    except note.NoteError:
        return False
    return parsed.index == index and proof.endswith(b"\n\n" + checkpoint) and parsed.holds(entry)


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
