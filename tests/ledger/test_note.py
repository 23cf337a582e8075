"""Signed notes, checkpoints and vkeys."""

from __future__ import annotations

import pytest

from lotproof.ledger import note
from lotproof.ledger.keys import make_key

KEY = make_key("lotproof.example/site-a", bytes(range(32)))
OTHER = make_key("witness.example/w1", bytes(32))
PETER_VKEY = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
PETER_NOTE = (
    "If you think cryptography is the answer to your problem,\n"
    "then you don't know what your problem is.\n"
    "\n"
    "— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n"
)
"""The example in the documentation of golang.org/x/mod/sumdb/note."""


def test_the_published_example_verifies():
    key = note.parse_vkey(PETER_VKEY)
    assert key.vkey == PETER_VKEY
    assert note.verify(note.parse(PETER_NOTE.encode()), [key]) == note.Verified((key,), ())


def test_a_signed_note_is_read_back_and_verifies():
    data = note.sign("one\ntwo\n", [KEY, OTHER])
    read = note.parse(data)
    assert read.text == "one\ntwo\n"
    assert note.verify(read, [KEY.verifier, OTHER.verifier]).valid == (KEY.verifier, OTHER.verifier)
    assert data.decode().split("\n")[3].startswith("— lotproof.example/site-a ")


def test_a_cosignature_is_appended_and_leaves_the_note_as_it_was():
    data = note.sign("one\n", [KEY])
    both = note.cosign(data, OTHER)
    assert both.startswith(data)
    assert note.verify(note.parse(both), [OTHER.verifier]).valid == (OTHER.verifier,)


def test_signatures_by_unknown_keys_are_ignored():
    found = note.verify(note.parse(note.sign("one\n", [KEY, OTHER])), [KEY.verifier])
    assert found == note.Verified((KEY.verifier,), ())


def test_a_key_of_the_same_name_but_other_bytes_is_another_key():
    twin = make_key(KEY.name, bytes(32))
    assert note.verify(note.parse(note.sign("one\n", [KEY])), [twin.verifier]) == note.Verified((), ())


def test_a_changed_text_makes_the_signature_invalid():
    data = note.sign("one\n", [KEY]).replace(b"one", b"two")
    assert note.verify(note.parse(data), [KEY.verifier]) == note.Verified((), (KEY.verifier,))


def test_one_bad_signature_of_a_key_outweighs_a_good_one():
    data = note.sign("one\n", [KEY])
    forged = note.sign("two\n", [KEY]).decode().split("\n\n")[1]
    assert note.verify(note.parse(data + forged.encode()), [KEY.verifier]).invalid == (KEY.verifier,)


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"\xff\n\n", "The note is not UTF-8 text."),
        (b"text\n", "The note has no signature block"),
        (b"text\n\n\xe2\x80\x94 k AAAAAAA=", "The note has no signature block"),
        (b"te\x07xt\n\n\xe2\x80\x94 k AAAAAAA=\n", "The text of a note has no control characters"),
        (b"text\n\n- k AAAAAAA=\n", "'- k AAAAAAA=' is not a signature line: it reads — <name> <base64>."),
        (b"text\n\n\xe2\x80\x94 k+ AAAAAAA=\n", "is not a signature line"),
        (b"text\n\n\xe2\x80\x94 k AAAA\n", "The signature by 'k' is too short"),
        (b"text\n\n\xe2\x80\x94 k AAAAAAB=\n", "'AAAAAAB=' is not standard base64 with padding"),
        (b"text\n\n" + b"\xe2\x80\x94 k AAAAAAA=\n" * 101, "The note has 101 signature lines; 100 are the most."),
    ],
)
def test_a_malformed_note_is_refused_with_a_sentence(data, sentence):
    with pytest.raises(note.NoteError) as caught:
        note.parse(data)
    assert sentence in str(caught.value)


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        ("", "is not a log key: a vkey reads <name>+<8 hex digits>+<base64>. Copy the whole line."),
        ("a b+00000000+AQ==", "is not a log key"),
        ("name+00000000+AQ==", "is not an Ed25519 key (33 bytes that begin with 01)"),
        (PETER_VKEY.replace("c74f", "c74e"), "says its id is 'c74e20a3', its bytes give c74f20a3"),
        (PETER_VKEY[:-1] + "!", "is not standard base64"),
    ],
)
def test_a_malformed_vkey_is_refused_with_a_sentence(line, sentence):
    with pytest.raises(note.NoteError) as caught:
        note.parse_vkey(line)
    assert sentence in str(caught.value)


@pytest.mark.parametrize(
    ("text", "signers", "sentence"),
    [
        ("one", [KEY], "The text of a note ends in a newline; add it."),
        ("one\t\n", [KEY], "no control characters"),
        ("one\n", [], "A note without a signature proves nothing"),
    ],
)
def test_what_cannot_be_a_note_is_not_signed(text, signers, sentence):
    with pytest.raises(note.NoteError, match=sentence):
        note.sign(text, signers)


def test_a_checkpoint_is_written_and_read_back():
    head = note.Checkpoint("lotproof.example/site-a", 2102, bytes(range(32)), ("extension",))
    assert head.text == "lotproof.example/site-a\n2102\nAAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=\nextension\n"
    assert note.parse_checkpoint(head.text) == head


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("origin\n1\n", "A checkpoint has three lines or more"),
        ("\n1\nAA==\n", "A checkpoint has three lines or more"),
        ("origin\n01\nAA==\n", "'01' is not the size of a log: digits without a leading zero."),
        ("origin\n-1\nAA==\n", "is not the size of a log"),
        ("origin\n1\nAA\n", "is not standard base64"),
        ("origin\n1\nAA==\n", "The root has 1 bytes; a SHA-256 root has 32."),
    ],
)
def test_a_malformed_checkpoint_is_refused_with_a_sentence(text, sentence):
    with pytest.raises(note.NoteError) as caught:
        note.parse_checkpoint(text)
    assert sentence in str(caught.value)
