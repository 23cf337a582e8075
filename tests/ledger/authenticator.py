"""A software authenticator: makes real WebAuthn assertions with a key of its own. A helper of tests in several folders."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field
from typing import Any

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from lotproof.ledger.passkey import Passkey, encode_url

RP = "quality.example.com"


@dataclass
class Authenticator:
    """One passkey; `kind` is es256 or ed25519."""

    kind: str = "es256"
    user: str = "user-17"
    rp_id: str = RP
    credential: str = encode_url(b"credential-1")
    key: Any = field(init=False)

    def __post_init__(self) -> None:
        self.key = ec.generate_private_key(ec.SECP256R1()) if self.kind == "es256" else Ed25519PrivateKey.generate()

    @property
    def der(self) -> bytes:
        return self.key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)

    @property
    def pem(self) -> bytes:
        return self.key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)

    @property
    def passkey(self) -> Passkey:
        return Passkey(self.credential, self.der, self.rp_id, self.user)

    def get(self, challenge: bytes, flags: int = 0x05, origin: str = f"https://{RP}", kind: str = "webauthn.get", **more: Any) -> dict[str, str]:
        """What navigator.credentials.get gives, in base64url."""
        client = json.dumps({"type": kind, "challenge": encode_url(challenge), "origin": origin, "crossOrigin": False, **more}).encode()
        data = hashlib.sha256(self.rp_id.encode()).digest() + bytes([flags]) + (7).to_bytes(4, "big")
        message = data + hashlib.sha256(client).digest()
        signature = self.key.sign(message, ec.ECDSA(hashes.SHA256())) if self.kind == "es256" else self.key.sign(message)
        parts = {"authenticator_data": data, "client_data": client, "signature": signature}
        return {"type": "webauthn", "credential": self.credential, **{name: encode_url(part) for name, part in parts.items()}}
