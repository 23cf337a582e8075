"""Revocation: what lists of revoked certificates (CRL, RFC 5280) say of the certificates that sealed a pack, at the time of sealing.

Lists lie in seal/trust/crls/ or are given by whoever verifies. A list counts only if it is signed by the authority that issued the
certificate, so it does not matter where it came from. It says nothing of what happened after it was made.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from asn1crypto import pem
from asn1crypto.x509 import Certificate
from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.x509.oid import ExtensionOID

FOLDER = "seal/trust/crls/"
"""Where a pack has the lists that were current when it was sealed."""

_HARMLESS = {
    x509.ReasonFlags.affiliation_changed, x509.ReasonFlags.superseded, x509.ReasonFlags.cessation_of_operation,
    x509.ReasonFlags.privilege_withdrawn,
}  # fmt: skip
"""Reasons that leave what a key signed before as good as it was (RFC 3161 section 4)."""

_KNOWN = {ExtensionOID.AUTHORITY_KEY_IDENTIFIER, ExtensionOID.CRL_NUMBER}


_MALFORMED = (
    ValueError, TypeError, UnsupportedAlgorithm, x509.InvalidVersion, x509.DuplicateExtension, x509.UnsupportedGeneralNameType,
)  # fmt: skip
"""What reading hostile DER lazily may provoke."""


class CrlError(ValueError):
    """A list that is none; the message is a sentence."""


@dataclass
class Standing:
    """What the lists say of the certificates of one signature."""

    revoked: list[str] = field(default_factory=list)
    """Sentences: revoked when it signed."""
    doubtful: list[str] = field(default_factory=list)
    """Sentences: revoked later, for a reason that puts earlier signatures in doubt."""
    notes: list[str] = field(default_factory=list)
    """Sentences: what is known, or open, although nothing is wrong."""


def parse_crl(data: bytes) -> x509.CertificateRevocationList:
    """Read a list in DER or PEM; raises CrlError."""
    try:
        return x509.load_der_x509_crl(pem.unarmor(data)[2] if pem.detect(data) else data)
    except _MALFORMED:
        raise CrlError("this is no list of revoked certificates (CRL) in DER or PEM") from None


@dataclass(frozen=True)
class Signing:
    """When something was signed, and until when the key had to be good."""

    at: datetime
    """When it signed, as far as that is proved."""
    until: datetime | None = None
    """Of a timestamp: the time that the next later one proves, or now. A key that was lost until then could have made it later."""


def standing(chain: Sequence[Certificate], lists: Iterable[x509.CertificateRevocationList], signing: Signing) -> Standing:
    """Say how the certificates of `chain`, the signer's to the root, stand by the lists."""
    found, listed = Standing(), list(lists)
    for certificate in chain:
        issuer = next((one for one in chain if one.subject == certificate.issuer and one is not certificate), None)
        if issuer is not None:
            own = [one for one in listed if _speaks_of(one, certificate, issuer)]
            _judge(certificate, own, signing, found)
    return found


def _judge(certificate: Certificate, own: list[x509.CertificateRevocationList], signing: Signing, found: Standing) -> None:
    name = certificate.subject.human_friendly
    entries = [entry for one in own if (entry := one.get_revoked_certificate_by_serial_number(certificate.serial_number))]
    made = max((one.last_update_utc for one in own), default=None)
    if entries:
        since, entry = min(((_since(entry), entry) for entry in entries), key=lambda pair: pair[0])
        _revoked(name, since, _reason(entry), signing, found)
    elif made is None:
        found.notes.append(
            f"Whether the certificate of {name} was revoked is open: there is no list of revoked certificates (CRL) by its authority; one "
            "that was revoked before it signed would pass. Give a list with --crl."
        )
    elif made < signing.at:
        found.notes.append(
            f"The certificate of {name} was not revoked on {_day(made)}, when the latest list was made; whether it was when it signed, on "
            f"{_day(signing.at)}, a later list would say (--crl)."
        )


def _revoked(name: str, since: datetime, reason: x509.ReasonFlags | None, signing: Signing, found: Standing) -> None:
    told = f"he certificate of {name} was revoked on {_day(since)}{f' ({reason.value})' if reason else ''}"
    if since <= signing.at:
        found.revoked.append(f"t{told}, before it signed on {_day(signing.at)}")
    elif signing.until is not None and since <= signing.until and reason not in _HARMLESS:
        found.doubtful.append(f"t{told}: its key may have made timestamps of any date, and no renewal from before covers this one")
    else:
        found.notes.append(f"T{told}, after it signed on {_day(signing.at)}; what it signed before stands.")


def _day(time: datetime) -> str:
    return f"{time:%Y-%m-%d %H:%M} UTC"


def _speaks_of(one: x509.CertificateRevocationList, certificate: Certificate, issuer: Certificate) -> bool:
    """Say whether a list is by the issuer, whole, and of a time when the certificate had not yet ended: ended ones may be left out."""
    try:
        if one.issuer.public_bytes() != certificate.issuer.dump() or one.last_update_utc > certificate.not_valid_after:
            return False
        if any(extension.critical and extension.oid not in _KNOWN for extension in one.extensions):
            return False  # a part of a list, or the list of another: not to be taken for the whole
        return one.is_signature_valid(x509.load_der_x509_certificate(issuer.dump()).public_key())  # type: ignore[arg-type]
    except _MALFORMED:
        return False


def _since(entry: x509.RevokedCertificate) -> datetime:
    """Give the time from which a certificate is not to be trusted: the day its key is thought to have been lost, where it is stated."""
    lost = [extension.value.invalidity_date_utc for extension in entry.extensions if isinstance(extension.value, x509.InvalidityDate)]
    return min([entry.revocation_date_utc, *lost])


def _reason(entry: x509.RevokedCertificate) -> x509.ReasonFlags | None:
    return next((extension.value.reason for extension in entry.extensions if isinstance(extension.value, x509.CRLReason)), None)


def lists_in(files: Iterable[tuple[str, bytes]]) -> Iterator[x509.CertificateRevocationList]:
    """Give the lists among the files of a pack; others are left out, since nothing rests on them."""
    for _, data in files:
        try:
            yield parse_crl(data)
        except CrlError:
            continue
