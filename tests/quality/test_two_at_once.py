"""Two people, two processes, one record: on SQLite and on a real PostgreSQL server."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from case_kit import PASSWORD, PEOPLE, STEPS
from small_site import PROGRAM

sys.path.append(str(Path(__file__).parents[1] / "ledger"))

from ledger_databases import server  # noqa: F401

NOW = "2026-11-23T08:00:00Z"


class Site:
    """A workspace that is reached by the command alone, with a clock that stands."""

    def __init__(self, home: Path, environment: dict[str, str]) -> None:
        self.home, self.environment = home, {**os.environ, **environment}

    def start(self, *arguments: str, password: bool = True) -> subprocess.Popen[str]:
        reading, writing = os.pipe()
        os.write(writing, f"{PASSWORD}\n".encode())
        os.close(writing)
        more = ["--password-fd", str(reading)] if password else []
        command = [str(PROGRAM), *arguments, "--workspace", str(self.home), "--now", NOW, *more]
        started = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=self.environment, pass_fds=[reading])
        os.close(reading)
        return started

    def run(self, *arguments: str, password: bool = True) -> str:
        told, trouble = (process := self.start(*arguments, password=password)).communicate()
        assert process.returncode == 0, trouble
        return told


def _environment(kind: str, request: Any, name: str) -> dict[str, str]:
    if kind == "sqlite":
        return {}
    import psycopg

    cluster = request.getfixturevalue("server")
    with psycopg.connect(f"{cluster}/postgres", autocommit=True) as connection:
        connection.execute(f"DROP DATABASE IF EXISTS {name}")
        connection.execute(f"CREATE DATABASE {name}")
    return {"DATABASE_URL": f"{cluster}/{name}"}


@pytest.mark.parametrize("kind", [pytest.param("sqlite", marks=pytest.mark.slow), "postgresql"])
@pytest.mark.shows("P11-10f", "P11-10a", "A11-7")
def test_what_two_do_at_once_is_done_once_and_nothing_is_lost(kind, request, tmp_path):
    site = Site(tmp_path / "w", _environment(kind, request, "two_at_once"))
    subprocess.run([str(PROGRAM), "init", str(site.home), "--now", NOW, "--actor", "x"], check=True, env=site.environment, capture_output=True)
    for user in ("op-1", "inv-1", "inv-2"):
        site.run("people", "add", user, "--name", PEOPLE[user][0], "--role", PEOPLE[user][1], "--tz", "UTC", "--actor", "x")
    site.run("case", "open", "--by", "op-1", "--set", "title=96 units missing", "--set", "severity=major")
    steps = [site.start("case", "do", "INC-2026-0001", "containment-step", "--by", "op-1", "--set", f"step={step}", "--set", "what=Done.") for step in STEPS]
    assert [process.wait(120) for process in steps] == [0] * len(STEPS), [process.stderr.read() for process in steps]
    both = [site.start("case", "do", "INC-2026-0001", "contain", "--by", user) for user in ("inv-1", "inv-2")]
    ends = sorted((process.wait(120), process.communicate()[1]) for process in both)
    assert [code for code, _ in ends] == [0, 2]
    assert "“Sign containment” is not possible while the incident is investigating" in ends[1][1]
    told = site.run("case", "show", "INC-2026-0001", password=False)
    assert told.count("did the step") == 5
    assert told.count("declared the incident contained (signed by inv-") == 1
    done = subprocess.run([str(PROGRAM), "doctor", "--replay", "--workspace", str(site.home)], env=site.environment, capture_output=True, text=True, check=False)
    assert (done.returncode, "Every list is the fold of the ledger." in done.stdout) == (0, True), done.stdout


@pytest.mark.parametrize("kind", [pytest.param("sqlite", marks=pytest.mark.slow), "postgresql"])
@pytest.mark.shows("P11-10a", "A11-7")
def test_devices_that_scan_at_once_into_one_session_lose_and_double_nothing(kind, request, tmp_path):
    environment = {**os.environ, **_environment(kind, request, "scans_at_once")}
    packs = [f"(01)09529502006293(21)S{number}" for number in range(6)]

    def device(*words: str) -> subprocess.Popen[str]:
        command = [sys.executable, str(Path(__file__).parent / "scan_process.py"), str(tmp_path / "w"), *words]
        return subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)

    def told(process: subprocess.Popen[str]) -> dict[str, Any]:
        said, trouble = process.communicate(timeout=120)
        assert process.returncode == 0, trouble
        return json.loads(said)

    assert told(device("plan", *packs))["number"] == "VER-2026-0001"
    for process in [device("scan", *packs[:4]), device("scan", *packs[2:])]:
        told(process)
    ended = told(device("end"))
    assert ended["scans"] == packs and ended["state"] == "closed"
    done = subprocess.run([str(PROGRAM), "doctor", "--replay", "--workspace", str(tmp_path / "w")], env=environment, capture_output=True, text=True, check=False)
    assert (done.returncode, "Every list is the fold of the ledger." in done.stdout) == (0, True), done.stdout
