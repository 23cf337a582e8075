"""The log key: an Ed25519 key under the name of the log, kept as PKCS #8 PEM in a file only its owner may read."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from pathlib import Path

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from lotproof.ledger.note import NoteError, VerifierKey, parse_vkey

SEED_SIZE = 32
"""Bytes of an Ed25519 seed (RFC 8032 section 5.1.5)."""


class KeyFileError(ValueError):
    """A key that cannot be made, stored or loaded."""


@dataclass(frozen=True)
class LogKey:
    """A private key with its name; a `note.Signer`."""

    name: str
    """The key name: the origin of the log it signs for."""
    private: Ed25519PrivateKey = field(repr=False)
    """The private key; never printed."""

    @property
    def public(self) -> bytes:
        """The raw public key, 32 bytes."""
        return self.private.public_key().public_bytes_raw()

    @property
    def verifier(self) -> VerifierKey:
        """The public half with its name."""
        return VerifierKey(self.name, self.public)

    @property
    def vkey(self) -> str:
        """The public half as one line of text, to hand to whoever verifies."""
        return self.verifier.vkey

    def sign(self, message: bytes) -> bytes:
        """Give the 64-byte Ed25519 signature of `message`; the same for the same message (RFC 8032)."""
        return self.private.sign(message)


def make_key(name: str, seed: bytes) -> LogKey:
    """Make the key that `seed` (32 random bytes, from `secrets.token_bytes(32)`) determines, under `name`."""
    if len(seed) != SEED_SIZE:
        raise KeyFileError(f"A key is made from {SEED_SIZE} random bytes, not {len(seed)}; use secrets.token_bytes.")
    key = LogKey(name, Ed25519PrivateKey.from_private_bytes(seed))
    try:
        parse_vkey(key.vkey)
    except NoteError:
        raise KeyFileError(f"The key name {name!r} is empty or has a space or a plus sign; choose another.") from None
    return key


def store_key(key: LogKey, path: Path) -> None:
    """Write the private key to a new file of mode 0600; an existing file is never overwritten."""
    pem = key.private.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        raise KeyFileError(
            f"There is a file at {path} already; a log key is never overwritten. Move it first."
        ) from None
    with os.fdopen(descriptor, "wb") as stream:
        # a umask can only take rights away; the mode is set again in case the file system ignored it
        os.chmod(path, 0o600)  # noqa: PTH101
        stream.write(pem)


def load_key(path: Path, name: str) -> LogKey:
    """Read the private key at `path`; raises KeyFileError when it is absent, open to others, or not Ed25519."""
    try:
        mode = path.stat().st_mode
        pem = path.read_bytes()
    except OSError as error:
        raise KeyFileError(
            f"The log key {path} cannot be read ({error.strerror}). Make one or name its place."
        ) from None
    if os.name == "posix" and mode & 0o077:
        raise KeyFileError(f"The log key {path} can be read by others (mode {mode & 0o777:o}). Run: chmod 600 {path}")
    try:
        private = serialization.load_pem_private_key(pem, password=None)
    except (ValueError, TypeError):
        raise KeyFileError(f"{path} is not an unencrypted PEM private key (PKCS #8).") from None
    if not isinstance(private, Ed25519PrivateKey):
        raise KeyFileError(f"{path} holds a key of another kind; a log key is Ed25519.")
    return LogKey(name, private)
