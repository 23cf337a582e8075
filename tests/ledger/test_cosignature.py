"""C2SP tlog-cosignature: keys, lines, times."""

from __future__ import annotations

import pytest

from lotproof.ledger import note
from lotproof.ledger.cosignature import CosignerKey, cosignature_line, cosignatures, parse_cosigner
from lotproof.ledger.keys import make_key

LOG = make_key("example.com/behind-the-sofa", bytes(range(32)))
WITNESS = make_key("witness.example.com/w1", bytes([5]) * 32)
KEY = CosignerKey(WITNESS.name, WITNESS.public)
TEXT = "example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n"
"""The checkpoint that the specification shows."""


def cosigned(*times: int) -> note.Note:
    lines = "".join(cosignature_line(TEXT, WITNESS, time) for time in times)
    return note.parse(note.sign(TEXT, [LOG]) + lines.encode())


def test_the_signed_message_is_that_of_the_specification():
    line = cosignature_line(TEXT, WITNESS, 1679315147)
    raw = note.decode64(line.split(" ")[2].strip())
    assert raw[:4] == KEY.key_id
    assert raw[4:12] == (1679315147).to_bytes(8, "big")
    message = b"cosignature/v1\ntime 1679315147\nexample.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n"
    assert note.VerifierKey("w", WITNESS.public).verify(message, raw[12:])


def test_a_cosignature_is_found_with_its_time():
    assert cosignatures(cosigned(1679315147), [KEY]).valid == {KEY: 1679315147}
    assert cosignatures(cosigned(5, 9, 7), [KEY]).valid == {KEY: 9}


def test_a_cosignature_is_no_signature_of_a_log_and_the_other_way_round():
    assert note.verify(cosigned(5), [WITNESS.verifier]).valid == ()
    assert cosignatures(note.parse(note.sign(TEXT, [WITNESS])), [KEY]).valid == {}


@pytest.mark.parametrize("at", [5, 11, 30, 75])
def test_a_changed_cosignature_does_not_hold(at):
    line = cosigned(5).signatures[1]
    raw = bytearray(line.key_id + line.signature)
    raw[at] ^= 1
    changed = note.Note(TEXT, (note.Signature(line.name, bytes(raw[:4]), bytes(raw[4:])),))
    assert cosignatures(changed, [KEY]) == cosignatures(changed, [KEY, KEY])
    assert cosignatures(changed, [KEY]).invalid == (KEY,)


def test_a_cosignature_of_the_wrong_length_or_beyond_all_time_does_not_hold():
    for signature in (b"", bytes(71), bytes(73), b"\xff" * 72):
        assert KEY.time_in(TEXT, signature) is None


def test_a_vkey_is_read_back():
    assert parse_cosigner(KEY.vkey) == KEY


@pytest.mark.parametrize(
    ("vkey", "sentence"),
    [
        (LOG.vkey, "is no Ed25519 witness key (a vkey of 33 bytes that begin with 04)."),
        ("w", "is no Ed25519 witness key"),
        ("w+00000000+" + KEY.vkey.split("+", 2)[2], "says its id is '00000000', its bytes give"),
        ("w+1+?", "'?' is not standard base64"),
    ],
)
def test_what_is_no_witness_key_is_refused_with_a_sentence(vkey, sentence):
    with pytest.raises(note.NoteError) as caught:
        parse_cosigner(vkey)
    assert sentence in str(caught.value)
