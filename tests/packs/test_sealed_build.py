"""The main job with a certificate and an authority: sealed, stamped, signed report, proofs, renewal and redaction by command."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from sealed_pack import Kit
from small_site import Site, invoke, program
from synthetic_pack import STANDALONE


@pytest.fixture(scope="module")
def built(site: Site, kit: Kit, tmp_path_factory) -> Path:
    assert kit.sealer.authorities
    folder = tmp_path_factory.mktemp("built")
    done = program(
        "build", site.folder, "-o", folder / "EP-1", "--workspace", folder / "w", "--seal-key", kit.authority.key,
        "--seal-cert", kit.folder / "chain.pem", "--tsa", kit.sealer.authorities.urls[0], "--json",
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return folder / "EP-1"


def verified(path: Path, kit: Kit, *more: object) -> tuple[int, dict]:
    key = path.parent / "w" / "keys" / "log.vkey"
    done = invoke("verify", path, "--key", key, "--ca", kit.authority.ca, "--json", *more)
    return done.exit_code, json.loads(done.stdout)


def test_the_pack_is_sealed_and_passes_deep_and_alone(built, kit):
    code, report = verified(built, kit, "--deep")
    assert code == 0, report
    deep = report["steps"][-1]
    assert deep["name"] == "deep" and any("data/report/report.pdf is signed by" in line for line in deep["notes"])
    alone = STANDALONE.verify(str(built), [(built.parent / "w/keys/log.vkey").read_text().strip()], False, str(kit.authority.ca))
    assert alone["exit_code"] == 0, alone


def test_each_entry_that_a_statement_names_has_a_proof_that_verifies_alone(built, kit):
    named = {item["index"] for item in json.loads((built / "data/statements.json").read_bytes())["statements"]}
    assert {int(path.stem) for path in (built / "data/proofs").iterdir()} == named


def test_a_changed_block_is_named_by_deep(built, kit, tmp_path):
    from synthetic_pack import clone

    copy = clone(built, tmp_path / "EP-1")
    leaves = next((copy / "data/observations").glob("*.blocks"))
    leaves.write_bytes(b"0" * 64 + leaves.read_bytes()[64:])
    report = json.loads(invoke("verify", copy, "--deep", "--json").stdout)
    assert "block-differs" in {problem["code"] for problem in report["steps"][-1]["problems"]}


def test_renew_and_redact_by_command(built, kit, tmp_path):
    assert kit.sealer.authorities
    home = built.parent / "w"
    copy = built.parent / "partner"
    done = invoke("pack", "redact", built, "-o", copy, "--leave-out", "data/raw/*", "--reason", "trade secret", "--workspace", home)
    assert done.exit_code == 0, done.output
    assert verified(copy, kit)[0] == 0
    done = invoke("pack", "renew", copy, "--tsa", kit.sealer.authorities.urls[0])
    assert done.exit_code == 0 and "Renewed: " in done.output
    assert verified(copy, kit)[0] == 0
    done = invoke("pack", "renew", copy, "--tsa", "http://127.0.0.1:9/none", "--now", "2031-04-01T00:00:00Z")
    assert done.exit_code == 2 and "No timestamp authority gave a timestamp" in done.stderr
