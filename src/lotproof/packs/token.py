"""A seal key that lives in a token (PKCS #11): a smart card, a USB key or a hardware security module. It signs there and never leaves.

Needs the extra `lotproof[pkcs11]` and the vendor's module, a shared library. The PIN never comes from the command line.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from asn1crypto import x509

from lotproof.packs.certificate import SealKey, SealKeyError, read_certificates
from lotproof.packs.verify.cms import CmsError, read_cms

if TYPE_CHECKING:
    from pyhanko.sign.pkcs11 import PKCS11Signer

_TRIAL = b"lotproof: is this key that of the certificate?"


@dataclass(frozen=True)
class Place:
    """Where a key is."""

    module: Path
    """The vendor's module."""
    token: str
    """Label of the token."""
    key: str
    """Label of the private key in it."""


def from_token(place: Place, pin: str | None, certificate: Path) -> SealKey:
    """Open the token and give its key with the certificates in a PEM file, the key's own first; raises SealKeyError.

    A trial signature shows that key and certificate belong together.
    """
    own, *above = read_certificates(certificate)
    signer = _signer(place, pin, own, above)
    key = SealKey(signer, tuple(above))
    problem = _trial(key, place, certificate)
    if problem:
        signer.pkcs11_session.close()  # whoever is logged in to a token cannot log in again
        raise SealKeyError(problem)
    return key


def _trial(key: SealKey, place: Place, certificate: Path) -> str:
    try:
        read_cms(key.sign(_TRIAL, datetime(2000, 1, 1, tzinfo=UTC)), _TRIAL)
    except CmsError:
        return f"The first certificate in {certificate} is not for the key {place.key} in the token {place.token}; name its own."
    except Exception as error:
        if not _is_of_token(error):
            raise
        return f"The key {place.key} in the token {place.token} cannot sign ({_told(error)})."
    return ""


def _signer(place: Place, pin: str | None, own: x509.Certificate, above: list[x509.Certificate]) -> PKCS11Signer:
    try:
        from pyhanko.config.pkcs11 import TokenCriteria
        from pyhanko.sign.pkcs11 import PKCS11Signer, open_pkcs11_session
    except ImportError:
        raise SealKeyError('A key in a token needs python-pkcs11; install it with: pip install "lotproof[pkcs11]".') from None
    if not place.module.is_file():
        raise SealKeyError(f"There is no PKCS #11 module at {place.module}; name the vendor's library.")
    if pin is None:
        raise SealKeyError("The token asks for its PIN; give it with --seal-pass-file or in LOTPROOF_SEAL_PASSPHRASE.")
    try:
        session = open_pkcs11_session(str(place.module), token_criteria=TokenCriteria(label=place.token), user_pin=pin)
    except Exception as error:
        if not _is_of_token(error):
            raise
        raise SealKeyError(f"The token {place.token} cannot be opened through {place.module} ({_told(error)}).") from None
    chain = [one for one in above if one.self_signed == "no"]
    # the hash is made here and only the digest is sent: every token knows that, and not every one knows ECDSA with a hash
    return PKCS11Signer(session, signing_cert=own, ca_chain=chain, key_label=place.key, use_raw_mechanism=True)


def _is_of_token(error: Exception) -> bool:
    """The library's errors have several roots, among them a bare RuntimeError where a module cannot be loaded."""
    from pkcs11 import PKCS11Error
    from pyhanko.sign.general import SigningError

    return isinstance(error, (PKCS11Error, SigningError, RuntimeError))


def _told(error: Any) -> str:
    return str(error) or type(error).__name__
