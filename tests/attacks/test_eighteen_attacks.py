"""The eighteen attacks of the evidence format, each a sentence, on a pack with certificate and timestamps; judged by both verifiers."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import local_tsa
import pytest
from sealed_pack import Kit
from synthetic_pack import PACK, THIEF, Log, codes, sample_log, sample_statements, sign_body, zip_pack

from lotproof.ledger import canonical
from lotproof.packs import bag
from lotproof.packs.certificate import from_pem
from lotproof.packs.sealer import Sealer


def flip(path: Path, position: int, bit: int = 0) -> None:
    data = bytearray(path.read_bytes())
    data[position] ^= 1 << bit
    path.write_bytes(data)


def _drop_seal(pack: Path, kit: Kit) -> None:
    for path in sorted((pack / "seal").rglob("*"), reverse=True):
        path.unlink() if path.is_file() else path.rmdir()


def _edit_statement(pack: Path, kit: Kit) -> None:
    path = pack / "seal/statement.json"
    path.write_bytes(path.read_bytes().replace(b"B7-2231", b"B7-2232"))


def _edit_pdf(pack: Path, kit: Kit) -> None:
    flip(pack / "data/report/report.pdf", 50)
    bag.write_bag(pack, {"External-Identifier": PACK, "Bagging-Date": "2026-10-03"})


def _reseal_pdf(pack: Path, kit: Kit) -> None:
    kit.remake(pack, sample_log(), key=THIEF)


def _drop_entry(pack: Path, kit: Kit) -> None:
    log = sample_log()
    del log.entries[2]
    kit.remake(pack, log)


def _reorder(pack: Path, kit: Kit) -> None:
    log = sample_log()
    log.entries[0], log.entries[1] = log.entries[1], log.entries[0]
    kit.remake(pack, log)


def _backdated() -> Log:
    log = Log()
    for data in sample_log().entries[:-1]:
        entry: Any = canonical.loads(data)
        log.add(entry["kind"], entry["stream"], {**entry["body"], "backdated": True} if entry["kind"] == "file" else entry["body"])
    log.close()
    return log


def _backdate(pack: Path, kit: Kit) -> None:
    kit.remake(pack, _backdated(), statements=[], sealer=kit.sealer)


def _without_investigation() -> Log:
    log = Log()
    log.add("record", "INV-2026-0001", {"title": "nothing else happened"})
    log.close()
    return log


def _drop_investigation(pack: Path, kit: Kit) -> None:
    kit.remake(pack, _without_investigation(), statements=[], sealer=kit.sealer)


def _collude(pack: Path, kit: Kit) -> None:
    kit.remake(pack, _without_investigation(), statements=[], sealer=kit.sealer, stamp=True)


def _repoint_signature(pack: Path, kit: Kit) -> None:
    log = Log()
    log.add("record", "INV-2026-0001", {"title": "one"})
    log.add("record", "INV-2026-0002", {"title": "two"})
    log.add("esign", "INV-2026-0002", sign_body(log, 0))
    log.close()
    kit.remake(pack, log, statements=[], sealer=kit.sealer, stamp=True)


def _repoint_statement(pack: Path, kit: Kit) -> None:
    log = sample_log()
    statements = sample_statements(log)
    statements[1]["index"] += 1
    kit.remake(pack, log, statements, sealer=kit.sealer, stamp=True)


def _strip_by_log_key(pack: Path, kit: Kit) -> None:
    _drop_seal(pack, kit)
    bare = Kit(kit.folder, kit.honest, kit.authority, Sealer())
    bare.remake(pack, sample_log())


def _other_certificate(pack: Path, kit: Kit) -> None:
    other = local_tsa.make_authority(kit.folder / "other", "Other")
    kit.remake(pack, sample_log(), sealer=Sealer(from_pem(other.key, other.certificate, None), kit.sealer.authorities), stamp=True)


def _zip_up(pack: Path, kit: Kit) -> Path:
    target = zip_pack(pack, pack.parent / "pack.zip")
    with zipfile.ZipFile(target, "a") as archive:
        archive.writestr("../../etc/cron.d/evil", b"x")
    return target


@dataclass(frozen=True)
class Attack:
    """One attack."""

    name: str
    does: str
    act: Callable[[Path, Kit], Path | None]
    reason: str
    exit_code: int = 1


ATTACKS = (
    Attack("a1", "flips a bit in an original", lambda p, k: flip(p / "data/raw/site/events.xml", 700), "digest"),
    Attack("a2", "flips a bit in the PDF", lambda p, k: flip(p / "data/report/report.pdf", 700), "digest"),
    Attack("a3", "deletes a file", lambda p, k: (p / "data/findings.json").unlink(), "missing-file"),
    Attack("a4", "adds a file", lambda p, k: (p / "data/raw/extra.csv").write_text("x") and None, "unlisted-file"),
    Attack("a5", "edits the statement", _edit_statement, "bad-signature"),
    Attack("a6", "edits the PDF and recomputes the manifests", _edit_pdf, "digest"),
    Attack("a7", "recomputes manifests and statement, and signs with a log key of his own", _reseal_pdf, "bad-signature"),
    Attack("a8", "drops a ledger entry, makes the tiles anew and signs with the stolen log key", _drop_entry, "bad-signature"),
    Attack("a9", "reorders entries and signs with the stolen log key", _reorder, "bad-signature"),
    Attack("a10", "back-dates a record and signs with stolen log key and seal key", _backdate, "bad-timestamp"),
    Attack("a11", "drops an investigation and signs with stolen log key and seal key", _drop_investigation, "bad-timestamp"),
    Attack("a13", "does the same with every key and a fresh timestamp: not to be seen in the pack alone", _collude, "", 0),
    Attack("a14", "points a person's signature at another record, with every key and a fresh timestamp", _repoint_signature, "esign-target"),
    Attack("a15", "puts in a symbolic link", lambda p, k: (p / "data/raw/link.csv").symlink_to("/etc/hostname"), "symlink"),
    Attack("a16", "puts a path that leaves the pack into the zip", _zip_up, "name-unsafe"),
    Attack("a17", "strips the seal", _drop_seal, "missing-seal"),
    Attack("a18", "points a statement of the report at another record, with every key and a fresh timestamp", _repoint_statement, "statement-value"),
    Attack("b1", "takes away the certificate signature", lambda p, k: (p / "seal/statement.json.p7s").unlink(), "missing-seal"),
    Attack("b2", "takes away the timestamp over it", lambda p, k: (p / "seal/statement.json.p7s.tsr").unlink(), "missing-seal"),
    Attack("b3", "takes away the timestamp over the checkpoint", lambda p, k: (p / "seal/checkpoint.tsr").unlink(), "missing-seal"),
    Attack("b4", "swaps the copy of the CA", lambda p, k: flip(p / "seal/trust/ca.pem", 200), "trust-copy"),
    Attack("b5", "strips certificate and timestamps and seals anew with the stolen log key", _strip_by_log_key, "no-certificate", 3),
    Attack("b6", "seals anew with the stolen log key and a certificate of his own", _other_certificate, "unknown-ca"),
)


def test_the_honest_pack_passes_as_folder_and_as_zip(kit, tmp_path):
    assert kit.judge(kit.honest)["verdict"] == "TOTAL-PASSED"
    assert kit.judge(zip_pack(kit.honest, tmp_path / "pack.zip"))["exit_code"] == 0


@pytest.mark.parametrize("attack", ATTACKS, ids=lambda attack: f"{attack.name} {attack.does}")
def test_the_forger(attack, kit, pack):
    path = attack.act(pack, kit) or pack
    report = kit.judge(path)
    assert report["exit_code"] == attack.exit_code, report
    for told in (report, report["alone"]):
        assert not attack.reason or attack.reason in codes(told), codes(told)


def test_a12_the_same_with_the_witness_key_too_is_seen_by_the_timestamp_and_without_it_by_the_quorum(kit, pack):
    from witness_keys import WITNESS, cosigned, policy

    _drop_investigation(pack, kit)
    checkpoint = pack / "data/ledger/checkpoint"
    checkpoint.write_bytes(cosigned(checkpoint.read_bytes(), WITNESS))
    assert "bad-timestamp" in codes(kit.judge(pack))
    report = kit.judge(pack, policy=policy(WITNESS))
    assert report["exit_code"] == 1 and "no-quorum" not in codes(report)
    honest = kit.judge(kit.honest, policy=policy(WITNESS))
    assert (honest["exit_code"], codes(honest)) == (3, {"no-quorum"})


def test_a17_a_stripped_seal_is_undecided_only_where_that_is_allowed(kit, pack):
    _drop_seal(pack, kit)
    report = kit.judge(pack, allow_unsealed=True)
    assert (report["verdict"], report["exit_code"]) == ("INDETERMINATE", 3)
