"""Everything that seals a pack besides the log's key: a certificate, timestamp authorities, copies for whoever reads it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lotproof.packs.certificate import SealKey
    from lotproof.packs.tsa import Authorities


class SealingError(RuntimeError):
    """A pack that cannot be sealed, stamped, renewed or redacted as asked; the message is a sentence."""


@dataclass(frozen=True)
class Sealer:
    """What a pack is sealed with. Empty by default: then the Ed25519 key of the log stands alone."""

    key: SealKey | None = None
    """A key with an X.509 certificate."""
    authorities: Authorities | None = None
    """Timestamp authorities."""
    copies: Mapping[str, bytes] = field(default_factory=dict)
    """Further files for seal/trust/, such as a policy or lists of revoked certificates."""

    @property
    def parts(self) -> tuple[str, ...]:
        """The names of the files that `seal` writes, below seal/: the statement lists them, so that none can be stripped."""
        signed = ("statement.json.p7s",) if self.key else ()
        stamped = (*(f"{name}.tsr" for name in signed), "checkpoint.tsr") if self.authorities else ()
        return (*signed, *stamped)

    @property
    def trust(self) -> dict[str, bytes]:
        """The copies for seal/trust/: nobody should trust them, but they say what to look for."""
        chain = {"ca.pem": self.key.chain_pem} if self.key and self.key.chain else {}
        return {**chain, **self.copies}

    def sign_report(self, report: Path, time: datetime) -> None:
        """Sign the PDF at `report` in place (PAdES), where there is a certificate; before the bag is made."""
        if self.key:
            from lotproof.packs.pades import sign_pdf

            report.write_bytes(sign_pdf(report.read_bytes(), self.key, self.authorities, time, self.copies))

    def seal(self, top: Path, time: datetime) -> None:
        """Sign and stamp the statement and the checkpoint of the pack at `top`; raises TsaError when no authority answers."""
        statement = top / "seal" / "statement.json"
        if self.key:
            signature = self.key.sign(statement.read_bytes(), time)
            (top / "seal" / "statement.json.p7s").write_bytes(signature)
            if self.authorities:
                (top / "seal" / "statement.json.p7s.tsr").write_bytes(self.authorities.stamp(signature))
        if self.authorities:
            stamp = self.authorities.stamp((top / "data" / "ledger" / "checkpoint").read_bytes())
            (top / "seal" / "checkpoint.tsr").write_bytes(stamp)


LOG_KEY_ALONE = Sealer()
"""Seals with the log's key alone."""
