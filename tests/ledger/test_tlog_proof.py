"""C2SP tlog-proof: written, read, and what is none."""

from __future__ import annotations

import pytest

from lotproof.ledger import merkle, note
from lotproof.ledger.keys import make_key
from lotproof.ledger.nodes import nodes_of
from lotproof.ledger.tlog_proof import make_proof, parse_proof

KEY = make_key("lotproof.example/site-a", bytes(range(32)))
ENTRIES = [f"entry {number}".encode() for number in range(11)]


def proof_of(index: int) -> bytes:
    nodes = nodes_of(merkle.leaf_hash(data) for data in ENTRIES)
    checkpoint = note.sign(note.Checkpoint(KEY.name, nodes.size, nodes.root()).text, [KEY])
    return make_proof(index, nodes.inclusion(index), checkpoint)


@pytest.mark.parametrize("index", range(11))
def test_a_proof_holds_for_its_entry_and_no_other(index):
    proof = parse_proof(proof_of(index))
    assert [at for at, data in enumerate(ENTRIES) if proof.holds(data)] == [index]
    assert note.verify(proof.signed, [KEY.verifier]).valid == (KEY.verifier,)


def test_the_form_is_that_of_the_specification():
    lines = proof_of(4).decode().split("\n")
    assert lines[:2] == ["c2sp.org/tlog-proof@v1", "index 4"]
    assert lines[6:9] == ["", KEY.name, "11"]


def test_extra_data_is_read_over():
    """The example of the specification has a line of it."""
    data = proof_of(4).replace(b"index 4", b"extra YWdlLXYxLjIuMS1kYXJ3aW4=\nindex 4")
    assert parse_proof(data).holds(ENTRIES[4])


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ((b"@v1", b"@v2"), "This is no proof: it does not begin with c2sp.org/tlog-proof@v1"),
        ((b"\n\n", b"\n"), "or has no checkpoint after an empty line."),
        ((b"index 4", b"index 04"), 'The proof has no line "index <number>"'),
        ((b"index 4\n", b"index 4\n" + b"AAAA\n" * 64), "or more than 63 hashes."),
        ((b"index 4\n", b"index 4\n?\n"), "'?' is not standard base64"),
    ],
)
def test_what_is_no_proof_is_refused_with_a_sentence(change, sentence):
    with pytest.raises(note.NoteError) as caught:
        parse_proof(proof_of(4).replace(*change))
    assert sentence in str(caught.value)
