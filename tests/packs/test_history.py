"""Consistency between an earlier pack and a later one: RFC 6962 from the command line, honest and rewritten."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner
from synthetic_pack import KEY, STRANGER, THIEF, TIME, Log, change, head_of, make_pack, sample_log, zip_pack

from lotproof.cli.main import main
from lotproof.ledger import merkle, note
from lotproof.ledger.entry import make_entry


def grown(log: Log, more: int) -> Log:
    """The same log with `more` entries and a directory."""
    longer = Log(list(log.entries), log.streams)
    longer.streams.heads = dict(log.streams.heads)
    for number in range(more):
        longer.add("audit", "INV-2026-0001", {"what": "status", "new": str(number)})
    longer.close()
    return longer


def rewritten(log: Log, at: int) -> Log:
    """The same log, but entry `at` says something else and all after it are linked anew, as a holder of every key could."""
    from lotproof.ledger.entry import parse_entry

    made = Log()
    for index, data in enumerate(log.entries):
        found = parse_entry(data)
        head = made.streams.heads.get(found.stream)
        body = {**found.body, "title": "nothing was wrong"} if index == at else found.body  # type: ignore[dict-item]
        made.put(make_entry(found.kind, found.stream, head.seq + 1 if head else 1, head.leaf if head else None, TIME, found.actor, body))
    return made


def ask(old: Path, new: Path, *options: str) -> dict:
    """The document of the command; its exit code is checked against the document."""
    result = CliRunner().invoke(main, ["ledger", "consistent", str(old), str(new), *options, "--json"])
    document = json.loads(result.stdout)
    assert result.exit_code == document["exit_code"], result.output
    return document


def codes(document: dict) -> list[str]:
    return [problem["code"] for step in document["steps"] for problem in step["problems"]]


def told(document: dict) -> str:
    return " ".join(problem["sentence"] for step in document["steps"] for problem in step["problems"])


@pytest.fixture(scope="module")
def packs(tmp_path_factory) -> tuple[Path, Path, Log]:
    base, log = tmp_path_factory.mktemp("history"), sample_log()
    make_pack(base / "old", log)
    make_pack(base / "new", grown(log, 600))
    return base / "old", base / "new", log


def test_a_later_pack_continues_an_earlier_one_and_the_proof_says_so(packs):
    old, new, _ = packs
    document = ask(old, new, "--key", KEY.vkey)
    assert (document["verdict"], codes(document)) == ("TOTAL-PASSED", [])
    heads = [document[side] for side in ("old", "new")]
    proof = [note.decode64(node) for node in document["proof"]]
    assert proof
    assert merkle.verify_consistency(heads[0]["size"], heads[1]["size"], proof, *(note.decode64(head["root"]) for head in heads))


def test_it_says_so_in_words(packs):
    old, new, log = packs
    result = CliRunner().invoke(main, ["ledger", "consistent", str(old), str(new), "--key", KEY.vkey])
    assert result.exit_code == 0
    assert f"continue {len(log.entries)} with {note.encode64(head_of(log.entries).root)}." in result.output


def test_zips_checkpoints_and_exported_logs_are_taken_too(packs, tmp_path):
    old, new, _ = packs
    zipped = zip_pack(new, tmp_path / "new.zip")
    shutil.copytree(new / "data/ledger", tmp_path / "log")
    for first in (old, zip_pack(old, tmp_path / "old.zip"), old / "data/ledger/checkpoint", old / "data/ledger"):
        for second in (zipped, tmp_path / "log"):
            assert ask(first, second, "--key", KEY.vkey)["exit_code"] == 0, (first, second)


def test_a_pack_continues_itself(packs):
    assert ask(packs[0], packs[0], "--key", KEY.vkey)["exit_code"] == 0


@pytest.mark.parametrize("at", [0, 5])
def test_a_rewritten_history_is_refused_with_both_roots_and_the_first_entry_that_differs(packs, tmp_path, at):
    old, _, log = packs
    forged = rewritten(log, at)
    make_pack(tmp_path / "forged", grown(forged, 3))
    document = ask(old, tmp_path / "forged", "--key", KEY.vkey)
    assert (document["exit_code"], codes(document)) == (1, ["rewritten"])
    size = len(log.entries)
    before, after = (note.encode64(head_of(entries).root) for entries in (log.entries, forged.entries))
    assert f"the first {size} entries had the root {before} in {old}, and have the root {after} in" in told(document)
    assert f"The first entry that differs is {at}." in told(document)


def test_without_the_key_it_is_undecided(packs):
    document = ask(packs[0], packs[1])
    assert (document["exit_code"], codes(document)) == (3, ["no-key"])


@pytest.mark.parametrize(("key", "code", "expected"), [(STRANGER.vkey, 3, "unknown-key"), (THIEF.vkey, 1, "not-signed")])
def test_another_key_is_not_the_logs(packs, key, code, expected):
    document = ask(packs[0], packs[1], "--key", key)
    assert (document["exit_code"], set(codes(document))) == (code, {expected})


def test_a_later_pack_with_fewer_entries_has_lost_some(packs):
    document = ask(packs[1], packs[0], "--key", KEY.vkey)
    assert (document["exit_code"], codes(document)) == (1, ["shorter"])
    assert "entries were taken out of the ledger, or the two are named in the wrong order (OLD comes first)." in told(document)


def test_two_logs_are_not_one(packs, tmp_path):
    other = tmp_path / "checkpoint"
    other.write_bytes(note.sign(note.Checkpoint(STRANGER.name, 1, bytes(32)).text, [STRANGER]))
    document = ask(other, packs[1], "--key", KEY.vkey, "--key", STRANGER.vkey)
    assert (document["exit_code"], codes(document)) == (1, ["other-log"])


def test_nothing_is_proved_from_an_empty_log(packs, tmp_path):
    empty = tmp_path / "checkpoint"
    empty.write_bytes(note.sign(note.Checkpoint(KEY.name, 0, merkle.EMPTY_ROOT).text, [KEY]))
    document = ask(empty, packs[1], "--key", KEY.vkey)
    assert (document["exit_code"], codes(document)) == (3, ["empty-log"])


def test_a_changed_tile_of_the_later_pack_is_told_from_a_rewritten_history(packs, tmp_path):
    shutil.copytree(packs[1], tmp_path / "new")
    change(tmp_path / "new/data/ledger/tile/0/000", lambda data: bytes([data[0] ^ 1]) + data[1:])
    document = ask(packs[0], tmp_path / "new", "--key", KEY.vkey)
    assert (document["exit_code"], codes(document)) == (1, ["root-differs"])


def test_a_missing_tile_is_named(packs, tmp_path):
    shutil.copytree(packs[1], tmp_path / "new")
    (tmp_path / "new/data/ledger/tile/0/000").unlink()
    document = ask(packs[0], tmp_path / "new", "--key", KEY.vkey)
    assert (document["exit_code"], codes(document)) == (1, ["missing-file"])


def test_a_later_checkpoint_alone_cannot_be_compared(packs):
    document = ask(packs[0], packs[1] / "data/ledger/checkpoint", "--key", KEY.vkey)
    assert (document["exit_code"], codes(document)) == (3, ["missing-file"])
    assert "give the later pack, or a folder with its checkpoint and tiles." in told(document)


def test_what_is_no_pack_is_unusable(packs, tmp_path):
    (tmp_path / "nothing").write_text("hello\n")
    for path in (tmp_path / "nothing", tmp_path / "absent", tmp_path):
        assert ask(path, packs[1])["exit_code"] == 2
    assert ask(packs[0], packs[1], "--key", "a+b+c")["exit_code"] == 2
