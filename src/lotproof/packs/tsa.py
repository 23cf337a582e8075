"""Asks timestamp authorities (RFC 3161) over HTTP, one after the other until one answers as it should."""

from __future__ import annotations

import hashlib
import http.client
import urllib.error
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import urlsplit

from asn1crypto import algos, tsp

from lotproof.packs.sealer import SealingError
from lotproof.packs.verify.cms import CmsError, Token, read_token

TIMEOUT = 20.0
"""Seconds that one authority is given."""

LIMIT = 1 << 20
"""Largest answer, in bytes, that is read; real ones have some kilobytes."""


class TsaError(SealingError):
    """No authority gave a timestamp; the message says what each answered."""


@dataclass(frozen=True)
class Authorities:
    """Timestamp authorities in the order of preference."""

    urls: tuple[str, ...]
    """Addresses, http or https."""
    nonce: Callable[[], int]
    """Gives a fresh random number for each question, so that no old answer can be played back."""
    timeout: float = TIMEOUT
    """Seconds for each."""

    def stamp(self, data: bytes, algorithm: str = "sha256") -> bytes:
        """Give a TimeStampResp over `data`, checked but for the chain of its certificate; raises TsaError."""
        digest = hashlib.new(algorithm.replace("-", "_"), data).digest()
        return self.answer(digest, algorithm.replace("-", "_"))

    def answer(self, digest: bytes, algorithm: str) -> bytes:
        """Give a TimeStampResp for a digest by a hash function as hashlib spells it."""
        told: list[str] = []
        for url in self.urls:
            nonce = self.nonce()
            try:
                response = _post(url, _question(digest, algorithm, nonce), self.timeout)
                _check(response, digest, nonce)
            except TsaError as error:
                told.append(f"{url} {error}")
            else:
                return response
        raise TsaError(f"No timestamp authority gave a timestamp: {'; '.join(told)}. Try again, or name another with --tsa.")


    def relay(self, question: bytes) -> bytes:
        """Send a TimeStampReq as it is; give the first answer that is a timestamp. Raises TsaError."""
        told: list[str] = []
        for url in self.urls:
            try:
                response = _post(url, question, self.timeout)
                read_token(response)
            except (TsaError, CmsError) as error:
                told.append(f"{url} {error}")
            else:
                return response
        raise TsaError(f"No timestamp authority gave a timestamp: {'; '.join(told)}. Try again, or name another with --tsa.")


def _question(digest: bytes, algorithm: str, nonce: int) -> bytes:
    imprint = tsp.MessageImprint({"hash_algorithm": algos.DigestAlgorithm({"algorithm": algorithm}), "hashed_message": digest})
    request = tsp.TimeStampReq({"version": "v1", "message_imprint": imprint, "nonce": nonce, "cert_req": True})
    found: bytes = request.dump()
    return found


def _post(url: str, body: bytes, timeout: float) -> bytes:
    if urlsplit(url).scheme not in ("http", "https"):
        raise TsaError("is no http or https address")
    headers = {"Content-Type": "application/timestamp-query", "Accept": "application/timestamp-reply"}
    try:
        with urllib.request.urlopen(urllib.request.Request(url, body, headers), timeout=timeout) as answer:
            content: bytes = answer.read(LIMIT)
            return content
    except urllib.error.HTTPError as error:
        raise TsaError(f"answered with HTTP status {error.code}") from None
    except (OSError, http.client.HTTPException, ValueError) as error:
        raise TsaError(f"could not be reached ({getattr(error, 'reason', error) or type(error).__name__})") from None


def _check(response: bytes, digest: bytes, nonce: int) -> Token:
    try:
        token = read_token(response)
    except CmsError as error:
        raise TsaError(f"gave an answer that is no timestamp: {error}") from None
    if token.imprint != digest or tsp.TSTInfo.load(token.signed.content)["nonce"].native != nonce:
        raise TsaError("gave a timestamp of something else than was asked")
    return token
