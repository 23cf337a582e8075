"""Other people's vectors for what the ledger rests on; each is skipped where the machine does not have it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from ledger_shared import EVIDENCE

from lotproof.ledger import canonical, note
from lotproof.ledger.keys import make_key
from lotproof.ledger.passkey import PasskeyError, _check_signature, load_public

P256 = EVIDENCE / "wycheproof/testvectors_v1/ecdsa_secp256r1_sha256_test.json"


def test_the_ed25519_signatures_of_the_cryptography_package_are_reproduced_and_verified():
    """sign.input of Ed25519's authors, 1,024 cases: seed and key, key, message, signature and message."""
    vectors = pytest.importorskip("cryptography_vectors", reason="the package cryptography_vectors is not installed")
    lines = (Path(vectors.__file__).parent / "asymmetric/Ed25519/sign.input").read_text().split()
    assert len(lines) == 1024
    for line in lines[::8]:
        seed, public, message, signed = (bytes.fromhex(part) for part in line.split(":")[:4])
        key = make_key("k", seed[:32])
        assert (key.public, key.sign(message)) == (public, signed[:64])
        assert key.verifier.verify(message, signed[:64])
        assert not key.verifier.verify(message + b"x", signed[:64])


@pytest.mark.skipif(not P256.exists(), reason="shared vectors are absent")
def test_every_p256_vector_of_wycheproof_is_judged_as_it_says():
    judged = 0
    for group in json.loads(P256.read_text())["testGroups"]:
        key = load_public(bytes.fromhex(group["publicKeyDer"]))
        for case in group["tests"]:
            try:
                _check_signature(key, bytes.fromhex(case["sig"]), bytes.fromhex(case["msg"]))
                good = True
            except PasskeyError:
                good = False
            assert good is (case["result"] == "valid"), case["tcId"]
            judged += 1
    assert judged > 400


def test_the_literals_and_the_string_of_rfc_8785_section_3_2_2():
    text = b'{"string": "\\u20ac$\\u000F\\u000aA\'\\u0042\\u0022\\u005c\\\\\\"\\/", "literals": [null, true, false]}'
    expected = '{"literals":[null,true,false],"string":"€$\\u000f\\nA\'B\\"\\\\\\\\\\"/"}'
    assert canonical.dumps(canonical.loads(text)) == expected.encode()


@pytest.mark.parametrize(("number", "allowed"), [(9007199254740991, True), (-9007199254740991, True), (9007199254740992, False), (0, True)])
def test_the_integers_of_rfc_8785_appendix_b_that_every_reader_keeps_exact(number, allowed):
    if allowed:
        assert canonical.dumps(number) == str(number).encode()
    else:
        with pytest.raises(canonical.CanonicalError):
            canonical.dumps(number)


def test_the_checkpoint_of_the_c2sp_specification_is_read_and_written_the_same():
    text = "example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n"
    signed = (
        text + "\n— example.com/behind-the-sofa Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=\n"
        "— example.com/behind-the-sofa opLqBQsREYCgu6xQkYQwJr9fo45a62DN9EdmHXnZdXNqlcVGlCum2Wks+49/V6267UEjw6QUXTS5Rovnzv++qbSzm9Q=\n"
    )  # fmt: skip
    parsed = note.parse(signed.encode())
    head = note.parse_checkpoint(parsed.text)
    assert (head.origin, head.size, head.text) == ("example.com/behind-the-sofa", 20852163, text)
    assert [line.key_id.hex() for line in parsed.signatures] == ["033de0ae", "a292ea05"]
    assert {len(line.signature) for line in parsed.signatures} == {64}
