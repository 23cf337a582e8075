"""A site that has witnesses cosign its log, and seals no pack without them; each witness is a process of its own."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

import pytest
from small_site import ACT, invoke, json_of, refused

sys.path.append(str(Path(__file__).parents[1] / "ledger"))

from witness_process import make_witness, serving

from lotproof.ledger import note
from lotproof.ledger.cosignature import cosignatures


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A workspace with a log of three entries, and beside it the folder that was taken in."""
    (tmp_path / "export").mkdir()
    (tmp_path / "export" / "a.csv").write_text("SERIAL;STATUS\n1;GOOD\n")
    json_of("init", tmp_path / "w", *ACT)
    json_of("add", tmp_path / "export", "--workspace", tmp_path / "w", *ACT)
    return tmp_path / "w"


def vkey(home: Path) -> str:
    return json_of("ledger", "status", "--workspace", home)["vkey"]


def test_a_checkpoint_is_cosigned_kept_and_not_asked_for_twice(home, tmp_path):
    key = make_witness(tmp_path / "witness")
    with serving(tmp_path / "witness", key, [vkey(home)]) as served:
        named = ("--witness", served.url, "--witness-key", key.vkey, "--workspace", home)
        found = json_of("ledger", "cosign", *named)
        assert (found["size"], found["cosigned_by"], found["satisfied"]) == (3, [key.name], True)
        assert cosignatures(note.parse((home / "checkpoints" / "3").read_bytes()), [key]).valid
        json_of("add", home.parent / "export", "--workspace", home, *ACT)
        assert json_of("ledger", "cosign", *named)["size"] == 4
        assert served.seen()["lotproof.org/evidence/site"]["size"] == 4
    assert json_of("ledger", "cosign", *named)["problems"] == []  # it bears the cosignature already


def test_a_log_that_was_set_back_is_not_cosigned(home, tmp_path):
    key = make_witness(tmp_path / "witness")
    with serving(tmp_path / "witness", key, [vkey(home)]) as served:
        named = ("--witness", served.url, "--witness-key", key.vkey, "--workspace", home)
        shutil.copytree(home, tmp_path / "backup")
        json_of("add", home.parent / "export", "--workspace", home, *ACT)
        json_of("ledger", "cosign", *named)
        shutil.rmtree(home)
        shutil.copytree(tmp_path / "backup", home)
        found = json_of("ledger", "cosign", *named, code=1)
        assert "has seen 4 entries of the log lotproof.org/evidence/site, more than the 3 there are: entries were lost" in found["problems"][0]
        json_of("add", home.parent / "export", "--workspace", home, "--now", "2027-01-01T00:00:00Z")
        assert "does not continue what it saw before" in json_of("ledger", "cosign", *named, code=1)["problems"][0]


def test_a_pack_is_sealed_only_with_the_quorum_of_the_policy(home, tmp_path):
    one, two = make_witness(tmp_path / "one", "one.example"), make_witness(tmp_path / "two", "two.example")
    with serving(tmp_path / "one", one, [vkey(home)]) as served:
        text = f"witness one {one.vkey} {served.url}\nwitness two {two.vkey} http://127.0.0.1:9\ngroup g {{}} one two\nquorum g\n"
        (home / "witness.policy").write_text(text.format("all"))
        build = ("build", home.parent / "export", "-o", tmp_path / "EP-1", "--workspace", home, *ACT)
        told = refused(*build)
        assert "asks for the quorum g, which did not cosign the checkpoint of " in told
        assert "The witness at http://127.0.0.1:9 could not be reached" in told
        assert "Nothing was sealed." in told
        assert not (tmp_path / "EP-1").exists()
        assert invoke("ledger", "cosign", "--workspace", home).exit_code == 1
        (home / "witness.policy").write_text(text.format("any"))
        assert invoke("ledger", "cosign", "--workspace", home).exit_code == 0
        assert invoke(*build).exit_code == 0
    signed = note.parse((tmp_path / "EP-1" / "data" / "ledger" / "checkpoint").read_bytes())
    assert set(cosignatures(signed, [one, two]).valid) == {one}
    assert json_of("verify", tmp_path / "EP-1", "--key", home / "keys" / "log.vkey")["verdict"] == "TOTAL-PASSED"


def test_what_cannot_be_asked_is_refused_with_a_sentence(home):
    assert "Nobody to ask: name a --witness with its --witness-key" in refused("ledger", "cosign", "--workspace", home)
    assert "Give one --witness-key for each --witness" in refused("ledger", "cosign", "--witness", "http://x", "--workspace", home)
    told = refused("ledger", "cosign", "--witness", "http://x", "--witness-key", "x", "--workspace", home)
    assert "--witness-key: 'x' is no Ed25519 witness key" in told or "is not standard base64" in told
    (home / "witness.policy").write_text("quorum q\n")
    assert "witness.policy cannot be used: Line 1 of the policy" in refused("ledger", "cosign", "--workspace", home)


def test_a_witness_follows_the_hand_over_of_the_logs_key_and_then_needs_the_new_one(home, tmp_path):
    key, old = make_witness(tmp_path / "witness"), vkey(home)
    with serving(tmp_path / "witness", key, [old]) as served:
        named = ("--witness", served.url, "--witness-key", key.vkey, "--workspace", home)
        json_of("ledger", "cosign", *named)
        json_of("ledger", "rotate-key", "--why", "yearly", "--workspace", home, *ACT)
        found = json_of("ledger", "cosign", *named)
        assert (found["size"], found["cosigned_by"]) == (4, [key.name]), "both keys signed the head that ends with the hand-over"
        json_of("add", home.parent / "export", "--workspace", home, *ACT)
        assert "is not signed by a key that this witness has for" in json_of("ledger", "cosign", *named, code=1)["problems"][0]
    with serving(tmp_path / "witness", key, [old, vkey(home)]) as served:
        named = ("--witness", served.url, "--witness-key", key.vkey, "--workspace", home)
        assert json_of("ledger", "cosign", *named)["satisfied"]
