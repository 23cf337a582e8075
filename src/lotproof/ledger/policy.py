"""C2SP tlog-policy: which logs and witnesses are known, and which cosignatures make a checkpoint good enough.

https://c2sp.org/tlog-policy. Lines `log <vkey> [<url>]`, `witness <name> <vkey> [<url>]`, `group <name> <all|any|k> <member>...`
and exactly one `quorum <name|none>`; names are defined before they are used, and each is a member at most once.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from lotproof.ledger.cosignature import CosignerKey, cosignatures, parse_cosigner
from lotproof.ledger.note import Note, NoteError, VerifierKey, parse_vkey

_FORBIDDEN = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")


@dataclass(frozen=True)
class Witness:
    """A witness of a policy."""

    key: CosignerKey
    """Its public key."""
    url: str = ""
    """Submission prefix of its service; empty where the policy gives none."""


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
        """Say whether the witnesses named in `cosigned`, by their names in the policy, are a quorum."""
        return self.quorum == "none" or self._holds(self.quorum, frozenset(cosigned))

    def cosigned(self, checkpoint: Note) -> dict[str, int]:
        """Give the witnesses whose cosignature on `checkpoint` holds, by their names in the policy, with its time."""
        found = cosignatures(checkpoint, [witness.key for witness in self.witnesses.values()]).valid
        return {name: found[witness.key] for name, witness in self.witnesses.items() if witness.key in found}

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
        words = [word for word in re.split(r"[ \t]+", line) if word]
        if not words or words[0].startswith("#"):
            continue
        known = {*witnesses, *groups}
        if _FORBIDDEN.search(line):
            raise _wrong(number, line, "has a control character; only tabs are allowed.")
        match words:
            case ["log", vkey] | ["log", vkey, _]:
                logs.append(parse_vkey(vkey))
            case ["witness", name, vkey, *url] if len(url) < 2 and name not in {*known, "none"}:
                witnesses[name] = Witness(parse_cosigner(vkey), *url)
            case ["group", name, threshold, *members] if name not in {*known, "none"}:
                groups[name] = _group(number, threshold, members, known, groups)
            case ["quorum", name] if name in {*known, "none"}:
                quorums.append(name)
            case _:
                raise _wrong(number, line, "is not log, witness, group or quorum as tlog-policy has it, or names what is not there yet.")
    if len(quorums) != 1:
        raise NoteError(f'The policy has {len(quorums)} quorum lines; write exactly one, "quorum none" to ask for no witness.')
    _twice([key.public for key in logs], "log")
    _twice([witness.key.public for witness in witnesses.values()], "witness")
    return Policy(tuple(logs), witnesses, groups, quorums[0])


def _wrong(number: int, line: str, why: str) -> NoteError:
    return NoteError(f'Line {number} of the policy, "{line.strip()[:60]}", {why}')


def _twice(keys: Sequence[bytes], what: str) -> None:
    if len({*keys}) < len(keys):
        raise NoteError(f"The policy has the same {what} key twice; one {what} would count as two. Keep one.")


def _group(
    number: int, threshold: str, members: Sequence[str], known: set[str], groups: Mapping[str, tuple[int, tuple[str, ...]]]
) -> tuple[int, tuple[str, ...]]:
    used = {member for _, listed in groups.values() for member in listed}
    if not members or len({*members}) < len(members) or any(member not in known or member in used for member in members):
        raise NoteError(f"Line {number} of the policy: members of a group are defined before it, and each is in one group only.")
    written = int(threshold) if re.fullmatch(r"[1-9][0-9]{0,3}", threshold, re.ASCII) else 0
    count = {"all": len(members), "any": 1}.get(threshold, written)
    if not 1 <= count <= len(members):
        raise NoteError(f"Line {number} of the policy: {threshold[:20]!r} is not all, any or a number from 1 to {len(members)}.")
    return count, tuple(members)
