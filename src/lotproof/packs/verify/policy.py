"""C2SP tlog-policy: which logs and witnesses are known, and which cosignatures make a checkpoint good enough.

https://c2sp.org/tlog-policy. Lines `log <vkey>`, `witness <name> <vkey>`, `group <name> <all|any|k> <member>...` and exactly
one `quorum <name|none>`; names are defined before they are used, and each is a member at most once.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from lotproof.ledger.note import Note, NoteError, VerifierKey, decode64, parse_vkey

COSIGNATURE = b"\x04"
"""Signature type of a C2SP tlog-cosignature by Ed25519."""


@dataclass(frozen=True)
class Witness:
    """A witness with its public key."""

    key: VerifierKey
    """Name and raw Ed25519 key; its own `key_id` is that of a log key and is not used."""
    key_id: bytes
    """The four bytes in its signature lines."""

    def cosigned(self, note: Note, signature: bytes) -> bool:
        """Say whether `signature`, 8 bytes of time and 64 of Ed25519, cosigns the note (tlog-cosignature, cosignature/v1)."""
        head = f"cosignature/v1\ntime {int.from_bytes(signature[:8], 'big')}\n"
        return len(signature) == 72 and self.key.verify((head + note.text).encode(), signature[8:])


@dataclass(frozen=True)
class Policy:
    """Known logs and witnesses with the quorum."""

    logs: tuple[VerifierKey, ...] = ()
    """Keys of logs."""
    witnesses: Mapping[str, Witness] = field(default_factory=dict)
    """Witnesses by their name in the policy."""
    groups: Mapping[str, tuple[int, tuple[str, ...]]] = field(default_factory=dict)
    """Groups by name: how many of which members."""
    quorum: str = "none"
    """A witness, a group or none."""

    def satisfied(self, cosigned: Iterable[str]) -> bool:
        """Say whether the witnesses named in `cosigned` are a quorum."""
        return self.quorum == "none" or self._holds(self.quorum, frozenset(cosigned))

    def _holds(self, name: str, cosigned: frozenset[str]) -> bool:
        if name in self.witnesses:
            return name in cosigned
        count, members = self.groups[name]
        return sum(self._holds(member, cosigned) for member in members) >= count


NO_POLICY = Policy()
"""Asks for nothing."""


def parse_policy(text: str) -> Policy:
    """Read a policy; raises NoteError with the number of the line that is wrong."""
    logs: list[VerifierKey] = []
    witnesses: dict[str, Witness] = {}
    groups: dict[str, tuple[int, tuple[str, ...]]] = {}
    quorums: list[str] = []
    for number, line in enumerate(text.split("\n"), 1):
        words = line.split()
        if not words or words[0].startswith("#"):
            continue
        known = {*witnesses, *groups}
        match words:
            case ["log", vkey] | ["log", vkey, _]:
                logs.append(parse_vkey(vkey))
            case ["witness", name, vkey] | ["witness", name, vkey, _] if name not in {*known, "none"}:
                witnesses[name] = parse_witness(vkey)
            case ["group", name, threshold, *members] if name not in {*known, "none"}:
                groups[name] = _group(number, threshold, members, known, groups)
            case ["quorum", name] if name in {*known, "none"}:
                quorums.append(name)
            case _:
                sentence = "is not log, witness, group or quorum as tlog-policy has it."
                raise NoteError(f'Line {number} of the policy, "{line.strip()[:60]}", {sentence}')
    if len(quorums) != 1:
        raise NoteError(f'The policy has {len(quorums)} quorum lines; write exactly one, "quorum none" to ask for no witness.')
    return Policy(tuple(logs), witnesses, groups, quorums[0])


def parse_witness(vkey: str) -> Witness:
    """Read the vkey of a witness: `<name>+<hex key id>+<base64(0x04 || public key)>`; raises NoteError."""
    name, key_id, encoded = [*vkey.split("+", 2), "", ""][:3]
    raw = decode64(encoded)
    made = hashlib.sha256(name.encode() + b"\n" + raw).digest()[:4]
    if len(raw) != 33 or raw[:1] != COSIGNATURE or made.hex() != key_id or not name:
        raise NoteError(f"The witness key {vkey[:60]!r} is no Ed25519 witness key (33 bytes that begin with 04). Copy the whole line.")
    return Witness(VerifierKey(name, raw[1:]), made)


def _group(
    number: int, threshold: str, members: Sequence[str], known: set[str], groups: Mapping[str, tuple[int, tuple[str, ...]]]
) -> tuple[int, tuple[str, ...]]:
    used = {member for _, listed in groups.values() for member in listed}
    if not members or len({*members}) < len(members) or any(member not in known or member in used for member in members):
        raise NoteError(f"Line {number} of the policy: members of a group are defined before it, and each is in one group only.")
    count = {"all": len(members), "any": 1}.get(threshold) or (int(threshold) if threshold.isascii() and threshold.isdigit() else 0)
    if not 1 <= count <= len(members):
        raise NoteError(f"Line {number} of the policy: {threshold[:20]!r} is not all, any or a number from 1 to {len(members)}.")
    return count, tuple(members)
