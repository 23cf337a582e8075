"""A witness of our own, and notes that it cosigned (C2SP tlog-cosignature). A helper of tests."""

from __future__ import annotations

import hashlib

from synthetic_pack import KEY

from lotproof.ledger import note
from lotproof.ledger.keys import LogKey, make_key

WITNESS = make_key("witness.example/w1", bytes([9]) * 32)
SECOND = make_key("witness.example/w2", bytes([8]) * 32)
THIRD = make_key("witness.example/w3", bytes([6]) * 32)


def vkey(key: LogKey) -> str:
    """Give the vkey of a witness."""
    return f"{key.name}+{_id(key).hex()}+{note.encode64(bytes([4]) + key.public)}"


def _id(key: LogKey) -> bytes:
    return hashlib.sha256(key.name.encode() + b"\n\x04" + key.public).digest()[:4]


def cosigned(data: bytes, key: LogKey, time: int = 1_800_000_000) -> bytes:
    """Add the cosignature of a witness to a checkpoint."""
    message = f"cosignature/v1\ntime {time}\n{note.parse(data).text}".encode()
    return data + f"— {key.name} {note.encode64(_id(key) + time.to_bytes(8, 'big') + key.sign(message))}\n".encode()


def policy(*witnesses: LogKey, quorum: str = "all") -> str:
    """Give a policy that asks for these witnesses."""
    lines = [f"log {KEY.vkey}", *(f"witness w{number} {vkey(key)}" for number, key in enumerate(witnesses, 1))]
    names = " ".join(f"w{number}" for number in range(1, len(witnesses) + 1))
    return "\n".join([*lines, f"group everybody {quorum} {names}", "quorum everybody", ""])
