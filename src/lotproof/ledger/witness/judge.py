"""What a witness answers: the decision of C2SP tlog-witness alone, without network, disk and clock."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from lotproof.ledger import merkle
from lotproof.ledger.note import VerifierKey, encode64, verify
from lotproof.ledger.witness.request import Request

SIZE_TYPE = "text/x.tlog.size"
"""Content type of the answer that names the size which the witness saw last."""


MOST_ENTRIES = 2**63 - 1
"""Largest log that can be remembered."""


@dataclass(frozen=True)
class Seen:
    """The head of a log that a witness cosigned last."""

    size: int
    """Number of entries."""
    root: bytes
    """Root over them."""


NOTHING = Seen(0, merkle.EMPTY_ROOT)
"""Of a log that was never cosigned."""


@dataclass(frozen=True)
class Verdict:
    """The answer to one request."""

    status: int
    """HTTP status; 200 is the only one that cosigns."""
    text: str = ""
    """Body of a refusal: a sentence, or the size with a newline."""
    kind: str = "text/plain; charset=utf-8"
    """Content type of the body."""
    evidence: bool = False
    """True where the log signed something that contradicts what it signed before: worth keeping."""


COSIGN = Verdict(200)
"""The checkpoint continues what was seen."""


def unsigned(request: Request, logs: Mapping[str, Sequence[VerifierKey]]) -> Verdict | None:
    """Refuse a log that is unknown (404) or did not sign (403), or an old size above the new one (400); None where all is well."""
    origin = request.head.origin
    if origin not in logs:
        return Verdict(404, f"This witness does not know the log {origin}.\n")
    found = verify(request.signed, logs[origin])
    if not found.valid:
        return Verdict(403, f"The checkpoint is not signed by a key that this witness has for {origin}.\n")
    if request.head.size > MOST_ENTRIES:
        return Verdict(400, f"A log has at most {MOST_ENTRIES} entries.\n")
    if request.old > request.head.size:
        return Verdict(400, f"The old size {request.old} is above the size {request.head.size} of the checkpoint.\n")
    return None


def continues(request: Request, seen: Seen) -> Verdict:
    """Say whether the checkpoint goes on from what was seen: 200, or 409 (another size or root) or 422 (the proof does not hold)."""
    head = request.head
    if request.old != seen.size:
        return Verdict(409, f"{seen.size}\n", SIZE_TYPE)
    if head.size == seen.size:
        if head.root != seen.root:
            sentence = f"The log had the root {encode64(seen.root)} at {seen.size} entries, not {encode64(head.root)}.\n"
            return Verdict(409, sentence, evidence=seen.size > 0)
        return COSIGN if not request.proof else Verdict(422, "Between equal sizes a consistency proof is empty.\n")
    if seen.size == 0:
        return COSIGN if not request.proof else Verdict(422, "From size 0 a consistency proof is empty.\n")
    if not merkle.verify_consistency(seen.size, head.size, request.proof, seen.root, head.root):
        sentence = f"The proof does not lead from the root {encode64(seen.root)} at {seen.size} entries to this checkpoint.\n"
        return Verdict(422, sentence, evidence=True)
    return COSIGN
