"""The statement and its signature."""

from __future__ import annotations

import hashlib
import json

import pytest
from synthetic_pack import KEY, ORIGIN, PACK, TIME

from lotproof.ledger import note
from lotproof.ledger.entry import Head
from lotproof.packs import seal
from lotproof.packs.bag import BagDigests, FileDigest

HEAD = note.Checkpoint(ORIGIN, 3, bytes(32))
DIGESTS = BagDigests((FileDigest("tagmanifest-sha256.txt", 1, "aa", "bb"), FileDigest("tagmanifest-sha512.txt", 1, "cc", "dd")), ())
VALUES = {
    "pack": PACK,
    "created": TIME,
    "producer": {"name": "lotproof", "version": "0.1.0"},
    "scope": {"lots": ["B7-2231"], "streams": ["INV-1"]},
    "checkpoint": HEAD,
    "directory_index": 2,
    "stream_heads": {"INV-1": Head(2, note.encode64(bytes(32)))},
    "digests": DIGESTS,
    "copies": seal.log_key_copy(KEY),
}


def test_a_statement_names_both_tag_manifests_and_the_head_of_the_ledger():
    document = json.loads(seal.build_statement(**VALUES))
    assert document["_type"] == "https://in-toto.io/Statement/v1"
    assert document["predicateType"] == "https://lotproof.org/evidence-pack/v1"
    assert document["subject"] == [
        {"name": "tagmanifest-sha256.txt", "digest": {"sha256": "aa", "sha512": "bb"}},
        {"name": "tagmanifest-sha512.txt", "digest": {"sha256": "cc", "sha512": "dd"}},
    ]
    root = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="
    assert document["predicate"] == {
        "pack": PACK,
        "created": TIME,
        "producer": {"name": "lotproof", "version": "0.1.0"},
        "scope": {"lots": ["B7-2231"], "streams": ["INV-1"]},
        "ledger": {"origin": ORIGIN, "size": 3, "root": root},
        "completeness": {"directory_index": 2, "stream_heads": {"INV-1": {"seq": 2, "leaf": root}}},
        "seal": {"parts": ["statement.json.note"], "trust": {"log.vkey": hashlib.sha256(f"{KEY.vkey}\n".encode()).hexdigest()}},
        "supersedes": None,
    }


def test_the_note_signs_format_pack_and_digest():
    statement = seal.build_statement(**VALUES)
    signed = note.parse(seal.sign_statement(PACK, statement, [KEY]))
    digest = hashlib.sha256(statement).hexdigest()
    assert signed.text == f"lotproof.org/evidence-pack/v1\n{PACK}\n{digest}\n"
    assert note.verify(signed, [KEY.verifier]).valid == (KEY.verifier,)


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"pack": "a\nb"}, "The pack id 'a\\nb' is empty or not printable; give it a name such as EP-2026-0042."),
        ({"created": "yesterday"}, "The time of creation is 'yesterday'; write UTC as YYYY-MM-DDTHH:MM:SSZ."),
        ({"directory_index": 1}, "The directory is entry 1, the ledger has 3 entries; write the directory as the last"),
        ({"scope": {"rate": 0.5}}, "$.predicate.scope.rate is the number 0.5; only integers are allowed."),
    ],
)
def test_a_statement_that_does_not_fit_together_is_refused_with_a_sentence(change, sentence):
    with pytest.raises(seal.SealError) as caught:
        seal.build_statement(**{**VALUES, **change})
    assert sentence in str(caught.value)
