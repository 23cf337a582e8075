"""Jobs are done once, tried again where that helps, and taken up where a worker died."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from pathlib import Path
from types import SimpleNamespace

import pytest

sys.path += [str(Path(__file__).parents[1] / name) for name in ("ledger", "workspace")]

import job_handlers  # noqa: F401
from ledger_databases import server  # noqa: F401

from lotproof.jobs import queue, schedule
from lotproof.jobs.worker import work
from lotproof.workspace.place import open_workspace

START = "2026-11-23T08:00:00Z"
WORKER = """
import sys, threading
sys.path.append(sys.argv[2])
import job_handlers
from pathlib import Path
from lotproof.jobs.worker import work
from lotproof.workspace.place import open_workspace
now = lambda: sys.argv[3]
work(open_workspace(Path(sys.argv[1]), now(), "x", create=False), now, threading.Event(), once=True)
"""


@pytest.fixture
def site(tmp_path, django_db_blocker):
    with django_db_blocker.unblock():
        found = SimpleNamespace(workspace=open_workspace(tmp_path / "w", START, "x"), now=START)
        found.run = lambda: work(found.workspace, lambda: found.now, threading.Event(), once=True)
        yield found


def _row(number):
    return queue.table().get(pk=number)


def test_a_job_is_done_and_tells_how_far_it_is(site):
    number = queue.put("count", {"to": 3}, "op-1", START).pk
    assert site.run() == 1
    row = _row(number)
    assert (row.state, queue.result(row), row.done, row.of) == ("done", {"counted": 3}, 3, 3)


def test_a_worker_leaves_nobody_else_patient(site, monkeypatch):
    monkeypatch.delenv("LOTPROOF_WAIT", raising=False)
    assert site.run() == 0
    assert "LOTPROOF_WAIT" not in os.environ
    monkeypatch.setenv("LOTPROOF_WAIT", "7")
    site.run()
    assert os.environ["LOTPROOF_WAIT"] == "7"


def test_a_second_job_under_the_same_key_is_the_first(site):
    first, second = (queue.put("count", {"to": 1}, "op-1", START, key="pack:INC-2026-0001:7") for _ in range(2))
    assert first.pk == second.pk
    assert site.run() == 1


def test_what_cannot_be_done_fails_with_its_sentence(site):
    number = queue.put("refuse", {}, "op-1", START).pk
    site.run()
    assert (_row(number).state, _row(number).told) == ("failed", "The folder in is empty; put a file there.")


def test_a_kind_that_nobody_knows_fails_with_a_sentence(site):
    number = queue.put("juggle", {}, "op-1", START).pk
    site.run()
    assert _row(number).told == 'No handler does jobs of the kind "juggle"; the program that put it down is of another version.'


def test_what_stumbles_is_tried_again_each_time_after_twice_as_long(site, tmp_path):
    number = queue.put("stumble", {"file": str(tmp_path / "tried")}, "op-1", START).pk
    site.run()
    assert (_row(number).state, _row(number).due, _row(number).told) == ("waiting", "2026-11-23T08:00:30Z", "partner.example does not answer")
    assert site.run() == 0, "it is not due yet"
    site.now = _row(number).due
    site.run()
    assert _row(number).due == "2026-11-23T08:01:30Z"
    site.now = _row(number).due
    site.run()
    assert (_row(number).state, queue.result(_row(number))) == ("done", {"tried": "xxx"})


def test_each_slot_of_a_schedule_has_one_job(site):
    for time in ("2026-11-23T08:00:00Z", "2026-11-23T08:00:59Z", "2026-11-23T08:01:00Z"):
        schedule.put_due([("count", 60)], time)
    assert queue.table().count() == 2
    queue.table().update(state="done")
    assert (schedule.clear("2026-11-29T08:00:00Z"), schedule.clear("2026-12-01T08:00:00Z")) == (0, 2)


def _worker(home, time, environment):
    command = [sys.executable, "-c", WORKER, str(home), str(Path(__file__).parent), time]
    return subprocess.Popen(command, env={**os.environ, **environment}, stderr=subprocess.PIPE, text=True)


@pytest.mark.shows("A11-16")
def test_what_kills_its_worker_is_taken_up_again_but_not_for_ever(site):
    number = queue.put("die", {}, "op-1", START).pk
    hours = [f"2026-11-23T0{hour}:00:00Z" for hour in (8, 9)] + [f"2026-11-23T1{hour}:00:00Z" for hour in (0, 1)]
    assert [_worker(site.workspace.root, time, {}).wait(60) for time in hours] == [-9, -9, -9, 0]
    assert _row(number).told == "The worker ended 3 times over it; it is not tried again. The server's log tells more."


@pytest.mark.parametrize("kind", [pytest.param("sqlite", marks=pytest.mark.slow), "postgresql"])
@pytest.mark.shows("A11-16")
def test_three_workers_at_once_do_each_job_once(kind, request, tmp_path):
    environment = {}
    if kind == "postgresql":
        import psycopg

        cluster = request.getfixturevalue("server")
        with psycopg.connect(f"{cluster}/postgres", autocommit=True) as connection:
            connection.execute("DROP DATABASE IF EXISTS jobs_at_once")
            connection.execute("CREATE DATABASE jobs_at_once")
        environment = {"DATABASE_URL": f"{cluster}/jobs_at_once"}
    home, file = tmp_path / "w", tmp_path / "ran"
    putting = (
        "import sys\nfrom pathlib import Path\nfrom lotproof.jobs import queue\nfrom lotproof.workspace.place import open_workspace\n"
        "open_workspace(Path(sys.argv[1]), sys.argv[2], 'x')\n"
        "for number in range(60): queue.put('note', {'file': sys.argv[3], 'name': str(number)}, 'x', sys.argv[2])"
    )
    subprocess.run([sys.executable, "-c", putting, str(home), START, str(file)], env={**os.environ, **environment}, check=True)
    workers = [_worker(home, START, environment) for _ in range(3)]
    assert [one.wait(120) for one in workers] == [0, 0, 0], [one.stderr.read() for one in workers]
    assert sorted(map(int, file.read_text().split())) == list(range(60))
