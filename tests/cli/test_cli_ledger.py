"""lotproof ledger: status, check, export, prove, checkpoint, over a workspace of its own."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest
from small_site import ACT, invoke, json_of, refused, tree

from lotproof.ledger import note
from lotproof.ledger.tlog_proof import parse_proof
from lotproof.packs.verify.history import check_continuity


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A workspace with a log of three entries."""
    (tmp_path / "export").mkdir()
    (tmp_path / "export" / "a.csv").write_text("SERIAL;STATUS\n1;GOOD\n")
    json_of("init", tmp_path / "w", *ACT)
    json_of("add", tmp_path / "export", "--workspace", tmp_path / "w", *ACT)
    return tmp_path / "w"


def test_status_says_size_root_streams_and_kinds(home):
    found = json_of("ledger", "status", "--workspace", home)
    assert (found["size"], found["streams"], found["checkpoint"]) == (3, {"intake": 2, "log": 1}, None)
    assert found["kinds"] == {"audit": 1, "file": 1, "key": 1}
    json_of("ledger", "checkpoint", "--workspace", home)
    assert json_of("ledger", "status", "--workspace", home)["checkpoint"] == {"size": 3, "signed_by": ["lotproof.org/evidence/site"]}
    lines = invoke("ledger", "status", "--workspace", home).output.splitlines()
    assert lines[0] == f"Log lotproof.org/evidence/site: 3 entries, root {found['root']}"
    assert lines[-1] == "Last checkpoint: 3 entries, signed by lotproof.org/evidence/site"


def test_a_checkpoint_is_signed_kept_and_given_again(home):
    first = json_of("ledger", "checkpoint", "--workspace", home)
    vkey = note.parse_vkey(json_of("ledger", "status", "--workspace", home)["vkey"])
    assert note.verify(note.parse(first["checkpoint"].encode()), [vkey]).valid == (vkey,)
    assert (home / "checkpoints" / "3").read_bytes() == first["checkpoint"].encode()
    assert invoke("ledger", "checkpoint", "--workspace", home).output == first["checkpoint"]


def test_every_entry_is_proved(home, tmp_path):
    for index in range(3):
        found = json_of("ledger", "prove", index, "--workspace", home)
        proof = parse_proof(found["proof"].encode())
        assert proof.holds(found["entry"].encode())
        assert not proof.holds(found["entry"].encode() + b" ")
    invoke("ledger", "prove", 1, "-o", tmp_path / "1.tlog-proof", "--workspace", home)
    assert parse_proof((tmp_path / "1.tlog-proof").read_bytes()).index == 1
    assert refused("ledger", "prove", 3, "--workspace", home) == "Error: The log has 3 entries, so there is no entry 3; ask for 0 to 2.\n"


def test_an_export_is_carried_on_and_continues_its_earlier_self(home, tmp_path):
    vkey = json_of("ledger", "status", "--workspace", home)["vkey"]
    json_of("ledger", "export", tmp_path / "log", "--workspace", home)
    before = tree(tmp_path / "log")
    (tmp_path / "old").write_bytes(before["checkpoint"])
    json_of("add", tmp_path / "export", "--workspace", home, *ACT)
    json_of("ledger", "export", tmp_path / "log", "--workspace", home)
    assert check_continuity(tmp_path / "old", tmp_path / "log", [vkey]).report.exit_code == 0
    assert set(tree(tmp_path / "log")) == {"checkpoint", "tile/0/000.p/4", "tile/entries/000.p/4"}


def test_an_export_of_another_log_is_left_alone(home, tmp_path):
    json_of("init", tmp_path / "other", "--origin", "other.example/log", *ACT)
    json_of("ledger", "export", tmp_path / "log", "--workspace", tmp_path / "other")
    before = tree(tmp_path / "log")
    told = refused("ledger", "export", tmp_path / "log", "--workspace", home)
    assert "holds the log other.example/log with 1 entries" in told
    assert "which this log does not continue; nothing was written." in told
    assert tree(tmp_path / "log") == before
    told = refused("ledger", "export", tmp_path / "export", "--workspace", home)
    assert "export holds something else than an exported log; name a new folder." in told


def test_check_finds_a_log_that_was_made_anew_behind_its_checkpoints(home):
    json_of("ledger", "checkpoint", "--workspace", home)
    assert json_of("ledger", "check", "--workspace", home) == {"ok": True, "problems": []}
    with sqlite3.connect(home / "ledger.sqlite3") as database:
        database.execute("DROP TRIGGER ledger_entry_no_delete")
        database.execute('DELETE FROM ledger_entry WHERE "index" = 2')
    problems = json_of("ledger", "check", "--workspace", home, code=1)["problems"]
    assert [problem.split(":")[0] for problem in problems] == ["The log does not continue the one that checkpoints/3 names"]
    json_of("add", home.parent / "export", "--workspace", home, "--now", "2027-01-01T00:00:00Z")
    told = refused("ledger", "checkpoint", "--workspace", home)
    assert "The log had another root when the checkpoint" in told
    assert "its history was changed. Restore the ledger from its backup." in told
