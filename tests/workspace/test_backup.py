"""A workspace is restored elsewhere from its backup, and goes on: on SQLite and on a real PostgreSQL server."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tarfile
from pathlib import Path

import pytest
from small_site import ACT, LATER, json_of, program, spec, write_site

sys.path.append(str(Path(__file__).parents[1] / "ledger"))

from ledger_databases import server  # noqa: F401


def _database(request, name: str) -> str:
    import psycopg

    cluster = request.getfixturevalue("server")
    with psycopg.connect(f"{cluster}/postgres", autocommit=True) as connection:
        connection.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
        connection.execute(f"CREATE DATABASE {name}")
    return f"{cluster}/{name}"


def _done(*arguments: object, environment: dict[str, str]) -> str:
    done = program(*arguments, environment=environment)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_a_restored_workspace_is_sound_and_builds_the_same_pack(kind, request, tmp_path):
    here, there = ({"DATABASE_URL": _database(request, name)} if kind == "postgresql" else {} for name in ("backed_up", "restored"))
    write_site(tmp_path / "files", spec(units=120, faults=("truncated_upload",)))
    home, away = tmp_path / "w", tmp_path / "elsewhere" / "w"
    _done("init", home, *ACT, environment=here)
    _done("add", tmp_path / "files", "--workspace", home, *ACT, environment=here)
    made = json.loads(_done("backup", tmp_path / "b.tar", "--workspace", home, "--json", *ACT, environment=here))
    assert (tmp_path / "b.tar").stat().st_mode & 0o777 == 0o600
    away.parent.mkdir()
    shutil.move(home, tmp_path / "gone")
    told = json.loads(_done("restore", tmp_path / "b.tar", away, "--json", "--now", LATER, "--actor", "x", environment=there))
    assert (told["ok"], told["entries"]) == (True, made["entries"])
    assert "ok   chain" in _done("doctor", "--workspace", away, environment=there)
    assert (away / "keys").stat().st_mode & 0o777 == 0o700
    assert (away / "keys" / "log.pem").stat().st_mode & 0o777 == 0o600
    _done("pack", "build", tmp_path / "files", "-o", tmp_path / "P", "--workspace", away, "--now", LATER, "--actor", "x", environment=there)
    assert program("verify", tmp_path / "P", "--key", away / "keys" / "log.vkey").returncode == 0
    entry = json.loads(_done("ledger", "status", "--workspace", away, "--json", environment=there))
    assert "keeping" in json.dumps(entry)


def test_a_database_of_postgresql_is_put_into_an_empty_one_alone(request, tmp_path):
    url = _database(request, "kept")
    _done("init", tmp_path / "w", *ACT, environment={"DATABASE_URL": url})
    made = json.loads(_done("backup", tmp_path / "b.tar", "--workspace", tmp_path / "w", "--json", *ACT, environment={"DATABASE_URL": url}))
    told = refused("restore", tmp_path / "b.tar", tmp_path / "r", DATABASE_URL=url)
    assert "The database that DATABASE_URL names is not empty; a restore overwrites nothing. Make a new one." in told
    other = {"DATABASE_URL": _database(request, "kept_elsewhere")}
    restored = json.loads(_done("restore", tmp_path / "b.tar", tmp_path / "r", "--json", *ACT, environment=other))
    assert (restored["ok"], restored["entries"]) == (True, made["entries"])


@pytest.fixture
def made(tmp_path):
    """A backup of a small workspace."""
    _done("init", tmp_path / "w", *ACT, environment={})
    (tmp_path / "f").mkdir()
    (tmp_path / "f" / "notes.txt").write_text("nothing to read here\n")
    _done("add", tmp_path / "f", "--workspace", tmp_path / "w", *ACT, environment={})
    _done("backup", tmp_path / "b.tar", "--workspace", tmp_path / "w", *ACT, environment={})
    return tmp_path / "b.tar"


def refused(*arguments: object, **environment: str) -> str:
    done = program(*arguments, environment=environment)
    assert (done.returncode, done.stdout) == (2, ""), done.stdout + done.stderr
    return done.stderr


def test_a_damaged_backup_restores_nothing(made, tmp_path):
    data = made.read_bytes()
    place = data.index(b"nothing to read")
    (tmp_path / "bad.tar").write_bytes(data[:place] + b"Nothing" + data[place + 7 :])
    told = refused("restore", tmp_path / "bad.tar", tmp_path / "r")
    assert "bad.tar is damaged: workspace/originals/" in told
    assert told.endswith("is not what its list says; take another. Nothing was restored.\n")
    (tmp_path / "cut.tar").write_bytes(data[: place - 512])
    assert "Nothing was restored." in refused("restore", tmp_path / "cut.tar", tmp_path / "r")
    assert not list(tmp_path.glob("r*"))


def test_an_archive_that_reaches_outside_is_refused(tmp_path):
    with tarfile.open(tmp_path / "evil.tar", "w") as archive:
        facts = tarfile.TarInfo("workspace/../../outside")
        archive.addfile(facts)
    told = refused("restore", tmp_path / "evil.tar", tmp_path / "r")
    assert "evil.tar holds workspace/../../outside, which no backup of Lotproof does; nothing was restored." in told


def test_nothing_is_overwritten(made, tmp_path):
    assert "is there already; a backup overwrites nothing. Name another file." in refused("backup", made, "--workspace", tmp_path / "w")
    assert "would be lost with it; name a file elsewhere." in refused("backup", tmp_path / "w" / "b.tar", "--workspace", tmp_path / "w")
    assert "is not empty; a restore overwrites nothing. Name a new folder." in refused("restore", made, tmp_path / "w")


def test_a_backup_of_one_database_is_not_put_into_another(made, tmp_path):
    told = refused("restore", made, tmp_path / "r", DATABASE_URL="postgres://nobody@127.0.0.1:1/none")
    assert "The backup is of a SQLite database; unset DATABASE_URL and restore again." in told
    assert not (tmp_path / "r").exists()


def test_a_backup_is_made_while_the_desk_writes(tmp_path):
    """Entries that come meanwhile are in it or not, never half."""
    home = tmp_path / "w"
    _done("init", home, *ACT, environment={})
    writer = "import sys; sys.path[:0] = sys.argv[2:]\nfrom pathlib import Path\nfrom lotproof.workspace.place import open_workspace\nfrom lotproof.ledger import store\nopen_workspace(Path(sys.argv[1]), '2026-11-22T09:00:00Z', 'x')\nprint('on', flush=True)\nwhile True: store.append('record', 's', '2026-11-22T09:00:00Z', 'x', {})"
    running = subprocess.Popen([sys.executable, "-c", writer, str(home), *sys.path], stdout=subprocess.PIPE, env={**os.environ})
    try:
        assert running.stdout.readline() == b"on\n"
        made = json.loads(_done("backup", tmp_path / "b.tar", "--workspace", home, "--json", *ACT, environment={}))
    finally:
        running.kill()
        running.wait()
    told = json.loads(_done("restore", tmp_path / "b.tar", tmp_path / "r", "--json", *ACT, environment={}))
    assert (told["ok"], told["entries"]) == (True, made["entries"])
    assert made["entries"] > 1


def _in_it(path: Path) -> dict[str, bytes]:
    with tarfile.open(path) as archive:
        return {one.name: archive.extractfile(one).read() for one in archive.getmembers() if one.isfile()}


def test_a_file_that_moves_while_it_is_copied_is_in_the_backup_where_it_went(tmp_path, monkeypatch):
    """The desk, captures and drop folders move files without the lock of the workspace."""
    home = tmp_path / "w"
    json_of("init", home, *ACT)
    here, there = home / "inbox" / "drop-a.1" / "line.csv", home / "drop" / "kept" / "line.csv"
    for path in (here, there):
        path.parent.mkdir(parents=True)
    here.write_bytes(b"Serial;Lot\n")
    read, moved = Path.read_bytes, []

    def moves(path: Path) -> bytes:
        if path == here and not moved:
            moved.append(here.rename(there))
        return read(path)

    monkeypatch.setattr(Path, "read_bytes", moves)
    json_of("backup", tmp_path / "b.tar", "--workspace", home, *ACT)
    assert moved
    found = {name: data for name, data in _in_it(tmp_path / "b.tar").items() if name.endswith("line.csv")}
    assert found == {"workspace/drop/kept/line.csv": b"Serial;Lot\n"}


def test_messages_that_are_closed_while_they_are_listed_are_in_the_backup(tmp_path, monkeypatch):
    home = tmp_path / "w"
    json_of("init", home, *ACT)
    kept = home / "line" / "broker"
    kept.mkdir(parents=True)
    (kept / "0.open").write_bytes(b'{"mqtt_topic": "a"}\n')
    listed, closed = Path.rglob, []

    def closes(path: Path, pattern: str):
        found = list(listed(path, pattern))
        if path == home / "line" and not closed:
            closed.append((kept / "0.open").rename(kept / "0-1.jsonl"))
        return found

    monkeypatch.setattr(Path, "rglob", closes)
    json_of("backup", tmp_path / "b.tar", "--workspace", home, *ACT)
    assert closed
    assert _in_it(tmp_path / "b.tar")["workspace/line/broker/0-1.jsonl"] == b'{"mqtt_topic": "a"}\n'


def test_a_file_that_somebody_sent_is_in_the_backup_whatever_its_name(tmp_path):
    home = tmp_path / "w"
    json_of("init", home, *ACT)
    for name in ("sent/export.new", "drop-a.1/fetching.new"):
        (home / "inbox" / name).parent.mkdir(parents=True)
        (home / "inbox" / name).write_bytes(b"Serial;Lot\n")
    json_of("backup", tmp_path / "b.tar", "--workspace", home, *ACT)
    assert [name for name in _in_it(tmp_path / "b.tar") if "/inbox/" in name] == ["workspace/inbox/sent/export.new"]
