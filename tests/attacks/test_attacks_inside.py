"""Attacks on what lies inside the ledger, by a forger who has every key: both verifiers give the same verdict for the same reasons."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import local_tsa
import pytest
from doctored_log import CASE, HEAD, KEY, ORIGIN, OTHER, Authenticator, Forged, bulk, bulk_files, printed
from sealed_pack import Kit
from synthetic_pack import PACK, STRANGER, TIME, both, codes, head_of, make_pack, places, put, write_payload, write_seal
from witness_keys import SECOND, THIRD, WITNESS, cosigned, policy

from lotproof.ledger import note
from lotproof.ledger.esign import challenge
from lotproof.packs import bag, seal

DEVICE, SPARE = Authenticator(), Authenticator(credential="c3BhcmU")


def made(folder: Path, log: Forged, files: dict[str, bytes] | None = None) -> Path:
    """Close the log and make the pack from it, as whoever has the log's key can."""
    log.close()
    make_pack(folder, log, [])
    for path, data in (files or {}).items():
        put(folder, path, data)
    if files:
        write_seal(folder, log.entries)
    return folder


def _set(part: str, **values: Any) -> Any:
    return lambda body: body[part].update(values)


def _pop(part: str, name: str) -> Any:
    return lambda body: body[part].pop(name)


@dataclass(frozen=True)
class Signed:
    """A signature of record 0 that a rule refuses."""

    does: str
    code: str
    edit: Any = None
    options: Any = None


SIGNED = (
    *(Signed(f"shows no {name}", "esign-manifestation", _pop("manifestation", name)) for name in ("printed_name", "meaning", "time_utc", "tz")),
    Signed("shows an empty meaning", "esign-manifestation", _set("manifestation", meaning="")),
    Signed("shows another time than its entry", "esign-manifestation", _set("manifestation", time_utc="2026-10-02T10:00:00Z")),
    Signed("shows what is no time", "esign-manifestation", _set("manifestation", time_utc="2026-10-03")),
    Signed("points at another entry", "esign-target", _set("signs", index=1)),
    Signed("points at itself", "esign-target", _set("signs", index=3)),
    Signed("points nowhere", "esign-target", _set("signs", index=2**53 - 1)),
    Signed("names another leaf", "esign-target", _set("signs", leaf="A" * 43 + "=")),
    Signed("lies in another stream", "esign-target", None, {"stream": OTHER}),
    Signed("changes the hash of what was shown", "esign-rendering", _set("signs", sha256_of_rendering="0" * 64)),
    Signed("states no hash of what was shown", "esign-rendering", _pop("signs", "sha256_of_rendering")),
    Signed("spells the hash in capitals", "esign-rendering", _set("signs", sha256_of_rendering="AB" * 32, rendering="own")),
    Signed("was made with one component", "esign-auth", _set("auth", components=["password"])),
    Signed("was made with the same component twice", "esign-auth", _set("auth", components=["password", "password"])),
    Signed("continues a session that never began", "esign-auth", _set("auth", first_in_session=False)),
    Signed("names no signer", "esign-auth", _set("signer", user_id="")),
    Signed("has no authentication", "esign-auth", lambda body: body.pop("auth")),
    Signed("has a signer that is a text", "esign-auth", lambda body: body.update(signer="user-17")),
)


@pytest.mark.parametrize("attack", SIGNED, ids=lambda attack: attack.does)
def test_a_signature_that(attack: Signed, tmp_path):
    log = Forged()
    log.record()
    log.record(OTHER)
    log.record("runs")
    place = log.sign(0, edit=attack.edit, **(attack.options or {}))
    report = both(made(tmp_path / "p", log))
    assert (report["exit_code"], places(report)) == (1, {(attack.code, place, "failed")})


def test_a_signature_of_an_earlier_version_is_refused_and_one_before_it_is_shown_as_such(tmp_path):
    log = Forged()
    log.record()
    log.sign(0)
    log.record(content="variance 11")
    place = log.sign(0, replace(HEAD, components=("totp",), first_in_session=False))
    assert places(both(made(tmp_path / "p", log))) == {("esign-target", place, "failed")}


def test_a_session_of_another_person_is_refused(tmp_path):
    log = Forged()
    log.record()
    log.sign(0)
    place = log.sign(0, replace(HEAD, user_id="user-18", first_in_session=False))
    assert places(both(made(tmp_path / "p", log))) == {("esign-auth", place, "failed")}


def test_what_the_report_prints_of_the_signatures_is_the_ledger(tmp_path):
    log = Forged()
    log.record()
    place = log.sign(0)
    good = made(tmp_path / "p", log, {"data/signatures.json": printed(place, 0)})
    assert both(good)["exit_code"] == 0
    put(good, "data/signatures.json", printed(place, 0).replace(b"Approved", b"Reviewed"))
    write_seal(good, log.entries)
    assert places(both(good)) == {("signatures-differ", "data/signatures.json", "failed")}


@pytest.mark.parametrize("kind", ["es256", "ed25519"])
def test_a_passkey_signature_holds_in_both(tmp_path, kind):
    device, log = Authenticator(kind), Forged()
    log.introduce(device)
    place = log.sign(log.record(), device=device)
    assert both(made(tmp_path / "p", log, {"data/signatures.json": printed(place, 1, True)}))["exit_code"] == 0


def _moved(log: Forged) -> Callable[[bytes], Any]:
    """The assertion of another signature by the same device."""
    return lambda draft: DEVICE.get(challenge(draft.replace(b"Approved", b"Reviewed")))


def _by(device: Authenticator, **options: Any) -> Callable[[bytes], Any]:
    return lambda draft: device.get(challenge(draft), **options)


ASSERTIONS = {
    "is missing although the person has a passkey": None,
    "was made by another key": lambda draft: {**_by(SPARE)(draft), "credential": DEVICE.credential},
    "names a passkey that nobody has": _by(SPARE),
    "was moved from another signature": _moved(Forged()),
    "was made on another page": _by(DEVICE, origin="https://evil.example"),
    "was made without verifying the person": _by(DEVICE, flags=1),
    "was made inside another page": _by(DEVICE, crossOrigin=True),
    "is of another kind": _by(DEVICE, kind="webauthn.create"),
    "is for another site": lambda draft: _by(Authenticator(rp_id="x.example"))(draft),
    "has a signature that is none": lambda draft: {**_by(DEVICE)(draft), "signature": "AAAA"},
    "has padding": lambda draft: {**_by(DEVICE)(draft), "signature": _by(DEVICE)(draft)["signature"] + "="},
    "is a text": lambda draft: "yes",
    "is empty": lambda draft: {"type": "webauthn"},
}


@pytest.mark.parametrize("does", ASSERTIONS)
def test_an_assertion_that(does, tmp_path):
    log = Forged()
    log.introduce(DEVICE)
    log.record()
    place = log.sign(1, assertion=ASSERTIONS[does])
    assert places(both(made(tmp_path / "p", log))) == {("esign-assertion", place, "failed")}


@pytest.mark.parametrize("change", [{"public_key": "AAAA"}, {"user_id": "user-18"}, {"rp_id": ""}])
def test_an_assertion_by_a_passkey_that_was_introduced_otherwise_is_refused(change, tmp_path):
    log = Forged()
    body = {"type": "passkey", "credential": DEVICE.credential, "public_key": note.encode64(DEVICE.der), "rp_id": DEVICE.rp_id, "user_id": DEVICE.user}
    log.put(log.draft("key", "people", {**body, **change}))
    log.record()
    place = log.sign(1, device=DEVICE)
    assert places(both(made(tmp_path / "p", log))) == {("esign-assertion", place, "failed")}


def test_a_passkey_that_was_retired_signs_no_more_and_nobody_puts_another_in_its_place(tmp_path):
    log = Forged()
    log.introduce(DEVICE)
    log.introduce(Authenticator())
    log.record()
    log.sign(2, device=DEVICE)
    log.put(log.draft("key", "people", {"type": "passkey-retired", "credential": DEVICE.credential}))
    place = log.sign(2, device=DEVICE)
    assert places(both(made(tmp_path / "p", log))) == {("esign-assertion", place, "failed")}


def anchored(kit: Kit) -> Forged:
    log = Forged()
    for offset in (-60, -50, -40):
        log.at(offset)
    log.anchor(log.stamp(kit))
    return log


def test_an_anchored_log_holds_with_and_without_a_ca(kit, tmp_path):
    log = anchored(kit)
    log.at(1, body={"event_time": "2026-10-01T00:00:00Z"})
    body: Any = log.stamp(kit)
    place = log.anchor(body)
    files = {f"data/ledger/anchors/{place}.checkpoint": body["checkpoint"].encode(), f"data/ledger/anchors/{place}.tsr": note.decode64(body["tsr"])}
    pack = made(tmp_path / "p", log, files)
    report = both(pack)
    assert report["exit_code"] == 0
    assert any("Late entry 4" in line for line in report["alone"]["steps"][4]["notes"])
    assert any("whose clock the anchors tell is open" in line for line in report["alone"]["steps"][4]["notes"])
    assert {code for code, _, _ in places(both(pack, ca=kit.authority.ca, at=kit.soon))} == {"no-certificate", "no-timestamp"}
    put(pack, f"data/ledger/anchors/{place}.tsr", note.decode64(log.stamp(kit)["tsr"]))
    write_seal(pack, log.entries)
    assert places(both(pack)) == {("anchor-differs", place, "failed")}


def _flipped(body: dict[str, Any]) -> dict[str, Any]:
    token = bytearray(note.decode64(body["tsr"]))
    token[-20] ^= 4
    return {**body, "tsr": note.encode64(bytes(token))}


ANCHORS: dict[str, Callable[[Forged, Kit], dict[str, Any]]] = {
    "has a token over another checkpoint": lambda log, kit: {**log.stamp(kit), "checkpoint": log.checkpoint(2).decode()},
    "has a checkpoint of more entries than there were": lambda log, kit: {**log.stamp(kit), "checkpoint": log.checkpoint().decode().replace("\n3\n", "\n9\n")},
    "has a checkpoint of another log": lambda log, kit: _stamped(kit, note.Checkpoint("other.example/log", 3, bytes(32))),
    "has a checkpoint of another history": lambda log, kit: _stamped(kit, note.Checkpoint(ORIGIN, 3, bytes(32))),
    "has a flipped bit in the token": lambda log, kit: _flipped(log.stamp(kit)),
    "has no token": lambda log, kit: {"checkpoint": log.checkpoint().decode(), "tsr": None},
    "has a token that is none": lambda log, kit: {"checkpoint": log.checkpoint().decode(), "tsr": "AAAA"},
    "has no checkpoint": lambda log, kit: {**log.stamp(kit), "checkpoint": "hello"},
}


def _stamped(kit: Kit, head: note.Checkpoint) -> dict[str, Any]:
    signed = note.sign(head.text, [KEY])
    assert kit.sealer.authorities
    return {"checkpoint": signed.decode(), "tsr": note.encode64(kit.sealer.authorities.stamp(signed))}


@pytest.mark.parametrize("does", ANCHORS)
def test_an_anchor_that(does, kit, tmp_path):
    log = Forged()
    for offset in (-60, -50, -40):
        log.at(offset)
    place = log.anchor(ANCHORS[does](log, kit))
    assert places(both(made(tmp_path / "p", log))) == {("bad-anchor", place, "failed")}


def test_an_anchor_of_another_authority_than_the_ca_does_not_count(kit, tmp_path):
    log = anchored(kit)
    other = local_tsa.make_authority(tmp_path / "other", "Other")
    report = both(made(tmp_path / "p", log), ca=other.ca, at=kit.soon)
    assert ("bad-anchor", 3, "failed") in places(report)


def test_anchors_out_of_order_are_found(kit, tmp_path):
    log = Forged()
    log.at(0)
    early = log.stamp(kit)
    time.sleep(1.1)  # timestamps tell whole seconds
    log.anchor(log.stamp(kit))
    place = log.anchor(early)
    assert places(both(made(tmp_path / "p", log))) == {("anchor-order", place, "failed")}


@pytest.mark.parametrize(("before", "after", "code"), [(3600, 0, "time-after"), (-60, -3600, "time-before")])
def test_an_entry_outside_the_sandwich_is_found(before, after, code, kit, tmp_path):
    log = Forged()
    first = log.at(before)
    log.anchor(log.stamp(kit))
    last = log.at(after)
    log.anchor(log.stamp(kit))
    assert places(both(made(tmp_path / "p", log))) == {(code, first if code == "time-after" else last, "failed")}


PROOFS: dict[str, Callable[[bytes], bytes]] = {
    "is as it should be": lambda proof: proof,
    "has an extra line": lambda proof: proof.replace(b"@v1\n", b"@v1\nextra AAAA\n"),
    "lacks a hash": lambda proof: proof.replace(proof.split(b"\n")[3] + b"\n", b"", 1),
    "has a hash too many": lambda proof: proof.replace(b"\n\n", b"\n" + proof.split(b"\n")[3] + b"\n\n", 1),
    "has another index": lambda proof: proof.replace(b"index 1", b"index 2"),
    "has another hash": lambda proof: proof.replace(proof.split(b"\n")[2], b"A" * 43 + b"="),
    "has another header": lambda proof: proof.replace(b"@v1", b"@v2"),
    "has another checkpoint": lambda proof: proof.replace(b"\n6\n", b"\n7\n"),
    "has a signature of another key": lambda proof: note.cosign(proof, STRANGER),
    "has no checkpoint": lambda proof: proof.split(b"\n\n")[0],
    "is empty": lambda proof: b"",
    "is not UTF-8": lambda proof: b"\xff" + proof,
}


@pytest.mark.parametrize("does", PROOFS)
def test_a_proof_that(does, tmp_path):
    log = Forged()
    for stream in (CASE, OTHER, CASE, OTHER, CASE):
        log.record(stream)
    log.close()
    path = "data/proofs/1.tlog-proof"
    pack = make_pack(tmp_path / "p", log, [])
    put(pack, path, PROOFS[does](log.proof(1)))
    write_seal(pack, log.entries)
    good = does in ("is as it should be", "has an extra line")
    assert places(both(pack)) == (set() if good else {("bad-proof", path, "failed")})


def test_the_proof_of_an_entry_that_is_not_there_is_refused(tmp_path):
    log = Forged()
    log.record()
    log.close()
    pack = make_pack(tmp_path / "p", log, [])
    put(pack, "data/proofs/7.tlog-proof", log.proof(0))
    write_seal(pack, log.entries)
    assert places(both(pack)) == {("bad-proof", "data/proofs/7.tlog-proof", "failed")}


def witnessed(folder: Path, *keys: Any) -> Path:
    log = Forged()
    log.record()
    log.close()
    write_payload(folder, log.entries, [])
    data = (folder / "data/ledger/checkpoint").read_bytes()
    for key in keys:
        data = cosigned(data, key)
    put(folder, "data/ledger/checkpoint", data)
    write_seal(folder, log.entries)
    return folder


CHECKPOINT = "data/ledger/checkpoint"
NO_QUORUM = {("no-quorum", CHECKPOINT, "undetermined")}
QUORUMS: tuple[tuple[str, tuple[Any, ...], str, int, Any], ...] = (
    ("all cosigned", (WITNESS, SECOND), policy(WITNESS, SECOND), 0, set()),
    ("a cosignature is missing", (WITNESS,), policy(WITNESS, SECOND), 3, NO_QUORUM),
    ("none cosigned", (), policy(WITNESS), 3, NO_QUORUM),
    ("any is enough", (SECOND,), policy(WITNESS, SECOND, quorum="any"), 0, set()),
    ("two of three", (WITNESS, THIRD), policy(WITNESS, SECOND, THIRD, quorum="2"), 0, set()),
    ("one of three is too few", (THIRD,), policy(WITNESS, SECOND, THIRD, quorum="2"), 3, NO_QUORUM),
    ("an unknown witness cosigned", (THIRD,), policy(WITNESS), 3, NO_QUORUM),
    ("groups in groups", (WITNESS, THIRD), policy(WITNESS, SECOND, THIRD, quorum="2").replace("quorum everybody", "group top all everybody\nquorum top"), 0, set()),
    ("nothing is asked for", (), f"log {KEY.vkey}\nquorum none\n", 0, set()),
)  # fmt: skip


@pytest.mark.parametrize(("does", "keys", "rules", "code", "found"), QUORUMS, ids=lambda value: value if isinstance(value, str) and len(value) < 60 else "")
def test_a_policy_where(does, keys, rules, code, found, tmp_path):
    report = both(witnessed(tmp_path / "p", *keys), (), policy=rules)
    assert (report["exit_code"], places(report)) == (code, found)


def test_a_cosignature_over_another_head_fails(tmp_path):
    pack = witnessed(tmp_path / "p")
    other = cosigned(note.sign(note.Checkpoint(ORIGIN, 1, bytes(32)).text, [KEY]), WITNESS).decode().split("\n")[-2]
    put(pack, CHECKPOINT, (pack / CHECKPOINT).read_bytes() + other.encode() + b"\n")
    log = Forged()
    log.record()
    log.close()
    write_seal(pack, log.entries)
    report = both(pack, policy=policy(WITNESS))
    assert report["exit_code"] == 1 and ("bad-signature", CHECKPOINT, "failed") in places(report)


@pytest.mark.parametrize(
    "rules",
    [
        "", "quorum x\n", "quorum none\nquorum none\n", f"log {KEY.vkey[:-4]}\nquorum none\n", f"witness w {KEY.vkey}\nquorum w\n",
        policy(WITNESS, quorum="2"), policy(WITNESS, quorum="0"), policy(WITNESS).replace("w1\nquorum", "w1 w1\nquorum"), policy(WITNESS) + "group g any w1\n",
        policy(WITNESS).replace("all w1", "all w9"), "nonsense\nquorum none\n",
    ],
)  # fmt: skip
def test_a_policy_that_cannot_be_used_gives_exit_code_two(rules, tmp_path):
    report = both(witnessed(tmp_path / "p"), policy=rules)
    assert (report["exit_code"], codes(report)) == (2, {"bad-key"})


def test_a_policy_with_the_key_of_another_log_leaves_the_verdict_open(tmp_path):
    report = both(witnessed(tmp_path / "p", WITNESS), (), policy=policy(WITNESS).replace(KEY.vkey, STRANGER.vkey))
    assert (report["exit_code"], codes(report)) == (3, {"unknown-key"})


ROWS = "data/observations/abc-rows.ndjson.gz"
CONTENTS, BODY = bulk()
CHANGED = [CONTENTS[0], CONTENTS[1].replace(b"S300", b"S3OO"), CONTENTS[2]]
BULKS: dict[str, tuple[dict[str, Any], dict[str, bytes], set[tuple[str, Any, str]]]] = {
    "is as it should be": (BODY, bulk_files(CONTENTS, 0), set()),
    "has a changed block": (BODY, bulk_files(CHANGED, 0, CONTENTS), {("block-differs", ROWS, "failed")}),
    "has a changed block and its hash too": (BODY, bulk_files(CHANGED, 0), {("segment-differs", ROWS, "failed")}),
    "lacks a block": (BODY, bulk_files(CONTENTS[:2], 0, CONTENTS), {("block-differs", ROWS, "failed")}),
    "lacks a block and its hash": (BODY, bulk_files(CONTENTS[:2], 0), {("segment-differs", ROWS, "failed")}),
    "counts other records": ({**BODY, "records": 601}, bulk_files(CONTENTS, 0), {("segment-differs", ROWS, "failed")}),
    "counts other blocks": ({**BODY, "blocks": 4}, bulk_files(CONTENTS, 0), {("segment-differs", ROWS, "failed")}),
    "names another entry": (BODY, bulk_files(CONTENTS, 1), {("segment-differs", ROWS, "failed")}),
    "names no entry": (BODY, bulk_files(CONTENTS, 99), {("segment-differs", ROWS, "failed")}),
    "breaks off": (BODY, {**bulk_files(CONTENTS, 0), ROWS: bulk_files(CONTENTS, 0)[ROWS][:-9]}, {("block-differs", ROWS, "failed")}),
    "is no gzip": (BODY, {**bulk_files(CONTENTS, 0), ROWS: b"rows"}, {("block-differs", ROWS, "failed")}),
    "is listed nowhere": (BODY, {**bulk_files(CONTENTS, 0), "data/segments.json": b"[]"}, {("segment-differs", ROWS, "failed")}),
}


@pytest.mark.parametrize("does", BULKS)
def test_under_deep_a_bulk_file_that(does, tmp_path):
    body, files, found = BULKS[does]
    log = Forged()
    log.put(log.draft("segment", "segments", body))
    pack = made(tmp_path / "p", log, files)
    (pack / "data/report/report.pdf").unlink()
    write_seal(pack, log.entries)
    assert both(pack)["exit_code"] == 0
    assert places(both(pack, deep=True)) == found


def test_under_deep_the_second_hash_of_the_payload_counts(tmp_path):
    """Somebody with every key lists a wrong SHA-512: nobody but --deep looks at it."""
    log = Forged()
    log.record()
    pack = made(tmp_path / "p", log)
    (pack / "data/report/report.pdf").unlink()
    write_seal(pack, log.entries)
    manifest = pack / "manifest-sha512.txt"
    lines = manifest.read_text().splitlines()
    lines[0] = ("0" if lines[0][0] != "0" else "1") + lines[0][1:]
    manifest.write_text("\n".join(lines) + "\n")
    _reseal_over(pack, log)
    assert both(pack)["exit_code"] == 0
    assert {code for code, _, _ in places(both(pack, deep=True))} == {"digest"}


def _reseal_over(pack: Path, log: Forged) -> None:
    """Make tag manifests and seal anew over manifests as they lie there."""
    sums = {name: {} for name in ("sha256", "sha512")}  # type: dict[str, dict[str, str]]
    tags = sorted(path.relative_to(pack).as_posix() for path in pack.rglob("*") if path.is_file())
    for name, found in sums.items():
        for path in [path for path in tags if not path.startswith(("data/", "seal/", "tagmanifest"))]:
            found[path] = hashlib.new(name, (pack / path).read_bytes()).hexdigest()
        (pack / f"tagmanifest-{name}.txt").write_text("".join(f"{digest}  {path}\n" for path, digest in found.items()))
    tops = [(pack / f"tagmanifest-{name}.txt") for name in sums]
    digests = [bag.FileDigest(top.name, top.stat().st_size, *(hashlib.new(name, top.read_bytes()).hexdigest() for name in sums)) for top in tops]
    head = head_of(log.entries)
    statement = seal.build_statement(
        pack=PACK, created=TIME, producer={"name": "x", "version": "1"}, scope={}, checkpoint=head, directory_index=head.size - 1,
        stream_heads={name: one for name, one in log.streams.heads.items() if name != "directory"},
        digests=bag.BagDigests(tuple(digests), ()), copies=seal.log_key_copy(KEY),
    )  # fmt: skip
    seal.write_seal(pack, PACK, statement, [KEY], seal.log_key_copy(KEY))


def test_a_signature_file_among_the_originals_is_no_seal(tmp_path):
    log = Forged()
    log.record()
    pack = made(tmp_path / "p", log, {"data/raw/order.xml.p7s": b"theirs", "data/raw/order.xml.tsr": b"theirs"})
    assert both(pack)["exit_code"] == 0
