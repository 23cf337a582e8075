"""Fetches the lists of revoked certificates that are laid into a pack when it is sealed."""

from __future__ import annotations

import hashlib
import http.client
import urllib.error
import urllib.request
from collections.abc import Iterable, Mapping
from pathlib import Path
from urllib.parse import urlsplit

from cryptography.hazmat.primitives.serialization import Encoding

from lotproof.packs.certificate import SealKey
from lotproof.packs.sealer import SealingError
from lotproof.packs.verify.revocation import CrlError, lists_in, parse_crl

TIMEOUT = 20.0
"""Seconds that an authority is given."""

LIMIT = 16 << 20
"""Largest list, in bytes, that is read."""


def crl_copies(places: Iterable[str]) -> dict[str, bytes]:
    """Give the files for seal/trust/ of lists at paths or http(s) addresses, in DER; raises SealingError."""
    found: dict[str, bytes] = {}
    for place in places:
        try:
            data = parse_crl(_read(place)).public_bytes(Encoding.DER)
        except CrlError as error:
            raise SealingError(f"{place} cannot be used: {error}.") from None
        found[f"crls/{hashlib.sha256(data).hexdigest()[:16]}.crl"] = data
    return found


def refuse_revoked(key: SealKey, copies: Mapping[str, bytes]) -> None:
    """Raise SealingError where a list by its authority says that the certificate of `key` was revoked."""
    certificate = key.signer.signing_cert
    if certificate is None:
        return
    for one in lists_in((name, data) for name, data in copies.items() if name.startswith("crls/")):
        found = one.get_revoked_certificate_by_serial_number(certificate.serial_number)
        if found and one.issuer.public_bytes() == certificate.issuer.dump():
            raise SealingError(
                f"The certificate of {certificate.subject.human_friendly} was revoked on {found.revocation_date_utc:%Y-%m-%d}; nothing was "
                "sealed. Ask the authority for another."
            )


def _read(place: str) -> bytes:
    try:
        if urlsplit(place).scheme not in ("http", "https"):
            return Path(place).read_bytes()
        with urllib.request.urlopen(place, timeout=TIMEOUT) as answer:
            content: bytes = answer.read(LIMIT)
            return content
    except (OSError, http.client.HTTPException, ValueError) as error:
        raise SealingError(f"The list of revoked certificates at {place} cannot be read ({getattr(error, 'reason', error)}).") from None
