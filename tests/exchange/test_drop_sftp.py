"""Files on a real OpenSSH server: taken once, put away there, and only from a server whose key is known."""

from __future__ import annotations

import json
import os
import subprocess
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from drop_kit import SSHD, SftpServer, Site, delivered, noted, rows, source_paths, table

pytest.importorskip("paramiko", reason='paramiko is not here; pip install "lotproof[sftp]"')
pytestmark = pytest.mark.skipif(not SSHD.exists(), reason="there is no sshd here; apt-get install openssh-server")


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SftpServer]:
    found = SftpServer(tmp_path_factory.mktemp("sshd"))
    yield found
    found.stop()


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory, django_db_blocker: Any) -> Iterator[Site]:
    with django_db_blocker.unblock():
        yield Site(tmp_path_factory.mktemp("sftp") / "w")


@pytest.fixture
def site(shared: Site, server: SftpServer) -> Iterator[Site]:
    (shared.root / "known_hosts").write_text(server.line() + "\n")
    shared.places(server.toml())
    yield shared
    for path in sorted(server.incoming.rglob("*"), reverse=True):
        path.rmdir() if path.is_dir() else path.unlink()
    (shared.root / "drop" / "state.json").unlink(missing_ok=True)


def listing(folder: Path) -> list[str]:
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())


def test_files_are_taken_and_put_away_on_the_server(site, server):
    (server.incoming / "b7 ä.csv").write_bytes(rows(1, 2))
    (server.incoming / "odd.bin").write_bytes(bytes(range(256)) * 9)
    (server.incoming / "more.csv.filepart").write_bytes(rows(3))
    assert site.came() == [("b7 ä.csv", "done"), ("odd.bin", "failed")]
    assert listing(server.incoming) == [
        "done/b7 ä.csv", "done/b7 ä.csv.receipt.json", "failed/odd.bin", "failed/odd.bin.receipt.json", "more.csv.filepart"
    ]  # fmt: skip
    told = json.loads((server.incoming / "done" / "b7 ä.csv.receipt.json").read_text())
    assert (told["place"], told["sources"][0]["stored"]) == ("cmo", 2)
    (server.incoming / "b7 ä.csv").write_bytes(rows(1, 2))
    assert site.came() == [("b7 ä.csv", "done")]
    assert len(listing(server.incoming / "done")) == 4, "both stay, one beside the other"
    assert source_paths().count("b7 ä.csv") == 1
    assert site.waits() == []


def test_a_file_that_grows_on_the_server_is_left_alone(site, server):
    site.places(server.toml(still_seconds=10))
    path = server.incoming / "grows.csv"
    for number in range(2):
        path.write_bytes(rows(*range(10, 12 + number)))
        assert (site.round(wait=20).growing, site.waits()) == (1, [])
    assert site.came(wait=11) == [("grows.csv", "done")]


def test_a_key_that_is_not_known_is_refused_with_its_fingerprint_and_where_to_put_it(site, server):
    (server.incoming / "a.csv").write_bytes(rows(21))
    (site.root / "known_hosts").unlink()
    (told,) = site.round().down.values()
    shown = subprocess.run(["ssh-keygen", "-lf", server.folder / "host.pub"], capture_output=True, text=True, check=True).stdout.split()[1]
    at = f"127.0.0.1:{server.port}"
    assert told.startswith(f"The place cmo: {at} shows a key that is not known, ssh-ed25519 {shown}. Ask who runs it")
    assert told.endswith(f"if so, put this line into {site.root}/known_hosts: {server.line()}")
    (site.root / "known_hosts").write_text(told.rpartition("known_hosts: ")[2] + "\n")
    assert site.came() == [("a.csv", "done")], "the line that the sentence gives is the one that helps"


def test_another_key_than_the_known_one_is_refused(site, server):
    (site.root / "known_hosts").write_text(server.line("host2") + "\n")
    (told,) = site.round().down.values()
    assert "shows the key ssh-ed25519 SHA256:" in told and "known_hosts says ssh-ed25519 SHA256:" in told
    assert "somebody may stand between. Ask who runs it whether its key was changed" in told


def test_a_stranger_a_missing_key_and_a_missing_folder_get_sentences(site, server, monkeypatch):
    for more, sentence in [
        ({"key_file": str(server.folder / "stranger")}, f"does not let {server.user} in (Authentication failed"),
        ({"key_file": "no.key"}, "there is no key file "),
        (
            {"key_file": "", "password_env": "NO_SUCH_VARIABLE"},
            "takes its password from NO_SUCH_VARIABLE, which is not set in the environment; set it.",
        ),
        ({"path": "/no/such/folder"}, "127.0.0.1 has no folder /no/such/folder; make it there."),
    ]:
        site.places(server.toml(**more))
        (told,) = site.round().down.values()
        assert told.startswith("The place cmo") and sentence in told, told
    monkeypatch.setenv("CMO_PASSWORD", "secret-sftp-7")
    site.places(server.toml(key_file="", password_env="CMO_PASSWORD"))
    (told,) = site.round().down.values()
    assert "look at CMO_PASSWORD" in told and "secret-sftp-7" not in told + (site.root / "drop" / "state.json").read_text()


def test_a_server_that_goes_away_stops_no_other_and_loses_nothing(site, server, tmp_path):
    """It ends between taking in and moving; the file is put away when it is back, and taken in once."""
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "here.csv").write_bytes(rows(31))
    (server.incoming / "there.csv").write_bytes(rows(32))
    counted = len(source_paths()), len(delivered()), len(noted())
    site.places(server.toml(done="gone/deep") + table("folder", {"name": "here", "path": str(tmp_path / "in"), "still_seconds": 0}))
    made = site.round()
    assert made.down.keys() == {"cmo"}, "the server makes no folder in a folder that is not there"
    assert [one.place for one in made.came] == ["here"]
    server.stop()
    told = site.round().down["cmo"]
    assert f"127.0.0.1:{server.port} does not answer (" in told and told.endswith("look whether it runs. It is tried again.")
    server.start("host")
    (server.incoming / "gone").mkdir()
    assert site.came() == [("there.csv", "done")]
    assert listing(server.incoming) == ["gone/deep/there.csv", "gone/deep/there.csv.receipt.json"]
    assert (len(source_paths()), len(delivered()), len(noted())) == tuple(number + 2 for number in counted)


def test_a_file_that_is_appended_to_while_it_is_fetched_is_not_half_taken(site, server):
    path = server.incoming / "large.csv"
    path.write_bytes(rows(*range(2000)))
    stop = threading.Event()

    def append() -> None:
        with path.open("ab") as stream:
            while not stop.is_set():
                stream.write(rows(7)[len(rows()) :])
                stream.flush()
                os.fsync(stream.fileno())

    writer = threading.Thread(target=append)
    writer.start()
    try:
        made = site.round()
    finally:
        stop.set()
        writer.join()
    if not made.came:  # the writer was quick enough
        assert "large.csv: it changed while it was fetched; it is looked at again later." in made.troubles["cmo"].values()
    path.exists() and path.write_bytes(rows(*range(2000)))
    site.round(wait=1)
    assert site.waits() == []
