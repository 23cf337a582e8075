"""Files put into folders: taken in once with a receipt, left alone while they grow, never lost."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps

sys.path += [str(Path(__file__).parents[1] / name) for name in ("workspace", "ledger")]

from drop_kit import Site, delivered, mail, noted, rows, source_paths, table
from ledger_databases import server  # noqa: F401
from small_site import PROGRAM, invoke, json_of, program

from lotproof.exchange.drop.rounds import alone, read_state
from lotproof.jobs import queue
from lotproof.jobs.register import KINDS, NotDone, Work, load_handlers
from lotproof.workspace.database import close_database
from lotproof.workspace.place import Workspace

HERE = Path(__file__).parent


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory, django_db_blocker: Any) -> Iterator[Site]:
    with django_db_blocker.unblock():
        base = tmp_path_factory.mktemp("drop")
        Site(base / "w")
        close_database()
        shutil.copytree(base / "w", base / "new")
        site = Site(base / "w")
        site.new = base / "new"
        yield site


@pytest.fixture
def site(shared: Site, tmp_path: Path) -> Iterator[Site]:
    """The one workspace, with a folder of its own for each test."""
    shared.folder = tmp_path / "in"
    shared.folder.mkdir()
    shared.places(folder_toml(shared.folder))
    yield shared
    assert shared.waits() == []
    (shared.root / "drop" / "state.json").unlink(missing_ok=True)


def folder_toml(path: Path, **more: Any) -> str:
    return table("folder", {"name": "line2", "path": str(path), "still_seconds": 0, **more})


def receipt(folder: Path, name: str) -> dict[str, Any]:
    return json.loads((folder / f"{name}.receipt.json").read_text(encoding="utf-8"))


def listing(folder: Path) -> list[str]:
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())


def test_what_can_be_read_goes_to_done_and_what_cannot_to_failed_with_the_sentence(site):
    (site.folder / "b7.csv").write_bytes(rows(1, 2, 3))
    (site.folder / "odd.bin").write_bytes(bytes(range(256)) * 20)
    assert site.came() == [("b7.csv", "done"), ("odd.bin", "failed")]
    assert listing(site.folder) == ["done/b7.csv", "done/b7.csv.receipt.json", "failed/odd.bin", "failed/odd.bin.receipt.json"]
    good, bad = receipt(site.folder / "done", "b7.csv"), receipt(site.folder / "failed", "odd.bin")
    assert (good["place"], good["result"], good["received"], good["sources"][0]["stored"]) == ("line2", "done", site.now, 3)
    assert good["sentence"] == "b7.csv: line, 4 rows seen = 3 stored + 0 quarantined + 1 no data."
    assert bad["sentence"] == "odd.bin: this is no text, no spreadsheet and no EPCIS document; it is kept as it is and not read."
    assert [(body["name"], body["result"]) for body in noted()[-2:]] == [("b7.csv", "done"), ("odd.bin", "failed")]
    assert site.came() == []


def test_the_same_file_twice_is_one_source_and_the_receipt_says_so(site):
    (site.folder / "one.csv").write_bytes(rows(11))
    site.round()
    before = len(source_paths())
    for name in ("one.csv", "other.csv"):
        (site.folder / name).write_bytes(rows(11))
    assert site.came() == [("one.csv", "done"), ("other.csv", "done")]
    assert len(source_paths()) == before
    assert receipt(site.folder / "done", "other.csv")["sentence"] == (
        f"other.csv: the same bytes came before, as one.csv on {site.now}; they stay one source."
    )
    key = noted()[-1]["batch"].partition(".")[2]
    assert f"done/one.{key}.csv" in listing(site.folder), "what lay in done stays"
    assert (site.folder / "done" / "one.csv").read_bytes() == rows(11)


def test_a_file_that_is_still_written_is_left_alone(site):
    site.places(folder_toml(site.folder, still_seconds=10))
    for name in ("b.csv.part", "b.csv.filepart", "b.tmp"):
        (site.folder / name).write_bytes(rows(21))
    path = site.folder / "a.csv"
    for part in range(3):
        path.write_bytes(rows(*range(22, 23 + part)))
        made = site.round(wait=30)
        assert (made.came, made.growing) == ([], 1)
    assert site.came(wait=10) == []
    assert site.came(wait=1) == [("a.csv", "done")]
    assert receipt(site.folder / "done", "a.csv")["sources"][0]["stored"] == 3
    assert [name for name in listing(site.folder) if "/" not in name] == ["b.csv.filepart", "b.csv.part", "b.tmp"]


def test_with_a_marker_a_file_waits_for_it_and_takes_it_along(site):
    site.places(folder_toml(site.folder, marker=".ok", files=["*.csv"]))
    (site.folder / "m.csv").write_bytes(rows(31))
    (site.folder / "notes.txt").write_text("not asked for")
    assert site.came() == []
    (site.folder / "m.csv.ok").touch()
    assert site.came() == [("m.csv", "done")]
    assert listing(site.folder) == ["done/m.csv", "done/m.csv.ok", "done/m.csv.receipt.json", "notes.txt"]


def test_a_file_that_is_replaced_while_it_is_taken_in_stays_for_the_next_round(site, settings):
    path = site.folder / "r.csv"
    path.write_bytes(rows(41))
    Takers.does = lambda _file: path.write_bytes(rows(41, 42)) and None
    settings.TAKERS = ["test_drop_folders.taker"]
    site.round()
    assert path.read_bytes() == rows(41, 42)
    Takers.does = lambda _file: None
    assert site.came() == [("r.csv", "done")]
    assert not path.exists()


def test_a_link_is_not_followed_and_a_file_that_may_not_be_read_is_told(site):
    (site.folder / "link.csv").symlink_to("/etc/hostname")
    assert site.came() == []
    if os.geteuid() == 0:
        return  # root may read anything
    (site.folder / "shut.csv").write_bytes(rows(51))
    (site.folder / "shut.csv").chmod(0)
    assert "shut.csv: it cannot be read (Permission denied); make it readable." in site.round().troubles["line2"].values()


class Takers:
    """What the taker of these tests does."""

    does: Callable[[Path], str | None] = staticmethod(lambda _file: None)
    asked: list[str] = []


def taker(path: Path, workspace: Workspace, actor: str, clock: Callable[[], str]) -> str | None:
    assert (actor, clock().endswith("Z"), (workspace.root / "lotproof.toml").exists()) == ("lab", True, True)
    Takers.asked.append(path.name)
    return Takers.does(path)


@pytest.fixture
def hooked(site, settings):
    settings.TAKERS = ["test_drop_folders.taker"]
    Takers.asked = []
    return site


def test_a_taker_is_offered_each_file_and_its_sentence_is_part_of_the_receipt(hooked):
    Takers.does = lambda path: f"{path.name}: alert A-1 was opened." if b"alert" in path.read_bytes() else None
    (hooked.folder / "a.bin").write_bytes(b"\x00alert\xff" * 99)
    (hooked.folder / "b.csv").write_bytes(rows(61))
    assert hooked.came() == [("a.bin", "done"), ("b.csv", "done")], "what a taker understood has not failed"
    found = receipt(hooked.folder / "done", "a.bin")
    assert found["told"] == {"a.bin": ["a.bin: alert A-1 was opened."]}
    assert found["sentence"].endswith("a.bin: alert A-1 was opened.")
    (hooked.folder / "again.bin").write_bytes(b"\x00alert\xff" * 99)
    assert hooked.came() == [("again.bin", "done")]
    assert Takers.asked == ["a.bin", "b.csv"], "nobody is asked again about what they took"
    assert receipt(hooked.folder / "done", "again.bin")["told"] == {"again.bin": ["a.bin: alert A-1 was opened."]}


def test_a_taker_that_breaks_loses_no_file_and_is_asked_again_when_it_is_put_back(hooked):
    def breaks(path: Path) -> str:
        raise ValueError("no such alert")

    Takers.does = breaks
    (hooked.folder / "c.csv").write_bytes(rows(62))
    assert hooked.came() == [("c.csv", "failed")]
    told = receipt(hooked.folder / "failed", "c.csv")["sentence"]
    assert told.endswith("c.csv: test_drop_folders.taker went wrong over it (no such alert); put it back to try again.")
    Takers.does = lambda _file: "Taken."
    (hooked.folder / "failed" / "c.csv").rename(hooked.folder / "c.csv")
    assert hooked.came() == [("c.csv", "done")]


def test_a_taker_that_is_not_there_gets_a_sentence(site, settings):
    settings.TAKERS = ["lotproof.nowhere.take"]
    told = invoke("drop", "once", "--workspace", site.root).stderr
    assert "TAKERS in the settings names lotproof.nowhere.take, which cannot be had (" in told


def test_a_place_that_is_down_stops_no_other_and_is_tried_again_with_a_growing_pause(site, tmp_path):
    away = tmp_path / "away"
    site.places(table("folder", {"name": "away", "path": str(away), "still_seconds": 0}) + folder_toml(site.folder))
    (site.folder / "d.csv").write_bytes(rows(71))
    made = site.round(patient=True)
    assert made.down == {"away": f"The place away: there is no folder {away}; make it, or mount the disk that it is on."}
    assert [one.name for one in made.came] == ["d.csv"]
    tries = []
    for _ in range(30):
        site.round(patient=True, wait=10)
        tries.append(read_state(site.root)["away"].tries)
    assert tries[-1] == 4, "after 30, 60 and 120 seconds, not every time"
    away.mkdir()
    (away / "e.csv").write_bytes(rows(72))
    assert [one.name for one in site.round(patient=True, wait=240).came] == ["e.csv"]
    assert read_state(site.root)["away"].tries == 0


def test_a_done_folder_that_cannot_be_written_is_told_and_put_right_later(site):
    site.places(folder_toml(site.folder, files=["*.csv"]))
    (site.folder / "done").write_text("in the way")
    (site.folder / "f.csv").write_bytes(rows(81))
    (told,) = site.round().down.values()
    assert told.startswith("The place line2: f.csv cannot be put into ") and told.endswith("It was taken in, and nothing is lost.")
    count = len(source_paths()), len(delivered()), len(noted())
    (site.folder / "done").unlink()
    assert site.came() == [("f.csv", "done")]
    assert (len(source_paths()), len(delivered()), len(noted())) == count, "it is put away, and not taken in again"


def test_the_job_looks_and_lets_the_rules_run_and_does_nothing_without_a_file(site, settings):
    def run() -> dict[str, Any]:
        return KINDS["drop"].run(Work(site.workspace, {}, "lab", lambda: site.now))

    load_handlers()
    assert "drop" in dict(settings.SCHEDULE)

    (site.folder / "g.csv").write_bytes(rows(91))
    assert [one["name"] for one in run()["came"]] == ["g.csv"]
    assert queue.table().filter(kind="check", state=queue.WAITING).count() == 1
    with alone(site.root):
        assert run() == {"busy": True}
    site.places("[[nothing]]")
    with pytest.raises(NotDone, match="has nothing, which means nothing here"):
        run()
    assert "has nothing" in run()["trouble"], "people are told of a job that fails: once, not every minute"
    site.places(folder_toml(site.folder / "gone"))
    told = [_failed(run, site) for _ in range(12)]
    assert [bool(one) for one in told].index(True) > 2 and sum(map(bool, told)) == 1, told
    (site.root / "drop.toml").unlink()
    assert run() == {"places": 0}


def _failed(run: Callable[[], Any], site: Site) -> str:
    site.wait(240)
    try:
        return "" if run() else "?"
    except NotDone as error:
        return str(error)


def test_mails_of_a_folder_and_of_a_maildir(site, tmp_path):
    maildir = tmp_path / "maildir"
    for part in ("new", "cur", "tmp"):
        (maildir / part).mkdir(parents=True)
    (maildir / "new" / "17.host").write_bytes(mail("B8", {"b8.csv": rows(102), "more.csv": rows(103)}))
    (maildir / "tmp" / "18.host").write_bytes(b"half")
    (site.folder / "one.eml").write_bytes(mail("B7", {"b7.csv": rows(101)}))
    (site.folder / "two.eml").write_bytes(mail("Out of office", {}))
    (site.folder / "no-mail.csv").write_bytes(rows(104))
    letters = [
        table("letters", {"name": name, "path": str(path), "still_seconds": 0}) for name, path in (("eml", site.folder), ("box", maildir))
    ]
    site.places("".join(letters))
    assert site.came() == [("the mail “B7”", "done"), ("the mail “Out of office”", "failed"), ("the mail “B8”", "done")]
    assert listing(maildir) == ["done/17.host", "done/17.host.receipt.json", "tmp/18.host"]
    assert receipt(site.folder / "done", "one.eml")["mail"]["from"] == "CMO <it@cmo.example>"
    assert (
        receipt(site.folder / "failed", "two.eml")["sentence"] == "the mail “Out of office” has no attachment; nothing could be taken in."
    )
    assert sorted(one["name"] for one in receipt(maildir / "done", "17.host")["sources"]) == ["b8.csv", "more.csv"]
    assert (site.folder / "no-mail.csv").exists()


def test_the_commands(site):
    (site.folder / "h.csv").write_bytes(rows(111))
    assert json_of("drop", "check", "--workspace", site.root)["places"] == [
        {"name": "line2", "kind": "folder", "ok": True, "told": "1 file there now."}
    ]
    assert (site.folder / "h.csv").exists()
    document = json_of("drop", "once", "--workspace", site.root, "--actor", "lab")
    assert ([one["name"] for one in document["came"]], document["down"]) == (["h.csv"], {})
    site.places(folder_toml(site.folder / "nowhere"))
    assert invoke("drop", "check", "--workspace", site.root).stdout.startswith("FAIL line2 (folder): The place line2: there is no folder ")
    assert json_of("drop", "once", "--workspace", site.root, code=1)["down"].keys() == {"line2"}
    site.places("")
    assert "drop.toml names no place; write one as docs/drop-folders.md shows." in invoke("drop", "once", "--workspace", site.root).stderr


def test_watch_takes_what_comes_until_it_is_stopped(tmp_path):
    root, folder = tmp_path / "w", tmp_path / "in"
    folder.mkdir()
    assert invoke("init", root).exit_code == 0
    (root / "drop.toml").write_text("every_seconds = 1\n" + folder_toml(folder))
    process = subprocess.Popen([PROGRAM, "drop", "watch", "--workspace", root], stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout.readline() == "Watching 1 places every 1 seconds (Ctrl-C ends it).\n"
        (folder / "a.csv.part").write_bytes(rows(1))
        (folder / "a.csv.part").rename(folder / "a.csv")
        assert process.stdout.readline() == "  line2: a.csv: line, 2 rows seen = 1 stored + 0 quarantined + 1 no data.\n"
    finally:
        process.send_signal(signal.SIGTERM)
    assert process.communicate(timeout=60)[0] == "1 taken in, 0 failed.\n"


def killed_everywhere(new: Path, tmp_path: Path, *points: str) -> list[dict[str, Any]]:
    """What drop_killed.py says: it kills processes of itself at these points, each followed by one that lives."""
    done = subprocess.run(
        [sys.executable, HERE / "drop_killed.py", new, tmp_path, *points], capture_output=True, text=True, timeout=900, check=False
    )
    assert done.returncode == 0, done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()]


def sound(one: dict[str, Any]) -> None:
    """Everything is there once, whatever the moment of the kill."""
    assert one["killed"] == -signal.SIGKILL, one
    assert one["files"] == ["done/a.csv", "done/a.csv.receipt.json", "done/b.csv", "done/b.csv.receipt.json"] + [
        "failed/c.bin",
        "failed/c.bin.receipt.json",
    ], one
    assert (one["sources"], one["deliveries"], one["noted"]) == (["a.csv", "b.csv", "c.bin"], 1, ["a.csv", "b.csv", "c.bin"]), one
    assert all("came before" not in sentence for sentence in one["sentences"]), one
    assert one["left"] == [], one


def test_a_kill_between_taking_in_and_moving_loses_nothing_and_doubles_nothing(shared, tmp_path):
    for one in killed_everywhere(shared.new, tmp_path, "taken"):
        sound(one)


@pytest.mark.slow
def test_a_kill_at_any_change_of_the_disk_loses_nothing_and_doubles_nothing(shared, tmp_path):
    found = killed_everywhere(shared.new, tmp_path)
    assert len(found) > 20
    for one in found:
        sound(one)


def _database(cluster: str) -> str:
    import psycopg

    with psycopg.connect(f"{cluster}/postgres", autocommit=True) as connection:
        connection.execute("DROP DATABASE IF EXISTS drop_folders")
        connection.execute("CREATE DATABASE drop_folders")
    return f"{cluster}/drop_folders"


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_two_at_once_take_each_file_once(tmp_path, kind, request, monkeypatch):
    if kind == "postgresql":
        monkeypatch.setenv("DATABASE_URL", _database(request.getfixturevalue("server")))
    root, folder = tmp_path / "w", tmp_path / "in"
    folder.mkdir()
    assert program("init", root).returncode == 0
    (root / "drop.toml").write_text(folder_toml(folder))
    for number in range(20):
        (folder / f"{number}.csv").write_bytes(rows(number))
    both = [subprocess.Popen([PROGRAM, "drop", "once", "--workspace", root], stderr=subprocess.PIPE, text=True) for _ in range(2)]
    ends = sorted(process.wait(120) for process in both)
    assert ends in ([0, 0], [0, 2]), [process.stderr.read() for process in both]
    assert len(json.loads(program("sources", "--workspace", root, "--json").stdout)["sources"]) == 20
    assert len(listing(folder / "done")) == 40


def test_an_alert_and_a_partners_notice_in_a_folder_become_signals(site):
    """With the takers of the settings as they are delivered: rooms that do not know one another meet in a drop folder."""
    from alerts_kit import HEADER
    from partner_kit import missing_data, report

    alert = "2026-03-13T10:00:00Z,A3,,ALERT-DROP-1,04012345678901,SN9001,B7-2231,2028-03-31,DE,New"
    (site.folder / "emvs.csv").write_text(f"{HEADER}\n{alert}\n")
    (site.folder / "notice.json").write_bytes(report("dropped", exceptions=missing_data("(01)04012345678901(21)SN9002")))
    assert sorted(site.came()) == [("emvs.csv", "done"), ("notice.json", "done")]
    told = {name: receipt(site.folder / "done", name)["sentence"] for name in ("emvs.csv", "notice.json")}
    assert "SIG-" in told["emvs.csv"] and "EXC-" in told["notice.json"], told
    assert {"authority", "partner"} <= set(apps.get_model("quality", "SignalRow")._default_manager.values_list("origin", flat=True))
