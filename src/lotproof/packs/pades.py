"""Signs the PDF report: PAdES B-B with a certificate, B-T with a timestamp authority, B-LTA where both lead to known roots.

The signature is invisible and is an incremental update: no byte of the report before it changes. The report has to end in a
newline, or the update would break PDF/A (`report/typst.py` sees to that).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from io import BytesIO

from asn1crypto import crl, tsp, x509
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import fields, signers
from pyhanko.sign.timestamps import TimeStamper
from pyhanko_certvalidator import ValidationContext

from lotproof.packs.certificate import SealKey
from lotproof.packs.tsa import Authorities
from lotproof.packs.verify.cms import CmsError, certificates, chain_problem, read_token

FIELD = "Seal"
"""Name of the signature field."""


class _Stamper(TimeStamper):
    """The authorities as pyHanko asks them."""

    def __init__(self, authorities: Authorities) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self._authorities = authorities

    async def async_request_tsa_response(self, req: tsp.TimeStampReq) -> tsp.TimeStampResp:
        """Send a question on."""
        return tsp.TimeStampResp.load(self._authorities.relay(req.dump()))


def sign_pdf(content: bytes, key: SealKey, authorities: Authorities | None, time: datetime, copies: Mapping[str, bytes]) -> bytes:
    """Give the signed PDF; `copies` may hold roots (PEM) of the timestamp authority and CRLs. Raises TsaError when no authority answers."""
    roots = [one for one in (*key.chain, *_pem(copies.values())) if one.self_signed != "no"]
    lasting = authorities is not None and _known(authorities, roots, time)
    settings = signers.PdfSignatureMetadata(
        field_name=FIELD, md_algorithm="sha256", subfilter=fields.SigSeedSubFilter.PADES, reason="Seal of the evidence pack",
        embed_validation_info=lasting, use_pades_lta=lasting,
        validation_context=_context(roots, key, copies) if lasting else None,
    )  # fmt: skip
    signer = signers.PdfSigner(settings, key.signer, timestamper=_Stamper(authorities) if authorities else None)
    sink = BytesIO()
    signer.sign_pdf(IncrementalPdfFileWriter(BytesIO(content)), output=sink)
    return sink.getvalue()


def _context(roots: list[x509.Certificate], key: SealKey, copies: Mapping[str, bytes]) -> ValidationContext:
    """Give what a later reader needs, lists of revoked certificates among it: they are written into the PDF."""
    lists = [crl.CertificateList.load(data) for name, data in copies.items() if name.startswith("crls/")]
    return ValidationContext(trust_roots=roots, other_certs=list(key.chain), crls=lists, allow_fetching=False)


def _known(authorities: Authorities, roots: list[x509.Certificate], time: datetime) -> bool:
    """Say whether a timestamp leads to a root that is at hand: only then can the PDF carry all that a later reader needs."""
    token = read_token(authorities.stamp(b"which authority answers?"))
    return bool(roots) and not chain_problem(token.signed, roots, token.time)


def _pem(files: Iterable[bytes]) -> list[x509.Certificate]:
    found: list[x509.Certificate] = []
    for data in files:
        if b"-----BEGIN CERTIFICATE-----" in data:
            try:
                found += certificates(data)
            except CmsError:
                continue  # a copy that is something else; it is not needed here
    return found
