"""Files taken in once, and again; two workspaces; locks."""

from __future__ import annotations

import fcntl
import json
from pathlib import Path

import pytest
from small_site import ACT, ACTOR, LATER, NOW, Site, copied, invoke, json_of, refused, tree

from lotproof.ledger import store
from lotproof.workspace.place import open_workspace, writing
from lotproof.workspace.sources import receipts_of, take_in

NUMBERS = "OrderNo;Lot;GTIN;SerialNumber;AllocatedAt\n1;LOT-1;09512345678901;{serial};2026-03-09 05:00:00\n"
AGAIN = "already in the workspace, not read again"


def _export(folder: Path, **files: str) -> Path:
    folder.mkdir(exist_ok=True)
    for name, serial in files.items():
        (folder / f"{name}.csv").write_text(NUMBERS.format(serial=serial))
    return folder


def _add(folder: Path, home: Path, *more: str) -> dict[str, dict]:
    return {receipt["name"]: receipt for receipt in json_of("add", folder, "--workspace", home, *more, *ACT)["sources"]}


def _entries(home: Path, kind: str, stream: str) -> list[dict]:
    open_workspace(home, NOW, ACTOR, create=False)
    return list(store.bodies(kind, stream))


@pytest.mark.shows("A11-5")
def test_a_second_delivery_of_the_same_folder_reads_nothing_again(own: Site) -> None:
    before, files = tree(own.home / "segments"), _entries(own.home, "file", "intake")
    again = _add(own.folder, own.home)
    assert {name for name, receipt in again.items() if AGAIN not in receipt["notes"]} == set()
    assert tree(own.home / "segments") == before
    assert _entries(own.home, "file", "intake") == files
    # the delivery itself is an act all the same
    assert [body["files"] for body in _entries(own.home, "audit", "intake")] == [len(again), len(again)]


def test_another_zone_reads_again_what_it_changes(tmp_path: Path) -> None:
    export, home = _export(tmp_path / "in", a="A1"), tmp_path / "w"
    assert "zone" in _add(export, home)["a.csv"]["problems"][0]
    told = _add(export, home, "--zone", "Europe/Berlin")["a.csv"]
    assert (told["problems"], AGAIN in told["notes"]) == ([], False)
    assert json_of("trace", "A1", "--workspace", home)["steps"][0]["at"] == "2026-03-09T04:00:00.000Z"
    assert [receipt.problems for receipt in receipts_of()] == [()]
    assert len(_entries(home, "file", "intake")) == 2
    assert json_of("doctor", "--workspace", home)["ok"]


def test_a_mapping_profile_of_the_workspace_reads_again(tmp_path: Path) -> None:
    export, home = _export(tmp_path / "in", a="A1"), tmp_path / "w"
    _add(export, home)
    (home / "profiles" / "site.toml").write_text('[[file]]\nmatch = "a.csv"\nzone = "Asia/Tokyo"\n')
    assert _add(export, home)["a.csv"]["problems"] == []
    assert json_of("trace", "A1", "--workspace", home)["steps"][0]["at"] == "2026-03-08T20:00:00.000Z"


@pytest.mark.shows("A11-5", "P11-10h")
def test_the_same_bytes_under_another_name_are_stored_once_and_reported(tmp_path: Path) -> None:
    export, home = _export(tmp_path / "in", a="A1", b="A1"), tmp_path / "w"
    taken = _add(export, home, "--zone", "UTC")
    assert taken["b.csv"]["problems"] == ["b.csv: the same bytes as a.csv; stored once."]
    assert (taken["b.csv"]["kind"], taken["b.csv"]["duplicate_of"]) == ("duplicate", "a.csv")
    assert [receipt["name"] for receipt in json_of("sources", "--workspace", home)["sources"]] == ["a.csv"]
    assert len(tree(home / "originals")) == 1
    assert len(json_of("trace", "A1", "--workspace", home)["steps"]) == 1
    later = _add(_export(tmp_path / "later", c="A1"), home, "--zone", "UTC")
    assert AGAIN in later["c.csv"]["notes"]
    assert len(json_of("trace", "A1", "--workspace", home)["steps"]) == 1


def test_a_segment_that_was_lost_is_read_again(tmp_path: Path) -> None:
    import shutil

    export, home = _export(tmp_path / "in", a="A1"), tmp_path / "w"
    sha = _add(export, home, "--zone", "UTC")["a.csv"]["sha256"]
    shutil.rmtree(home / "segments" / sha)
    assert not json_of("doctor", "--workspace", home, code=1)["ok"]
    assert AGAIN not in _add(export, home, "--zone", "UTC")["a.csv"]["notes"]
    assert json_of("doctor", "--workspace", home)["ok"]


@pytest.mark.shows("A11-7", "P11-10c")
def test_originals_lie_byte_for_byte_under_their_digest(site: Site) -> None:
    import hashlib

    kept = {hashlib.sha256(content).hexdigest(): name for name, content in tree(site.home / "originals").items()}
    assert {name: digest for digest, name in kept.items()} == {f"{digest[:2]}/{digest}": digest for digest in kept}
    delivered = {hashlib.sha256(content).hexdigest() for content in tree(site.folder).values()}
    assert set(kept) == delivered


def test_two_workspaces_in_one_process_keep_apart(tmp_path: Path) -> None:
    one, two = tmp_path / "one", tmp_path / "two"
    for home, serial in ((one, "A1"), (two, "B1")):
        workspace = open_workspace(home, NOW, ACTOR)
        with writing(workspace):
            take_in(workspace, _export(tmp_path / f"in-{serial}", file=serial), "UTC", NOW, ACTOR)
    for home, serial, other in ((one, "A1", "B1"), (two, "B1", "A1"), (one, "A1", "B1")):
        assert len(json_of("trace", serial, "--workspace", home)["steps"]) == 1
        assert invoke("trace", other, "--workspace", home).exit_code == 1
        assert json_of("doctor", "--workspace", home)["ok"]


def test_a_relative_workspace_follows_the_current_folder(tmp_path: Path, monkeypatch) -> None:
    for name, serial in (("x", "A1"), ("y", "B1")):
        (tmp_path / name).mkdir()
        monkeypatch.chdir(tmp_path / name)
        _add(_export(tmp_path / f"in-{name}", file=serial), Path("lotproof-workspace"), "--zone", "UTC")
        assert [receipt["rows"] for receipt in json_of("sources")["sources"]] == [2]
    monkeypatch.chdir(tmp_path / "x")
    assert len(json_of("trace", "A1")["steps"]) == 1


def test_a_workspace_made_anew_in_the_same_place_is_a_new_one(tmp_path: Path) -> None:
    import shutil

    export, home = _export(tmp_path / "in", a="A1"), tmp_path / "w"
    _add(export, home, "--zone", "UTC")
    shutil.rmtree(home)
    assert invoke("init", home, *ACT).exit_code == 0
    assert json_of("sources", "--workspace", home)["sources"] == []


def test_the_commands_read_the_workspace_from_the_environment(own: Site, monkeypatch) -> None:
    monkeypatch.setenv("LOTPROOF_HOME", str(own.home))
    assert len(json_of("sources")["sources"]) == len(own.document["sources"])


def test_a_lock_that_another_process_holds_is_a_sentence(own: Site) -> None:
    with (own.home / "lock").open("w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        for command in (["add", own.folder], ["check"], ["build", own.folder, "-o", own.home.parent / "P"]):
            sentence = refused(*command, "--workspace", own.home, *ACT)
            assert sentence == f"Error: Another Lotproof process is writing to {own.home}; wait until it is done, or set LOTPROOF_WAIT=600 to let me wait.\n"
        assert len(json_of("sources", "--workspace", own.home)["sources"]) == len(own.document["sources"])
        # A look needs no lock: it writes nothing.
        assert own.lot in json_of("reconcile", "--workspace", own.home, code=1)["reconciliation"]
    assert invoke("check", "--workspace", own.home, *ACT).exit_code == 0


def test_a_log_begins_with_its_key(site: Site) -> None:
    first = json.loads((site.pack / "data/audit/audit.ndjson").read_text().splitlines()[0])
    assert (first["kind"], first["stream"], first["body"]["type"]) == ("key", "log", "log-key")
    assert first["body"]["vkey"] == Path(site.key).read_text().strip()


def test_every_source_has_an_entry_with_its_digest_and_receipt(site: Site) -> None:
    entries = [json.loads(line) for line in (site.pack / "data/audit/audit.ndjson").read_text().splitlines()]
    files = {e["body"]["path"]: e["body"] for e in entries if e["kind"] == "file"}
    assert set(files) == {source["name"] for source in site.document["sources"]}
    for source in site.document["sources"]:
        assert (files[source["name"]]["sha256"], files[source["name"]]["receipt"]["rows"]) == (source["sha256"], source["rows"])


def test_names_and_actors_beyond_ascii_are_kept_in_nfc(tmp_path: Path) -> None:
    export, home = _export(tmp_path / "in", **{"Prüf\u0308ung": "A1"}), tmp_path / "w"
    done = invoke("add", export, "--workspace", home, "--zone", "UTC", "--now", LATER, "--actor", "Jose\u0301")
    assert done.exit_code == 0, done.output
    assert json_of("doctor", "--workspace", home)["ok"]
    assert {json.loads(entry)["actor"] for entry in store.entries()} == {"José"}


def test_a_name_that_is_no_utf_8_travels_through_the_whole_job(tmp_path: Path) -> None:
    import os

    export = copied(_export(tmp_path / "seed", a="A1"), tmp_path / "in")
    os.rename(os.fsencode(export / "a.csv"), os.fsencode(export) + b"/caf\xe9.csv")
    built = json_of("build", export, "-o", tmp_path / "P", "--workspace", tmp_path / "w", "--zone", "UTC", *ACT)
    assert [source["name"] for source in built["sources"]] == ["caf\\udce9.csv"]
    assert invoke("verify", tmp_path / "P", "--key", tmp_path / "w/keys/log.vkey", "--recompute").exit_code == 0
