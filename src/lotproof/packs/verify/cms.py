"""CMS signatures and RFC 3161 timestamps: what they sign, by which certificate, and whether that leads to a given CA.

Uses asn1crypto and pyHanko, not openssl: the verifier that travels in the pack uses openssl, so that the two are independent.
Revocation is judged in `revocation.py`; a pack is judged as of the time that its timestamp proves.
"""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from asn1crypto import cms, pem, tsp, x509
from pyhanko.sign.validation.errors import SignatureValidationError
from pyhanko.sign.validation.generic_cms import validate_sig_integrity
from pyhanko_certvalidator import CertificateValidator, ValidationContext
from pyhanko_certvalidator.errors import ExpiredError, NotYetValidError, PathError, ValidationError

HASHES = ("sha256", "sha384", "sha512", "sha3_512")
"""Hash functions that are taken, as hashlib spells them."""

_MALFORMED = (ValueError, TypeError, KeyError, IndexError, AttributeError, NotImplementedError, OverflowError, RecursionError)
"""What reading hostile DER lazily may provoke."""


class CmsError(ValueError):
    """A signature that does not hold, or is none; the message is a sentence."""


@dataclass(frozen=True)
class Signed:
    """A CMS signature that holds. Whose certificate it is remains to be judged."""

    certificate: x509.Certificate
    """The signer's certificate."""
    others: tuple[x509.Certificate, ...]
    """Further certificates that came along."""
    content: bytes
    """What is signed."""


@dataclass(frozen=True)
class Token:
    """An RFC 3161 timestamp whose signature holds."""

    signed: Signed
    """The signature."""
    time: datetime
    """When the authority saw the digest, UTC."""
    algorithm: str
    """Hash function of the imprint, as hashlib spells it."""
    imprint: bytes
    """The digest that it saw."""


def read_cms(data: bytes, content: bytes | None) -> Signed:
    """Check a SignedData with one signer, over the detached `content` or, if None, over the content inside; raises CmsError."""
    try:
        return _read_cms(data, content)
    except SignatureValidationError as error:
        raise CmsError(f"the signature does not hold ({error})") from None
    except _MALFORMED as error:
        if isinstance(error, CmsError):
            raise
        raise CmsError(f"this is not a CMS signature in DER ({type(error).__name__})") from None


def _read_cms(data: bytes, content: bytes | None) -> Signed:
    outer = cms.ContentInfo.load(data, strict=True)
    if outer["content_type"].native != "signed_data" or len(outer["content"]["signer_infos"]) != 1:
        raise CmsError("this is not signed data with one signer")
    signed = outer["content"]
    (signer,) = signed["signer_infos"]
    if not signed["version"].contents or not signer["version"].contents:  # read lazily: nobody else would look at them
        raise CmsError("it states no version")
    certificates = tuple(choice.chosen for choice in signed["certificates"])
    sid = signer["sid"].chosen
    named = [one for one in certificates if (one.issuer, one.serial_number) == (sid["issuer"], sid["serial_number"].native)]
    if not named:
        raise CmsError("the certificate of the signer is not in the signature")
    inner = signed["encap_content_info"]
    body = content if content is not None else inner["content"].contents
    algorithm = signer["digest_algorithm"]["algorithm"].native
    if [one.dump() for one in signed["digest_algorithms"]] != [signer["digest_algorithm"].dump()]:
        raise CmsError("it names other hash functions than its signer")
    attributes = {attribute["type"].native for attribute in signer["signed_attrs"]}
    if algorithm not in HASHES or not attributes & {"signing_certificate_v2", "signing_certificate"}:
        raise CmsError("the signature does not name its certificate, or uses a hash function that is not allowed")
    intact, valid = validate_sig_integrity(signer, named[0], inner["content_type"].native, hashlib.new(algorithm, body).digest())
    if not intact or not valid:
        raise CmsError("the signature does not hold, or is not over what it lies beside")
    return Signed(named[0], tuple(one for one in certificates if one is not named[0]), bytes(body))


def read_token(data: bytes) -> Token:
    """Check a TimeStampResp (RFC 3161 section 2.4.2); raises CmsError."""
    try:
        response = tsp.TimeStampResp.load(data, strict=True)
        if response["status"]["status"].contents not in (b"\x00", b"\x01"):  # granted, or so with modifications (RFC 3161 section 2.4.2)
            raise CmsError("the timestamp authority did not grant this")
        signed = read_cms(response["time_stamp_token"].dump(), None)
        info = tsp.TSTInfo.load(signed.content, strict=True)
        imprint, moment = info["message_imprint"], info["gen_time"].native
        algorithm = imprint["hash_algorithm"]["algorithm"].native
        if algorithm not in HASHES or not _stamps(signed.certificate):
            raise CmsError("the certificate is not one for timestamps, or the hash function is not allowed")
        return Token(signed, moment.astimezone(UTC), algorithm, imprint["hashed_message"].native)
    except _MALFORMED as error:
        if isinstance(error, CmsError):
            raise
        raise CmsError(f"this is not an answer of a timestamp authority in DER ({type(error).__name__})") from None


def stamped_time(signer: cms.SignerInfo) -> datetime | None:
    """Give the time of the timestamp that a signature carries in itself (PAdES B-T), where it is one over that signature."""
    for attribute in signer["unsigned_attrs"] or ():
        if attribute["type"].native == "signature_time_stamp_token":
            signed = read_cms(attribute["values"][0].dump(), None)
            info = tsp.TSTInfo.load(signed.content)
            imprint, moment = info["message_imprint"], info["gen_time"].native
            made = hashlib.new(imprint["hash_algorithm"]["algorithm"].native, signer["signature"].native).digest()
            return moment.astimezone(UTC) if made == imprint["hashed_message"].native else None
    return None


def _stamps(certificate: x509.Certificate) -> bool:
    """Say whether the certificate is for timestamps and nothing else (RFC 3161 section 2.3)."""
    usage = certificate.extended_key_usage_value
    return usage is not None and usage.native == ["time_stamping"]


def certificates(data: bytes) -> tuple[x509.Certificate, ...]:
    """Read the certificates of a PEM file; raises CmsError."""
    try:
        found = [x509.Certificate.load(der, strict=True) for kind, _, der in pem.unarmor(data, multiple=True) if kind == "CERTIFICATE"]
    except _MALFORMED:
        raise CmsError("these are not PEM certificates") from None
    return tuple(found)


def chain_problem(signed: Signed, roots: Sequence[x509.Certificate], at: datetime) -> str:
    """Say why the signer's certificate cannot be trusted as of `at`: "time", "unknown", or "" if it can."""
    return chain(signed, roots, at)[0]


def chain(signed: Signed, roots: Sequence[x509.Certificate], at: datetime) -> tuple[str, Sequence[x509.Certificate]]:
    """Say the same, and give the certificates from the signer's to the root where it can be trusted."""
    context = ValidationContext(trust_roots=list(roots), other_certs=list(signed.others), moment=at, allow_fetching=False)
    validator = CertificateValidator(signed.certificate, intermediate_certs=list(signed.others), validation_context=context)
    try:
        path = asyncio.run(validator.async_validate_path())
        used = list(path.iter_certs(include_root=True))
    except (ExpiredError, NotYetValidError):
        return "time", ()
    except (PathError, ValidationError, *_MALFORMED):
        return "unknown", ()
    return ("", used) if all(one.not_valid_before <= at <= one.not_valid_after for one in used) else ("time", ())


