"""The attacks of EVIDENCE_FORMAT: each is found, for the right reason, by both verifiers alike."""

from __future__ import annotations

import json
import random
from pathlib import Path
from typing import Any

import pytest
from synthetic_pack import (
    KEY,
    ORIGIN,
    PACK,
    STRANGER,
    THIEF,
    Log,
    both,
    change,
    clone,
    codes,
    make_pack,
    run_index,
    sample_log,
    sample_statements,
    sentences,
    sign_body,
    write_payload,
    write_seal,
    zip_pack,
)

from lotproof.ledger import canonical, note
from lotproof.packs import bag, seal


@pytest.fixture(scope="module")
def honest(tmp_path_factory):
    return make_pack(tmp_path_factory.mktemp("honest") / PACK)


@pytest.fixture
def pack(honest, tmp_path):
    return clone(honest, tmp_path / PACK)


def flip(path: Path, position: int, bit: int = 0) -> None:
    data = bytearray(path.read_bytes())
    data[position] ^= 1 << bit
    path.write_bytes(data)


def failed(path: Path, *expected: str, keys: Any = (KEY.vkey,)) -> dict[str, Any]:
    report = both(path, keys)
    assert (report["verdict"], report["exit_code"]) == ("TOTAL-FAILED", 1)
    assert set(expected) <= codes(report), codes(report)
    assert set(expected) <= codes(report["alone"]), codes(report["alone"])
    return report


def reseal(path: Path, key=KEY, **changes: Any) -> None:
    """Recompute bag and seal over what lies there, as somebody with a key can."""
    head = note.parse_checkpoint(note.parse((path / "data/ledger/checkpoint").read_bytes()).text)
    old = json.loads((path / "seal/statement.json").read_bytes())
    digests = bag.write_bag(path, {"External-Identifier": PACK})
    values = {
        "pack": PACK,
        "created": old["predicate"]["created"],
        "producer": old["predicate"]["producer"],
        "scope": old["predicate"]["scope"],
        "checkpoint": head,
        "directory_index": head.size - 1,
        "stream_heads": {name: seal.Head(**h) for name, h in old["predicate"]["completeness"]["stream_heads"].items()},
        "digests": digests,
        "copies": seal.log_key_copy(key),
        **changes,
    }
    seal.write_seal(path, PACK, seal.build_statement(**values), [key], values["copies"])


def rebuilt(path: Path, log: Log, key=KEY, statements: Any = None) -> Path:
    """Make the whole pack again from a doctored log."""
    write_payload(path, log.entries, sample_statements(log) if statements is None else statements, [key])
    write_seal(path, log.entries, key)
    return path


def test_an_honest_pack_passes_as_folder_and_as_zip(honest, tmp_path):
    assert both(honest)["verdict"] == "TOTAL-PASSED"
    assert both(zip_pack(honest, tmp_path / "pack.zip"))["exit_code"] == 0


@pytest.mark.parametrize("path", ["data/raw/site/events.xml", "data/report/report.pdf"])
@pytest.mark.shows("P11-10a", "A11-7", "P11-30")
def test_a1_a2_a_flipped_bit_in_original_or_report_is_named(pack, path):
    flip(pack / path, 700)
    report = failed(pack, "digest")
    assert f"{path} was changed: its sha256 is not that of manifest-sha256.txt." in sentences(report)


@pytest.mark.parametrize(
    "path",
    ["data/findings.json", "bagit.txt", "README.txt", "verify/verify.py", "verify/verify_ledger.py", "manifest-sha512.txt", "tagmanifest-sha256.txt"],
)
def test_a3_a_deleted_file_is_named(pack, path):
    (pack / path).unlink()
    report = failed(pack, "missing-file")
    assert any(sentence.startswith(f"{path} is missing") for sentence in sentences(report))


@pytest.mark.parametrize("path", ["data/raw/extra.csv", "extra.txt", "verify/helper.py"])
def test_a4_an_added_file_is_named(pack, path):
    (pack / path).write_bytes(b"more")
    report = failed(pack, "unlisted-file")
    assert any(sentence.startswith(f"{path} is not listed in ") for sentence in sentences(report))


def test_a4_a_file_added_to_the_seal_is_named(pack):
    (pack / "seal/read-me-first.html").write_bytes(b"call this number")
    failed(pack, "seal-file")


def test_a5_an_edited_statement_is_found_with_and_without_a_key(pack):
    change(pack / "seal/statement.json", lambda data: data.replace(b"B7-2231", b"B7-2232"))
    failed(pack, "note-differs")
    failed(pack, "note-differs", keys=())


def test_a6_an_edited_report_with_recomputed_manifests_is_found(pack):
    flip(pack / "data/report/report.pdf", 50)
    bag.write_bag(pack, {"External-Identifier": PACK})
    report = failed(pack, "digest")
    assert "tagmanifest-sha512.txt is not the file that was sealed." in sentences(report)


def test_a7_an_edited_report_with_a_new_seal_by_another_key_is_found(pack):
    flip(pack / "data/report/report.pdf", 50)
    reseal(pack, THIEF)
    report = failed(pack, "not-signed")
    assert f"seal/statement.json.note is not signed by the key given for {ORIGIN}." in sentences(report)


def test_a7_the_old_signature_under_a_new_statement_is_found(pack):
    old = note.parse((pack / "seal/statement.json.note").read_bytes())
    flip(pack / "data/report/report.pdf", 50)
    reseal(pack)
    new = note.parse((pack / "seal/statement.json.note").read_bytes())
    line = old.signatures[0]
    forged = f"{new.text}\n— {line.name} {note.encode64(line.key_id + line.signature)}\n"
    (pack / "seal/statement.json.note").write_bytes(forged.encode())
    failed(pack, "bad-signature")


def test_a8_a_dropped_entry_does_not_fit_the_signed_head(pack):
    head, log = (pack / "data/ledger/checkpoint").read_bytes(), sample_log()
    for path in (pack / "data/ledger/tile").rglob("*.p/*"):
        path.unlink()
    del log.entries[2]
    write_payload(pack, log.entries, [])
    (pack / "data/ledger/checkpoint").write_bytes(head)
    bag.write_bag(pack, {"External-Identifier": PACK})
    report = failed(pack, "missing-file", "digest", "not-checked")
    assert "data/ledger/tile/entries/000.p/12 is missing." in sentences(report)


def test_a8_a_dropped_entry_breaks_its_stream_even_with_the_log_key(tmp_path):
    log = sample_log()
    del log.entries[2]
    report = failed(rebuilt(tmp_path / PACK, log), "stream-seq", "stream-prev")
    assert "Entry 2: Stream 'INV-2026-0001' has entry 4 where 3 follows." in sentences(report)


def test_a8_a_changed_entry_without_the_key_does_not_give_the_signed_root(pack):
    bundle = next((pack / "data/ledger/tile/entries").rglob("*.p/*"))
    change(bundle, lambda data: data.replace(b"next step", b"last step", 1))
    report = failed(pack, "root-differs", "tile-differs", "audit-differs", "stream-prev")
    assert "The entries of the ledger do not give the root that was signed." in sentences(report)


def test_a9_reordered_entries_break_their_stream_even_with_the_log_key(tmp_path):
    log = sample_log()
    log.entries[1], log.entries[2] = log.entries[2], log.entries[1]
    failed(rebuilt(tmp_path / PACK, log), "stream-seq", "stream-prev")


def test_a11_a_dropped_investigation_is_found_by_the_directory(tmp_path):
    log = sample_log()
    log.entries = [data for data in log.entries if b'"stream":"INV-2026-0002"' not in data]
    report = failed(rebuilt(tmp_path / PACK, log), "directory-heads")
    assert any("does not name the heads of the streams before it" in sentence for sentence in sentences(report))


def test_a11_a_dropped_end_of_the_ledger_is_found(tmp_path):
    log = sample_log()
    log.entries.pop()
    failed(rebuilt(tmp_path / PACK, log), "no-directory")


def test_a13_a_whole_history_rewritten_with_the_log_key_passes_as_the_specification_says(tmp_path):
    log = Log()
    log.add("record", "INV-2026-0001", {"title": "nothing happened"})
    log.add("record", "runs", {"type": "run", "results": {"lots": 3, "missing": 0, "variance": "0", "clean": True}})
    log.close()
    assert both(rebuilt(tmp_path / PACK, log, statements=[]))["exit_code"] == 0


@pytest.mark.shows("P11-70")
def test_a14_a_signature_moved_to_another_record_breaks_its_link(tmp_path):
    log = Log()
    log.add("record", "INV-2026-0001", {"title": "one"})
    log.add("record", "INV-2026-0002", {"title": "two"})
    log.add("esign", "INV-2026-0002", sign_body(log, 0))
    log.close()
    report = failed(rebuilt(tmp_path / PACK, log, statements=[]), "esign-target")
    sentence = "The signature, entry 2, does not name an earlier entry of its stream by index and leaf hash."
    assert sentence in sentences(report)


@pytest.mark.parametrize("signs", [None, {"index": 5}, {"index": "0"}, {"index": True}, {"index": 0, "leaf": "AAAA"}])
def test_a14_a_signature_without_a_proper_link_is_refused(tmp_path, signs):
    log = Log()
    log.add("record", "INV-2026-0001", {"title": "one"})
    log.add("esign", "INV-2026-0001", {**sign_body(log, 0), "signs": signs})
    log.close()
    failed(rebuilt(tmp_path / PACK, log, statements=[]), "esign-target")


@pytest.mark.shows("P11-50a")
def test_a14_a_signature_that_does_not_show_its_meaning_is_refused(tmp_path):
    log = Log()
    log.add("record", "INV-2026-0001", {"title": "one"})
    body = sign_body(log, 0)
    log.add("esign", "INV-2026-0001", {**body, "manifestation": {**body["manifestation"], "meaning": ""}})
    log.close()
    report = failed(rebuilt(tmp_path / PACK, log, statements=[]), "esign-manifestation")
    assert "The signature, entry 1, does not show meaning." in sentences(report)


def test_a14_an_entry_hung_under_another_predecessor_breaks_its_stream(tmp_path):
    log = sample_log()
    changed = canonical.loads(log.entries[2])
    other = canonical.loads(log.entries[3])
    assert isinstance(changed, dict) and isinstance(other, dict)
    log.entries[2] = canonical.dumps({**changed, "prev": other["prev"]})
    failed(rebuilt(tmp_path / PACK, log), "stream-prev")


def test_a15_a_symbolic_link_is_refused(pack):
    (pack / "data/raw/link.csv").symlink_to("/etc/hostname")
    report = failed(pack, "symlink")
    assert "data/raw/link.csv is a symbolic link, not a plain file." in sentences(report)


def test_a15_a_file_replaced_by_a_link_to_its_own_content_is_refused(pack, tmp_path):
    outside = tmp_path / "events.xml"
    (pack / "data/raw/site/events.xml").rename(outside)
    (pack / "data/raw/site/events.xml").symlink_to(outside)
    failed(pack, "symlink", "missing-file")


def test_a17_a_stripped_seal_fails_and_is_open_only_when_allowed(pack):
    for path in sorted((pack / "seal").rglob("*"), reverse=True):
        path.unlink() if path.is_file() else path.rmdir()
    failed(pack, "missing-seal")
    report = both(pack, allow_unsealed=True)
    assert (report["verdict"], report["exit_code"]) == ("INDETERMINATE", 3)
    assert "seal/statement.json is missing: the pack is not sealed, so nothing vouches for it." in sentences(report)


def test_a17_a_stripped_signature_fails(pack):
    (pack / "seal/statement.json.note").unlink()
    failed(pack, "missing-seal")
    assert both(pack, allow_unsealed=True)["exit_code"] == 3


def test_a17_a_changed_file_fails_although_an_unsealed_pack_is_allowed(pack):
    (pack / "seal/statement.json").unlink()
    (pack / "seal/statement.json.note").unlink()
    flip(pack / "data/findings.json", 0)
    assert both(pack, allow_unsealed=True)["exit_code"] == 1


def test_a18_a_statement_that_points_at_another_run_is_found(tmp_path):
    log = sample_log()
    statements = sample_statements(log)
    statements[1]["index"] += 1
    report = failed(rebuilt(tmp_path / PACK, log, statements=statements), "statement-value")
    assert f"Statement missing says 12, but the record, entry {run_index(log) + 1}, 0." in sentences(report)


@pytest.mark.parametrize(
    ("index", "code"), [(0, "statement-record"), (10_000, "statement-index"), (-1, "statement-index"), (True, "bad-statements")]
)
def test_a18_a_statement_that_points_at_no_run_is_found(tmp_path, index, code):
    log = sample_log()
    statements = sample_statements(log)
    statements[0]["index"] = index
    failed(rebuilt(tmp_path / PACK, log, statements=statements), code)


@pytest.mark.parametrize("value", [True, "12", 13, None, [12]])
def test_a18_a_statement_with_another_value_is_found(tmp_path, value):
    log = sample_log()
    statements = sample_statements(log)
    statements[1]["value"] = value
    failed(rebuilt(tmp_path / PACK, log, statements=statements), "statement-value")


def test_a_swapped_copy_of_the_key_is_found(pack):
    (pack / "seal/trust/log.vkey").write_text(THIEF.vkey + "\n")
    failed(pack, "trust-copy")


def test_a_checkpoint_signed_by_another_key_is_found_although_the_seal_holds(pack):
    text = note.parse((pack / "data/ledger/checkpoint").read_bytes()).text
    (pack / "data/ledger/checkpoint").write_bytes(note.sign(text, [STRANGER]))
    reseal(pack)
    report = failed(pack, "not-signed")
    assert f"data/ledger/checkpoint is not signed by the key given for {ORIGIN}." in sentences(report)


def test_several_failures_are_all_listed(pack):
    flip(pack / "data/report/report.pdf", 50)
    (pack / "data/findings.json").unlink()
    (pack / "data/new.txt").write_bytes(b"x")
    (pack / "data/link").symlink_to("report")
    change(pack / "seal/statement.json", lambda data: data.replace(b"B7-2231", b"B7-2232"))
    failed(pack, "digest", "missing-file", "unlisted-file", "symlink", "note-differs", "oxum")


def every_file(root: Path) -> list[str]:
    return sorted(path.relative_to(root).as_posix() for path in root.rglob("*") if path.is_file())


def test_no_single_flipped_bit_of_any_file_goes_unnoticed(pack):
    """Seven seeded places in each file; both verifiers must fail, and never pass or call it undetermined."""
    chance = random.Random(20261003)
    for path in every_file(pack):
        before = (pack / path).read_bytes()
        for position in {0, len(before) - 1, *(chance.randrange(len(before)) for _ in range(5))}:
            flip(pack / path, position, chance.randrange(8))
            report = both(pack)
            assert report["exit_code"] == 1, (path, position, codes(report))
            (pack / path).write_bytes(before)
    assert both(pack)["exit_code"] == 0


@pytest.mark.slow
def test_every_bit_of_the_note_counts(pack):
    """Each byte of both signed notes and of the key copy, one bit a byte."""
    chance = random.Random(7)
    for path in ("seal/statement.json.note", "data/ledger/checkpoint", "seal/trust/log.vkey"):
        before = (pack / path).read_bytes()
        for position in range(len(before)):
            flip(pack / path, position, chance.randrange(8))
            assert both(pack)["exit_code"] == 1, (path, position)
            (pack / path).write_bytes(before)
