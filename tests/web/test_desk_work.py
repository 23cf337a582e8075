"""Files brought in through the desk, packs asked for on it: done by a worker, while people go on."""

from __future__ import annotations

import subprocess
import sys
import threading
import zipfile

import pytest
from case_kit import PASSWORD, PEOPLE, Floor
from django.core.files.uploadedfile import SimpleUploadedFile
from small_site import Site, invoke

from lotproof.jobs import queue
from lotproof.jobs.worker import work
from lotproof.packs import assemble
from lotproof.web import site as web_site
from lotproof.web.views.files import _named
from lotproof.workspace import credentials
from lotproof.workspace.place import open_workspace
from lotproof.workspace.sources import receipts_of


@pytest.fixture
def floor(own: Site, quick_hashes) -> Floor:
    """The people of the other tests, on a site that has files."""
    workspace = open_workspace(own.home, "2026-11-23T07:00:00Z", "administrator")
    for user, (name, role) in PEOPLE.items():
        credentials.enrol(workspace, user, name, role, "UTC", PASSWORD, None, "2026-11-23T07:00:00Z", "administrator")
    return Floor(workspace)


def run(floor: Floor) -> int:
    return work(floor.workspace, lambda: floor.now, threading.Event(), once=True)


@pytest.mark.shows("A11-5", "ASVS-V12")
def test_files_are_brought_in_kept_and_read(visit, floor):
    client, before = visit("op-1"), len(receipts_of())
    scans = b"Scan time;Code;Result\n2026-11-20T08:00:00Z;(01)09529502008983(21)A1;OK\n"
    sent = [SimpleUploadedFile("../../keys/scans.csv", scans), SimpleUploadedFile("note.txt", b"hello")]
    answer = client.post("/files/", {"files": sent})
    assert answer.status_code == 302
    assert "waiting" in client.get(answer.headers["Location"]).content.decode()
    assert run(floor) == 1
    assert queue.table().get().state == "done", queue.table().get().told
    page = client.get(answer.headers["Location"]).content.decode()
    assert ("scans.csv" in page, "findings stand" in page) == (True, True)
    assert len(receipts_of()) == before + 2
    assert not any((floor.workspace.root / "inbox").iterdir()), "what was taken in is kept by its hash"
    assert "scans.csv" in client.get("/files/?q=scans").content.decode()


@pytest.mark.parametrize(
    ("sent", "kept"),
    [("../../keys/log.pem", "log.pem"), ("C:\\line\\a.csv", "a.csv"), (".bashrc", "bashrc"), ("a\x00\r\nb.csv", "ab.csv"), ("..", "file"), ("x" * 300 + ".csv", "x" * 146 + ".csv")],
)
@pytest.mark.shows("ASVS-V12")
def test_the_name_of_a_file_leads_nowhere_else(sent, kept):
    assert _named(sent) == kept


@pytest.mark.shows("ASVS-V12", "ASVS-V4")
def test_a_reader_brings_no_file_and_too_much_is_refused_with_the_limit(visit, floor, settings):
    assert visit("read-1").post("/files/", {"files": SimpleUploadedFile("a.csv", b"a")}).status_code == 403
    settings.UPLOAD_BYTES = 1_000_000
    answer = visit("op-1").post("/files/", {"files": SimpleUploadedFile("a.csv", b"a" * 1_100_000)})
    assert "1 MB are more than 1 MB; use a drop folder or lotproof add, or raise LOTPROOF_UPLOAD_MB." in answer.content.decode()
    assert "No file was chosen." in visit("op-1").post("/files/").content.decode()
    assert queue.table().count() == 0


@pytest.mark.shows("P11-10b", "SEED-9")
def test_a_pack_for_the_inspector_is_sealed_while_people_go_on(visit, floor, own, tmp_path, monkeypatch):
    number = floor.opened(lots=[own.lot])
    client = visit("read-1")
    asked = client.post("/packs", {"about": number})
    assert client.post("/packs", {"about": number}).headers["Location"] == asked.headers["Location"], "nothing was entered in between"
    witnessed, write_html = assemble.witnessed, assemble.write_html
    faster = iter((True, True, False))

    def overtaken(workspace):
        if next(faster):
            floor.do(number, "op-1", "observation", stream="people", what="Entered while the ledger was being closed.")
        return witnessed(workspace)

    def slow(values, folder):
        floor.do(number, "op-1", "observation", stream="people", what="Entered while the report was being written.")
        write_html(values, folder)

    monkeypatch.setattr(assemble, "witnessed", overtaken)
    monkeypatch.setattr(assemble, "write_html", slow)
    assert run(floor) == 1
    row = queue.table().get()
    assert row.state == "done", row.told
    name = queue.result(row)["pack"]
    pack = tmp_path / name
    pack.write_bytes(b"".join(client.get(f"/packs/{name}").streaming_content))
    key = str(floor.workspace.root / "keys" / "log.vkey")
    assert invoke("verify", pack, "--key", key, "--recompute").exit_code == 0
    told = zipfile.ZipFile(pack).read(f"{pack.stem}/data/cases.json").decode()
    assert told.count("Entered while the ledger was being closed.") == 2
    assert "Entered while the report was being written." not in told, "that entry is of after the checkpoint"
    alone = tmp_path / "verify"
    with zipfile.ZipFile(pack) as zipped:
        zipped.extractall(alone)
    done = subprocess.run([sys.executable, str(alone / pack.stem / "verify" / "verify.py"), "--key", key], capture_output=True, check=False)
    assert done.returncode == 0, done.stdout


@pytest.mark.shows("ASVS-V12")
def test_only_packs_are_fetched(visit, floor):
    client = visit("qa-1")
    (floor.workspace.root / "packs").mkdir()
    for name in ("EP-1.zip", "..%2Fkeys%2Flog.pem", "EP-..zip", "log.pem"):
        assert client.get(f"/packs/{name}").status_code == 404
    assert web_site.workspace().root == floor.workspace.root
