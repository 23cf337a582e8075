"""What cannot be done ends as one sentence on stderr and exit code 2."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
from pathlib import Path

import pytest
from small_site import ACT, PROGRAM, Site, copied, invoke, json_of, program, refused

NEEDS_A_WORKSPACE = (["sources"], ["check"], ["reconcile"], ["trace", "A1"], ["doctor"])


@pytest.mark.parametrize("command", NEEDS_A_WORKSPACE)
def test_without_a_workspace_the_sentence_says_how_to_make_one(command: list[str], tmp_path: Path) -> None:
    sentence = refused(*command, "--workspace", tmp_path / "none")
    assert sentence == f'Error: There is no workspace at {tmp_path}/none; make one with "lotproof init {tmp_path}/none" or name another with --workspace.\n'
    assert not (tmp_path / "none").exists()


def test_a_pack_is_never_overwritten(site: Site, tmp_path: Path) -> None:
    (tmp_path / "EP-1").write_text("mine")
    sentence = refused("build", site.folder, "-o", tmp_path / "EP-1", "--workspace", tmp_path / "w", *ACT)
    assert sentence.startswith(f"Error: There is something at {tmp_path / 'EP-1'} already; a pack is never overwritten.")
    assert (tmp_path / "EP-1").read_text() == "mine"
    assert not (tmp_path / "w").exists()


def test_a_folder_that_holds_the_workspace_or_the_pack_is_refused(tmp_path: Path) -> None:
    export = tmp_path / "export"
    export.mkdir()
    (export / "a.txt").write_text("x")
    for pack, home in ((tmp_path / "P", export / "w"), (export / "P", tmp_path / "w")):
        assert f"{export} holds the workspace or the pack itself" in refused("build", export, "-o", pack, "--workspace", home, *ACT)
    assert sorted(path.name for path in export.iterdir()) == ["a.txt"]


def test_a_workspace_does_not_take_itself_in(tmp_path: Path) -> None:
    home = tmp_path / "w"
    assert invoke("init", home, *ACT).exit_code == 0
    for inside in (home, home / "keys", tmp_path):
        assert "lie in one another; name a workspace outside it with --workspace." in refused("add", inside, "--workspace", home, *ACT)
    assert json_of("sources", "--workspace", home)["sources"] == []


@pytest.mark.parametrize("command", [["build", "-o", "{out}"], ["add"]])
def test_a_zone_that_is_none(command: list[str], site: Site, tmp_path: Path) -> None:
    arguments = [part.format(out=tmp_path / "P") for part in command]
    sentence = refused(*arguments, site.folder, "--workspace", tmp_path / "w", "--zone", "Mars/Olympus", *ACT)
    assert '--zone: "Mars/Olympus" is no time zone; write Area/City, for example Europe/Berlin, or UTC.' in sentence
    assert not (tmp_path / "w").exists()


@pytest.mark.parametrize("now", ["yesterday", "2026-13-01T00:00:00Z", "", "0001-01-01T00:00:00+14:00"])
def test_a_time_that_is_none(now: str, tmp_path: Path) -> None:
    sentence = refused("init", tmp_path / "w", "--now", now)
    assert f"--now {now}: this is no time; write UTC as 2026-11-22T09:00:00Z." in sentence


@pytest.mark.parametrize(
    ("now", "read"),
    [("2026-11-22T09:00:00", "2026-11-22T09:00:00Z"), ("2026-11-22T09:00:00+01:00", "2026-11-22T08:00:00Z"), ("2026-11-22", "2026-11-22T00:00:00Z")],
)
def test_a_time_without_zone_is_utc_whatever_the_machines_zone(now: str, read: str, monkeypatch: pytest.MonkeyPatch) -> None:
    import time

    from lotproof.cli.common import time_text

    monkeypatch.setenv("TZ", "Asia/Tokyo")
    time.tzset()
    try:
        assert time_text(now) == read
    finally:
        monkeypatch.undo()
        time.tzset()


@pytest.mark.parametrize("name", ["../out", "/etc/x", "a b", ".hidden", "ä", "x" * 101])
def test_the_identifier_of_a_pack_leads_nowhere(name: str, site: Site, tmp_path: Path) -> None:
    sentence = refused("build", site.folder, "-o", tmp_path / "P", "--workspace", tmp_path / "w", "--id", name, *ACT)
    assert f'--id "{name}": write letters, digits' in sentence
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_is_not_there(tmp_path: Path) -> None:
    assert f"'{tmp_path}/none' does not exist." in refused("build", tmp_path / "none", "-o", tmp_path / "P")
    assert f"'{tmp_path}/none' does not exist." in refused("add", tmp_path / "none")


def test_an_empty_folder_gives_no_pack(tmp_path: Path) -> None:
    (tmp_path / "export").mkdir()
    sentence = refused("build", tmp_path / "export", "-o", tmp_path / "P", "--workspace", tmp_path / "w", *ACT)
    assert "holds no file, so there is nothing to prove; name the folder that the site exported." in sentence
    assert sorted(path.name for path in tmp_path.iterdir()) == ["export", "w"]


def test_a_folder_that_nobody_may_look_into(tmp_path: Path) -> None:
    export = tmp_path / "export"
    export.mkdir(mode=0o000)
    command = [PROGRAM, "add", export, "--workspace", tmp_path / "w", *ACT]
    if os.geteuid() == 0:  # root sees through permissions unless it gives that up
        if not shutil.which("setpriv"):
            pytest.skip("root cannot give up its rights: no setpriv on this machine")
        command = ["setpriv", "--bounding-set=-dac_override,-dac_read_search", *command]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (2, ""), done.stderr
    assert f"Path '{export}' is not readable." in done.stderr


def test_a_target_below_a_file(site: Site, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    sentence = refused("build", site.folder, "-o", tmp_path / "file" / "P", "--workspace", tmp_path / "w", *ACT)
    assert sentence.startswith("Error: ") and sentence.endswith("Nothing acknowledged is lost.\n")


def test_a_workspace_below_a_file(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    sentence = refused("init", tmp_path / "file" / "w", *ACT)
    assert f"A workspace cannot be made at {tmp_path / 'file' / 'w'} (" in sentence
    assert "choose another folder with --workspace." in sentence


def test_settings_that_are_no_toml(own: Site) -> None:
    (own.home / "lotproof.toml").write_text("origin = ")
    assert "lotproof.toml is no TOML (" in refused("sources", "--workspace", own.home)


def test_a_key_that_others_may_read(own: Site) -> None:
    (own.home / "keys" / "log.pem").chmod(0o644)
    assert "can be read by others (mode 644). Run: chmod 600 " in refused("sources", "--workspace", own.home)


def test_a_key_of_another_log(own: Site, tmp_path: Path) -> None:
    assert invoke("init", tmp_path / "other", *ACT).exit_code == 0
    (own.home / "keys" / "log.pem").write_bytes((tmp_path / "other" / "keys" / "log.pem").read_bytes())
    sentence = refused("sources", "--workspace", own.home)
    assert "belongs to another log key" in sentence and "bring keys/log.pem back from the backup." in sentence


def test_a_ledger_that_is_no_database(own: Site) -> None:
    for path in own.home.glob("ledger.sqlite3*"):
        path.write_bytes(b"rubbish" * 1000)
    sentence = refused("doctor", "--workspace", own.home)
    assert sentence.startswith(f"Error: The workspace at {own.home} cannot be opened (file is not a database)")


def test_a_port_that_is_no_number(tmp_path: Path) -> None:
    done = program("init", tmp_path / "w", environment={"DATABASE_URL": "postgres://x:y@host:z/none"})
    assert (done.returncode, done.stderr.startswith("Error: DATABASE_URL: Port could not be cast")) == (2, True)


def test_a_database_that_nobody_knows(tmp_path: Path) -> None:
    done = program("init", tmp_path / "w", environment={"DATABASE_URL": "oracle://x/y"})
    assert done.returncode == 2
    assert done.stderr == 'Error: DATABASE_URL has the scheme "oracle"; write postgres://user:password@host:port/name.\n'


def test_a_database_server_that_is_not_there(tmp_path: Path) -> None:
    done = program("init", tmp_path / "w", environment={"DATABASE_URL": "postgres://x:y@127.0.0.1:9/none"})
    assert done.returncode == 2
    assert done.stderr.startswith(f"Error: The workspace at {tmp_path / 'w'} cannot be opened (")
    assert "Traceback" not in done.stderr


def test_two_workspaces_do_not_share_one_ledger(tmp_path: Path) -> None:
    url = {"DATABASE_URL": f"sqlite:///{tmp_path}/shared.sqlite3"}
    assert program("init", tmp_path / "one", environment=url).returncode == 0
    done = program("init", tmp_path / "two", environment=url)
    assert done.returncode == 2
    assert "give each workspace a database of its own (DATABASE_URL)" in done.stderr


def test_a_profile_of_the_workspace_with_a_mistake(own: Site) -> None:
    (own.home / "profiles" / "mine.toml").write_text('[[file]]\nmatch = "x"\nkinds = "camera"\n')
    sentence = refused("add", own.folder, "--workspace", own.home, *ACT)
    assert 'mine.toml: the mapping profile has the unknown key "kinds" (did you mean "kind"?); known are columns, dates' in sentence


def test_a_workspace_in_a_folder_with_an_odd_name(site: Site, tmp_path: Path) -> None:
    odd = tmp_path / "O'Brien & Söhne \"x\" %s"
    few = copied(site.folder / "Nummern", odd / "export")
    made = json_of("build", few, "-o", odd / "EP 1", "--workspace", odd / "home", *ACT)
    assert invoke("verify", odd / "EP 1", "--key", odd / "home" / "keys" / "log.vkey", "--recompute").exit_code == 0
    serial = next(csv for csv in sorted(few.glob("*.csv"))).read_text().splitlines()[-1]
    assert made["sources"] and serial
    assert invoke("check", "--workspace", odd / "home", *ACT).exit_code == 0


def test_times_without_zone_are_a_finding_and_a_question(tmp_path: Path) -> None:
    export = tmp_path / "export"
    export.mkdir()
    rows = "\n".join(f"1;LOT-1;09512345678901;N{i:03};2026-03-09 05:00:{i:02}" for i in range(20))
    (export / "numbers.csv").write_text("OrderNo;Lot;GTIN;SerialNumber;AllocatedAt\n" + rows + "\n")
    silent = json_of("build", export, "-o", tmp_path / "P1", "--workspace", tmp_path / "w1", *ACT)
    assert [found["code"] for found in silent["findings"]].count("TIM-04") == 1
    assert any("zone" in problem for problem in silent["sources"][0]["problems"])
    told = json_of("build", export, "-o", tmp_path / "P2", "--workspace", tmp_path / "w2", "--zone", "Europe/Berlin", *ACT)
    assert "TIM-04" not in [found["code"] for found in told["findings"]]
    assert told["sources"][0]["problems"] == []
    first = json_of("trace", "N000", "--workspace", tmp_path / "w2")["steps"][0]
    assert first["at"] == "2026-03-09T04:00:00.000Z"
    assert json_of("trace", "N000", "--workspace", tmp_path / "w1")["steps"][0]["at"] is None


def test_a_ledger_that_another_process_holds_for_long_is_a_sentence(own: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    """SQLite waits a minute; here the wait is cut short."""
    from django.db import connections

    from lotproof.workspace.place import open_workspace

    open_workspace(own.home, "2026-11-22T09:00:00Z", "x", create=False)
    monkeypatch.setitem(connections["default"].settings_dict["OPTIONS"], "timeout", 0.05)
    other = sqlite3.connect(own.home / "ledger.sqlite3", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    try:
        sentence = refused("add", own.folder / "SAP", "--workspace", own.home, "--zone", "UTC", *ACT)
    finally:
        other.close()
    assert sentence == "Error: database is locked. Nothing acknowledged is lost.\n"
