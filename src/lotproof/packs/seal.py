"""The seal of a pack: one in-toto statement that names the tag manifests and the head of the ledger, and its signature.

The statement is an in-toto Statement v1 in canonical JSON. It is signed as a C2SP signed note over three lines:
the format, the pack id and the SHA-256 of the statement. `openssl` alone can check both.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from pathlib import Path

from lotproof.ledger import canonical, note
from lotproof.ledger.entry import Head, is_time
from lotproof.packs.bag import BagDigests

STATEMENT_TYPE = "https://in-toto.io/Statement/v1"
"""`_type` of an in-toto Statement v1."""

PREDICATE_TYPE = "https://lotproof.org/evidence-pack/v1"
"""`predicateType`; a breaking change counts the number up."""

NOTE_HEADER = "lotproof.org/evidence-pack/v1"
"""First line of the signed note: says what is signed, so that no other signature of the key fits."""


class SealError(ValueError):
    """A statement that cannot be made or signed."""


def build_statement(
    *,
    pack: str,
    created: str,
    producer: Mapping[str, str],
    scope: Mapping[str, canonical.Json],
    checkpoint: note.Checkpoint,
    directory_index: int,
    stream_heads: Mapping[str, Head],
    digests: BagDigests,
    copies: Mapping[str, bytes],
    parts: Sequence[str] = (),
    supersedes: str | None = None,
) -> bytes:
    """Give the canonical bytes of seal/statement.json.

    `created` is UTC `YYYY-MM-DDTHH:MM:SSZ`; `directory_index` and `stream_heads` are those of the last entry of the
    ledger, a directory; `copies` are the files of seal/trust/, `parts` the names of the other files that belong to this
    seal, so that none can be stripped; `supersedes` is the id of an earlier pack. Raises SealError when they do not fit
    together.
    """
    _check(pack, created, checkpoint, directory_index)
    predicate: dict[str, canonical.Json] = {
        "pack": pack,
        "created": created,
        "producer": dict(producer),
        "scope": dict(scope),
        "ledger": {"origin": checkpoint.origin, "size": checkpoint.size, "root": note.encode64(checkpoint.root)},
        "completeness": {
            "directory_index": directory_index,
            "stream_heads": {name: {"seq": head.seq, "leaf": head.leaf} for name, head in stream_heads.items()},
        },
        "seal": {
            "parts": list[canonical.Json](sorted({"statement.json.note", *parts})),
            "trust": {name: hashlib.sha256(data).hexdigest() for name, data in copies.items()},
        },
        "supersedes": supersedes,
    }
    subject: list[canonical.Json] = [
        {"name": file.path, "digest": {"sha256": file.sha256, "sha512": file.sha512}} for file in digests.tagmanifests
    ]
    statement = {"_type": STATEMENT_TYPE, "subject": subject, "predicateType": PREDICATE_TYPE, "predicate": predicate}
    try:
        return canonical.dumps(statement)
    except canonical.CanonicalError as error:
        raise SealError(f"The statement of pack {pack} cannot be written: {error}") from None


def _check(pack: str, created: str, checkpoint: note.Checkpoint, directory_index: int) -> None:
    if not pack or not pack.isprintable():
        raise SealError(f"The pack id {pack!r} is empty or not printable; give it a name such as EP-2026-0042.")
    if not is_time(created):
        raise SealError(f"The time of creation is {created!r}; write UTC as YYYY-MM-DDTHH:MM:SSZ.")
    if directory_index != checkpoint.size - 1:
        raise SealError(
            f"The directory is entry {directory_index}, the ledger has {checkpoint.size} entries; "
            "write the directory as the last entry before the pack is sealed."
        )


def seal_text(pack: str, statement: bytes) -> str:
    """Give the text that is signed: format, pack id and SHA-256 of the statement, a line each."""
    return f"{NOTE_HEADER}\n{pack}\n{hashlib.sha256(statement).hexdigest()}\n"


def sign_statement(pack: str, statement: bytes, signers: Sequence[note.Signer]) -> bytes:
    """Give the bytes of seal/statement.json.note; the first signer is the log key, named as the origin."""
    return note.sign(seal_text(pack, statement), signers)


def log_key_copy(key: note.Signer) -> dict[str, bytes]:
    """Give the copy of the log's vkey for seal/trust/, as {file name: bytes}."""
    return {"log.vkey": f"{note.VerifierKey(key.name, key.public).vkey}\n".encode()}


def write_seal(root: Path, pack: str, statement: bytes, signers: Sequence[note.Signer], copies: Mapping[str, bytes]) -> None:
    """Write `seal/` of the pack at `root`: statement, note, and the copies in trust/ that nobody should trust."""
    signed = sign_statement(pack, statement, signers)
    folder = root / "seal"
    (folder / "trust").mkdir(parents=True, exist_ok=True)
    (folder / "statement.json").write_bytes(statement)
    (folder / "statement.json.note").write_bytes(signed)
    for name, data in copies.items():
        (folder / "trust" / name).parent.mkdir(exist_ok=True)
        (folder / "trust" / name).write_bytes(data)
