"""Asks a witness to cosign a checkpoint, as the log does."""

from __future__ import annotations

import http.client
import urllib.error
import urllib.request
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from lotproof.ledger.cosignature import CosignerKey, cosignatures
from lotproof.ledger.note import NoteError, encode64, parse, parse_checkpoint
from lotproof.ledger.witness.judge import SIZE_TYPE
from lotproof.ledger.witness.request import make_request

LIMIT = 64 << 10
"""Largest answer, in bytes, that is read."""

ROUNDS = 4
"""How often a witness may name another size than was expected: others may submit at the same time."""


class WitnessError(Exception):
    """A witness did not cosign; the message says which, why, and what to do next."""


@dataclass(frozen=True)
class Answer:
    """What a witness answered."""

    status: int
    """HTTP status."""
    kind: str
    """Content type."""
    text: str
    """Body."""


def cosigned_by(
    url: str, key: CosignerKey, checkpoint: bytes, proof_from: Callable[[int], Sequence[bytes]], expected: int, timeout: float = 20.0
) -> bytes:
    """Give `checkpoint` with the cosignature of the witness at `url` added.

    `proof_from` gives the consistency proof from a size to that of the checkpoint; `expected` is the size which the witness is
    believed to have seen last. Raises WitnessError.
    """
    head, size = parse_checkpoint(parse(checkpoint).text), expected
    for _ in range(ROUNDS):
        answer = _post(url, make_request(size, proof_from(size) if 0 < size < head.size else (), checkpoint), timeout)
        if answer.status != 409 or answer.kind != SIZE_TYPE:
            return _taken(url, key, checkpoint, answer)
        size = _size(url, answer)
        if size > head.size:
            raise WitnessError(
                f"The witness at {url} has seen {size} entries of the log {head.origin}, more than the {head.size} there are: entries "
                "were lost, or another copy of the log is in use. Restore the ledger from its backup before anything is appended."
            )
    raise WitnessError(f"The witness at {url} named another size {ROUNDS} times; others submit to it at the same time. Try again.")


def _size(url: str, answer: Answer) -> int:
    digits = answer.text.removesuffix("\n")
    if not (digits.isascii() and digits.isdigit() and len(digits) < 20):
        raise WitnessError(f"The witness at {url} answered 409 with {digits[:40]!r}, which is no size; it does not speak tlog-witness.")
    return int(digits)


def _taken(url: str, key: CosignerKey, checkpoint: bytes, answer: Answer) -> bytes:
    if answer.status in (409, 422):
        root = encode64(parse_checkpoint(parse(checkpoint).text).root)
        raise WitnessError(
            f"The witness at {url} refuses: this log, with the root {root}, does not continue what it saw before. {answer.text.strip()} "
            "The history was changed, or the ledger was restored from an old backup."
        )
    if answer.status != 200:
        raise WitnessError(f"The witness at {url} answered {answer.status}: {answer.text.strip()[:200]}")
    kept = b"".join(line.encode() + b"\n" for line in answer.text.splitlines() if _holds(checkpoint, key, line))
    if not kept:
        raise WitnessError(f"The witness at {url} did not sign with the key that was given for {key.name}; ask its operator for the key.")
    return checkpoint + kept


def _holds(checkpoint: bytes, key: CosignerKey, line: str) -> bool:
    try:
        alone = parse(parse(checkpoint).text.encode() + b"\n" + line.encode() + b"\n")
    except NoteError:
        return False
    return key in cosignatures(alone, [key]).valid


def _post(url: str, body: bytes, timeout: float) -> Answer:
    if urlsplit(url).scheme not in ("http", "https"):
        raise WitnessError(f"{url} is no address of a witness; write http:// or https://.")
    request = urllib.request.Request(f"{url.rstrip('/')}/add-checkpoint", body, {"Content-Type": "text/plain; charset=utf-8"})
    try:
        with urllib.request.urlopen(request, timeout=timeout) as answer:
            return Answer(answer.status, answer.headers.get("Content-Type", ""), answer.read(LIMIT).decode("utf-8", "replace"))
    except urllib.error.HTTPError as error:
        return Answer(error.code, error.headers.get("Content-Type", ""), error.read(LIMIT).decode("utf-8", "replace"))
    except (OSError, http.client.HTTPException, ValueError) as error:
        reason = getattr(error, "reason", error) or type(error).__name__
        raise WitnessError(f"The witness at {url} could not be reached ({reason}). Try again, or ask its operator.") from None
