"""A process killed at any moment, a disk that fills up: the workspace opens again with everything it acknowledged."""

from __future__ import annotations

import contextlib
import json
import os
import random
import resource
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from small_site import ACT, PROGRAM, Site, invoke, json_of, program, spec, start, tree, write_site

from lotproof.ledger import store
from lotproof.workspace.place import open_workspace

NOW = "2026-11-22T09:00:00Z"




@pytest.fixture(scope="module")
def export(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of several files that takes a second or two to read, with a few things to find in it."""
    folder = tmp_path_factory.mktemp("crash") / "export"
    write_site(folder, spec(units=160, neighbours=0, faults=("two_parents", "unaccounted_numbers"), dialect="en"))
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        with path.open("rb") as stream:
            if path.stat().st_size < 1_000 or stream.read(2) == b"PK":
                path.unlink()
    assert 6 <= len(tree(folder)) <= 16
    return folder


@pytest.fixture(scope="module")
def whole(export: Path, django_db_blocker, tmp_path_factory: pytest.TempPathFactory) -> tuple[dict, float]:
    """What a run that was never killed finds, and how long its intake took."""
    home = tmp_path_factory.mktemp("whole") / "w"
    began = time.monotonic()
    assert program("add", export, "--workspace", home, *ACT).returncode == 0
    took = time.monotonic() - began
    with django_db_blocker.unblock():
        return json_of("check", "--workspace", home, *ACT), took


def _kill(process: subprocess.Popen[bytes], after: float) -> None:
    with contextlib.suppress(subprocess.TimeoutExpired):
        process.wait(after)
    process.send_signal(signal.SIGKILL)
    process.communicate()


def _stands(home: Path) -> set[str]:
    """Open the workspace as it lies there; each acknowledged file is whole. Returns the acknowledged digests."""
    assert json_of("doctor", "--workspace", home)["ok"]
    open_workspace(home, NOW, "x", create=False)
    bodies = list(store.bodies("file", "intake"))
    for body in bodies:
        assert (home / "originals" / body["sha256"][:2] / body["sha256"]).stat().st_size == body["size"]
        assert set(tree(home / "segments" / body["sha256"])) == set(body["segment"])
    return {body["sha256"] for body in bodies}


def _add_killed(export: Path, whole: tuple[dict, float], home: Path, seed: int) -> None:
    expected, took = whole
    chance = random.Random(seed)
    kept: set[str] = set()
    for _ in range(2):  # killed, taken up again, killed again
        _kill(start(["add", export, "--workspace", home, *ACT]), chance.uniform(0, took * 1.1))
        if (home / "lotproof.toml").exists():
            now_kept = _stands(home)
            assert kept <= now_kept
            kept = now_kept
    receipts = json_of("add", export, "--workspace", home, *ACT)["sources"]
    known = [receipt for receipt in receipts if "already in the workspace, not read again" in receipt["notes"]]
    assert kept == {receipt["sha256"] for receipt in known}
    again = json_of("check", "--workspace", home, *ACT)
    assert (again["findings"], again["reconciliation"]) == (expected["findings"], expected["reconciliation"])
    assert _stands(home) == {receipt["sha256"] for receipt in receipts if receipt["kind"] != "duplicate"}
    assert list((home / "tmp").iterdir()) == []


@pytest.mark.parametrize("seed", range(2))
def test_add_killed_at_any_moment(export: Path, whole: tuple[dict, float], tmp_path: Path, seed: int) -> None:
    _add_killed(export, whole, tmp_path / "w", seed)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(100, 130))
def test_add_killed_at_many_more_moments(export: Path, whole: tuple[dict, float], tmp_path: Path, seed: int) -> None:
    _add_killed(export, whole, tmp_path / "w", seed)


@pytest.mark.parametrize("seed", range(3))
def test_making_a_workspace_killed_at_any_moment(tmp_path: Path, seed: int) -> None:
    """The first half second: key, settings, tables."""
    home = tmp_path / "w"
    chance = random.Random(seed)
    for _ in range(3):
        _kill(start(["init", home, *ACT]), chance.uniform(0.15, 1.6))
    assert invoke("init", home, *ACT).exit_code == 0
    assert json_of("doctor", "--workspace", home)["ok"]
    assert sorted(path.name for path in (home / "keys").iterdir()) == ["log.pem"]


def _build_killed(export: Path, target: Path, seed: int, took: float) -> None:
    home, pack = target / "w", target / ("EP-1.zip" if seed % 2 else "EP-1")
    bystander = target / ".lotproof-notes"
    target.mkdir()
    bystander.mkdir()
    _kill(start(["build", export, "-o", pack, "--workspace", home, *ACT]), random.Random(seed).uniform(took * 0.3, took * 1.3))
    key = home / "keys" / "log.vkey"
    if pack.exists():
        (target / "vkey").write_text(json_of("init", home, *ACT)["vkey"])
        assert invoke("verify", pack, "--key", target / "vkey").exit_code == 0
    second = target / "EP-2"
    assert program("build", export, "-o", second, "--workspace", home, *ACT).returncode == 0
    assert invoke("verify", second, "--key", key).exit_code == 0
    assert json_of("doctor", "--workspace", home)["ok"]
    left = {path.name for path in target.iterdir()} - {"EP-1", "EP-1.zip", "EP-2", "w", "vkey"}
    assert left == {bystander.name}


@pytest.fixture(scope="module")
def little(export: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, float]:
    """A folder small enough to be built many times, and how long that takes."""
    folder = tmp_path_factory.mktemp("little") / "export"
    files = sorted(export.rglob("*.csv"), key=lambda path: path.stat().st_size)[:4]
    for path in files:
        (folder / path.parent.name).mkdir(parents=True, exist_ok=True)
        shutil.copy(path, folder / path.parent.name)
    began = time.monotonic()
    assert program("build", folder, "-o", folder.parent / "P", "--workspace", folder.parent / "w", *ACT).returncode == 0
    return folder, time.monotonic() - began


@pytest.mark.parametrize("seed", range(1))
def test_build_killed_at_any_moment(little: tuple[Path, float], tmp_path: Path, seed: int) -> None:
    _build_killed(little[0], tmp_path / "t", seed, little[1])


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(100, 130))
def test_build_killed_at_many_more_moments(little: tuple[Path, float], tmp_path: Path, seed: int) -> None:
    _build_killed(little[0], tmp_path / "t", seed, little[1])


def test_what_a_dead_build_left_is_removed_and_a_living_one_is_left_alone(tmp_path: Path) -> None:
    import fcntl

    from lotproof.packs.staging import MARK, remove_abandoned, staging_beside

    names = {name: tmp_path / f".lotproof-{number:032x}" for number, name in enumerate(("dead", "living", "empty", "unmarked"))}
    for folder in names.values():
        folder.mkdir()
    for name in ("dead", "living"):
        (names[name] / MARK).touch()
        (names[name] / "EP-1" / "data").mkdir(parents=True)
        (names[name] / "EP-1" / "data" / "x").touch()
    (names["unmarked"] / "precious").touch()
    (tmp_path / ".lotproof-mine").mkdir()
    with (names["living"] / MARK).open() as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        with staging_beside(tmp_path / "EP-2") as staging:
            left = {path.name for path in tmp_path.iterdir()}
    assert left == {names["living"].name, names["unmarked"].name, ".lotproof-mine", staging.name}
    assert not staging.exists()
    remove_abandoned(tmp_path)
    assert {path.name for path in tmp_path.iterdir()} == {names["unmarked"].name, ".lotproof-mine"}


@contextlib.contextmanager
def _small_disk(folder: Path, size: str) -> Iterator[Path]:
    """A disk of its own that is soon full."""
    folder.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", folder], capture_output=True, check=False)
    if mounted.returncode:
        pytest.skip("this machine lets nobody mount a small disk")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "-l", folder], check=True)


@pytest.mark.parametrize("size", ["240k", "400k"])
def test_a_disk_that_fills_up_loses_nothing_acknowledged(export: Path, whole: tuple[dict, float], tmp_path: Path, size: str) -> None:
    with _small_disk(tmp_path / "disk", size) as disk:
        home = disk / "w"
        done = program("add", export, "--workspace", home, *ACT)
        assert (done.returncode, done.stdout) == (2, ""), done
        assert len(done.stderr.splitlines()) == 1 and done.stderr.startswith("Error: "), done.stderr
        roomy = tmp_path / "roomy"
        shutil.copytree(home, roomy)
    receipts = {r["sha256"] for r in json_of("sources", "--workspace", roomy)["sources"]}
    assert _stands(roomy) == receipts
    assert {receipt["kind"] for receipt in json_of("sources", "--workspace", roomy)["sources"]} <= {
        source["kind"] for source in whole[0]["sources"]
    }
    json_of("add", export, "--workspace", roomy, *ACT)
    assert json_of("check", "--workspace", roomy, *ACT)["findings"] == whole[0]["findings"]


def test_a_file_that_may_not_grow_is_a_sentence(export: Path, whole: tuple[dict, float], tmp_path: Path) -> None:
    """The same without mounting: a limit on the size of files."""

    def limit() -> None:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (60_000, 60_000))

    home = tmp_path / "w"
    done = subprocess.run([PROGRAM, "add", export, "--workspace", home, *ACT], capture_output=True, text=True, preexec_fn=limit, check=False)
    assert (done.returncode, done.stdout) == (2, ""), done
    assert done.stderr.startswith("Error: ") and "Traceback" not in done.stderr
    _stands(home)
    json_of("add", export, "--workspace", home, *ACT)
    assert json_of("check", "--workspace", home, *ACT)["findings"] == whole[0]["findings"]


def test_a_full_disk_under_a_pack_leaves_no_pack_and_no_rest(site: Site, little: tuple[Path, float], tmp_path: Path) -> None:
    with _small_disk(tmp_path / "disk", "200k") as disk:
        done = program("build", little[0], "-o", disk / "EP-1", "--workspace", tmp_path / "w", *ACT)
        assert (done.returncode, done.stdout) == (2, ""), done
        assert done.stderr.startswith("Error: ") and "Traceback" not in done.stderr
        assert list(disk.iterdir()) == []
    assert json_of("doctor", "--workspace", tmp_path / "w")["ok"]


def test_two_processes_that_make_one_workspace_at_once_agree(tmp_path: Path) -> None:
    home = tmp_path / "w"
    running = [start(["init", home, *ACT]) for _ in range(3)]
    assert [process.communicate()[1] for process in running] == [b"", b"", b""]
    assert [process.returncode for process in running] == [0, 0, 0]
    checks = json_of("doctor", "--workspace", home)
    assert checks["ok"]
    assert json.loads(next(iter(store.entries())))["kind"] == "key"
    assert os.stat(home / "keys" / "log.pem").st_size > 0
