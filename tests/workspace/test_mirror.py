"""Originals and segments on a real S3 server: copied once, compared always, fetched again where they were lost."""

from __future__ import annotations

import hashlib
import json
import shutil
import sys
from pathlib import Path

import pytest
from small_site import ACT, program

sys.path.append(str(Path(__file__).parents[1] / "lake"))

from s3_local import bucket  # noqa: F401

from lotproof.lake.objects import Store, StoreError

TABLE = "Serial;GTIN;Batch;Status;Level;PackTime\n" + "".join(
    f"SN{n:04d};04012345678901;B7-2231;Commissioned;EA;2026-11-20T08:{n:02d}:00Z\n" for n in range(20)
)


@pytest.fixture
def home(tmp_path) -> Path:
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "line.csv").write_text(TABLE)
    (tmp_path / "in" / "notes.txt").write_text("Shift 2: camera wiped.\n")
    assert program("add", tmp_path / "in", "--workspace", tmp_path / "w", *ACT).returncode == 0
    assert program("ledger", "checkpoint", "--workspace", tmp_path / "w").returncode == 0
    return tmp_path / "w"


def mirror(verb: str, url: str, home: Path, code: int = 0) -> dict:
    done = program("mirror", verb, url, "--workspace", home, "--json")
    assert done.returncode == code, done.stdout + done.stderr
    return json.loads(done.stdout)


def test_put_is_incremental_get_brings_back_and_check_reads_everything(home, bucket):  # noqa: F811
    url = f"{bucket}/site-1"
    first = mirror("put", url, home)
    assert (first["moved"], first["ok"]) == (first["files"], True)
    assert mirror("put", url, home)["moved"] == 0, "what is there is not copied again"
    assert mirror("check", url, home)["ok"]
    shutil.rmtree(home / "originals")
    shutil.rmtree(home / "segments")
    back = mirror("get", url, home)
    assert (back["ok"], back["moved"] > 3) == (True, True)
    assert program("doctor", "--workspace", home).returncode == 0


def test_what_is_damaged_there_or_here_is_found_and_never_spread(home, bucket):  # noqa: F811
    from s3fs import S3FileSystem

    mirror("put", bucket, home)
    digest = hashlib.sha256(TABLE.encode()).hexdigest()
    S3FileSystem().pipe_file(f"lots/sha256/{digest[:2]}/{digest}", b"x" * len(TABLE))
    wrong = mirror("check", bucket, home, code=1)["wrong"]
    assert wrong == [f"The original of line.csv was changed in {bucket}."]
    original = home / "originals" / digest[:2] / digest
    original.unlink()
    told = mirror("get", bucket, home, code=1)["wrong"][0]
    assert "was changed: its bytes have another SHA-256. Put it there again from the workspace." in told
    assert not original.exists(), "nothing wrong appears"
    S3FileSystem().rm(f"lots/sha256/{digest[:2]}/{digest}")
    original.write_text("changed here")
    told = mirror("put", bucket, home, code=1)["wrong"]
    assert told == ["The original of line.csv was changed here; it is not copied. Remove it and fetch it with lotproof mirror get."]
    assert not Store(bucket).has(digest)


def test_a_store_that_is_away_gets_a_sentence(home, monkeypatch):
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:1")
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "x")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "very-secret")
    monkeypatch.setenv("AWS_MAX_ATTEMPTS", "1")
    done = program("mirror", "put", "s3://lots/x", "--workspace", home)
    assert done.returncode == 2, done.stdout
    assert "s3://lots/x could not be used to look (" in done.stderr
    assert "very-secret" not in done.stderr


def test_an_address_with_credentials_in_it_is_refused():
    with pytest.raises(StoreError, match="is no address of a store; write s3://bucket/prefix, and give credentials in the environment"):
        Store("s3://key:secret@bucket/x")


def test_a_folder_is_a_store_too(tmp_path):
    (tmp_path / "a").write_text("abc")
    digest = hashlib.sha256(b"abc").hexdigest()
    store = Store(f"file://{tmp_path}/store")
    assert store.put(tmp_path / "a", digest)
    assert not store.put(tmp_path / "a", digest)
    store.get(digest, tmp_path / "b")
    assert (tmp_path / "b").read_text() == "abc"
    store.drop(digest)
    assert not store.has(digest)
