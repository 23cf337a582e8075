"""Seal keys, timestamp authorities, policies and the command line: what works, and the sentence where it does not."""

from __future__ import annotations

import json
import secrets
import socket
from datetime import UTC, datetime
from pathlib import Path

import local_tsa
import pytest
from asn1crypto import cms as asn1
from click.testing import CliRunner
from jsonschema import Draft202012Validator
from sealed_pack import Kit
from synthetic_pack import KEY, clone, codes, sentences
from witness_keys import SECOND, THIRD, WITNESS, cosigned, policy, vkey

from lotproof.cli.pack import verify
from lotproof.ledger import note
from lotproof.ledger.policy import parse_policy
from lotproof.packs.certificate import SealKeyError, from_pem, from_pkcs12
from lotproof.packs.standalone import texts
from lotproof.packs.tsa import Authorities, TsaError
from lotproof.packs.verify import verify_pack

NOW = datetime.now(UTC)


def test_the_signature_is_detached_cades_with_the_certificate_named_by_sha_256(kit: Kit):
    info = asn1.ContentInfo.load((kit.honest / "seal/statement.json.p7s").read_bytes())
    (signer,) = info["content"]["signer_infos"]
    assert info["content"]["encap_content_info"]["content"].native is None
    assert {"signing_certificate_v2", "message_digest", "content_type"} <= {a["type"].native for a in signer["signed_attrs"]}
    assert signer["digest_algorithm"]["algorithm"].native == "sha256"


def test_the_statement_keeps_to_its_published_schema_and_names_all_parts(kit: Kit):
    document = json.loads((kit.honest / "seal/statement.json").read_bytes())
    Draft202012Validator(json.loads(texts.schema())).validate(document)
    assert document["predicate"]["seal"]["parts"] == [
        "checkpoint.tsr", "statement.json.note", "statement.json.p7s", "statement.json.p7s.tsr",
    ]  # fmt: skip
    assert set(document["predicate"]["seal"]["trust"]) == {"log.vkey", "ca.pem"}


def test_an_rsa_key_from_pkcs12_seals_as_well(kit: Kit, tmp_path: Path):
    authority = local_tsa.make_authority(tmp_path / "rsa", "Rsa", kind="rsa")
    p12 = tmp_path / "seal.p12"
    local_tsa.openssl("pkcs12", "-export", "-inkey", authority.key, "-in", authority.certificate, "-certfile", authority.ca,
                      "-out", p12, "-passout", "pass:geheim")  # fmt: skip
    key = from_pkcs12(p12, b"geheim")
    assert len(key.chain) == 1
    from synthetic_pack import both, sample_log

    from lotproof.packs.sealer import Sealer

    with local_tsa.serving(authority) as url:
        sealer = Sealer(key, Authorities((url,), lambda: secrets.randbits(64)))
        made = Kit(tmp_path, tmp_path / "pack", authority, sealer)
        made.remake(made.honest, sample_log(), sealer=sealer, stamp=True)
    report = both(made.honest, ca=authority.ca, at=kit.soon)
    assert report["exit_code"] == 0, report
    with pytest.raises(SealKeyError, match="is no PKCS #12 file, or the passphrase is another one"):
        from_pkcs12(p12, b"falsch")


def test_a_key_that_cannot_be_used_gets_a_sentence(kit: Kit, tmp_path: Path):
    authority, locked = kit.authority, tmp_path / "locked.key"
    local_tsa.openssl("pkey", "-in", authority.key, "-aes256", "-passout", "pass:x", "-out", locked)
    for arguments, sentence in (
        ((tmp_path / "none.key", authority.certificate, None), "cannot be read"),
        ((authority.certificate, authority.certificate, None), "is no PEM private key"),
        ((authority.key, authority.key, None), "holds no PEM certificate"),
        ((authority.key, authority.ca, None), "No certificate that was given is for the key"),
        ((locked, authority.certificate, None), "is encrypted; give its passphrase with --seal-pass-file or in LOTPROOF_SEAL_PASSPHRASE"),
    ):
        with pytest.raises(SealKeyError, match=sentence):
            from_pem(*arguments)
    assert from_pem(locked, authority.certificate, b"x").signer


def closed_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def test_an_authority_that_is_down_is_followed_by_the_next(kit: Kit):
    assert kit.sealer.authorities
    dead = f"http://127.0.0.1:{closed_port()}/tsr"
    answer = Authorities((dead, *kit.sealer.authorities.urls), lambda: secrets.randbits(64)).stamp(b"x")
    assert answer.startswith(b"\x30\x82")


def test_when_no_authority_answers_the_sentence_says_what_each_said(kit: Kit):
    assert kit.sealer.authorities
    dead = f"http://127.0.0.1:{closed_port()}/tsr"
    with pytest.raises(TsaError) as caught:
        Authorities((dead, "ftp://tsa.example/"), lambda: 1, 2.0).stamp(b"x")
    told = str(caught.value)
    assert told.startswith(f"No timestamp authority gave a timestamp: {dead} could not be reached (")
    assert told.endswith("ftp://tsa.example/ is no http or https address. Try again, or name another with --tsa.")


def test_an_old_answer_played_back_is_refused(kit: Kit, monkeypatch):
    from lotproof.packs import tsa

    assert kit.sealer.authorities
    old = kit.sealer.authorities.stamp(b"x")
    monkeypatch.setattr(tsa, "_post", lambda *_: old)
    with pytest.raises(TsaError, match="gave a timestamp of something else than was asked"):
        Authorities(("http://tsa.example",), lambda: 7).stamp(b"x")


def cosigned_copy(kit: Kit, folder: Path, *witnesses) -> Path:
    """A copy whose checkpoint is cosigned: not as sealed, so only the checkpoint step is looked at."""
    pack = clone(kit.honest, folder / "cosigned")
    for witness in witnesses:
        path = pack / "data/ledger/checkpoint"
        path.write_bytes(cosigned(path.read_bytes(), witness))
    return pack


@pytest.mark.parametrize(
    ("signing", "quorum", "enough"),
    [((WITNESS,), "any", True), ((WITNESS,), "2", False), ((WITNESS, THIRD), "2", True), ((WITNESS, SECOND), "all", False), ((), "any", False)],
)
def test_a_quorum_of_witnesses_is_counted(kit: Kit, tmp_path, signing, quorum, enough):
    report = verify_pack(cosigned_copy(kit, tmp_path, *signing), policy=policy(WITNESS, SECOND, THIRD, quorum=quorum))
    step = next(step for step in report.steps if step.name == "checkpoint")
    assert ("no-quorum" not in {problem.code for problem in step.problems}) is enough


def test_a_cosignature_over_another_head_fails(kit: Kit, tmp_path):
    pack = cosigned_copy(kit, tmp_path, WITNESS)
    path = pack / "data/ledger/checkpoint"
    foreign = cosigned(path.read_bytes().replace(b"lotproof.example", b"lotproof.exbmple"), SECOND).splitlines()[-1]
    path.write_bytes(path.read_bytes() + foreign + b"\n")
    report = verify_pack(pack, policy=policy(WITNESS, SECOND, quorum="any")).to_json()
    assert any("witness.example/w2" in sentence and "does not match what it signs" in sentence for sentence in sentences(report))


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "The policy has 0 quorum lines"),
        ("quorum none\nquorum none", "The policy has 2 quorum lines"),
        ("quorum nobody", 'Line 1 of the policy, "quorum nobody", is not log, witness, group or quorum'),
        (f"witness a {KEY.vkey}\nquorum a", "is no Ed25519 witness key"),
        (f"witness a {vkey(WITNESS)}\ngroup g 2 a\nquorum g", "'2' is not all, any or a number from 1 to 1"),
        (f"witness a {vkey(WITNESS)}\ngroup g all a\ngroup h all a\nquorum g", "each is in one group only"),
        ("group g any a\nquorum g", "members of a group are defined before it"),
        (f"witness a {vkey(WITNESS)}\nwitness b {vkey(WITNESS)}\nquorum a", "has the same witness key twice; one witness would count as two"),
        ("quorum\x0bnone", "has a control character; only tabs are allowed"),
    ],
)
def test_a_policy_that_is_none_gets_a_sentence(text, sentence):
    with pytest.raises(note.NoteError) as caught:
        parse_policy(text)
    assert sentence in str(caught.value)


def test_verify_on_the_command_line_takes_policy_ca_at_and_deep(kit: Kit, tmp_path):
    (tmp_path / "policy").write_text(f"log {KEY.vkey}\nquorum none\n")
    given = ["--policy", str(tmp_path / "policy"), "--ca", str(kit.authority.ca)]
    done = CliRunner().invoke(verify, [str(kit.honest), *given])
    assert done.exit_code == 0, done.output
    done = CliRunner().invoke(verify, [str(kit.honest), *given, "--at", "2050-01-01T00:00:00Z", "--json"])
    assert done.exit_code == 3 and codes(json.loads(done.output)) == {"certificate-time"}
    done = CliRunner().invoke(verify, [str(kit.honest), *given, "--deep"])
    assert done.exit_code == 1 and "data/report/report.pdf cannot be read as PDF." in done.output, "the small pack has no real PDF"
    assert CliRunner().invoke(verify, [str(kit.honest), "--ca", str(tmp_path / "policy")]).exit_code == 2
    (tmp_path / "broken.pem").write_text("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n")
    done = CliRunner().invoke(verify, [str(kit.honest), "--ca", str(tmp_path / "broken.pem")])
    assert done.exit_code == 2 and "The CA that was given cannot be used" in done.output
