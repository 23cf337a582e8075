"""lotproof verify --record: the yearly check of an archive is an entry of the ledger."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest
from sealed_pack import Kit
from small_site import ACT, invoke, json_of, refused
from synthetic_pack import KEY, change

from lotproof.ledger import store
from lotproof.packs import reverification


@pytest.fixture
def home(tmp_path: Path) -> Path:
    json_of("init", tmp_path / "w", *ACT)
    return tmp_path / "w"


def recorded(kit: Kit, pack: Path, home: Path, code: int) -> dict:
    report = json_of("verify", pack, "--key", KEY.vkey, "--ca", kit.authority.ca, "--record", "--workspace", home, "--actor", "archive-job", code=code)
    *_, body = store.bodies("audit", "verifications")
    assert (body["exit_code"], body["verdict"]) == (code, report["verdict"])
    return {**body, "printed": report}


def test_the_result_is_kept_with_what_was_asked_and_which_pack_it_was(kit: Kit, pack: Path, home: Path):
    body = recorded(kit, pack, home, 0)
    assert body["report"] == body["printed"]
    assert body["statement_sha256"] == hashlib.sha256((pack / "seal/statement.json").read_bytes()).hexdigest()
    assert (body["asked"]["keys"], body["asked"]["ca"], body["pack"]) == ([KEY.vkey], True, "EP-2026-0042")
    assert json_of("ledger", "check", "--workspace", home)["ok"]


def test_a_failure_is_kept_too_and_the_exit_code_stays(kit: Kit, pack: Path, home: Path):
    change(pack / "data/raw/site/events.xml", lambda data: data + b" ")
    body = recorded(kit, pack, home, 1)
    assert "digest" in {problem["code"] for step in body["report"]["steps"] for problem in step["problems"]}


def test_a_report_too_long_for_an_entry_leaves_its_digest(kit: Kit, pack: Path, home: Path, monkeypatch):
    monkeypatch.setattr(reverification, "MOST", 10)
    body = recorded(kit, pack, home, 0)
    assert "report" not in body and len(body["report_sha256"]) == 64 and body["codes"] == []


def test_without_a_workspace_there_is_a_sentence_and_without_record_none_is_needed(pack: Path, tmp_path: Path):
    assert "There is no workspace at" in refused("verify", pack, "--record", "--workspace", tmp_path / "none")
    assert invoke("verify", pack, "--workspace", tmp_path / "none").exit_code == 3
