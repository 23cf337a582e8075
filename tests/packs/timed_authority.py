"""A timestamp authority whose clock a test sets, by pyHanko's own, to stamp on days that are not today. A helper of tests."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from asn1crypto import algos, keys, pem, tsp, x509
from local_tsa import Authority
from pyhanko.sign.timestamps import DummyTimeStamper

from lotproof.packs.tsa import Authorities


@dataclass(frozen=True)
class Timed(Authorities):
    """Stamps as `authority` (RSA) would at `moment`, with no server between."""

    urls: tuple[str, ...] = ()
    nonce: object = None  # type: ignore[assignment]
    authority: Authority | None = None
    moment: datetime | None = None

    def answer(self, digest: bytes, algorithm: str) -> bytes:
        """Give a TimeStampResp for a digest."""
        assert self.authority
        certificate = x509.Certificate.load(pem.unarmor((self.authority.folder / "stamp.pem").read_bytes())[2])
        key = keys.PrivateKeyInfo.load(pem.unarmor((self.authority.folder / "stamp.key").read_bytes())[2])
        imprint = tsp.MessageImprint({"hash_algorithm": algos.DigestAlgorithm({"algorithm": algorithm}), "hashed_message": digest})
        asked = tsp.TimeStampReq({"version": "v1", "message_imprint": imprint, "cert_req": True})
        return DummyTimeStamper(certificate, key, fixed_dt=self.moment, override_md="sha256").request_tsa_response(asked).dump()


def timed(authority: Authority, moment: datetime) -> Timed:
    """Give the authority with its clock at `moment`, UTC."""
    return Timed(authority=authority, moment=moment.replace(microsecond=0))
