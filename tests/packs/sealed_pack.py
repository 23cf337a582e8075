"""A small pack with a certificate seal and timestamps, and what a forger with stolen keys can make of it. A helper of tests."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import MappingProxyType
from typing import Any

from local_tsa import Authority
from synthetic_pack import KEY, PACK, Log, both, clone, put, sample_log, sample_statements, seal, write_payload, write_seal

from lotproof.ledger.keys import LogKey
from lotproof.packs.certificate import from_pem
from lotproof.packs.sealer import Sealer
from lotproof.packs.tsa import Authorities


def text(moment: datetime) -> str:
    """Write a moment as the verifiers take it."""
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


@dataclass(frozen=True)
class Kit:
    """An honest pack and every key that made it."""

    folder: Path
    honest: Path
    authority: Authority
    sealer: Sealer

    @property
    def soon(self) -> str:
        """A moment in the lifetime of all certificates, after the timestamps."""
        return text(datetime.now(UTC) + timedelta(hours=1))

    def copy(self, folder: Path) -> Path:
        """Give a copy to attack."""
        return clone(self.honest, folder / PACK)

    def judge(self, path: Path, keys: Sequence[str] = (KEY.vkey,), at: str | None = None, **options: Any) -> dict[str, Any]:
        """Judge by both verifiers with full trust."""
        return both(path, keys, **{"ca": self.authority.ca, "at": at or self.soon, **options})

    def remake(
        self, root: Path, log: Log, statements: Any = None, *, key: LogKey = KEY, sealer: Sealer | None = None, stamp: bool = False,
        files: Mapping[str, bytes] = MappingProxyType({}),
    ) -> None:  # fmt: skip
        """Make the whole pack anew from a doctored log and further files: with a log key, perhaps a seal key, perhaps a fresh timestamp."""
        for path in (root / "data/ledger/tile").rglob("*.p/*"):
            path.unlink()
        write_payload(root, log.entries, sample_statements(log) if statements is None else statements, [key])
        for path, data in files.items():
            put(root, path, data)
        write_seal(root, log.entries, key, copies={**seal.log_key_copy(key), **self.sealer.trust}, parts=self.sealer.parts)
        if sealer:
            Sealer(sealer.key, sealer.authorities if stamp else None).seal(root, datetime.now(UTC))


def make_kit(folder: Path, authority: Authority, url: str) -> Kit:
    """Make the honest pack."""
    chain = folder / "chain.pem"
    chain.write_bytes(authority.certificate.read_bytes() + authority.ca.read_bytes())
    sealer = Sealer(from_pem(authority.key, chain, None), Authorities((url,), lambda: secrets.randbits(64)))
    kit = Kit(folder, folder / PACK, authority, sealer)
    kit.remake(kit.honest, sample_log(), sealer=sealer, stamp=True)
    return kit
