"""What `verify_pack` says of packs that are whole, open, unusable or newer."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys

import pytest
from synthetic_pack import (
    KEY,
    NOW,
    ORIGIN,
    PACK,
    PROGRAM,
    STANDALONE,
    STRANGER,
    THIEF,
    both,
    change,
    clone,
    codes,
    make_pack,
    put,
    sample_log,
    sample_statements,
    sentences,
    write_payload,
    write_seal,
)

from lotproof.ledger import canonical, note
from lotproof.packs import bag, seal
from lotproof.packs.standalone.codes import CODES
from lotproof.packs.verify import read_keys, verify_pack


@pytest.fixture(scope="module")
def honest(tmp_path_factory):
    return make_pack(tmp_path_factory.mktemp("honest") / PACK)


@pytest.fixture
def pack(honest, tmp_path):
    return clone(honest, tmp_path / PACK)


def test_without_a_key_an_intact_pack_is_undetermined_and_says_how_to_get_the_key(honest):
    report = both(honest, [])
    assert (report["verdict"], report["exit_code"]) == ("INDETERMINATE", 3)
    assert [step["status"] for step in report["steps"]] == [
        "passed", "undetermined", "passed", "undetermined", "passed", "passed",
    ]  # fmt: skip
    assert any("anybody could have made it so" in sentence for sentence in sentences(report))
    assert any("Get the log's key line from the sender by another way" in sentence for sentence in sentences(report))


def test_a_key_of_another_log_leaves_the_verdict_open(honest):
    report = both(honest, [STRANGER.vkey])
    assert (report["exit_code"], codes(report)) == (3, {"unknown-key"})
    assert any(f"get the key of {ORIGIN}" in sentence for sentence in sentences(report))


def test_another_key_of_the_same_name_fails(honest):
    report = both(honest, [THIEF.vkey])
    assert (report["exit_code"], codes(report)) == (1, {"not-signed"})


def test_an_old_and_a_new_key_of_one_name_pass_together(honest):
    assert both(honest, [THIEF.vkey, KEY.vkey])["exit_code"] == 0
    assert both(honest, [STRANGER.vkey, KEY.vkey])["exit_code"] == 0


def test_a_key_of_another_log_that_signed_does_not_speak_for_this_log(tmp_path):
    log = sample_log()
    write_payload(tmp_path, log.entries, sample_statements(log), [STRANGER])
    write_seal(tmp_path, log.entries, STRANGER)
    assert both(tmp_path, [STRANGER.vkey])["exit_code"] == 3


def test_signatures_by_unknown_keys_are_ignored(pack):
    for path in ("seal/statement.json.note", "data/ledger/checkpoint"):
        (pack / path).write_bytes(note.cosign((pack / path).read_bytes(), STRANGER))
    write_digests(pack)
    assert both(pack)["exit_code"] == 0
    assert both(pack, [KEY.vkey, STRANGER.vkey])["exit_code"] == 0


def write_digests(pack):
    old = json.loads((pack / "seal/statement.json").read_bytes())
    digests = bag.write_bag(pack, {"External-Identifier": PACK})
    old["subject"] = [{"name": f.path, "digest": {"sha256": f.sha256, "sha512": f.sha512}} for f in digests.tagmanifests]
    data = canonical.dumps(old)
    (pack / "seal/statement.json").write_bytes(data)
    (pack / "seal/statement.json.note").write_bytes(seal.sign_statement(PACK, data, [KEY]))


def test_what_is_no_pack_gives_exit_code_two(tmp_path):
    (tmp_path / "file.txt").write_text("no zip")
    (tmp_path / "folder").mkdir()
    for name, sentence in {
        "nothing": "There is nothing at",
        "file.txt": "is neither a folder nor a zip that can be read",
        "folder": "is not an evidence pack: it has none of bagit.txt",
    }.items():
        report = verify_pack(tmp_path / name, [KEY.vkey])
        assert (report.exit_code, report.verdict) == (2, "INDETERMINATE")
        assert sentence in report.steps[0].problems[0].sentence


def test_both_verifiers_agree_on_what_is_no_pack(tmp_path):
    (tmp_path / "file.txt").write_text("no zip")
    assert both(tmp_path / "file.txt")["exit_code"] == 2
    assert both(tmp_path)["exit_code"] == 2


@pytest.mark.parametrize("key", ["", "nonsense", KEY.vkey[:-4], KEY.vkey.replace("+9", "+8", 1), "name+00000000+AQ=="])
def test_a_key_that_is_no_key_gives_exit_code_two(honest, key):
    report = both(honest, [key])
    assert (report["exit_code"], codes(report)) == (2, {"bad-key"})


@pytest.mark.skipif(os.geteuid() == 0, reason="root reads everything")
def test_a_file_that_cannot_be_read_gives_exit_code_two(pack):
    (pack / "data/findings.json").chmod(0)
    assert both(pack)["exit_code"] == 2


def test_a_newer_format_is_undetermined_and_the_other_steps_are_left_out(pack):
    document = json.loads((pack / "seal/statement.json").read_bytes())
    data = canonical.dumps({**document, "predicateType": "https://lotproof.org/evidence-pack/v2"})
    (pack / "seal/statement.json").write_bytes(data)
    (pack / "seal/statement.json.note").write_bytes(seal.sign_statement(PACK, data, [KEY]))
    report = both(pack)
    assert (report["exit_code"], codes(report), len(report["steps"])) == (3, {"newer-format"}, 2)
    assert any("Verify it with a newer version" in sentence for sentence in sentences(report))


@pytest.mark.parametrize(
    "edit",
    [
        lambda d: {**d, "_type": "https://in-toto.io/Statement/v0.1"},
        lambda d: {**d, "predicateType": "https://elsewhere.example/v1"},
        lambda d: {**d, "predicate": {**d["predicate"], "pack": 7}},
        lambda d: {**d, "predicate": {**d["predicate"], "ledger": None}},
        lambda d: {**d, "predicate": {**d["predicate"], "ledger": {**d["predicate"]["ledger"], "size": True}}},
        lambda d: {**d, "predicate": {**d["predicate"], "ledger": {**d["predicate"]["ledger"], "root": "AA=="}}},
        lambda d: {**d, "predicate": {**d["predicate"], "ledger": {**d["predicate"]["ledger"], "origin": "a\n1\nb"}}},
        lambda d: [d],
    ],
)
def test_a_statement_that_lacks_what_the_steps_need_fails(pack, edit):
    document = json.loads((pack / "seal/statement.json").read_bytes())
    data = canonical.dumps(edit(document))
    (pack / "seal/statement.json").write_bytes(data)
    (pack / "seal/statement.json.note").write_bytes(seal.sign_statement(PACK, data, [KEY]))
    report = both(pack)
    assert report["exit_code"] == 1
    assert "bad-statement" in codes(report)


@pytest.mark.parametrize(
    ("edit", "code"),
    [
        (lambda d: {**d, "unknown": {"later": 1}}, None),
        (lambda d: {**d, "subject": []}, "subject"),
        (lambda d: {**d, "subject": d["subject"] * 2}, "subject"),
        (lambda d: {**d, "subject": [*d["subject"], {"name": "data/findings.json"}]}, "subject"),
        (lambda d: {**d, "subject": [{**s, "digest": {"sha256": s["digest"]["sha256"]}} for s in d["subject"]]}, "subject"),
        (lambda d: {**d, "subject": "x"}, "subject"),
        (lambda d: {**d, "predicate": {**d["predicate"], "completeness": None}}, "completeness"),
        (lambda d: {**d, "predicate": {**d["predicate"], "scope": {"streams": ["INV-0"]}}}, "scope-stream"),
        (lambda d: {**d, "predicate": {**d["predicate"], "scope": {"streams": [None]}}}, "scope-stream"),
        (lambda d: {**d, "predicate": {**d["predicate"], "pack": "EP-1"}}, "pack-id"),
        (lambda d: {**d, "predicate": {**d["predicate"], "ledger": {**d["predicate"]["ledger"], "size": 3}}}, "checkpoint-differs"),
    ],
)
def test_a_signed_statement_is_still_held_to_its_rules(pack, edit, code):
    document = edit(json.loads((pack / "seal/statement.json").read_bytes()))
    data = canonical.dumps(document)
    (pack / "seal/statement.json").write_bytes(data)
    (pack / "seal/statement.json.note").write_bytes(seal.sign_statement(document["predicate"]["pack"], data, [KEY]))
    report = both(pack)
    assert codes(report) == ({code} if code else set())
    assert report["exit_code"] == (1 if code else 0)


@pytest.mark.parametrize(
    "data",
    [
        b"\xff\xfe",
        b"{",
        b'{"a":1,"a":2}',
        b'{"statements":[1.5]}',
        b'{"statements":[NaN]}',
        b'{"statements":[9007199254740992]}',
        b'{"statements":["A\xcc\x8a"]}',
        b'{"statements":["\\ud800"]}',
        b'{"\xc3\xa9":1}',
        b"[" * 100_000,
        b"[" * 70 + b"]" * 70,
        b'\xef\xbb\xbf{"statements":[]}',
        b"[]",
        b'{"statements":{}}',
        b'{"statements":[null]}',
        b'{"statements":[{"id":"a","index":0}]}',
        b'{"statements":[{"id":1,"index":0,"value":1}]}',
    ],
)
def test_hostile_json_is_refused_by_both_verifiers(pack, data):
    (pack / "data/statements.json").write_bytes(data)
    report = both(pack)
    assert "bad-statements" in codes(report)


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "bad-checkpoint"),
        (b"no note", "bad-checkpoint"),
        (b"origin\n05\nAA==\n\n\xe2\x80\x94 k AAAAAAA=\n", "bad-checkpoint"),
        (b"origin\n5\nAA==\n\n\xe2\x80\x94 k AAAAAAA=\n", "bad-checkpoint"),
        (b"\xff\n\n", "bad-checkpoint"),
        (b"origin\n9\n" + b"A" * 43 + b"=\n\n\xe2\x80\x94 k AAAAAAA=\n", "checkpoint-differs"),
        (b"origin\n9223372036854775807\n" + b"A" * 43 + b"=\n\n\xe2\x80\x94 k AAAAAAA=\n", "missing-file"),
        (b"origin\n0\n" + b"A" * 43 + b"=\n\n\xe2\x80\x94 k AAAAAAA=\n", "no-directory"),
    ],
)
def test_hostile_checkpoints_are_refused_by_both_verifiers(pack, data, code):
    (pack / "data/ledger/checkpoint").write_bytes(data)
    report = both(pack)
    assert report["exit_code"] == 1
    assert code in codes(report)


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "bad-bundle"),
        (b"\x00", "bad-bundle"),
        (b"\x00\x05abc", "bad-bundle"),
        (b"\x00\x00" * 12, "bad-entry"),
        (b"\x00\x02[]" * 12, "bad-entry"),
    ],
)
def test_hostile_bundles_are_refused_by_both_verifiers(pack, data, code):
    next((pack / "data/ledger/tile/entries").rglob("*.p/*")).write_bytes(data)
    assert code in codes(both(pack))


@pytest.mark.parametrize(
    ("member", "value"),
    [
        ("v", 0), ("v", "1"), ("v", True), ("kind", ""), ("kind", None), ("stream", ""), ("stream", "a b"), ("stream", "é"),
        ("seq", 0), ("seq", "2"), ("seq", True), ("prev", "AAAA"), ("prev", 1), ("time", "2026-10-03 10:00:00"),
        ("time", "2026-13-03T10:00:00Z"), ("time", "2026-10-03T10:00:60Z"), ("time", "2026-10-03T10:00:00+00:00"),
        ("time", None), ("actor", ""), ("actor", None),
    ],
)  # fmt: skip
def test_a_malformed_entry_is_refused_by_both_verifiers(tmp_path, member, value):
    log = sample_log()
    entry = canonical.loads(log.entries[1])
    assert isinstance(entry, dict)
    log.entries[1] = canonical.dumps({**entry, member: value})
    write_payload(tmp_path, log.entries, [])
    write_seal(tmp_path, log.entries)
    assert "bad-entry" in codes(both(tmp_path))


@pytest.mark.parametrize("member", ["v", "kind", "stream", "seq", "prev", "time", "actor"])
def test_an_entry_without_a_member_is_refused_by_both_verifiers(tmp_path, member):
    log = sample_log()
    entry = canonical.loads(log.entries[0])
    assert isinstance(entry, dict)
    del entry[member]
    log.entries[0] = canonical.dumps(entry)
    write_payload(tmp_path, log.entries, [])
    write_seal(tmp_path, log.entries)
    assert "bad-entry" in codes(both(tmp_path))


def test_an_entry_of_a_later_version_is_undetermined(tmp_path):
    log = sample_log()
    entry = canonical.loads(log.entries[-2])
    assert isinstance(entry, dict)
    log.entries = log.entries[:-2]
    log.streams.heads["runs"] = type(log.streams.heads["runs"])(1, str(entry["prev"]))
    log.put(canonical.dumps({**entry, "v": 2}))
    del log.streams.heads["directory"]
    log.close()
    write_payload(tmp_path, log.entries, sample_statements(log))
    write_seal(tmp_path, log.entries)
    report = both(tmp_path)
    assert (report["exit_code"], codes(report)) == (3, {"newer-entry"})


@pytest.mark.parametrize("rounds", [120, 121, 300])
def test_a_ledger_of_more_than_one_tile_passes_and_its_tiles_are_checked(tmp_path, rounds):
    """246 entries, one short of 256 and 608: partial, nearly full and several tiles with an upper level."""
    make_pack(tmp_path, sample_log(rounds))
    assert both(tmp_path)["exit_code"] == 0
    tile = sorted((tmp_path / "data/ledger/tile/0").rglob("*"))[0]
    change(tile if tile.is_file() else next(tile.iterdir()), lambda data: data[:-1] + bytes([data[-1] ^ 1]))
    assert {"tile-differs", "digest"} <= codes(both(tmp_path))


def test_a_tile_or_bundle_too_many_is_refused(pack):
    put(pack, "data/ledger/tile/1/000.p/1", bytes(32))
    put(pack, "data/ledger/tile/entries/001.p/1", b"\0\0")
    report = both(pack)
    assert {"extra-tile", "unlisted-file"} <= codes(report)


@pytest.mark.parametrize("edit", [lambda d: d + b"{}\n", lambda d: d[:-1], lambda d: b"", lambda d: d.replace(b"\n", b"\r\n")])
def test_an_audit_trail_that_is_not_the_ledger_is_refused(pack, edit):
    change(pack / "data/audit/audit.ndjson", edit)
    assert "audit-differs" in codes(both(pack))


@pytest.mark.parametrize("path", ["data/audit/audit.ndjson", "data/statements.json", "data/ledger/checkpoint"])
def test_a_pack_built_without_a_required_file_fails_although_its_manifests_agree(pack, path):
    (pack / path).unlink()
    write_digests(pack)
    report = both(pack)
    assert (report["exit_code"], codes(report)) == (1, {"missing-file"})


@pytest.mark.parametrize(
    "line",
    [b"zz  data/x\n", b"\n\n0\n", b"00  ../up\n", b"%s  ../up\n" % (b"0" * 64), b"%s  data/report/report.pdf\n" % (b"0" * 64)],
)
def test_a_malformed_manifest_line_is_refused(pack, line):
    change(pack / "manifest-sha256.txt", lambda data: data + line)
    report = both(pack)
    assert {"bad-manifest", "digest"} <= codes(report)


def test_without_deep_the_payload_is_hashed_with_sha_256_alone_and_the_report_says_so(honest, pack):
    report = verify_pack(honest, [KEY.vkey])
    assert report.exit_code == 0
    assert report.steps[2].notes == ("The payload was hashed with SHA-256; --deep checks its SHA-512 as well.",)
    assert verify_pack(honest, [KEY.vkey], deep=True).steps[2].notes == ()
    change(pack / "data/report/report.pdf", lambda data: data + b"x")
    assert verify_pack(pack, [KEY.vkey]).exit_code == 1


def test_several_workers_find_what_one_finds(pack):
    change(pack / "data/report/report.pdf", lambda data: data + b"x")
    assert verify_pack(pack, [KEY.vkey], workers=4) == verify_pack(pack, [KEY.vkey], workers=1)


def test_verifying_twice_gives_the_same_report(pack):
    change(pack / "data/report/report.pdf", lambda data: data + b"x")
    first = json.dumps(verify_pack(pack, [KEY.vkey]).to_json())
    assert first == json.dumps(verify_pack(pack, [KEY.vkey]).to_json())


def test_every_code_that_is_given_is_in_the_list(honest):
    from pathlib import Path

    source = Path(sys.modules["lotproof.packs.verify.run"].__file__ or "").parent
    rules = [sys.modules[f"lotproof.ledger.{name}"].__file__ or "" for name in ("esign", "sandwich")]
    text = (
        PROGRAM.read_text()
        + PROGRAM.with_name("verify_ledger.py").read_text()
        + "".join(path.read_text() for path in (*source.glob("*.py"), *map(Path, rules)))
    )
    assert [code for code in CODES if f'"{code}"' not in text] == []


def test_keys_are_read_from_lines_and_from_files(tmp_path):
    (tmp_path / "keys").write_text(f"# site A\n\n{KEY.vkey}\n  {STRANGER.vkey}\n")
    assert read_keys([str(tmp_path / "keys"), THIEF.vkey]) == [KEY.vkey, STRANGER.vkey, THIEF.vkey]


def run_program(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-I", *arguments], capture_output=True, text=True, check=False)


def test_the_program_in_the_pack_checks_the_pack_it_lies_in(pack, tmp_path):
    (tmp_path / "keys").write_text(KEY.vkey + "\n")
    program = str(pack / "verify/verify.py")
    assert run_program(program, "--key", str(tmp_path / "keys")).returncode == 0
    assert run_program(program, "--key", KEY.vkey).stdout.endswith("TOTAL-PASSED\n")
    assert run_program(program).returncode == 3
    assert run_program(program, "--key", "x").returncode == 2
    done = run_program(program, str(pack), "--key", KEY.vkey, "--json")
    assert json.loads(done.stdout)["verdict"] == "TOTAL-PASSED"
    change(pack / "data/findings.json", lambda data: data + b" ")
    done = run_program(program, "--key", KEY.vkey)
    assert done.returncode == 1
    assert "digest: data/findings.json was changed" in done.stdout


def test_the_program_leaves_no_trace_in_the_pack(pack):
    before = sorted(pack.rglob("*"))
    assert (
        subprocess.run(
            [sys.executable, str(pack / "verify/verify.py"), "--key", KEY.vkey, "--deep"], capture_output=True, check=False
        ).returncode
        == 1
    )
    assert sorted(pack.rglob("*")) == before


@pytest.mark.parametrize("name", ["verify.py", "verify_ledger.py"])
def test_each_half_of_the_program_has_fewer_than_500_lines(name):
    text = PROGRAM.with_name(name).read_text()
    assert len(text.splitlines()) < 500
    assert max(map(len, text.splitlines())) <= 140


def test_the_first_half_names_the_second_by_its_sha_256():
    assert hashlib.sha256(PROGRAM.with_name("verify_ledger.py").read_bytes()).hexdigest() == STANDALONE.SECOND_HALF


@pytest.mark.parametrize("zipped", [False, True])
def test_the_first_half_alone_takes_the_second_from_the_pack(pack, tmp_path, zipped):
    alone = tmp_path / "elsewhere" / "verify.py"
    alone.parent.mkdir()
    alone.write_bytes(PROGRAM.read_bytes())
    what = shutil.make_archive(str(tmp_path / "pack"), "zip", pack.parent, pack.name) if zipped else str(pack)
    done = run_program(str(alone), what, "--key", KEY.vkey, "--at", NOW, "--json")
    assert (done.returncode, json.loads(done.stdout)) == (0, STANDALONE.verify(what, [KEY.vkey], at=NOW))
    assert [path.name for path in alone.parent.iterdir()] == ["verify.py"]


def test_a_second_half_that_is_another_is_never_run(pack, tmp_path):
    """Neither from beside the program nor from the pack: what it would have checked is left open, and its change is found."""
    trap = f"open({str(tmp_path / 'ran')!r}, 'w')\n".encode()
    for place in (tmp_path / "verify.py", tmp_path / "verify_ledger.py"):
        place.write_bytes(PROGRAM.read_bytes() if place.name == "verify.py" else trap)
    (tmp_path / "policy").write_text("quorum none\n")
    options = ("--key", KEY.vkey, "--policy", str(tmp_path / "policy"), "--deep", "--json")
    assert run_program(str(tmp_path / "verify.py"), str(pack), *options[:2]).returncode == 0  # the pack has the right one
    change(pack / "verify/verify_ledger.py", lambda data: trap + data)
    done = run_program(str(tmp_path / "verify.py"), str(pack), *options)
    report = json.loads(done.stdout)
    assert (done.returncode, report["verdict"]) == (1, "TOTAL-FAILED")
    assert [step["status"] for step in report["steps"]] == ["passed", "passed", "failed"] + ["undetermined"] * 4
    assert "The ledger is not checked without this program's own verify_ledger.py." in sentences(report)
    assert not (tmp_path / "ran").exists()


def test_the_program_in_the_pack_imports_the_standard_library_only():
    code = f"import sys, runpy; runpy.run_path({str(PROGRAM)!r}); print(*{{m.split('.')[0] for m in sys.modules}})"
    loaded = set(run_program("-S", "-c", code).stdout.split())
    assert loaded
    assert {name for name in loaded if not name.startswith("_")} <= set(sys.stdlib_module_names)


def test_the_verifier_loads_neither_django_nor_duckdb():
    code = "import sys; sys.path.insert(0, 'src'); import lotproof.packs.verify; print(*sys.modules)"
    loaded = {name.split(".")[0] for name in run_program("-c", code).stdout.split()}
    assert "lotproof" in loaded
    assert not loaded & {"django", "duckdb", "pyarrow", "numpy", "typst"}
