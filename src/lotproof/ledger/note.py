"""Signed notes, log checkpoints and verifier keys, as C2SP defines them.

Sources: C2SP signed-note v1.0.0 (text, blank line, signature lines `— <name> <base64(key id || signature)>`),
C2SP tlog-checkpoint v1.0.0 (origin, size, base64 root, extension lines). Ed25519 only, algorithm byte 0x01.
The key id is the first four bytes of SHA-256(name || 0x0A || 0x01 || public key).
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

ED25519 = b"\x01"
"""The algorithm byte of an Ed25519 key in a vkey (C2SP signed-note, signature types)."""

MAX_SIGNATURES = 100
"""More signature lines than this are refused."""

_NAME = re.compile(r"[^\s+\x00-\x1f\x7f]+")


class NoteError(ValueError):
    """A note, checkpoint or key that cannot be read or made."""


class Signer(Protocol):
    """What signs: a name, its 32-byte Ed25519 public key, and the act of signing."""

    @property
    def name(self) -> str:
        """The key name; for a log, its origin."""
        ...

    @property
    def public(self) -> bytes:
        """The raw public key, 32 bytes."""
        ...

    def sign(self, message: bytes) -> bytes:
        """Give the 64-byte Ed25519 signature of `message`."""
        ...


@dataclass(frozen=True)
class VerifierKey:
    """A public key together with the name it signs under."""

    name: str
    """The key name; for a log key it equals the origin of the log."""
    public: bytes
    """The raw Ed25519 public key, 32 bytes (RFC 8032)."""

    @property
    def key_id(self) -> bytes:
        """The four bytes that name this key in a signature line."""
        return hashlib.sha256(self.name.encode() + b"\n" + ED25519 + self.public).digest()[:4]

    @property
    def vkey(self) -> str:
        """The text form `<name>+<hex key id>+<base64(0x01 || public key)>`."""
        return f"{self.name}+{self.key_id.hex()}+{encode64(ED25519 + self.public)}"

    def verify(self, message: bytes, signature: bytes) -> bool:
        """Say whether `signature` is this key's Ed25519 signature of `message`."""
        try:
            Ed25519PublicKey.from_public_bytes(self.public).verify(signature, message)
        except (InvalidSignature, ValueError):
            return False
        return True


@dataclass(frozen=True)
class Signature:
    """One signature line."""

    name: str
    """The name of the key."""
    key_id: bytes
    """Four bytes that tell keys of one name apart."""
    signature: bytes
    """The signature itself; 64 bytes when it is Ed25519."""


@dataclass(frozen=True)
class Note:
    """A parsed note. Nothing about it is verified yet."""

    text: str
    """The signed text, ending in a newline."""
    signatures: tuple[Signature, ...]
    """The signature lines, in order."""


@dataclass(frozen=True)
class Verified:
    """What came of checking a note against known keys. Signatures by other keys appear in neither list."""

    valid: tuple[VerifierKey, ...]
    """Known keys whose signature holds."""
    invalid: tuple[VerifierKey, ...]
    """Known keys that are named by a signature line whose signature does not hold."""


@dataclass(frozen=True)
class Checkpoint:
    """The head of a log at one size."""

    origin: str
    """The name of the log."""
    size: int
    """Number of entries."""
    root: bytes
    """RFC 6962 root over them, 32 bytes."""
    extensions: tuple[str, ...] = ()
    """Further lines, opaque."""

    @property
    def text(self) -> str:
        """The note text of this checkpoint."""
        return "".join(f"{line}\n" for line in (self.origin, str(self.size), encode64(self.root), *self.extensions))


def encode64(data: bytes) -> str:
    """Give standard base64 with padding (RFC 4648 section 4)."""
    return base64.b64encode(data).decode("ascii")


def decode64(text: str) -> bytes:
    """Read standard base64, refusing every spelling but the one that `encode64` gives; raises NoteError."""
    try:
        data = base64.b64decode(text.encode("ascii"), validate=True)
    except (UnicodeEncodeError, binascii.Error):
        data = None
    if data is None or encode64(data) != text:
        raise NoteError(f"{text[:60]!r} is not standard base64 with padding (RFC 4648 section 4).")
    return data


def parse_vkey(line: str) -> VerifierKey:
    """Read a vkey line; raises NoteError when its form, its algorithm or its key id is wrong."""
    parts = line.strip().split("+", 2)
    if len(parts) != 3 or not _NAME.fullmatch(parts[0]):
        raise NoteError(
            f"{line.strip()[:80]!r} is not a log key: a vkey reads <name>+<8 hex digits>+<base64>. Copy the whole line."
        )
    name, key_id, encoded = parts
    raw = decode64(encoded)
    if len(raw) != 33 or raw[:1] != ED25519:
        raise NoteError(
            f"The key {name!r} is not an Ed25519 key (33 bytes that begin with 01). Ask for an Ed25519 vkey."
        )
    key = VerifierKey(name, raw[1:])
    if key.key_id.hex() != key_id:
        raise NoteError(
            f"The key {name!r} says its id is {key_id[:16]!r}, its bytes give {key.key_id.hex()}: "
            "it was mistyped or changed. Copy the line again."
        )
    return key


def sign(text: str, signers: Sequence[Signer]) -> bytes:
    """Give the note over `text` (which ends in a newline) with one signature line for each signer, in order."""
    _check_text(text)
    if not signers:
        raise NoteError("A note without a signature proves nothing; pass at least one signer.")
    return (text + "\n" + "".join(_line(text, signer) for signer in signers)).encode("utf-8")


def cosign(data: bytes, signer: Signer) -> bytes:
    """Give the note `data` with one more signature line at its end; raises NoteError when it is not a note."""
    note = parse(data)
    return data + _line(note.text, signer).encode("utf-8")


def _line(text: str, signer: Signer) -> str:
    if not _NAME.fullmatch(signer.name):
        raise NoteError(f"The key name {signer.name!r} is empty or has a space or a plus sign; choose another name.")
    key = VerifierKey(signer.name, signer.public)
    return f"— {signer.name} {encode64(key.key_id + signer.sign(text.encode('utf-8')))}\n"


def _check_text(text: str) -> None:
    if not text.endswith("\n"):
        raise NoteError("The text of a note ends in a newline; add it.")
    if any(character < " " and character != "\n" for character in text):
        raise NoteError("The text of a note has no control characters but the newline; remove them.")


def parse(data: bytes) -> Note:
    """Read a note; raises NoteError when its form is wrong. Verifies nothing."""
    try:
        content = data.decode("utf-8")
    except UnicodeDecodeError:
        raise NoteError("The note is not UTF-8 text.") from None
    head, gap, tail = content.rpartition("\n\n")
    if not gap or not tail.endswith("\n"):
        raise NoteError("The note has no signature block: text, an empty line, then lines that begin with an em dash.")
    _check_text(head + "\n")
    lines = tail[:-1].split("\n")
    if len(lines) > MAX_SIGNATURES:
        raise NoteError(f"The note has {len(lines)} signature lines; {MAX_SIGNATURES} are the most.")
    return Note(head + "\n", tuple(_parse_line(line) for line in lines))


def _parse_line(line: str) -> Signature:
    parts = line.split(" ")
    if len(parts) != 3 or parts[0] != "—" or not _NAME.fullmatch(parts[1]):
        raise NoteError(f"{line[:60]!r} is not a signature line: it reads — <name> <base64>.")
    raw = decode64(parts[2])
    if len(raw) < 5:
        raise NoteError(f"The signature by {parts[1]!r} is too short to hold a key id and a signature.")
    return Signature(parts[1], raw[:4], raw[4:])


def verify(note: Note, keys: Iterable[VerifierKey]) -> Verified:
    """Check the signatures of `note` by `keys`; signatures by unknown keys are ignored, as C2SP asks."""
    message = note.text.encode("utf-8")
    known = {(key.name, key.key_id): key for key in keys}
    outcome: dict[VerifierKey, bool] = {}
    for line in note.signatures:
        key = known.get((line.name, line.key_id))
        if key is not None:
            outcome[key] = outcome.get(key, True) and key.verify(message, line.signature)
    valid = tuple(key for key, good in outcome.items() if good)
    return Verified(valid, tuple(key for key, good in outcome.items() if not good))


def parse_checkpoint(text: str) -> Checkpoint:
    """Read the note text of a checkpoint; raises NoteError when a line is missing or malformed."""
    lines = text.split("\n")
    if len(lines) < 4 or lines[-1] or not all(lines[:-1]):
        raise NoteError("A checkpoint has three lines or more, none empty: origin, size, base64 root.")
    origin, size, encoded, *extensions = lines[:-1]
    if not re.fullmatch(r"0|[1-9][0-9]{0,18}", size, re.ASCII):
        raise NoteError(f"{size[:30]!r} is not the size of a log: digits without a leading zero.")
    root = decode64(encoded)
    if len(root) != 32:
        raise NoteError(f"The root has {len(root)} bytes; a SHA-256 root has 32.")
    return Checkpoint(origin, int(size), root, tuple(extensions))
