"""The X.509 key that seals: from PEM or PKCS #12 (or a token, `token.py`), with its chain; and a detached CAdES-B signature by it.

The signature is CMS SignedData over the detached statement with the ESS signing-certificate-v2 attribute (RFC 5035, ETSI EN
319 122-1), SHA-256. They stay in memory; a passphrase never comes from the command line.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from asn1crypto import keys, pem, x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.serialization import pkcs12
from pyhanko.sign.signers import Signer, SimpleSigner
from pyhanko.sign.signers.pdf_cms import PdfCMSSignedAttributes
from pyhanko_certvalidator.registry import SimpleCertificateStore


class SealKeyError(ValueError):
    """A key or certificate that cannot be used; the message says which file and what to do."""


@dataclass(frozen=True)
class SealKey:
    """A private key with its certificate and the certificates above it."""

    signer: Signer
    """The key, as pyHanko uses it."""
    chain: tuple[x509.Certificate, ...]
    """Certificates above the signer's own, as they were given."""

    @property
    def chain_pem(self) -> bytes:
        """The certificates above the signer's as PEM."""
        return b"".join(pem.armor("CERTIFICATE", one.dump()) for one in self.chain)

    def sign(self, statement: bytes, time: datetime) -> bytes:
        """Give the detached CAdES-B signature of `statement` in DER; `time` is claimed, not proved."""
        settings = PdfCMSSignedAttributes(signing_time=time)
        made = self.signer.async_sign_general_data(statement, "sha256", detached=True, use_cades=True, signed_attr_settings=settings)
        found: bytes = asyncio.run(made).dump()
        return found


def from_pem(key: Path, certificate: Path, passphrase: bytes | None) -> SealKey:
    """Load a PEM key, and a PEM file with its certificate and perhaps the ones above it; raises SealKeyError."""
    content = _read(key)
    try:
        private = serialization.load_pem_private_key(content, passphrase)
    except TypeError:
        raise SealKeyError(_passphrase_sentence(key, passphrase)) from None
    except ValueError:
        raise SealKeyError(f"{key} is no PEM private key, or the passphrase is another one.") from None
    return _made(key, private.private_bytes(*_DER), read_certificates(certificate))


def from_pkcs12(path: Path, passphrase: bytes | None) -> SealKey:
    """Load a PKCS #12 file (.p12, .pfx) with key and certificate; raises SealKeyError."""
    content = _read(path)
    try:
        private, own, others = pkcs12.load_key_and_certificates(content, passphrase)
    except (ValueError, TypeError):
        raise SealKeyError(f"{path} is no PKCS #12 file, or the passphrase is another one.") from None
    if private is None or own is None:
        raise SealKeyError(f"{path} lacks the private key or its certificate; export both into it.")
    found = [x509.Certificate.load(one.public_bytes(serialization.Encoding.DER)) for one in (own, *others)]
    return _made(path, private.private_bytes(*_DER), found)


_DER = (serialization.Encoding.DER, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())


def _passphrase_sentence(path: Path, passphrase: bytes | None) -> str:
    if passphrase is None:
        return f"{path} is encrypted; give its passphrase with --seal-pass-file or in LOTPROOF_SEAL_PASSPHRASE."
    return f"{path} is not encrypted, but a passphrase was given; leave it out."


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise SealKeyError(f"{path} cannot be read ({error.strerror}).") from None


def read_certificates(path: Path) -> list[x509.Certificate]:
    """Give the certificates of a PEM file, in its order; raises SealKeyError where there is none."""
    content = _read(path)
    try:
        armoured = pem.unarmor(content, multiple=True)
        found = [x509.Certificate.load(der, strict=True) for kind, _, der in armoured if kind == "CERTIFICATE"]
    except ValueError:
        found = []
    if not found:
        raise SealKeyError(f"{path} holds no PEM certificate (-----BEGIN CERTIFICATE-----).")
    return found


def _made(path: Path, private: bytes, certificates: list[x509.Certificate]) -> SealKey:
    key = keys.PrivateKeyInfo.load(private)
    own = next((one for one in certificates if one.public_key.dump() == _public(private)), None)
    if own is None:
        raise SealKeyError(f"No certificate that was given is for the key in {path}; give the one that was issued for it.")
    chain = tuple(one for one in certificates if one is not own)
    store = SimpleCertificateStore()  # type: ignore[no-untyped-call]
    store.register_multiple([one for one in chain if one.self_signed == "no"])
    return SealKey(SimpleSigner(own, key, store), chain)


def _public(private: bytes) -> bytes:
    loaded = serialization.load_der_private_key(private, None)
    return loaded.public_key().public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
