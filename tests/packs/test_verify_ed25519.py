"""Both Ed25519 verifiers against Wycheproof and against each other."""

from __future__ import annotations

import json
import random

import pytest
from synthetic_pack import STANDALONE, shared

from lotproof.ledger.keys import make_key
from lotproof.ledger.note import VerifierKey

VECTORS = shared() / "vectors/evidence/wycheproof/testvectors_v1/ed25519_test.json"


@pytest.mark.skipif(not VECTORS.exists(), reason="shared vectors are absent")
def test_both_verifiers_judge_every_wycheproof_vector_as_it_says():
    judged = 0
    for group in json.loads(VECTORS.read_text())["testGroups"]:
        public = bytes.fromhex(group["publicKey"]["pk"])
        for test in group["tests"]:
            message, signature = bytes.fromhex(test["msg"]), bytes.fromhex(test["sig"])
            expected = test["result"] == "valid"
            assert VerifierKey("k", public).verify(message, signature) is expected, test["tcId"]
            assert STANDALONE.ed25519_verify(public, message, signature) is expected, test["tcId"]
            judged += 1
    assert judged == 151


def test_the_second_test_of_rfc_8032_verifies():
    """RFC 8032 section 7.1, TEST 2."""
    public = bytes.fromhex("3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c")
    signature = bytes.fromhex(
        "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00"
    )
    assert STANDALONE.ed25519_verify(public, b"\x72", signature)
    assert VerifierKey("k", public).verify(b"\x72", signature)
    assert not STANDALONE.ed25519_verify(public, b"\x73", signature)


def test_both_verifiers_agree_on_seeded_signatures_and_flips():
    chance = random.Random(8032)
    for number in range(12):
        key, message = make_key("k", chance.randbytes(32)), chance.randbytes(number * 7)
        signature = bytearray(key.sign(message))
        assert STANDALONE.ed25519_verify(key.public, message, bytes(signature))
        signature[chance.randrange(64)] ^= 1 << chance.randrange(8)
        assert not STANDALONE.ed25519_verify(key.public, message, bytes(signature))
        assert not key.verifier.verify(message, bytes(signature))


@pytest.mark.parametrize("public", [b"", bytes(31), b"\xff" * 32, (2**255 - 18).to_bytes(32, "little"), bytes([2]) + bytes(31)])
def test_bytes_that_are_no_public_key_verify_nothing(public):
    assert not STANDALONE.ed25519_verify(public, b"", bytes(64))
    assert not VerifierKey("k", public).verify(b"", bytes(64))
