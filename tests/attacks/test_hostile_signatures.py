"""Damaged signatures and timestamps get a verdict, never a crash."""

from __future__ import annotations

import random

import pytest

from lotproof.packs.verify import cms

TRIES = 600


def mutated(data: bytes, chance: random.Random) -> bytes:
    """Change, drop or insert bytes in one to five places."""
    found = bytearray(data)
    for _ in range(chance.choice((1, 1, 2, 5))):
        kind, at = chance.random(), chance.randrange(len(found))
        if kind < 0.6:
            found[at] = chance.randrange(256)
        elif kind < 0.8:
            del found[at : at + chance.randrange(1, 9)]
        else:
            found[at:at] = chance.randbytes(chance.randrange(1, 5))
    return bytes(found)


@pytest.mark.parametrize("name", ["statement.json.p7s", "checkpoint.tsr"])
def test_a_mutated_signature_is_refused_with_a_sentence(kit, name):
    chance, statement = random.Random(5), (kit.honest / "seal/statement.json").read_bytes()
    data, refused = (kit.honest / "seal" / name).read_bytes(), 0
    for _ in range(TRIES):
        changed = mutated(data, chance)
        try:
            cms.read_cms(changed, statement) if name.endswith(".p7s") else cms.read_token(changed)
        except cms.CmsError:
            refused += 1
    assert refused > TRIES * 0.98


@pytest.mark.parametrize("data", [b"", b"\x30", b"\x30\x80\x00\x00", b"\xff" * 100, b"\x30\x82\xff\xff" + b"0" * 100])
def test_what_is_no_der_is_refused(data):
    with pytest.raises(cms.CmsError):
        cms.read_cms(data, b"")
    with pytest.raises(cms.CmsError):
        cms.read_token(data)
