"""What the verifying person brings along by another way than the pack: keys, witnesses, certificates, the time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from lotproof.ledger.entry import is_time
from lotproof.ledger.handover import Handover, Keyring
from lotproof.ledger.note import NoteError, parse_vkey
from lotproof.ledger.policy import NO_POLICY, Policy, parse_policy


class TrustError(ValueError):
    """Keys, policy, CA or time that cannot be used."""


@dataclass(frozen=True)
class Trust:
    """Whom to believe, and as of when."""

    keys: Keyring = Keyring()  # noqa: RUF009
    """Log keys, and how a ledger links others to them."""
    policy: Policy = NO_POLICY
    """Witnesses and how many of them have to have cosigned."""
    ca: bytes = b""
    """PEM certificates to which signers and timestamp authorities have to lead; empty when none was given."""
    crls: tuple[bytes, ...] = ()
    """Lists of revoked certificates, DER or PEM, beside those in the pack."""
    at: datetime | None = None
    """The moment to judge at, UTC; None leaves open what depends on it."""

    def linked(self, handovers: tuple[Handover, ...]) -> Trust:
        """Give the same with the hand-overs of a ledger: what a given key signed over to another."""
        return replace(self, keys=replace(self.keys, handovers=handovers))


def read_trust(keys: Sequence[str], policy: str | None, ca: bytes | None, at: str | None, crls: Sequence[bytes] = ()) -> Trust:
    """Read trust from vkey lines, the text of a tlog-policy, PEM, `YYYY-MM-DDTHH:MM:SSZ` and CRLs; raises TrustError with a sentence."""
    try:
        rules = parse_policy(policy) if policy is not None else NO_POLICY
        known = Keyring((*(parse_vkey(line) for line in keys), *rules.logs))
    except NoteError as error:
        raise TrustError(f"A key or policy that was given cannot be used: {error}") from None
    if at is not None and not is_time(at):
        raise TrustError(f"The time {at!r} cannot be used; write UTC as YYYY-MM-DDTHH:MM:SSZ.")
    if ca is not None and b"-----BEGIN CERTIFICATE-----" not in ca:
        raise TrustError("The file that was given as CA holds no PEM certificate (-----BEGIN CERTIFICATE-----).")
    moment = datetime.strptime(at, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC) if at else None
    return Trust(known, rules, ca or b"", tuple(crls), moment)
