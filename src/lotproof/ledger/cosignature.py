"""C2SP tlog-cosignature, cosignature/v1 by Ed25519: a witness states at what time it saw which head of a log.

The signed message is `cosignature/v1`, `time <seconds since 1970>`, then the text of the checkpoint. The signature in the note
line is the time as eight bytes, big-endian, and the 64 bytes of Ed25519. Keys have the algorithm byte 0x04.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass

from lotproof.ledger.note import Note, NoteError, Signer, VerifierKey, decode64, encode64

ALGORITHM = b"\x04"
"""The algorithm byte of an Ed25519 cosigner in a vkey."""

_NAME = re.compile(r"[^\s+\x00-\x1f\x7f]+")
_LATEST = 2**63 - 1


@dataclass(frozen=True)
class CosignerKey:
    """The public key of a witness together with its name."""

    name: str
    """The name in its signature lines."""
    public: bytes
    """The raw Ed25519 public key, 32 bytes."""

    @property
    def key_id(self) -> bytes:
        """The four bytes that name this key in a signature line."""
        return hashlib.sha256(self.name.encode() + b"\n" + ALGORITHM + self.public).digest()[:4]

    @property
    def vkey(self) -> str:
        """The text form `<name>+<hex key id>+<base64(0x04 || public key)>`."""
        return f"{self.name}+{self.key_id.hex()}+{encode64(ALGORITHM + self.public)}"

    def time_in(self, text: str, signature: bytes) -> int | None:
        """Give the time that `signature` states over the checkpoint `text`, None where it does not hold."""
        if len(signature) != 72:
            return None
        time = int.from_bytes(signature[:8], "big")
        good = time <= _LATEST and VerifierKey(self.name, self.public).verify(message(text, time), signature[8:])
        return time if good else None


@dataclass(frozen=True)
class Cosigned:
    """What came of looking for the cosignatures of known witnesses."""

    valid: dict[CosignerKey, int]
    """Witnesses whose cosignature holds, and the time that each states, in seconds since 1970."""
    invalid: tuple[CosignerKey, ...]
    """Witnesses that are named by a line that does not hold."""


def message(text: str, time: int) -> bytes:
    """Give the bytes that are signed."""
    return f"cosignature/v1\ntime {time}\n{text}".encode()


def cosignature_line(text: str, signer: Signer, time: int) -> str:
    """Give the signature line by which `signer` cosigns the checkpoint `text` as of `time`, seconds since 1970."""
    key = CosignerKey(signer.name, signer.public)
    return f"— {key.name} {encode64(key.key_id + time.to_bytes(8, 'big') + signer.sign(message(text, time)))}\n"


def cosignatures(note: Note, keys: Iterable[CosignerKey]) -> Cosigned:
    """Check the cosignatures of `keys` on a checkpoint; lines by others are ignored. Of several by one witness the latest counts."""
    known = {(key.name, key.key_id): key for key in keys}
    valid: dict[CosignerKey, int] = {}
    invalid: list[CosignerKey] = []
    for line in note.signatures:
        key = known.get((line.name, line.key_id))
        if key is None:
            continue
        time = key.time_in(note.text, line.signature)
        if time is None:
            invalid.append(key)
        else:
            valid[key] = max(time, valid.get(key, 0))
    return Cosigned({key: time for key, time in valid.items() if key not in invalid}, tuple(dict.fromkeys(invalid)))


def parse_cosigner(vkey: str) -> CosignerKey:
    """Read the vkey of a witness; raises NoteError when its form, its algorithm or its key id is wrong."""
    name, key_id, encoded = [*vkey.strip().split("+", 2), "", ""][:3]
    raw = decode64(encoded)
    if not _NAME.fullmatch(name) or len(raw) != 33 or raw[:1] != ALGORITHM:
        raise NoteError(f"{vkey.strip()[:80]!r} is no Ed25519 witness key (a vkey of 33 bytes that begin with 04). Copy the whole line.")
    key = CosignerKey(name, raw[1:])
    if key.key_id.hex() != key_id:
        raise NoteError(f"The witness key {name!r} says its id is {key_id[:16]!r}, its bytes give {key.key_id.hex()}: copy the line again.")
    return key
