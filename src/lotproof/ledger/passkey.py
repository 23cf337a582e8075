"""Checks a passkey's assertion (WebAuthn level 2, section 7.2) offline: one signature by the person's own device.

The device signs over its own data and the hash of the client data, in which the browser put the challenge and the address of the
page. With the challenge derived from what is signed, nobody but the holder of the device can have made the assertion.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.ec import ECDSA, SECP256R1, EllipticCurvePublicKey
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import load_der_public_key

USER_PRESENT, USER_VERIFIED = 0x01, 0x04
"""Flags of the authenticator data: somebody touched the device; it checked a PIN or a finger."""

MEMBERS = ("credential", "authenticator_data", "client_data", "signature")
"""What an assertion holds, each in base64url without padding."""


class PasskeyError(ValueError):
    """A passkey or an assertion that cannot be relied on; the message is a sentence."""


@dataclass(frozen=True)
class Passkey:
    """The public half of a person's passkey, as a `key` entry introduces it."""

    credential: str
    """Identifier of the credential, base64url without padding."""
    public_key: bytes
    """SubjectPublicKeyInfo in DER, P-256 or Ed25519."""
    rp_id: str
    """Domain that it was made for."""
    user_id: str
    """Whose it is."""


def decode_url(text: object) -> bytes:
    """Read base64url without padding; raises PasskeyError for anything else."""
    if not isinstance(text, str):
        raise PasskeyError("A part of the assertion is missing or no text.")
    try:
        data = base64.b64decode(text.encode("ascii") + b"=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except (UnicodeEncodeError, binascii.Error):
        data = None
    if data is None or encode_url(data) != text:
        raise PasskeyError("A part of the assertion is not base64url without padding.")
    return data


def encode_url(data: bytes) -> str:
    """Give base64url without padding (RFC 4648 section 5)."""
    return base64.urlsafe_b64encode(data).decode("ascii").rstrip("=")


def load_public(der: bytes) -> EllipticCurvePublicKey | Ed25519PublicKey:
    """Read a public key; raises PasskeyError when it is neither P-256 nor Ed25519."""
    try:
        key = load_der_public_key(der)
    except (ValueError, TypeError, UnsupportedAlgorithm) as error:
        raise PasskeyError(f"The public key of the passkey cannot be read ({error}).") from None
    if isinstance(key, Ed25519PublicKey) or (isinstance(key, EllipticCurvePublicKey) and isinstance(key.curve, SECP256R1)):
        return key
    raise PasskeyError("The public key of the passkey is neither P-256 nor Ed25519.")


def check_assertion(assertion: Any, passkey: Passkey, challenge: bytes) -> None:
    """Raise PasskeyError unless `assertion` is one by `passkey` over `challenge`, with the person verified by the device."""
    if not isinstance(assertion, dict) or assertion.get("type") != "webauthn" or assertion.get("credential") != passkey.credential:
        raise PasskeyError("The assertion is not by the passkey that it names.")
    data, client = decode_url(assertion.get("authenticator_data")), decode_url(assertion.get("client_data"))
    _check_client(client, passkey.rp_id, challenge)
    if len(data) < 37 or data[:32] != hashlib.sha256(passkey.rp_id.encode()).digest():
        raise PasskeyError(f"The assertion was not made for {passkey.rp_id}.")
    if data[32] & (USER_PRESENT | USER_VERIFIED) != USER_PRESENT | USER_VERIFIED:
        raise PasskeyError("The device did not verify the person (PIN, finger or face).")
    _check_signature(load_public(passkey.public_key), decode_url(assertion.get("signature")), data + hashlib.sha256(client).digest())


def _check_client(client: bytes, rp_id: str, challenge: bytes) -> None:
    try:
        told = json.loads(client)
    except (ValueError, RecursionError):
        told = None
    if not isinstance(told, dict) or told.get("type") != "webauthn.get":
        raise PasskeyError("The client data is not that of an assertion.")
    if told.get("challenge") != encode_url(challenge):
        raise PasskeyError("The assertion was made over something else than this signature.")
    origin = told.get("origin")
    host = _host(origin) if isinstance(origin, str) else None
    if not host or not (host == rp_id or host.endswith(f".{rp_id}")) or told.get("crossOrigin") is True:
        raise PasskeyError(f"The assertion was made on a page that is not of {rp_id}.")


def _host(origin: str) -> str | None:
    try:
        return urlsplit(origin).hostname
    except ValueError:
        return None


def _check_signature(key: EllipticCurvePublicKey | Ed25519PublicKey, signature: bytes, message: bytes) -> None:
    try:
        if isinstance(key, Ed25519PublicKey):
            key.verify(signature, message)
        else:
            key.verify(signature, message, ECDSA(hashes.SHA256()))
    except InvalidSignature:
        raise PasskeyError("The signature of the passkey does not hold.") from None
