"""WebAuthn assertions: real ones by a software authenticator, and everything that is none."""

from __future__ import annotations

import pytest
from authenticator import RP, Authenticator
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from lotproof.ledger.passkey import PasskeyError, check_assertion, decode_url, encode_url, load_public

CHALLENGE = bytes(range(32))


@pytest.mark.parametrize("kind", ["es256", "ed25519"])
def test_an_assertion_over_the_challenge_holds(kind):
    device = Authenticator(kind)
    check_assertion(device.get(CHALLENGE), device.passkey, CHALLENGE)
    check_assertion(device.get(CHALLENGE, origin=f"https://sign.{RP}:8443"), device.passkey, CHALLENGE)


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"flags": 0x01}, "The device did not verify the person (PIN, finger or face)."),
        ({"flags": 0x04}, "The device did not verify the person"),
        ({"origin": "https://evil.example"}, "was made on a page that is not of quality.example.com."),
        ({"origin": f"https://evil{RP}"}, "was made on a page that is not of"),
        ({"origin": "https://["}, "was made on a page that is not of"),
        ({"origin": 7}, "was made on a page that is not of"),
        ({"crossOrigin": True}, "was made on a page that is not of"),
        ({"kind": "webauthn.create"}, "The client data is not that of an assertion."),
    ],
)
def test_an_assertion_made_otherwise_is_refused(change, sentence):
    device = Authenticator()
    with pytest.raises(PasskeyError) as caught:
        check_assertion(device.get(CHALLENGE, **change), device.passkey, CHALLENGE)
    assert sentence in str(caught.value)


def test_an_assertion_by_another_device_or_for_another_site_is_refused():
    device, other = Authenticator(), Authenticator()
    with pytest.raises(PasskeyError, match="The signature of the passkey does not hold"):
        check_assertion(other.get(CHALLENGE), device.passkey, CHALLENGE)
    with pytest.raises(PasskeyError, match="over something else than this signature"):
        check_assertion(device.get(bytes(32)), device.passkey, CHALLENGE)
    with pytest.raises(PasskeyError, match="The assertion was not made for"):
        check_assertion(Authenticator(rp_id="other.example").get(CHALLENGE), device.passkey, CHALLENGE)


@pytest.mark.parametrize("name", ["authenticator_data", "client_data", "signature"])
def test_a_changed_byte_anywhere_is_refused(name):
    device = Authenticator()
    good = device.get(CHALLENGE)
    raw = decode_url(good[name])
    for place in range(0, len(raw), 5):
        changed = bytearray(raw)
        changed[place] ^= 1
        with pytest.raises(PasskeyError):
            check_assertion({**good, name: encode_url(bytes(changed))}, device.passkey, CHALLENGE)


@pytest.mark.parametrize("assertion", [None, 7, {}, {"type": "webauthn"}, {"type": "webauthn", "credential": encode_url(b"credential-1")}])
def test_what_is_no_assertion_is_refused(assertion):
    with pytest.raises(PasskeyError):
        check_assertion(assertion, Authenticator().passkey, CHALLENGE)


@pytest.mark.parametrize("text", ["=", "A", "a b", "ä", "AAAA=", "AA+A", "AB", 7])
def test_what_is_not_base64url_is_refused(text):
    with pytest.raises(PasskeyError):
        decode_url(text)


def test_keys_of_other_kinds_are_refused():
    p384 = ec.generate_private_key(ec.SECP384R1()).public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    with pytest.raises(PasskeyError, match="is neither P-256 nor Ed25519"):
        load_public(p384)
    with pytest.raises(PasskeyError, match="cannot be read"):
        load_public(b"no key")
