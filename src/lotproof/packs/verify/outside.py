"""Step 2, what others vouch for: signatures with certificates, timestamps, and the renewals that carry them over the years.

The latest renewal is judged as of now; each earlier thing as of the time that the next later one proves. So a certificate that
has long expired still counts, if a timestamp from its lifetime covers what it signed (RFC 4998).
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from lotproof.packs.verify.report import FAILED, UNDETERMINED, Problem
from lotproof.packs.verify.source import Source, Unreadable, read
from lotproof.packs.verify.trust import Trust, TrustError

if TYPE_CHECKING:
    from lotproof.packs.verify.cms import Signed

STATEMENT, CHECKPOINT, CHECKPOINT_STAMP = "seal/statement.json", "data/ledger/checkpoint", "seal/checkpoint.tsr"
"""What is signed and stamped."""

RENEWAL = re.compile(r"(seal/renewals/[^/]+/)list\.(sha512|sha3-512)")
"""The list of a renewal: its folder and hash function."""


def check_outside(source: Source, trust: Trust) -> tuple[list[Problem], list[str]]:
    """Check certificates and timestamps of the seal; give problems and notes."""
    signed = sorted(path for path in source.files if path.startswith("seal/") and path.endswith(".p7s"))
    stamped = any(path.startswith("seal/") and path.endswith(".tsr") for path in source.files)
    judge = _Judge(source, trust) if signed or stamped else None
    problems = list(judge.all(signed)) if judge else []
    notes = list(dict.fromkeys(judge.notes)) if judge else []
    lacks = (
        ("no-certificate", "certificate", bool(signed), "who made the pack"),
        ("no-timestamp", "timestamp", stamped, "when it was made"),
    )
    for code, part, there, what in lacks:
        if not there:
            notes.append(f"The seal has no {part} of a third party: {what} is the word of the log's key alone.")
            if trust.ca:
                problems.append(Problem(code, STATEMENT, f"A CA was given, but the seal has no {part}.", UNDETERMINED))
    return problems, notes


class _Judge:
    """Goes from the latest renewal back to the signatures."""

    def __init__(self, source: Source, trust: Trust) -> None:
        from lotproof.packs.verify import cms, revocation  # here, because most packs need none of it and it takes half a second

        self._source, self._trust, self._cms, self._revocation = source, trust, cms, revocation
        self.notes: list[str] = []
        try:
            self._roots: Sequence[Any] = cms.certificates(trust.ca) if trust.ca else ()
        except cms.CmsError as error:
            raise TrustError(f"The CA that was given cannot be used: {error}.") from None
        try:
            given = [revocation.parse_crl(data) for data in trust.crls]
        except revocation.CrlError as error:
            raise TrustError(f"A file that was given with --crl cannot be used: {error}.") from None
        self._lists = [*given, *revocation.lists_in(self._copies())]

    def all(self, signed: Sequence[str]) -> Iterator[Problem]:
        at = self._trust.at
        for path in sorted((path for path in self._source.files if RENEWAL.fullmatch(path)), reverse=True):
            found, proved = self._stamp(f"{path}.tsr", path, at)
            yield from found
            at = proved or at
        for path in signed:
            proved = None
            if f"{path}.tsr" in self._source.files:
                found, proved = self._stamp(f"{path}.tsr", path, at)
                yield from found
            yield from self._signature(path, proved or at)
        if CHECKPOINT_STAMP in self._source.files:
            yield from self._stamp(CHECKPOINT_STAMP, CHECKPOINT, at)[0]

    def _stamp(self, path: str, about: str, at: datetime | None) -> tuple[list[Problem], datetime | None]:
        """Judge a timestamp over a file; give its time when it can be relied on."""
        try:
            token = self._cms.read_token(read(self._source, path))
            if hashlib.new(token.algorithm, read(self._source, about)).digest() != token.imprint:
                return [Problem("bad-timestamp", path, f"{path} is a timestamp of something else than {about}.")], None
        except Unreadable as error:
            return [error.problem], None
        except self._cms.CmsError as error:
            return [Problem("bad-timestamp", path, f"{path} cannot be relied on: {error}.")], None
        problems = self._chain(path, token.signed, at, UNDETERMINED, token.time)
        return problems, None if problems else token.time

    def _signature(self, path: str, at: datetime | None) -> list[Problem]:
        try:
            signed = self._cms.read_cms(read(self._source, path), read(self._source, STATEMENT))
        except Unreadable as error:
            return [error.problem]
        except self._cms.CmsError as error:
            return [Problem("bad-signature", path, f"{path} does not seal the statement: {error}.")]
        return self._chain(path, signed, at, FAILED)

    def _copies(self) -> Iterator[tuple[str, bytes]]:
        for path in sorted(path for path in self._source.files if path.startswith(self._revocation.FOLDER)):
            try:
                yield path, read(self._source, path)
            except Unreadable:
                continue  # the step on fixity tells of it

    def _chain(self, path: str, signed: Signed, at: datetime | None, status: str, stamped: datetime | None = None) -> list[Problem]:
        name = signed.certificate.subject.human_friendly
        if not self._trust.ca:
            sentence = f"{path} is signed by {name}; no CA was given, so whether that is true is open. Give it with --ca."
            return [Problem("no-ca", path, sentence, UNDETERMINED)]
        if at is None:
            return [Problem("no-time", path, f"{path} was not judged, because no time was given to judge it at.", UNDETERMINED)]
        problem, chain = self._cms.chain(signed, self._roots, at)
        if problem == "time":
            sentence = (f"{path}: the certificate of {name}, or one above it, was not valid on {at:%Y-%m-%d}, and no timestamp from its "
                        "lifetime covers it; a renewal before its end would have.")  # fmt: skip
            return [Problem("certificate-time", path, sentence, UNDETERMINED)]
        if problem:
            return [Problem("unknown-ca", path, f"{path}: the certificate of {name} does not come from the CA that was given.", status)]
        return self._revoked(path, chain, stamped or at, at if stamped else None)

    def _revoked(self, path: str, chain: Sequence[Any], at: datetime, until: datetime | None) -> list[Problem]:
        """Ask the lists whether a certificate was revoked at `at`, when something was signed by it."""
        found = self._revocation.standing(chain, self._lists, self._revocation.Signing(at, until))
        self.notes += found.notes
        return [
            *(Problem("revoked", path, f"{path} cannot be relied on: {told}.") for told in found.revoked),
            *(Problem("revoked", path, f"{path} is in doubt: {told}.", UNDETERMINED) for told in found.doubtful),
        ]
