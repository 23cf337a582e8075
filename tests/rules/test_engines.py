"""One partition after the other, in several processes, or by Spark: the same findings, to the row, in the same order."""

from __future__ import annotations

import os
import sys
import threading
import time
from functools import partial
from pathlib import Path

import pytest
from rules_story import build, written
from spark_cluster import available, cluster, slow_visit

sys.path.append(str(Path(__file__).parents[1] / "lake"))

from s3_local import bucket  # noqa: F401

from lotproof.diagnosis.diagnose import diagnose
from lotproof.diagnosis.scope import look_around, scope
from lotproof.lake import resolve
from lotproof.lake.resolve import Source
from lotproof.lake.store import Lake
from lotproof.rules import check as check_room
from lotproof.rules.afar import carried, judge
from lotproof.rules.check import Outcome, check
from lotproof.rules.engines import LEAST_MB, EngineError, engine_of, here, processes, share

needs_spark = pytest.mark.skipif(not available(), reason="needs PySpark and Java")


def several_lots() -> list[str]:
    """Rows of four lots, each with something wrong; two of them share a case."""
    rows = []
    for number, lot in enumerate(("L1", "L2", "L3", "L4"), 1):
        rows += [f"made {lot}A1..{lot}A3 > C-{number} lot={lot}", f"line commissioned {lot}B1..{lot}B2 lot={lot}",
                 f"hub commissioned {lot}X1 lot={lot}", f"camera verified {lot}A1..{lot}A3 grade=1.0 lot={lot}"]  # fmt: skip
    return [*rows, "hub aggregated L4A1 > C-3", "hub commissioned l2b1 lot=L9", "hub shipped C-1 reference=D1"]


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[Lake, list[Source]]:
    monkeypatch.setenv("LOTPROOF_THREADS", "1")
    claims = ["stock stock 1 lot=L1", "movements goods_receipt 9 lot=L3"]
    return build(tmp_path, written({"rows": several_lots(), "orders": ["O1 case=3 lot=L1"], "claims": claims}, "L1"))


def outcome(site: tuple[Lake, list[Source]], spill: Path, **more: object) -> Outcome:
    return check(*site, spill, explain=diagnose, look=look_around, reach=scope, **more)  # type: ignore[arg-type]


def parted(monkeypatch: pytest.MonkeyPatch, rows: int = 1) -> None:
    monkeypatch.setattr(resolve, "PARTITION_ROWS", rows)
    monkeypatch.setattr(resolve, "KEPT_ROWS", 0)  # straight from the files, as a large site is


@pytest.mark.parametrize("engine", [pytest.param(here, marks=pytest.mark.slow), processes(2), pytest.param(processes(8), marks=pytest.mark.slow)], ids=["here", "two", "more than lots"])
def test_every_engine_gives_what_one_partition_gives(site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, engine) -> None:
    whole = outcome(site, tmp_path / "spill")
    assert len(whole.findings) > 8 and whole.scope
    parted(monkeypatch)
    assert outcome(site, tmp_path / "spill", engine=engine) == whole
    assert list((tmp_path / "spill").iterdir()) == []


@pytest.mark.slow
def test_slices_of_items_change_nothing(site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = outcome(site, tmp_path / "spill")
    parted(monkeypatch)
    monkeypatch.setattr(resolve, "SLICE_ROWS", 5)
    assert outcome(site, tmp_path / "spill") == whole


@pytest.mark.slow
def test_results_come_in_the_order_of_the_partitions(site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    parted(monkeypatch)
    (tmp_path / "marks").mkdir()
    seen: list[str] = []
    told: list[tuple[int, int]] = []
    check(*site, tmp_path / "spill", visit=partial(slow_visit, tmp_path / "marks"), take=seen.append, engine=processes(2),
          progress=lambda _what, done, total: told.append((done, total)))  # fmt: skip
    assert told == [(done, len(seen)) for done in range(len(seen) + 1)]
    assert len(set(seen)) == 2 and str(os.getpid()) not in seen


def test_one_partition_is_judged_in_this_process_and_written_nowhere(site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(check_room, "cut", lambda *_: pytest.fail("a site of one partition was cut"))
    (tmp_path / "marks").mkdir()
    seen: list[str] = []
    check(*site, tmp_path / "spill", visit=partial(slow_visit, tmp_path / "marks"), take=seen.append, engine=processes(2))
    assert seen == [str(os.getpid())]


def fails(_connection: object, lots: object) -> None:
    raise ValueError(f"no {lots}")


@pytest.mark.parametrize("engine", [here, processes(2)], ids=["here", "processes"])
def test_a_partition_that_fails_fails_the_run_and_leaves_no_file(site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, engine) -> None:
    parted(monkeypatch)
    with pytest.raises(ValueError, match="no "):
        check(*site, tmp_path / "spill", visit=fails, engine=engine)
    assert list((tmp_path / "spill").iterdir()) == []


def test_processes_share_the_memory_of_the_settings() -> None:
    assert [share("4GB", 2), share("1GiB", 2), share("1GB", 8), share("80%", 2)] == ["2000MB", "536MB", f"{LEAST_MB}MB", "80%"]


def test_an_engine_that_is_none_is_refused_with_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(EngineError, match=r'--engine "yarn" is none: write "local", or "spark://HOST:PORT" for the master of a Spark cluster'):
        engine_of("yarn", None)
    monkeypatch.setenv("LOTPROOF_JOBS", "many")
    with pytest.raises(EngineError, match='LOTPROOF_JOBS is "many"; write a number of processes'):
        engine_of(None, None)
    monkeypatch.setenv("LOTPROOF_JOBS", "1")
    assert engine_of("local", None) is here


@pytest.mark.slow
@needs_spark
def test_a_spark_cluster_gives_the_same_and_so_does_one_that_loses_a_worker(site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = outcome(site, tmp_path / "spill")
    parted(monkeypatch)
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join((os.environ.get("PYTHONPATH", ""), str(Path(__file__).parent), str(Path(resolve.__file__).parents[2]))))
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
    with cluster(tmp_path) as running:
        engine = engine_of(running.address, None)
        seen: list[str] = []
        assert outcome(site, tmp_path / "spill", engine=engine, visit=partial(slow_visit, tmp_path / "one"), take=seen.append) == whole
        assert len(set(seen)) > 1 and str(os.getpid()) not in seen

        def kill() -> None:
            while not list((tmp_path / "two").iterdir()):
                time.sleep(0.05)
            running.kill_worker()

        killer = threading.Thread(target=kill)
        killer.start()
        assert outcome(site, tmp_path / "spill", engine=engine, visit=partial(slow_visit, tmp_path / "two")) == whole
        killer.join()
        assert len(running.workers) == 1
        begun = {path.name: path.read_text() for path in (tmp_path / "two").iterdir()}
        assert set(begun) == {path.name for path in (tmp_path / "one").iterdir()}


@pytest.mark.slow
@needs_spark
def test_workers_that_share_no_disk_get_the_lots_from_a_store_and_losing_one_changes_nothing(
    site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, bucket: str  # noqa: F811
) -> None:
    whole = outcome(site, tmp_path / "spill")
    parted(monkeypatch)
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join((os.environ.get("PYTHONPATH", ""), str(Path(__file__).parent), str(Path(resolve.__file__).parents[2]))))
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
    with cluster(tmp_path) as running:
        engine = engine_of(running.address, None, f"{bucket}/cut")
        seen: list[str] = []
        assert outcome(site, tmp_path / "spill", engine=engine, visit=partial(slow_visit, tmp_path / "one"), take=seen.append) == whole
        assert len(set(seen)) > 1 and str(os.getpid()) not in seen
        from s3fs import S3FileSystem

        assert not S3FileSystem().find("lots", refresh=True), "what was carried is removed"

        def kill() -> None:
            while not list((tmp_path / "two").iterdir()):
                time.sleep(0.05)
            running.kill_worker()

        killer = threading.Thread(target=kill)
        killer.start()
        assert outcome(site, tmp_path / "spill", engine=engine, visit=partial(slow_visit, tmp_path / "two")) == whole
        killer.join()
        assert len(running.workers) == 1


def test_partitions_that_travel_through_a_store_give_the_same(site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What a worker does, in this process: the files are fetched elsewhere, and those that were cut are not looked at."""
    whole = outcome(site, tmp_path / "spill")
    parted(monkeypatch)
    url = f"file://{tmp_path}/store"

    def engine(jobs):
        with carried(jobs, url) as sent:
            for job in jobs:
                for path in job.part.rows:
                    path.unlink()
            return iter([judge(one) for one in sent])

    assert outcome(site, tmp_path / "spill", engine=engine) == whole
    assert not [path for path in (tmp_path / "store").rglob("*") if path.is_file()]


def test_a_store_without_a_cluster_is_refused() -> None:
    with pytest.raises(EngineError, match=r"--store s3://x is for the workers of a Spark cluster; name it with --engine spark://HOST:PORT"):
        engine_of(None, 1, "s3://x")


@pytest.mark.slow
@needs_spark
def test_a_master_that_is_not_there_is_told_in_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(EngineError, match=r"The Spark master at spark://127\.0\.0\.1:1 cannot be used"):
        list(engine_of("spark://127.0.0.1:1", None)([None]))  # type: ignore[list-item]
