"""lotproof ledger rotate-key: packs before, at and after it, and consistency across it."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from small_site import ACT, invoke, json_of, refused

from lotproof.ledger import canonical, note, store
from lotproof.ledger.keys import load_key
from lotproof.packs.verify.history import check_continuity
from lotproof.packs.verify.redaction import redaction_text
from lotproof.packs.verify.run import verify_pack

NOW = "2026-11-22T09:00:00Z"


@pytest.fixture
def home(tmp_path: Path) -> Path:
    (tmp_path / "export").mkdir()
    (tmp_path / "export" / "a.csv").write_text("SERIAL;STATUS\n1;GOOD\n")
    json_of("init", tmp_path / "w", *ACT)
    return tmp_path / "w"


def built(home: Path, name: str) -> Path:
    json_of("build", home.parent / "export", "-o", home.parent / name, "--workspace", home, *ACT)
    return home.parent / name


def vkey(home: Path) -> str:
    return json_of("ledger", "status", "--workspace", home)["vkey"]


def rotated(home: Path) -> dict:
    return json_of("ledger", "rotate-key", "--why", "yearly change", "--workspace", home, *ACT)


def judged(pack: Path, *keys: str) -> tuple[int, set[str], list[str]]:
    report = verify_pack(pack, keys)
    return report.exit_code, {p.code for step in report.steps for p in step.problems}, [n for step in report.steps for n in step.notes]


def test_the_hand_over_checkpoint_bears_both_signatures_and_the_next_one_only_the_new(home):
    old = vkey(home)
    made = rotated(home)
    assert (made["retired"], made["vkey"]) == (old, vkey(home))
    both = note.parse((home / "checkpoints" / str(made["index"] + 1)).read_bytes())
    keys = [note.parse_vkey(line) for line in (made["vkey"], old)]
    assert set(note.verify(both, keys).valid) == set(keys)
    json_of("add", home.parent / "export", "--workspace", home, *ACT)
    after = note.parse(json_of("ledger", "checkpoint", "--workspace", home)["checkpoint"].encode())
    assert note.verify(after, keys).valid == (keys[0],)
    assert load_key(Path(made["retired_file"]), keys[0].name).vkey == old
    assert sorted(path.name for path in (home / "keys").iterdir()) == ["log.pem", "log.vkey", Path(made["retired_file"]).name]
    assert "handed over to " in invoke("ledger", "rotate-key", "--why", "again", "--workspace", home).output


def test_a_pack_after_two_rotations_verifies_with_each_key_and_says_how(home):
    keys = [vkey(home)]
    places = []
    for _ in range(2):
        places.append(rotated(home)["index"])
        keys.append(vkey(home))
    pack = built(home, "EP-1")
    assert judged(pack, keys[2])[0] == 0
    for key, way in ((keys[0], f"{places[0]} and {places[1]}"), (keys[1], f"{places[1]}")):
        code, found, notes = judged(pack, key)
        assert (code, found) == (0, set())
        assert f"{keys[2]} signed; it is linked to a key that was given by the hand-over in entry {way}, which both keys signed." in notes


def test_a_stranger_is_not_linked(home):
    other = home.parent / "other"
    json_of("init", other, *ACT)
    stranger = vkey(other)
    rotated(home)
    code, found, _ = judged(built(home, "EP-1"), stranger)
    assert (code, found) == (1, {"not-signed"})


def test_a_retired_key_that_signs_later_fails_with_its_reason(home):
    old = vkey(home)
    made = rotated(home)
    pack = built(home, "EP-1")
    path = pack / "data/ledger/checkpoint"
    thief = load_key(Path(made["retired_file"]), "lotproof.org/evidence/site")
    path.write_bytes(note.sign(note.parse(path.read_bytes()).text, [thief]))
    report = verify_pack(pack, [old])
    told = {problem.code: problem.sentence for step in report.steps for problem in step.problems}
    assert report.exit_code == 1
    assert told["retired-key"] == (
        f"data/ledger/checkpoint is signed by {old}, which handed over to another key in entry {made['index']} of the ledger and signs "
        f"no head of more than {made['index'] + 1} entries: whoever still has the retired key made this."
    )
    assert "retired-key" in {p.code for step in verify_pack(pack, [made["vkey"]]).steps for p in step.problems}


def test_consistency_holds_across_a_rotation_with_either_key(home):
    old = vkey(home)
    first = built(home, "EP-1")
    new = rotated(home)["vkey"]
    second = built(home, "EP-2")
    for key in (old, new):
        found = check_continuity(first, second, [key])
        assert found.report.exit_code == 0, found.to_json()
        assert "is linked to a key that was given" in found.report.steps[0].notes[0]
    assert check_continuity(first, second).report.exit_code == 3


@pytest.mark.parametrize("cut", ["with the new key lost", "after the entry", "after the checkpoint"])
def test_a_rotation_that_was_cut_off_is_carried_on(home, cut):
    old = vkey(home)
    keys = home / "keys"
    shutil.copy(keys / "log.pem", home.parent / "old.pem")
    made = rotated(home)
    # put the files back as they lay when the process was killed
    (keys / "log.pem").replace(keys / "next.pem")
    (home.parent / "old.pem").replace(keys / "log.pem")
    (keys / "log.pem").chmod(0o600)
    if cut != "after the checkpoint":
        (home / "checkpoints" / str(made["index"] + 1)).unlink()
    if cut == "with the new key lost":
        from lotproof.ledger.keys import make_key, store_key

        (keys / "next.pem").replace(home.parent / "new.pem")
        store_key(make_key("lotproof.org/evidence/site", bytes(32)), keys / "next.pem")
        assert "was retired: the ledger hands over to" in refused("ledger", "status", "--workspace", home)
        return
    assert vkey(home) == made["vkey"], "the entry decides which key is the log's"
    again = rotated(home)
    assert (again["index"], again["vkey"], again["retired"]) == (made["index"], made["vkey"], old)
    assert store.size() == made["index"] + 1
    pack = built(home, "EP-1")
    assert judged(pack, old)[:2] == (0, set())


def test_a_key_that_was_retired_is_refused_when_it_is_put_back(home):
    made = rotated(home)
    shutil.copy(made["retired_file"], home / "keys" / "log.pem")
    told = refused("ledger", "checkpoint", "--workspace", home)
    assert "log.pem was retired: the ledger hands over to" in told and "a retired key signs nothing." in told


def redacted(home: Path, pack: Path) -> Path:
    copy = home.parent / "copy"
    done = invoke("pack", "redact", pack, "-o", copy, "--leave-out", "data/raw/*", "--reason", "trade secret", "--workspace", home, *ACT)
    assert done.exit_code == 0, done.output
    return copy


def test_a_pack_of_an_earlier_key_can_be_redacted_and_verifies_with_either_key(home):
    old = vkey(home)
    pack = built(home, "EP-1")
    rotated(home)
    new = rotated(home)["vkey"]
    copy = redacted(home, pack)
    assert judged(copy, old)[:2] == (0, set())
    assert judged(copy, old, new)[:2] == (0, set())


def test_a_redaction_by_a_key_that_nobody_handed_over_to_fails(home):
    old = vkey(home)
    pack = built(home, "EP-1")
    rotated(home)
    copy = redacted(home, pack)
    path = copy / "seal/redaction.json"
    document = json.loads(path.read_bytes())
    del document["handovers"]
    path.write_bytes(canonical.dumps(document))
    key = load_key(home / "keys" / "log.pem", "lotproof.org/evidence/site")
    (copy / "seal/redaction.json.note").write_bytes(note.sign(redaction_text("EP-1", path.read_bytes()), [key]))
    assert judged(copy, old)[:2] == (1, {"not-signed"})


def test_a_pack_of_another_log_is_not_redacted(home):
    pack = built(home, "EP-1")
    json_of("init", home.parent / "other", *ACT)
    told = refused("pack", "redact", pack, "-o", home.parent / "copy", "--leave-out", "data/raw/*", "--reason", "x", "--workspace", home.parent / "other")
    assert "EP-1 was sealed by another log than that of lotproof.org/evidence/site+" in told


def test_the_log_itself_is_checked_for_what_a_retired_key_signed(home):
    made = rotated(home)
    json_of("add", home.parent / "export", "--workspace", home, *ACT)
    json_of("ledger", "checkpoint", "--workspace", home)
    assert json_of("ledger", "check", "--workspace", home) == {"ok": True, "problems": []}
    path = max((home / "checkpoints").iterdir(), key=lambda path: int(path.name))
    thief = load_key(Path(made["retired_file"]), "lotproof.org/evidence/site")
    path.write_bytes(note.sign(note.parse(path.read_bytes()).text, [thief]))
    (told,) = json_of("ledger", "check", "--workspace", home, code=1)["problems"]
    assert told == f"checkpoints/{path.name} is signed by a key that had handed over to another before: somebody used a retired key."
